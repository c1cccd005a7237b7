"""Pages read what the ledger opens of a young person's risks; the registers are read by a borough's specialists."""

from django.db import migrations

from waymark.core.security import LoginSQL, protect, readable

# As `boroughs_of` in risks.models.registers: the boroughs where whoever acts is a specialist.
SPECIALIST = """
create function public.waymark_specialist_of() returns uuid[]
    language sql stable set search_path = pg_catalog, pg_temp as $$
    select array_remove(array[t.borough_id, a.case_id], null)
    from public.access_membership m
    join public.access_agency a on a.id = m.agency_id
    left join public.access_team t on t.id = m.team_id
    where m.id = public.waymark_actor()
        and m.role in ('exploitation_worker', 'gangs_coordinator', 'gangs_team', 'police', 'safer_neighbourhood')
$$;
revoke execute on function public.waymark_specialist_of() from public;
grant execute on function public.waymark_specialist_of() to {web}, {service};
"""

ON_THE_OTHER_RECORD = (
    "(risks_association.other_id is null or exists (select 1 from public.access_reach r"
    " where r.case_id = risks_association.other_id and risks_association.category = any(r.reads) offset 0))"
)


def _register(name: str) -> LoginSQL:
    table = f"risks_{name}"
    return protect(table, web_reads=f"{table}.authority_id = any((select public.waymark_specialist_of())::uuid[])")


def _known(name: str, and_also: str = "") -> LoginSQL:
    table = f"risks_{name}"
    condition = readable(table, f"{table}.category")
    return protect(table, web_reads=f"{condition} and {and_also}" if and_also else condition)


class Migration(migrations.Migration):
    dependencies = [("risks", "0001_initial"), ("access", "0015_appointments")]
    operations = [
        LoginSQL(SPECIALIST, "drop function public.waymark_specialist_of()"),
        *map(_register, ("group", "rivalry", "personofconcern", "frequents")),
        *map(_known, ("affiliation", "marker", "excludedarea", "exclusionreason")),
        _known("association", ON_THE_OTHER_RECORD),
    ]
