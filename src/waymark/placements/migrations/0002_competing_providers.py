"""A provider does not read that another was approached with the same referral."""

from django.db import migrations

from waymark.core.security import PROVIDER, of_own_provider, readable, reads_instead

APPROACH = "placements_approach"
THEIRS = (
    f"({APPROACH}.provider_id is null or exists (select 1 from public.accommodation_provider p"  # noqa: S608
    f" where p.id = {APPROACH}.provider_id and p.agency_id = {PROVIDER} offset 0))"
)


class Migration(migrations.Migration):
    dependencies = [
        ("placements", "0001_search_and_spending"),
        ("access", "0016_competing_providers"),
        ("accommodation", "0002_row_level_security"),
    ]
    operations = [
        reads_instead(APPROACH, readable(APPROACH, "'placement'"), of_own_provider(THEIRS)),
    ]
