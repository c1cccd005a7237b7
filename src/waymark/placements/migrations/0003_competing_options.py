"""A provider does not read which settings of others are considered for a young person, nor why."""

from django.db import migrations

from waymark.core.security import PROVIDER, of_own_provider, readable, reads_instead

OPTION = "placements_option"
THEIRS = (
    "exists (select 1 from public.accommodation_scheme s join public.accommodation_provider p on p.id = s.provider_id"  # noqa: S608
    f" where s.id = {OPTION}.scheme_id and p.agency_id = {PROVIDER} offset 0)"
)


class Migration(migrations.Migration):
    dependencies = [("placements", "0002_competing_providers")]
    operations = [reads_instead(OPTION, readable(OPTION, "'placement'"), of_own_provider(THEIRS))]
