"""150,000 young people and 3,000,000 lines of the sharing ledger, and the readers whose lists are measured.

The rows are as services would leave them, made in the database: identifiers and names follow from numbers by md5, so
that they lie about like random ones. What goes with a number is shuffled, so that nobody's records lie together.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from psycopg import sql

from _database import DATABASE
from waymark.demo.simulation.names import FAMILY, GIVEN
from waymark.setup.database import with_database
from waymark.setup.testing import SUPERUSER_VARIABLE

if TYPE_CHECKING:
    from waymark.core.actor import Actor

PEOPLE = 150_000
LINES = 3_000_000
MEMBERS = 4_000
TEAMS = 300
LONG_RECORDS, EVENTS_EACH = 500, 200
WIDE = 60_000
NARROW = 1_000


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody whose lists are measured, and the token of their session."""

    title: str
    actor: Actor
    token: str


INDEXES = """
select c.relname, pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid
where i.indrelid = 'access_grant'::regclass and not i.indisunique
"""

# Boroughs 1 to 4 are responsible for 60,000, 45,000, 30,000 and 15,000. Teams 1 to 4 are their emergency duty teams.
# Members 1 to 3 are the readers. `place` is the number of a young person, shuffled.
ROWS = """
create function pg_temp.named(kind text, number bigint) returns uuid language sql immutable
    return md5(kind || number)::uuid;
create function pg_temp.place(number bigint) returns bigint language sql immutable
    return (number * 7919 + 13) %% {people};
create function pg_temp.borough(place bigint) returns int language sql immutable return
    case when place < 60000 then 1 when place < 105000 then 2 when place < 135000 then 3 else 4 end;

insert into cases_case (id, kind, reference, authority_id)
select pg_temp.named('borough', n), 'borough', 'B' || n, null from generate_series(1, 4) n;
insert into cases_case (id, kind, reference, authority_id)
select pg_temp.named('case', n), 'young_person', 'YP' || n, pg_temp.named('borough', pg_temp.borough(pg_temp.place(n)))
from generate_series(1, {people}) n;
insert into cases_caseauthority (id, case_id, authority_id, starts_at)
select gen_random_uuid(), id, authority_id, '2020-01-01' from cases_case where authority_id is not null;
insert into people_youngperson (id, case_id, given_name, family_name, preferred_name, date_of_birth, pronouns)
select gen_random_uuid(), pg_temp.named('case', n),
    (%(given)s::text[])[1 + hash %% cardinality(%(given)s::text[])],
    (%(family)s::text[])[1 + hash / 200 %% cardinality(%(family)s::text[])]
        || (array['', 'son', 'ley', 'wick', 'more', 'ez', 'ham', 'ova'])[1 + hash / 40000 %% 8],
    '', date '2002-01-01' + (hash %% 3000)::int, ''
from generate_series(1, {people}) n, lateral (select abs(hashtext('name' || n)::bigint) as hash) h;

insert into access_agency (id, name, kind)
select pg_temp.named('agency', n), 'Agency ' || n,
    case when n <= 4 then 'local_authority' when n <= 20 then 'police' else 'provider' end
from generate_series(1, 60) n;
insert into access_team (id, agency_id, name, role)
select pg_temp.named('team', n), pg_temp.named('agency', case when n <= 4 then n else 5 + n %% 56 end), 'Team ' || n,
    case when n <= 4 then 'duty_team' else 'social_worker' end
from generate_series(1, {teams}) n;
insert into accounts_account (id, name, email, is_active)
select pg_temp.named('account', n), 'Member ' || n, 'member.' || n || '@waymark.example', true
from generate_series(1, {members}) n;
insert into access_membership (id, account_id, agency_id, team_id, role, administers, starts_at, invited_as)
select pg_temp.named('member', n), pg_temp.named('account', n),
    case when n <= 3 then pg_temp.named('agency', 1) else team.agency_id end,
    case n when 1 then null when 2 then pg_temp.named('team', 1) when 3 then null else team.id end,
    case n when 1 then 'social_worker' when 2 then 'duty_team' when 3 then 'iro' else team.role end,
    false, '2020-01-01', ''
from generate_series(1, {members}) n
join access_team team on team.id = pg_temp.named('team', 5 + n %% ({teams} - 4));

-- Twenty lines a young person: line 1 is the emergency duty team's, 2 a team's, 3 a role's at an agency, 4 to 9
-- people's; 10 to 20 have ended. The narrow reader has line 4 of a thousand young people, line 5 of a hundred of the
-- same, and a thousand lines that have ended.
insert into access_grant (
    id, case_id, membership_id, team_id, agency_id, role, reads, writes, reason, basis, purpose, decided_at, starts_at,
    ends_at, named, onward, conditions, consent, consent_note, rules, end_reason
)
select gen_random_uuid(), pg_temp.named('case', n),
    case
        when line = 4 and place < {narrow} or line = 5 and place < 100
                or line = 10 and place between {narrow} and 2 * {narrow}
            then pg_temp.named('member', 1)
        when line not in (1, 2, 3, 11, 12, 13)
            then pg_temp.named('member', 4 + (n * line * 31 + line) %% ({members} - 3))
    end,
    case line
        when 1 then pg_temp.named('team', pg_temp.borough(place))
        when 2 then pg_temp.named('team', 5 + place %% ({teams} - 4))
        when 11 then pg_temp.named('team', 5 + (place + 50) %% ({teams} - 4))
        when 12 then pg_temp.named('team', 5 + (place + 150) %% ({teams} - 4))
        when 13 then pg_temp.named('team', 5 + (place + 200) %% ({teams} - 4))
    end,
    case line when 3 then pg_temp.named('agency', 5 + place %% 16) end,
    case line when 3 then 'safer_neighbourhood' else '' end,
    case line %% 3
        when 0 then '{{identity,placement,risk,missing,incidents,meetings,finance,exploitation,youth_justice,health}}'
        when 1 then '{{identity,placement,risk,missing,incidents,meetings}}'
        else '{{identity,risk,missing,incidents}}'
    end::varchar[],
    case line %% 3 when 0 then '{{identity,placement,risk}}' when 1 then '{{risk}}' else '{{}}' end::varchar[],
    case line %% 4 when 0 then 'placement' when 1 then 'statutory' when 2 then 'referral' else 'share' end,
    'public_task', 'Supporting the young person in their accommodation and keeping them safe', '2024-01-01',
    timestamptz '2022-01-01' + hash %% 700 * interval '1 day',
    case when line >= 10 then timestamptz '2024-06-01' + hash %% 700 * interval '1 day' end,
    false, false, '', 'not_asked', '', '{{}}', ''
from generate_series(1, {each}) line, generate_series(1, {people}) n,
    lateral (select pg_temp.place(n) as place, abs(hashtext(line || 'line' || n)::bigint) as hash) of_line;

-- One in 500 records is restricted; a reader is named on every second of those. Some have conflicts of interest.
insert into access_restrictedrecord (id, case_id, why, starts_at)
select gen_random_uuid(), pg_temp.named('case', n), 'Family of staff', '2025-01-01'
from generate_series(1, {people}) n where pg_temp.place(n) %% 500 = 7;
update access_grant set named = true where ends_at is null and case_id in (
    select pg_temp.named('case', n) from generate_series(1, {people}) n where pg_temp.place(n) %% 1000 = 7
);
insert into access_conflict (id, case_id, account_id, why, starts_at)
select gen_random_uuid(), pg_temp.named('case', n), pg_temp.named('account', 1 + place %% 2), 'A relative',
    '2025-01-01'
from generate_series(1, {people}) n, lateral (select pg_temp.place(n) as place) of_case
where place in (1, 2, 3, 4, 5, 6);
insert into access_conflict (id, case_id, account_id, why, starts_at)
select gen_random_uuid(), pg_temp.named('case', n * 300), pg_temp.named('account', 4 + n), 'A relative', '2025-01-01'
from generate_series(1, 500) n;

-- Each young person has moved in; some have long records, in which one entry in fifty is held back from all but a few.
insert into events_event (id, case_id, type, occurred_at, recorded_at, refs, by, data, category)
select md5(n || 'moved')::uuid, pg_temp.named('case', n), 'placement_started',
    timestamptz '2024-01-01' + n * interval '1 minute', timestamptz '2024-01-01' + n * interval '1 minute',
    jsonb_build_object('placement', 'P' || n), 'placements_team', '{{}}', 'placement'
from generate_series(1, {people}) n;
insert into events_event (id, case_id, type, occurred_at, recorded_at, refs, by, data, category)
select md5(place || 'event' || entry)::uuid, pg_temp.named('case', n),
    (array['keywork_session', 'incident_recorded', 'risk_assessed', 'returned'])[1 + entry %% 4],
    timestamptz '2025-01-01' + entry * interval '1 day', timestamptz '2025-01-01' + entry * interval '1 day',
    '{{}}', 'housing_keyworker',
    '{{"note": "What was said and done, in a sentence or two of the usual length for it."}}',
    (array['placement', 'incidents', 'risk', 'missing'])[1 + entry %% 4]
from generate_series(1, {people}) n, lateral (select pg_temp.place(n) as place) of_case,
    generate_series(2, {events}) entry
where place < {records};
insert into access_heldback (id, case_id, item, why, starts_at)
select md5(id || 'held')::uuid, case_id, id, 'Its source', '2025-01-01'
from events_event where data <> '{{}}' and extract(doy from occurred_at)::int %% 50 = 0;
insert into access_heldbackreader (id, held_back_id, case_id, team_id)
select gen_random_uuid(), id, case_id, pg_temp.named('team', 1 + abs(hashtext(id::text)::bigint) %% 2)
from access_heldback;
"""


def fill() -> None:
    """Write the rows, as the superuser, who need not check foreign keys. The ledger is indexed when it is full."""
    statements = ROWS.format(
        people=PEOPLE,
        members=MEMBERS,
        teams=TEAMS,
        narrow=NARROW,
        each=LINES // PEOPLE,
        records=LONG_RECORDS,
        events=EVENTS_EACH,
    )
    with superuser() as connection:
        connection.execute("set session_replication_role = replica")
        indexes = connection.execute(INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(sql.SQL("drop index {}").format(sql.Identifier(name)))
        connection.execute(statements, {"given": list(GIVEN), "family": list(FAMILY)})
        for _, definition in indexes:
            connection.execute(definition)


def readers() -> list[Reader]:
    """A reader of 1,000, one of 60,000 and one of none, each signed in."""
    from waymark.access.models import Membership
    from waymark.access.services import acting_as
    from waymark.accounts.services import open_session

    found = []
    for number, title in enumerate((f"a reader of {NARROW:,}", f"a reader of {WIDE:,}", "a reader of none"), start=1):
        member = Membership.objects.select_related("account", "agency", "team").get(pk=named("member", number))
        actor = acting_as(member)
        found.append(Reader(title, actor, open_session(member.account, actor=actor, membership_id=member.pk)))
    return found


def named(kind: str, number: int) -> UUID:
    """The identifier that `pg_temp.named` gives."""
    return UUID(hashlib.md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest())


def a_long_record() -> UUID:
    """The case of somebody with many events whom both readers may read."""
    numbers = (number for number in range(1, PEOPLE + 1) if (number * 7919 + 13) % PEOPLE == LONG_RECORDS // 2)
    return named("case", next(numbers))


def superuser() -> psycopg.Connection[Any]:
    """A connection to the measured database that no policy holds for."""
    url = with_database(os.environ[SUPERUSER_VARIABLE], DATABASE)
    return psycopg.connect(url, cursor_factory=psycopg.ClientCursor)
