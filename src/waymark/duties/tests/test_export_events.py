"""The events of one case as a trace, and that the trace says what the ledger says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from waymark.audit.models import Entry
from waymark.cases.models import Kind
from waymark.cases.services import open_case
from waymark.core.clock import FixedClock
from waymark.duties.adopting import adopt_proposal, propose
from waymark.duties.engine import load_pack
from waymark.duties.models import Duty
from waymark.duties.trace_reading import read_trace
from waymark.duties.tracing import trace_lines
from waymark.events.models import Event
from waymark.events.services import NewEvent, record_many, retract

PACK = Path(__file__).resolve().parents[4] / "protocols" / "islington.toml"
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
P1 = {"placement": "P1"}

pytestmark = pytest.mark.usefixtures("db")


def export(*arguments):
    said = StringIO()
    call_command("export_events", *arguments, stdout=said)
    return said.getvalue()


@pytest.fixture
def moved_in(young_person, borough, system):
    """Amira moved in on 2 March, her planning meeting was held on the 5th and wrongly recorded on the 4th too."""
    proposal = propose(authority=borough, content=PACK.read_bytes(), file=PACK.name, starts_on=date(2017, 6, 1))
    adopt_proposal(proposal, actor=system)
    new = [
        ("facts_recorded", 1, {}, {"date_of_birth": "2008-05-14", "status": "cla"}),
        ("placement_started", 2, P1, {}),
        ("planning_meeting_held", 4, P1, {"chair": "social_worker"}),
        ("planning_meeting_held", 5, P1, {"chair": "social_worker", "attended": ["young_person"]}),
    ]
    stored = record_many(
        [
            NewEvent(
                type=name,
                case=young_person.case,
                occurred_at=datetime(2026, 3, day, 11, tzinfo=UTC),
                refs=refs,
                data=data,
            )
            for name, day, refs, data in new
        ],
        actor=system,
        clock=FixedClock(NOW),
    ).stored
    retract(stored[2], "Another day", system, clock=FixedClock(NOW))
    return young_person


def test_each_event_is_a_line_with_what_it_says_and_nothing_empty(moved_in):
    lines = [json.loads(line) for line in export("YP1").splitlines()]
    started = Event.objects.get(type="placement_started")
    assert len(lines) == 5
    assert lines[1] == {
        "id": str(started.pk),
        "case": "YP1",
        "type": "placement_started",
        "occurred_at": "2026-03-02T11:00:00+00:00",
        "recorded_at": "2026-03-20T09:00:00+00:00",
        "refs": {"placement": "P1"},
    }


def test_the_trace_of_the_export_says_what_the_ledger_says(moved_in, tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(export("YP1"))
    pack = load_pack(PACK)
    traced = {}
    for line in trace_lines(read_trace(path, [pack]), [pack], NOW):
        found = json.loads(line)
        due = found["due"] and datetime.fromisoformat(found["due"])
        said = (found["state"], due, found["missing"], found["late"], found["met_by"])
        traced[found["clause"], found["part"] or "", found["trigger"]] = said
    stored = {
        (duty.clause, duty.part, str(duty.trigger_id)): (
            duty.state,
            duty.due,
            duty.missing,
            duty.late,
            [str(event) for event in duty.met_by],
        )
        for duty in Duty.objects.all()
    }
    assert traced == stored
    assert traced["PPM-02", "", str(Event.objects.get(type="placement_started").pk)][0] == "met"


def test_a_case_is_found_by_its_identifier_too(moved_in):
    assert export(str(moved_in.case_id)) == export("YP1")


def test_a_case_nobody_knows_is_said_to_be_unknown(moved_in):
    with pytest.raises(CommandError, match="There is no case YP99") as caught:
        export("YP99")
    assert caught.value.returncode == 2


def test_a_reference_that_two_boroughs_use_needs_the_borough(moved_in, system):
    elsewhere = open_case(actor=system, kind=Kind.BOROUGH, authority=None, reference="B2")
    open_case(actor=system, kind=Kind.YOUNG_PERSON, authority=elsewhere, reference="YP1")
    with pytest.raises(CommandError, match=r"say which with --authority \(B1, B2\)"):
        export("YP1")
    assert export("YP1", "--authority", "B1")
    assert export("YP1", "--authority", "B2") == ""


def test_the_export_is_in_the_trail(moved_in):
    export("YP1")
    entry = Entry.objects.get(purpose="export of events")
    assert (entry.action, entry.case_id) == ("read", moved_in.case_id)
