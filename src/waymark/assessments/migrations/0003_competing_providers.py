"""A provider does not read what another writes, offers and refuses for the same referral."""

from django.db import migrations

from waymark.core.security import of_own_provider, readable, reads_instead

TABLES = {
    "assessments_interview": "'placement'",
    "assessments_partversion": "category",
    "assessments_assessment": "'placement'",
    "assessments_offer": "'placement'",
    "assessments_refusal": "'placement'",
}


def _theirs(table: str) -> str:
    """Of the approaches that whoever acts may read: asked under their own policy."""
    return f"exists (select 1 from public.placements_approach a where a.id = {table}.approach_id offset 0)"  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_shared_elsewhere"), ("placements", "0002_competing_providers")]
    operations = [
        reads_instead(table, readable(table, category), of_own_provider(_theirs(table)))
        for table, category in TABLES.items()
    ]
