"""A provider does not read the letters and assessments that another wrote. What is in a document follows it."""

from django.db import migrations

from waymark.core.security import PROVIDER, of_own_provider, readable, reads_instead

DOCUMENT = "documents_document"
KINDS = (
    "offer_letter",
    "refusal_letter",
    "placement_confirmation",
    "housing_assessment",
    "unit_risk_management_plan",
)
THEIRS = (
    f"({DOCUMENT}.kind not in ({', '.join(repr(kind) for kind in KINDS)}) or not exists (select 1"  # noqa: S608
    " from public.access_membership m join public.access_agency a on a.id = m.agency_id"
    f" where m.id = {DOCUMENT}.uploaded_by_id and a.kind = 'provider' and a.id <> {PROVIDER} offset 0))"
)


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_row_level_security"), ("access", "0016_competing_providers")]
    operations = [
        reads_instead(DOCUMENT, readable(DOCUMENT, f"{DOCUMENT}.category"), of_own_provider(THEIRS)),
    ]
