"""A provider does not read that another was challenged, nor what was said then."""

from django.db import migrations

from waymark.core.security import PROVIDER, of_own_provider, readable, reads_instead

CHALLENGE, STEP = "challenges_challenge", "challenges_challengestep"
THEIRS = (
    f"({CHALLENGE}.provider_id is null or exists (select 1 from public.accommodation_provider p"  # noqa: S608
    f" where p.id = {CHALLENGE}.provider_id and p.agency_id = {PROVIDER} offset 0))"
)
OF_THEIRS = f"exists (select 1 from public.{CHALLENGE} c where c.id = {STEP}.challenge_id offset 0)"  # noqa: S608
"""Of the challenges that whoever acts may read: asked under their own policy."""


class Migration(migrations.Migration):
    dependencies = [("challenges", "0001_the_challenge"), ("access", "0016_competing_providers")]
    operations = [
        reads_instead(CHALLENGE, readable(CHALLENGE, "'placement'"), of_own_provider(THEIRS)),
        reads_instead(STEP, readable(STEP, "'placement'"), of_own_provider(OF_THEIRS)),
    ]
