"""My work asks no more of a database with very many open duties than of a small one."""

from __future__ import annotations

import re

import pytest
from django.db import connections

from waymark.casework.missing import missing_now
from waymark.casework.queries import PRESSING, WORK, Bucket, Wanted, parameters, work_of
from waymark.core.database import WEB

CASES = 2_500
DUTIES = 20_000

FILL = """
    insert into cases_case (id, kind, reference, authority_id)
    select md5('case' || n)::uuid, 'young_person', 'Q' || n, %(borough)s from generate_series(1, %(cases)s) n;

    insert into people_youngperson
        (id, case_id, given_name, family_name, preferred_name, date_of_birth, pronouns)
    select md5('person' || n)::uuid, md5('case' || n)::uuid, 'Given' || n, 'Family' || n, '', '2008-01-01', ''
    from generate_series(1, %(cases)s) n;

    insert into events_event (id, case_id, type, occurred_at, recorded_at, refs, by, data, category)
    select md5('event' || n)::uuid, md5('case' || n)::uuid, 'placement_started', %(now)s, %(now)s, '{}', '', '{}',
        'placement'
    from generate_series(1, %(cases)s) n;

    insert into access_involvement (id, case_id, role, membership_id, team_id, starts_at)
    select md5(role || n)::uuid, md5('case' || n)::uuid, role,
        case when role = 'housing_keyworker' and n <= 20 then %(keyworker)s::uuid end,
        case when role = 'housing_keyworker' and n <= 20 then null else %(team)s::uuid end,
        '2020-01-01'
    from generate_series(1, %(cases)s) n, unnest(array['social_worker', 'housing_keyworker', 'iro', 'police']) role;

    insert into access_grant (id, case_id, membership_id, team_id, role, reads, writes, reason, involvement_id, basis,
        purpose, starts_at, named, onward, conditions, consent, consent_note, rules, end_reason)
    select gen_random_uuid(), case_id, membership_id, team_id, '', '{identity,placement}', '{}', 'involvement', id,
        'public_task', '', starts_at, false, false, '', 'not_asked', '', '{}', ''
    from access_involvement where id not in (select involvement_id from access_grant);

    insert into duties_duty (id, case_id, clause, part, trigger_id, adoption_id, kind, refs, roles, state, since, due,
        timed, provisional, late, met_by, missing, escalated_to, category)
    select md5('duty' || n)::uuid, md5('case' || (n %% %(cases)s + 1))::uuid, 'PPM-0' || (n / %(cases)s), n::text,
        md5('event' || (n %% %(cases)s + 1))::uuid, %(adoption)s, 'duty', '{}',
        array[(array['social_worker', 'housing_keyworker', 'commissioning', 'any_professional'])[n / 3 %% 4 + 1]],
        'open', %(now)s, %(now)s + (n %% 60 - 10) * interval '1 day', true, false, false, '{}', '{}', '{}', 'placement'
    from generate_series(0, %(duties)s - 1) n;
"""


@pytest.fixture
def much(borough, adopted, keyworker, leaving_care_team, now):
    with connections["service"].cursor() as cursor:
        cursor.execute(
            FILL,
            {
                "borough": borough.pk,
                "cases": CASES,
                "duties": DUTIES,
                "now": now,
                "keyworker": keyworker.membership_id,
                "team": leaving_care_team.pk,
                "adoption": adopted.pk,
            },
        )
        cursor.execute("analyze")
    return now


def test_somebody_with_twenty_records_waits_for_their_own_only_and_a_stranger_for_none(
    much, keyworker, stranger, reading_as
):
    wanted = Wanted(whole_team=True)
    with reading_as(keyworker):
        plan = _plan(keyworker, wanted, much)
        work = work_of(keyworker, wanted, much)

    assert work.team[Bucket.LATE] == 24
    assert work.mine[Bucket.LATE] == 9, "the others are only taken: nobody who owes them works there"
    assert "Seq Scan on duties_duty" not in plan
    assert "Seq Scan on events_event" not in plan
    assert 0 < _rows_read(plan, "duties_duty") < 20 * 8 * 2, "their records hold 160 duties in all"
    with reading_as(stranger):
        assert _rows_read(_plan(stranger, wanted, much), "duties_duty") == 0


def test_somebody_with_every_record_sees_the_fifty_most_pressing_and_how_many_there_are(
    much, colleague, reading_as, queries
):
    with reading_as(colleague), queries() as made:
        work = work_of(colleague, Wanted(whole_team=True), much)

    assert [sum(place is bucket for place, _ in work.rows) for bucket in PRESSING] == [50, 0, 50, 0]
    assert work.team[Bucket.LATE] > 2_000
    assert len(made.captured_queries) == 2, "one says which and how many, the other brings the rows"


def test_who_is_missing_is_looked_for_among_absences_alone(much, colleague, reading_as, queries):
    with reading_as(colleague), queries() as made:
        assert missing_now(colleague, much) == []
        with connections[WEB].cursor() as cursor:
            cursor.execute(f"explain {made.captured_queries[0]['sql'].replace('%', '%%')}", [])
            plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "event_absences" in plan
    assert "Seq Scan on events_event" not in plan


def _plan(actor, wanted, now) -> str:
    with connections[WEB].cursor() as cursor:
        cursor.execute(f"explain (analyze, timing off) {WORK}", parameters(actor, wanted, now))
        return "\n".join(row[0] for row in cursor.fetchall())


def _rows_read(plan: str, table: str) -> float:
    """How many rows a plan took from a table: what each visit gave, times the visits."""
    found = re.findall(rf" on {table} .*?actual rows=([\d.]+) loops=(\d+)", plan)
    return sum(float(rows) * int(loops) for rows, loops in found)
