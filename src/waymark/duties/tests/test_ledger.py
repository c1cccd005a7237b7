"""The duties that the database holds, step by step as casework is recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from waymark.core.clock import FixedClock
from waymark.duties.adopting import adopt_proposal, dry_run, propose
from waymark.duties.models import Duty, Notice
from waymark.duties.rebuilding import rebuild_all
from waymark.duties.tasks import sweep_all
from waymark.events.errors import RecordRefused
from waymark.events.models import Event
from waymark.events.services import NewEvent, record, record_many, retract

PACK = Path(__file__).resolve().parents[4] / "protocols" / "islington.toml"
MOVED_IN = datetime(2026, 3, 2, 10, tzinfo=UTC)
DUE = datetime(2026, 3, 8, tzinfo=UTC)
PLACEMENT = {"placement": "P1"}


def at(day: int, hour: int = 12, month: int = 3) -> FixedClock:
    return FixedClock(datetime(2026, month, day, hour, tzinfo=UTC))


@pytest.fixture
def protocol(borough, system):
    """The borough works by the Islington protocol since 2020."""
    proposal = propose(authority=borough, content=PACK.read_bytes(), file=PACK.name, starts_on=date(2020, 1, 1))
    return adopt_proposal(proposal, actor=system)


@pytest.fixture
def moved_in(protocol, young_person, system):
    """Amira's placement started on Monday 2 March 2026."""
    return record(
        "placement_started", case=young_person.case, actor=system, occurred_at=MOVED_IN, refs=PLACEMENT, clock=at(2)
    )


def duty(case, clause):
    return Duty.objects.get(case=case, clause=clause)


def test_recording_a_move_opens_the_duties_that_follow_from_it(moved_in):
    opened = Duty.objects.filter(trigger=moved_in)
    assert set(opened.values_list("clause", flat=True)) == {"PPM-01", "PPM-02", "REV-01"}
    meeting = opened.get(clause="PPM-02")
    assert (meeting.state, meeting.due, meeting.roles) == ("open", DUE, ["social_worker"])


def test_recording_the_meeting_meets_the_duty_and_opens_what_follows(moved_in, system):
    held = record(
        "planning_meeting_held",
        case=moved_in.case,
        actor=system,
        occurred_at=at(4).instant,
        refs=PLACEMENT,
        clock=at(4, 13),
    )
    met = duty(moved_in.case, "PPM-02")
    assert (met.state, met.met_by, met.late, met.next_change) == ("met", [held.pk], False, None)
    assert duty(moved_in.case, "PPM-12").state == "open"


def test_retracting_the_meeting_reopens_the_duty_and_removes_what_followed(moved_in, system):
    held = record(
        "planning_meeting_held",
        case=moved_in.case,
        actor=system,
        occurred_at=at(4).instant,
        refs=PLACEMENT,
        clock=at(4, 13),
    )
    retract(held, "another young person's meeting", system, clock=at(5))
    assert duty(moved_in.case, "PPM-02").state == "open"
    assert not Duty.objects.filter(trigger=held).exists()


def test_the_sweep_notices_a_breach_once_and_only_when_it_is_one(moved_in):
    assert sweep_all(FixedClock(DUE - timedelta(seconds=1))) == 0
    assert sweep_all(FixedClock(DUE)) == 1
    assert sweep_all(FixedClock(DUE + timedelta(hours=1))) == 0
    assert duty(moved_in.case, "PPM-02").state == "breached"
    notices = Notice.objects.filter(case=moved_in.case).values_list("clause", "kind", "due")
    assert set(notices) == {("PPM-01", "breach", DUE), ("PPM-02", "breach", DUE)}


def test_a_month_that_begins_opens_that_months_log(protocol, scheme, system):
    record("scheme_opened", case=scheme.case, actor=system, occurred_at=MOVED_IN, refs={"scheme": "S1"}, clock=at(2))
    logs = Duty.objects.filter(case=scheme.case, clause="INF-13")
    assert not logs.exists()
    sweep_all(FixedClock(datetime(2026, 3, 31, 23, tzinfo=UTC)))
    assert logs.get().part == "2026-04"
    sweep_all(at(1, 0, month=6))
    assert list(logs.order_by("part").values_list("part", "state")) == [
        ("2026-04", "breached"),
        ("2026-05", "open"),
        ("2026-06", "open"),
    ]


def test_what_was_built_step_by_step_is_what_a_rebuild_makes(moved_in, system):
    events = [
        ("planning_meeting_held", 4, PLACEMENT, {"attended": ["young_person"], "has": ["purpose"]}),
        ("support_plan_written", 5, PLACEMENT, {"has": ["outcomes"]}),
        ("support_plan_sent", 9, PLACEMENT, {"to": ["social_worker"]}),
        ("incident_recorded", 10, {"incident": "I1"}, {"serious": True, "category": "exploitation"}),
        ("facts_recorded", 1, {}, {"gang_risk": True, "date_of_birth": "2008-05-14"}),
    ]
    for kind, day, refs, data in events:
        record(kind, case=moved_in.case, actor=system, occurred_at=at(day).instant, refs=refs, data=data, clock=at(12))
    result = rebuild_all(at(12).instant, check=True)
    assert Duty.objects.count() > 10
    assert result.changes == []


def test_a_rebuild_mends_a_row_that_somebody_changed_behind_our_back(moved_in):
    Duty.objects.filter(clause="PPM-02").update(state="met")
    found = rebuild_all(at(3).instant, check=True)
    assert [line.split(":")[0] for line in found.lines()] == ["PPM-02"]
    assert duty(moved_in.case, "PPM-02").state == "met"
    rebuild_all(at(3).instant)
    assert duty(moved_in.case, "PPM-02").state == "open"


def test_recording_the_same_event_twice_changes_nothing(moved_in, system):
    before = list(Duty.objects.order_by("clause").values())
    record(
        "placement_started",
        case=moved_in.case,
        actor=system,
        occurred_at=MOVED_IN,
        refs=PLACEMENT,
        id=moved_in.pk,
        clock=at(2),
    )
    assert list(Duty.objects.order_by("clause").values()) == before


def test_many_cases_at_once_give_what_one_by_one_gives(protocol, young_person, other_young_person, system):
    people = (young_person, other_young_person)
    new = [
        NewEvent(type="placement_started", case=person.case, occurred_at=MOVED_IN, refs=PLACEMENT) for person in people
    ]
    record_many(new, actor=system, clock=at(2))
    opened = [set(Duty.objects.filter(case=person.case).values_list("clause", flat=True)) for person in people]
    assert opened[0] == opened[1] == {"PPM-01", "PPM-02", "REV-01"}
    assert rebuild_all(at(2).instant, check=True).changes == []


def test_a_case_without_an_adopted_protocol_has_no_duties(young_person, system):
    record("placement_started", case=young_person.case, actor=system, occurred_at=MOVED_IN, refs=PLACEMENT, clock=at(2))
    assert not Duty.objects.exists()


def test_what_began_before_the_adoption_is_unknown(borough, young_person, system):
    proposal = propose(authority=borough, content=PACK.read_bytes(), file=PACK.name, starts_on=date(2026, 3, 3))
    adopt_proposal(proposal, actor=system)
    record("placement_started", case=young_person.case, actor=system, occurred_at=MOVED_IN, refs=PLACEMENT, clock=at(9))
    assert set(Duty.objects.values_list("state", flat=True)) == {"unknown"}


def test_a_dry_run_says_what_a_new_version_would_change_and_changes_nothing(moved_in, borough, system):
    content = PACK.read_bytes().replace(b'version = "2017.1"', b'version = "2026.1"')
    content = content.replace(b'means = "1 working day"', b'means = "3 working days"')
    proposal = propose(authority=borough, content=content, file="next.toml", starts_on=date(2026, 3, 4))
    record(
        "planning_meeting_held",
        case=moved_in.case,
        actor=system,
        occurred_at=at(5).instant,
        refs=PLACEMENT,
        clock=at(5, 13),
    )
    before = list(Duty.objects.order_by("pk").values())
    changes = {change.identity.clause: change for _, change in dry_run(proposal, actor=system, clock=at(6))}
    assert list(Duty.objects.order_by("pk").values()) == before
    assert "PPM-02" not in changes, "the meeting's own duty began under the version before"
    assert changes["PPM-09"].after.due - changes["PPM-09"].before.due >= timedelta(days=2)


def waive(case, clause, refs, system):
    return record(
        "duty_waived",
        case=case,
        actor=system,
        occurred_at=at(3).instant,
        refs=refs,
        data={"clause": clause, "reason": "held jointly with the pathway review"},
        clock=at(3, 13),
    )


def test_a_waived_duty_is_owed_no_more(moved_in, system):
    waive(moved_in.case, "PPM-02", PLACEMENT, system)
    assert duty(moved_in.case, "PPM-02").state == "waived"


@pytest.mark.parametrize(
    ("clause", "refs", "field"),
    [("PPM-99", PLACEMENT, "data.clause"), ("PPM-06", PLACEMENT, "data.clause"), ("PPM-02", {}, "refs.placement")],
)
def test_a_waiver_of_nothing_is_refused_and_not_stored(moved_in, system, clause, refs, field):
    with pytest.raises(RecordRefused) as refused:
        waive(moved_in.case, clause, refs, system)
    assert refused.value.field == field
    assert not Event.objects.filter(type="duty_waived").exists()
