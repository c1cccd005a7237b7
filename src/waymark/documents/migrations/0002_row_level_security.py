"""Pages read a document when the ledger opens its category, and what is in it only while it is clean and there."""

from django.db import migrations

from waymark.core.security import protect, readable

DOCUMENT, CONTENT = "documents_document", "documents_content"
CLEAN = (
    f"exists (select 1 from {DOCUMENT} d where d.id = {CONTENT}.document_id"  # noqa: S608
    " and d.state = 'clean' and d.removed_at is null offset 0)"
)


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("access", "0014_cases_of_the_reader")]
    operations = [
        protect(DOCUMENT, web_reads=readable(DOCUMENT, f"{DOCUMENT}.category")),
        protect(CONTENT, web_reads=f"{readable(CONTENT, f'{CONTENT}.category', item='document_id')} and {CLEAN}"),
    ]
