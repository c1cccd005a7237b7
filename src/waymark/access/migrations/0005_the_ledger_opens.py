"""The database's half of the ledger: which lines open what to whoever acts, and what pages read of each table.

What stood before: an involvement opened everything. What stands now: a line of the ledger opens the categories it
names, unless there is a conflict of interest, or the record is restricted and the line does not name its holder.
"""

import json

from django.db import migrations

from waymark.core.security import LoginSQL, protect, readable, within_reach

FUNCTIONS = """
create or replace function public.waymark_actor() returns uuid
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
      and m.suspended_at is null
$$;

create function public.waymark_account() returns uuid
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select m.account_id from public.access_membership m where m.id = public.waymark_actor()
$$;

-- Whatever holds lines for whoever acts: the membership, its team, and its role at its agency (access.models.ledger).
create function public.waymark_holders() returns uuid[]
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select array_remove(array[m.id, m.team_id, md5(m.agency_id::text || m.role::text)::uuid], null)
    from public.access_membership m where m.id = public.waymark_actor()
$$;

-- Asked of one item at a time, so that nobody can list what is held back from them.
create function public.waymark_held_back(asked uuid) returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return exists (
        select from public.access_heldback h
        where h.item = asked and h.starts_at <= statement_timestamp()
            and (h.ends_at is null or h.ends_at > statement_timestamp())
            and not exists (
                select from public.access_heldbackreader reader
                where reader.held_back_id = h.id
                    and coalesce(reader.membership_id, reader.team_id) = any(public.waymark_holders())
            )
    );
end $$;

revoke execute on function public.waymark_account(), public.waymark_holders(), public.waymark_held_back(uuid)
    from public;
grant execute on function public.waymark_account(), public.waymark_holders(), public.waymark_held_back(uuid)
    to {web}, {service};

-- The owner's view: a policy on the ledger that read the ledger as the reader would go round in circles. A barrier, so
-- that no condition of a reader's is asked of lines that are not theirs.
create or replace view public.access_reach with (security_barrier = true) as
    select g.case_id, g.reads, g.writes
    from public.access_grant g
    where g.holder = any((select public.waymark_holders())::uuid[])
      and g.starts_at <= statement_timestamp()
      and (g.ends_at is null or g.ends_at > statement_timestamp())
      and g.case_id <> all(array(
          select c.case_id from public.access_conflict c
          where c.account_id = (select public.waymark_account())
              and c.starts_at <= statement_timestamp()
              and (c.ends_at is null or c.ends_at > statement_timestamp())
      ))
      and (g.named or not exists (
          select from public.access_restrictedrecord r
          where r.case_id = g.case_id and r.starts_at <= statement_timestamp()
              and (r.ends_at is null or r.ends_at > statement_timestamp())
      ));
"""

CATEGORIES = (
    "identity",
    "placement",
    "risk",
    "missing",
    "incidents",
    "meetings",
    "finance",
    "exploitation",
    "youth_justice",
    "health",
    "intelligence",
)
RULES = (
    (
        "social_worker",
        "wwwwwwwwww-",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    (
        "deputy_team_manager",
        "wwwwwwwwww-",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    (
        "service_manager",
        "wwwwwwwwww-",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    (
        "head_of_service",
        "wwwwwwwwww-",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    (
        "placements_team",
        "wwwrrrwrrr-",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    (
        "sp_referrals",
        "wwrrr-r----",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    (
        "commissioning",
        "wwrrw-w----",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    (
        "duty_team",
        "rrwwwr-rrr-",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    ("iro", "rwwrrr-rrr-", "legal_obligation", "Reviewing the care plan"),
    (
        "temporary_accommodation",
        "rwrrr------",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    (
        "housing_keyworker",
        "wwwwwwrwrr-",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    (
        "provider_manager",
        "wwwwwwwwrr-",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    (
        "gangs_team",
        "rwwwww-ww-w",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    (
        "gangs_coordinator",
        "rwwwww-ww-w",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    (
        "exploitation_worker",
        "rrwrww-wrrr",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    ("police", "rwwwww-wr-w", "crime", "Keeping the young person and others safe from crime"),
    ("safer_neighbourhood", "rwwwww-wr-w", "crime", "Keeping the young person and others safe from crime"),
    ("yos_worker", "rrwrrw-rwr-", "legal_obligation", "Carrying out a youth justice order"),
    (
        "any_professional",
        "rrwrww-w---",
        "public_task",
        "Supporting the young person in their accommodation and keeping them safe",
    ),
    ("data_protection_lead", "r----------", "legal_obligation", "Checking how the record was used"),
)
"""What involvements of each role opened when the ledger began: a mark for each category, `w` write, `r` read."""

# Involvements of before get the lines that they would make now.
LINES = """
insert into access_grant (
    id, case_id, membership_id, team_id, role, reads, writes, reason, involvement_id, basis, purpose, decided_at,
    starts_at, ends_at, named, onward, conditions, consent, consent_note, rules, end_reason
)
select gen_random_uuid(), i.case_id, i.membership_id, i.team_id, '', rule.reads, rule.writes, 'involvement', i.id,
    rule.basis, rule.purpose, i.starts_at, i.starts_at, i.ends_at, false, false, '', 'not_asked', '', '{}'::jsonb, ''
from access_involvement i
join jsonb_to_recordset(%s::jsonb) as rule (role text, reads text[], writes text[], basis text, purpose text)
    on rule.role = i.role
"""


def write_lines(apps, schema_editor):
    """The owner writes them while it is not itself under row-level security."""
    rules = [
        {
            "role": role,
            "reads": [name for name, mark in zip(CATEGORIES, marks, strict=True) if mark in "rw"],
            "writes": [name for name, mark in zip(CATEGORIES, marks, strict=True) if mark == "w"],
            "basis": basis,
            "purpose": purpose,
        }
        for role, marks, basis, purpose in RULES
    ]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(LINES, [json.dumps(rules)])
        cursor.execute("set constraints all immediate")


class Migration(migrations.Migration):
    dependencies = [("access", "0004_sharing_ledger"), ("events", "0003_category")]
    operations = [
        migrations.RunPython(write_lines, migrations.RunPython.noop),
        LoginSQL(FUNCTIONS),
        protect("access_grant", web_reads=within_reach("access_grant"), owner_reads=True),
        protect("access_conflict", web_reads=within_reach("access_conflict"), owner_reads=True),
        protect("access_restrictedrecord", web_reads=within_reach("access_restrictedrecord"), owner_reads=True),
        protect("access_emergencyaccess", web_reads=within_reach("access_emergencyaccess")),
        # Whoever may see what is held back sees that it is, and who else may.
        protect("access_heldback", web_reads=readable("access_heldback", "'identity'", item="item"), owner_reads=True),
        protect(
            "access_heldbackreader",
            web_reads="exists (select 1 from access_heldback h where h.id = held_back_id)",
            owner_reads=True,
        ),
        LoginSQL(
            f"""
            alter policy web_reads on access_involvement using ({within_reach("access_involvement")});
            alter policy web_reads on events_event using ({readable("events_event", "events_event.category")})
            """
        ),
    ]
