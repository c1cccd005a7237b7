"""Pages read who lives where only as the ledger opens the placement; what is out of service or void, when signed in."""

from django.db import migrations

from waymark.core.security import SIGNED_IN, protect, readable

OCCUPANCY = "accommodation_occupancy"
OF_NOBODY = f"({OCCUPANCY}.case_id is null and {SIGNED_IN})"
OF_SOMEBODY = f"({readable(OCCUPANCY, repr('placement'))})"


class Migration(migrations.Migration):
    dependencies = [("accommodation", "0003_what_is_where"), ("access", "0014_cases_of_the_reader")]
    operations = [
        protect(OCCUPANCY, web_reads=f"{OF_NOBODY} or {OF_SOMEBODY}"),
        protect("accommodation_void", web_reads=SIGNED_IN),
    ]
