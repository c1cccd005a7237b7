"""Whether whoever acts works for a housing provider, and for which: what other providers write is not theirs to read."""

from django.db import migrations

from waymark.core.security import LoginSQL

PROVIDER = """
create function public.waymark_provider_agency() returns uuid
    language sql stable set search_path = pg_catalog, pg_temp as $$
    select m.agency_id
    from public.access_membership m join public.access_agency a on a.id = m.agency_id
    where m.id = (select public.waymark_actor()) and a.kind = 'provider'
$$;
revoke execute on function public.waymark_provider_agency() from public;
grant execute on function public.waymark_provider_agency() to {web}, {service};
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0015_appointments")]
    operations = [LoginSQL(PROVIDER, "drop function public.waymark_provider_agency()")]
