"""The events of one case as a trace, and that the trace says what the ledger says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from waymark.access.models import Adoption
from waymark.audit.models import Entry
from waymark.cases.models import Kind
from waymark.cases.services import change_authority, open_case
from waymark.core.clock import FixedClock
from waymark.duties.adopting import adopt_proposal, propose
from waymark.duties.commands import main
from waymark.duties.engine.tests.kit import pack_text
from waymark.duties.rebuilding import rebuild_all
from waymark.duties.tests.agreeing import exported, said_by_screens, said_by_trace
from waymark.duties.tests.trace.kit import PLANNING
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


def test_the_first_lines_say_which_protocol_was_in_use_and_since_when(moved_in):
    line = json.loads(export("YP1").splitlines()[0])
    adoption = Adoption.objects.get()
    assert line.pop("id")
    assert line == {
        "case": "YP1",
        "type": "protocol_in_use",
        "occurred_at": "2017-05-31T23:00:00+00:00",
        "data": {
            "protocol": "islington-supported-accommodation",
            "version": "2017.1",
            "terms": {},
            "switches": {},
            "sha256": adoption.digest,
        },
    }


def test_each_event_is_a_line_with_what_it_says_and_nothing_empty(moved_in):
    lines = [json.loads(line) for line in export("YP1").splitlines()]
    started = Event.objects.get(type="placement_started")
    assert len(lines) == 6
    assert lines[2] == {
        "id": str(started.pk),
        "case": "YP1",
        "type": "placement_started",
        "occurred_at": "2026-03-02T11:00:00+00:00",
        "recorded_at": "2026-03-20T09:00:00+00:00",
        "refs": {"placement": "P1"},
    }


def agrees(case, folder, *packs):
    """Whether the trace of the export says what the screens say; gives what both say."""
    said = said_by_trace(exported(case), packs or [PACK], NOW, folder)
    assert said == said_by_screens(case)
    return {(line["clause"], line["version"]): line for line in said}


def test_the_trace_of_the_export_says_what_the_screens_say(moved_in, tmp_path):
    said = agrees(moved_in.case, tmp_path)
    assert said["PPM-02", "2017.1"]["state"] == "met"


@pytest.fixture
def small(borough, system, tmp_path):
    """Adopt a small protocol: `small("1", date(2026, 3, 1))`. Gives the file that was adopted."""

    def adopting(version, starts_on, *, days=5, by=None, name="test-protocol", **settings):
        clause = PLANNING.replace('"5 days"', f'"{days} days"' if days else '"promptly"')
        path = tmp_path / f"{name}-{version}.toml"
        path.write_text(pack_text(clause, version=version).replace("test-protocol", name))
        proposal = propose(
            authority=by or borough, content=path.read_bytes(), file=path.name, starts_on=starts_on, **settings
        )
        adopt_proposal(proposal, actor=system, clock=FixedClock(NOW))
        return path

    return adopting


@pytest.fixture
def moves_in(young_person, system):
    """Amira moves into a placement on each of these days of March."""

    def moving(*days):
        new = [
            NewEvent(
                type="placement_started",
                case=young_person.case,
                occurred_at=datetime(2026, 3, day, 11, tzinfo=UTC),
                refs={"placement": f"P{day}"},
            )
            for day in days
        ]
        record_many(new, actor=system, clock=FixedClock(NOW))
        return young_person.case

    return moving


def test_two_versions_in_mid_case_judge_each_their_own_time_in_the_trace_too(small, moves_in, tmp_path):
    first = small("1", date(2026, 3, 1))
    case = moves_in(3, 10)
    second = small("2", date(2026, 3, 8), days=9)
    for packs in ((first, second), (second, first)):
        said = agrees(case, tmp_path, *packs)
        assert {version for _, version in said} == {"1", "2"}
        assert said["PPM-02", "2"]["due"][:10] == "2026-03-20"


def test_a_version_that_was_not_given_is_asked_for(small, moves_in, tmp_path, capsys):
    first = small("1", date(2026, 3, 1))
    small("2", date(2026, 3, 8))
    path = tmp_path / "events.jsonl"
    path.write_text(exported(moves_in(3)))
    assert main(["protocol", "trace", str(first), str(path)]) == 2
    assert "version 2 of test-protocol has judged this case: give that pack too" in capsys.readouterr().err


def test_the_boroughs_own_terms_and_an_earlier_adoption_of_the_same_version_count(small, moves_in, tmp_path):
    case = moves_in(3, 10)
    small("1", date(2026, 3, 5), days=None, terms={"promptly": "9 days"})
    path = small("1", date(2026, 3, 1), days=None)
    said = said_by_trace(exported(case), [path], NOW, tmp_path)
    assert said == said_by_screens(case)
    assert sorted(line["due"][:10] for line in said) == ["2026-03-05", "2026-03-20"]


@pytest.mark.parametrize("other", ["test-protocol", "another-protocol"])
def test_who_moves_to_another_borough_is_judged_by_its_protocol_from_then_on(small, moves_in, system, tmp_path, other):
    elsewhere = open_case(actor=system, kind=Kind.BOROUGH, authority=None, reference="B2")
    case = moves_in(3, 10)
    first = small("1", date(2026, 3, 5))
    second = small("7", date(2020, 1, 1), by=elsewhere, days=2, name=other)
    change_authority(actor=system, case=case, authority=elsewhere, at=datetime(2026, 3, 9, 12, tzinfo=UTC))
    rebuild_all(NOW)
    said = agrees(case, tmp_path, first, second)
    assert said["PPM-02", "1"]["state"] == "unknown"
    assert "was not in use here until Thu 5 Mar 2026" in said["PPM-02", "1"]["why"]
    assert said["PPM-02", "7"]["state"] == "breached"


def test_a_borough_without_a_protocol_before_a_move_to_one_that_has_long_had_it(small, moves_in, system, tmp_path):
    elsewhere = open_case(actor=system, kind=Kind.BOROUGH, authority=None, reference="B2")
    case = moves_in(3)
    path = small("1", date(2020, 1, 1), by=elsewhere)
    change_authority(actor=system, case=case, authority=elsewhere, at=datetime(2026, 3, 9, 12, tzinfo=UTC))
    rebuild_all(NOW)
    said = agrees(case, tmp_path, path)
    assert "was not in use here until Mon 9 Mar 2026" in said["PPM-02", "1"]["why"]


def test_where_no_protocol_was_adopted_the_trace_says_nothing_either(moves_in, tmp_path):
    assert agrees(moves_in(3), tmp_path) == {}


def test_the_protocols_come_with_the_export_word_for_word_when_asked_for(small, moves_in, tmp_path):
    small("1", date(2026, 3, 1))
    changed = small("2", date(2026, 3, 8), days=9)
    adopted_text = changed.read_text()
    case = moves_in(3, 10)
    changed.write_text(adopted_text.replace("9 days", "1 day"))
    trace = exported(case, "--packs", str(tmp_path / "adopted"))
    packs = sorted((tmp_path / "adopted").iterdir())
    assert [path.name for path in packs] == ["test-protocol-1.toml", "test-protocol-2.toml"]
    assert packs[1].read_text() == adopted_text
    assert said_by_trace(trace, packs, NOW, tmp_path) == said_by_screens(case)


def test_a_folder_for_the_protocols_that_cannot_be_made_is_said_so(moved_in, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="File exists") as caught:
        export("YP1", "--packs", str(tmp_path / "file"))
    assert caught.value.returncode == 2


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
    assert export("YP1", "--authority", "B1") != export("YP1", "--authority", "B2")


def test_the_export_is_in_the_trail(moved_in):
    export("YP1")
    entry = Entry.objects.get(purpose="export of events")
    assert (entry.action, entry.case_id) == ("export", moved_in.case_id)
