"""Pages write into the trail what whoever acts has read, in the name of that account and agency: nothing else.

What was changed, and who signed in, only services say. With SQL of one's own an entry of a page could otherwise stand
among those of another agency, or say that somebody signed in.
"""

from django.db import migrations

from waymark.core.security import LoginSQL

OWN = """
alter policy web_writes on audit_entry with check (
    action in ('read', 'list', 'search', 'export', 'refusal')
    and membership_id = (select public.waymark_actor())
    and account_id = (select public.waymark_account())
    and agency_id = (
        select m.agency_id from public.access_membership m where m.id = (select public.waymark_actor())
    )
)
"""
BEFORE = """
alter policy web_writes on audit_entry
    with check (membership_id is not distinct from (select public.waymark_actor()))
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0012_lists_of_thousands"), ("audit", "0002_lists_words_and_seals")]
    operations = [LoginSQL(OWN, BEFORE)]
