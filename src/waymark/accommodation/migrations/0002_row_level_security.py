"""Pages read providers, schemes and units when somebody is signed in: addresses are not for the street."""

from django.db import migrations

from waymark.core.security import SIGNED_IN, protect


class Migration(migrations.Migration):
    dependencies = [("accommodation", "0001_initial"), ("access", "0002_row_level_security")]
    operations = [
        protect("accommodation_provider", web_reads=SIGNED_IN),
        protect("accommodation_scheme", web_reads=SIGNED_IN),
        protect("accommodation_unit", web_reads=SIGNED_IN),
    ]
