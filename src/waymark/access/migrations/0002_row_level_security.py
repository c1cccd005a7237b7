"""The database's half of the access control: who acts, which cases they reach, and what pages read of each table."""

from django.db import migrations

from waymark.core.security import SIGNED_IN, LoginSQL, append_only, protect, within_reach

# `waymark_actor` runs with the rights of the owner, with a fixed search path, and looks up the hash of the token that
# the request has set. Somebody who slips SQL into a page can set another token, but cannot know one.
FUNCTIONS = """
create function public.waymark_actor() returns uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select m.id
    from public.accounts_token t
    join public.accounts_account a on a.id = t.account_id and a.is_active
    join public.access_membership m on m.id = t.membership_id and m.account_id = t.account_id
    where t.digest = encode(sha256(convert_to(nullif(current_setting('waymark.token', true), ''), 'UTF8')), 'hex')
      and t.ended_at is null
      and t.expires_at > statement_timestamp()
      and m.starts_at <= statement_timestamp()
      and (m.ends_at is null or m.ends_at > statement_timestamp())
$$;

create function public.waymark_team() returns uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select m.team_id from public.access_membership m where m.id = public.waymark_actor()
$$;

revoke execute on function public.waymark_actor(), public.waymark_team() from public;
grant execute on function public.waymark_actor(), public.waymark_team() to {web}, {service};

-- The owner's view: a policy on involvements that read involvements as the reader would go round in circles.
create view public.access_reach as
    select i.case_id
    from public.access_involvement i
    where (i.membership_id = (select public.waymark_actor()) or i.team_id = (select public.waymark_team()))
      and i.starts_at <= statement_timestamp()
      and (i.ends_at is null or i.ends_at > statement_timestamp());

grant select on public.access_reach to {web};

-- One allocated worker at a time. There is no btree_gist, so a case is compared as a range that holds only itself.
create type public.uuidrange as range (subtype = uuid);
alter table public.access_involvement add constraint one_allocated_worker_at_a_time exclude using gist (
    uuidrange(case_id, case_id, '[]') with &&,
    tstzrange(starts_at, ends_at) with &&
) where (role = 'social_worker' and membership_id is not null);
"""

REVERSE = """
alter table public.access_involvement drop constraint one_allocated_worker_at_a_time;
drop type public.uuidrange;
drop view public.access_reach;
drop function public.waymark_team();
drop function public.waymark_actor();
"""

WRITE_TO_THE_TRAIL = """
grant insert on audit_entry to {web};
create policy web_writes on audit_entry for insert to {web}
    with check (membership_id is not distinct from (select public.waymark_actor()));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("accounts", "0001_initial"),
        ("audit", "0001_initial"),
        ("events", "0001_initial"),
    ]
    operations = [
        LoginSQL(FUNCTIONS, REVERSE),
        protect("accounts_token", owner_reads=True),
        protect("accounts_account", web_reads=SIGNED_IN, owner_reads=True),
        protect("access_agency", web_reads=SIGNED_IN),
        protect("access_team", web_reads=SIGNED_IN),
        protect("access_membership", web_reads=SIGNED_IN, owner_reads=True),
        protect("access_involvement", web_reads=within_reach("access_involvement"), owner_reads=True),
        protect("access_adoption", web_reads=SIGNED_IN),
        # That a scheme, provider or borough has a case is no secret; what happened there is within reach only.
        protect(
            "cases_case",
            web_reads=f"(kind <> 'young_person' and {SIGNED_IN}) or {within_reach('cases_case', 'id')}",
        ),
        protect("cases_caseauthority", web_reads=within_reach("cases_caseauthority")),
        protect("events_event", web_reads=within_reach("events_event")),
        append_only("events_event"),
        protect("audit_entry"),
        LoginSQL(WRITE_TO_THE_TRAIL),
        append_only("audit_entry"),
    ]
