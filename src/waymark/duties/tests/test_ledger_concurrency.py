"""Several people and several workers at once, each with database connections of their own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from waymark.cases.models import Kind
from waymark.cases.services import NewCase, open_case, open_cases
from waymark.core.actor import Actor
from waymark.core.clock import FixedClock
from waymark.duties.adopting import adopt_proposal, propose
from waymark.duties.models import Duty, Notice
from waymark.duties.rebuilding import rebuild_all
from waymark.duties.tasks import sweep_all
from waymark.events.models import Event
from waymark.events.services import NewEvent, record, record_many

PACK = Path(__file__).resolve().parents[4] / "protocols" / "islington.toml"
SYSTEM = Actor.system("tests")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MOVED_IN = datetime(2026, 3, 2, 10, tzinfo=UTC)
DUE = datetime(2026, 3, 8, tzinfo=UTC)
PLACEMENT = {"placement": "P1"}


def at(day):
    return FixedClock(datetime(2026, 3, day, 12, tzinfo=UTC))


@pytest.fixture
def borough(real_connections):
    """A borough that works by the Islington protocol since 2020."""
    case = open_case(actor=SYSTEM, kind=Kind.BOROUGH, authority=None, starts_at=LONG_AGO)
    proposal = propose(authority=case, content=PACK.read_bytes(), file=PACK.name, starts_on=date(2020, 1, 1))
    adopt_proposal(proposal, actor=SYSTEM)
    return case


def test_workers_at_once_notice_each_breach_exactly_once(in_threads, borough):
    people = open_cases(
        [NewCase(kind=Kind.YOUNG_PERSON, authority=borough, starts_at=LONG_AGO) for _ in range(60)], actor=SYSTEM
    )
    record_many(
        [NewEvent(type="placement_started", case=case, occurred_at=MOVED_IN, refs=PLACEMENT) for case in people],
        actor=SYSTEM,
        clock=at(2),
    )
    swept = in_threads(lambda _: sweep_all(FixedClock(DUE), most=7), [1, 2, 3, 4])
    assert sum(swept) >= 60
    assert Notice.objects.count() == 120
    assert not Duty.objects.filter(clause__in=["PPM-01", "PPM-02"]).exclude(state="breached").exists()


def test_two_people_recording_at_once_leave_the_duties_that_a_rebuild_makes(in_threads, borough):
    case = open_cases([NewCase(kind=Kind.YOUNG_PERSON, authority=borough, starts_at=LONG_AGO)], actor=SYSTEM)[0]

    def record_one(number):
        return record(
            "planning_meeting_held" if number % 2 else "support_plan_sent",
            case=case,
            actor=SYSTEM,
            occurred_at=MOVED_IN + timedelta(hours=number),
            refs=PLACEMENT,
            data={} if number % 2 else {"to": ["social_worker"]},
            clock=at(4),
        )

    in_threads(record_one, list(range(1, 9)))
    assert Event.objects.filter(case=case).count() == 8
    assert rebuild_all(at(4).instant, check=True).changes == []
