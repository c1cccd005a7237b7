"""The command, from a folder of CSV files to cases, events and duties."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connections
from django.test.utils import CaptureQueriesContext

from waymark.access.models import Involvement
from waymark.audit.models import Entry
from waymark.cases.models import Case, Kind
from waymark.cases.services import open_case
from waymark.core.clock import FixedClock
from waymark.core.database import SERVICE
from waymark.duties.adopting import adopt_proposal, propose
from waymark.duties.engine import load_pack
from waymark.duties.engine.calendar import start_of_day
from waymark.duties.models import Duty
from waymark.duties.trace_reading import read_trace
from waymark.duties.tracing import trace_lines
from waymark.events.models import Event
from waymark.events.services import retract
from waymark.people.models import Identifier, YoungPerson
from waymark.people.services import change_details
from waymark.returns import services
from waymark.returns.models import ImportedChild
from waymark.returns.services import import_return
from waymark.returns.ssda903.reading import read_return
from waymark.returns.ssda903.sample import sample_children, write_return
from waymark.returns.tests.returns import (
    ALEX,
    CHARLIE,
    CHARLIE_MOVED_IN,
    FROM,
    LEFT,
    MOVED_IN,
    NOW,
    TODAY,
    folder_with,
    standing,
)

PACK = Path(__file__).resolve().parents[4] / "protocols" / "islington.toml"

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def protocol(borough: Any, system: Any) -> None:
    """The borough works by the Islington protocol since 2017."""
    proposal = propose(authority=borough, content=PACK.read_bytes(), file=PACK.name, starts_on=date(2017, 6, 1))
    adopt_proposal(proposal, actor=system)


def test_a_return_becomes_young_people_with_what_happened_to_them(run: Any, tmp_path: Path, borough: Any) -> None:
    said = run(folder_with(tmp_path, header=[ALEX, CHARLIE], episodes=[{**MOVED_IN, **LEFT}, CHARLIE_MOVED_IN]))

    assert "2 young people of 16 or over: 2 added, 0 known already." in said
    assert "8 events recorded, 0 withdrawn." in said
    alex = YoungPerson.objects.get(case__identifiers__value="A1")
    assert (alex.name, alex.date_of_birth) == ("Child A1", date(2008, 6, 10))
    assert alex.case.authority == borough
    assert standing() == [
        ("facts_recorded", date(2008, 6, 9)),  # 10 June in London begins at 23:00 of the 9th in UTC
        ("facts_recorded", date(2025, 5, 2)),
        ("placement_started", date(2025, 5, 3)),
        ("facts_recorded", date(2025, 8, 3)),
        ("placement_ended", date(2025, 8, 4)),
    ]


def test_the_council_is_responsible_since_the_first_thing_told(bring_in: Any) -> None:
    bring_in()
    case = Case.objects.get(identifiers__value="A1")
    assert case.authorities.get().starts_at == start_of_day(date(2025, 5, 3))


def test_the_teams_members_see_the_young_people_and_nobody_else_does(
    run: Any,
    tmp_path: Path,
    member: Any,
    actor_of: Any,
    council: Any,
    leaving_care_team: Any,
    stranger: Any,
    reading_as: Any,
) -> None:
    run(folder_with(tmp_path, header=[ALEX], episodes=[MOVED_IN]))
    worker = actor_of(member("Dana Whitlock", council, "social_worker", leaving_care_team))

    for actor, seen in ((worker, ["Child A1"]), (stranger, []), (None, [])):
        with reading_as(actor):
            assert [person.name for person in YoungPerson.objects.all()] == seen
    with reading_as(worker):
        assert Event.objects.filter(type="placement_started").exists()


def test_pages_cannot_read_what_is_kept_of_returns(
    run: Any, tmp_path: Path, member: Any, actor_of: Any, council: Any, leaving_care_team: Any, reading_as: Any
) -> None:
    run(folder_with(tmp_path, header=[ALEX], episodes=[MOVED_IN]))
    worker = actor_of(member("Dana Whitlock", council, "social_worker", leaving_care_team))
    with pytest.raises(ProgrammingError, match="permission denied"), reading_as(worker):
        list(ImportedChild.objects.all())


def test_running_it_twice_adds_nothing(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "return"
    write_return(folder, sample_children(60, seed=4))
    run(folder)
    before = (Case.objects.count(), Event.objects.count(), Involvement.objects.count(), ImportedChild.objects.count())

    said = run(folder)

    assert "0 added" in said
    assert "Everything in this return was recorded before: nothing added." in said
    after = (Case.objects.count(), Event.objects.count(), Involvement.objects.count(), ImportedChild.objects.count())
    assert after == before


def test_running_it_twice_on_the_day_something_happened_adds_nothing(bring_in: Any) -> None:
    today = {"episodes": [{**MOVED_IN, "DECOM": "01/05/2026"}]}
    bring_in(**today)
    started = Event.objects.get(type="placement_started")
    assert started.occurred_at == NOW
    assert bring_in(now=NOW.replace(hour=20), **today).recorded == 0


def test_an_episode_that_has_ended_since_adds_its_end_and_withdraws_nothing(bring_in: Any) -> None:
    bring_in()
    result = bring_in(episodes=[{**MOVED_IN, **LEFT}])
    assert (result.added, result.known, result.recorded, result.withdrawn) == (0, 1, 2, 0)
    assert standing()[-1] == ("placement_ended", date(2025, 8, 4))


def test_a_date_put_right_is_withdrawn_and_recorded_anew(bring_in: Any) -> None:
    bring_in(episodes=[{**MOVED_IN, **LEFT}])
    result = bring_in(episodes=[{**MOVED_IN, **LEFT, "DEC": "05/08/2025"}])
    assert (result.recorded, result.withdrawn) == (2, 2)
    assert [event for event in standing() if event[0] == "placement_ended"] == [("placement_ended", date(2025, 8, 5))]
    retraction = Event.objects.filter(type="event_retracted").first()
    assert retraction is not None
    assert retraction.data["reason"] == "The SSDA903 return says otherwise now."


def test_what_a_person_withdrew_stays_withdrawn(bring_in: Any, system: Any) -> None:
    bring_in()
    retract(Event.objects.get(type="placement_started"), "Wrong child", system)
    assert bring_in().recorded == 0
    assert "placement_started" not in [event for event, _ in standing()]


def test_next_years_return_goes_on_where_this_years_stopped(bring_in: Any) -> None:
    bring_in(episodes=[{**MOVED_IN, "DEC": "09/01/2026", "REC": "X1"}, {**MOVED_IN, "DECOM": "09/01/2026", "RNE": "L"}])
    (started,) = Event.objects.filter(type="placement_started")
    result = bring_in(
        today=date(2027, 5, 1),
        now=datetime(2027, 5, 1, 9, tzinfo=UTC),
        episodes=[{**MOVED_IN, "DECOM": "09/01/2026", "RNE": "L", "DEC": "10/06/2026", "REC": "E5"}],
    )
    assert (result.recorded, result.withdrawn) == (2, 0)
    (ended,) = Event.objects.filter(type="placement_ended")
    assert ended.refs == started.refs


def test_a_date_of_birth_put_right_is_put_right_on_the_person_too(bring_in: Any) -> None:
    bring_in()
    bring_in(header=[{**ALEX, "DOB": "11/06/2008"}])
    assert YoungPerson.objects.get().date_of_birth == date(2008, 6, 11)
    dates = [event.data.get("date_of_birth") for event in Event.objects.filter(type="facts_recorded").in_order()]
    assert dates == ["2008-06-10", "2008-06-11", None]


def test_a_name_that_somebody_entered_stays(bring_in: Any, system: Any) -> None:
    bring_in()
    change_details(YoungPerson.objects.get(), actor=system, given_name="Amira", family_name="Sesay")
    bring_in(episodes=[{**MOVED_IN, **LEFT}])
    assert YoungPerson.objects.get().name == "Amira Sesay"


def test_a_young_person_who_has_the_councils_number_already_is_not_added_again(
    bring_in: Any, young_person: Any, borough: Any
) -> None:
    Identifier.objects.create(case=young_person.case, authority=borough, kind="ssda903", value="A1")
    result = bring_in()
    assert (result.added, result.known) == (0, 1)
    assert Event.objects.get(type="placement_started").case == young_person.case


def test_the_same_number_in_another_borough_is_another_young_person(bring_in: Any, system: Any) -> None:
    bring_in()
    elsewhere = open_case(actor=system, kind=Kind.BOROUGH, authority=None, reference="B2")
    assert not Identifier.objects.filter(authority=elsewhere).exists()
    assert {event.case_id for event in Event.objects.all()} == {Identifier.objects.get().case_id}


def test_what_began_before_from_is_unknown_and_never_breached(bring_in: Any, protocol: None) -> None:
    bring_in(covered_from=date(2025, 9, 1))
    states = set(Duty.objects.values_list("state", flat=True))
    assert states == {"unknown"}
    planning = Duty.objects.get(clause="PPM-02")
    assert planning.state == "unknown"


def test_what_began_after_from_and_has_no_evidence_is_breached(bring_in: Any, protocol: None) -> None:
    bring_in()
    planning = Duty.objects.get(clause="PPM-02")
    assert planning.state == "breached"
    assert planning.due == start_of_day(date(2025, 5, 9))


def test_the_trace_of_an_imported_young_persons_events_says_what_the_ledger_says(
    run: Any, protocol: None, tmp_path: Path
) -> None:
    write_return(tmp_path / "return", sample_children(60, seed=4))
    run(tmp_path / "return")
    pack = load_pack(PACK)
    compared = 0
    for case in Case.objects.filter(kind=Kind.YOUNG_PERSON):
        exported = StringIO()
        call_command("export_events", case.reference, stdout=exported)
        path = tmp_path / "events.jsonl"
        path.write_text(exported.getvalue())
        lines = [json.loads(line) for line in trace_lines(read_trace(path, [pack]), [pack], NOW)]
        traced = {(line["clause"], line["part"] or "", line["trigger"]): line["state"] for line in lines}
        duties = Duty.objects.filter(case=case)
        assert traced == {(duty.clause, duty.part, str(duty.trigger_id)): duty.state for duty in duties}
        compared += len(traced)
    assert compared > 50


def test_the_trail_tells_of_the_import_without_the_identifiers(bring_in: Any, borough: Any) -> None:
    bring_in()
    entry = Entry.objects.get(purpose="import of an SSDA903 return")
    assert entry.object_id == str(borough.pk)
    assert entry.detail == {"added": 1, "recorded": 3, "withdrawn": 0, "refused": 0}


def test_something_going_wrong_on_the_way_leaves_nothing_behind(
    bring_in: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: Any, borough: Any, leaving_care_team: Any
) -> None:
    monkeypatch.setattr(services, "AT_A_TIME", 10)
    write_return(tmp_path / "return", sample_children(60, seed=4))
    found = read_return(tmp_path / "return", today=TODAY, covered_from=FROM)
    done: list[int] = []

    def fail_after_two(count: int) -> None:
        done.append(count)
        if len(done) == 2:
            raise RuntimeError("the plug was pulled")

    with pytest.raises(RuntimeError):
        import_return(
            found,
            actor=system,
            authority=borough,
            teams=[leaving_care_team],
            covered_from=FROM,
            clock=FixedClock(NOW),
            progress=fail_after_two,
        )
    assert (Event.objects.count(), YoungPerson.objects.count(), ImportedChild.objects.count()) == (0, 0, 0)


def test_batches_do_not_change_what_is_stored(
    bring_in: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: Any, borough: Any, leaving_care_team: Any
) -> None:
    monkeypatch.setattr(services, "AT_A_TIME", 7)
    write_return(tmp_path / "return", sample_children(60, seed=4))
    found = read_return(tmp_path / "return", today=TODAY, covered_from=FROM)
    result = import_return(
        found, actor=system, authority=borough, teams=[leaving_care_team], covered_from=FROM, clock=FixedClock(NOW)
    )
    assert result.added == len(found.young_people) == ImportedChild.objects.count()
    assert result.recorded == Event.objects.count()


def test_the_number_of_queries_does_not_grow_with_the_young_people(
    bring_in: Any, tmp_path: Path, system: Any, borough: Any, leaving_care_team: Any
) -> None:
    def queries(count: int, seed: int) -> int:
        children = sample_children(count, seed=seed)
        write_return(tmp_path / f"{count}", children)
        found = read_return(tmp_path / f"{count}", today=TODAY, covered_from=FROM)
        with CaptureQueriesContext(connections[SERVICE]) as captured:
            import_return(
                found,
                actor=system,
                authority=borough,
                teams=[leaving_care_team],
                covered_from=FROM,
                clock=FixedClock(NOW),
            )
        return len(captured)

    bring_in()
    assert queries(200, 7) <= queries(60, 8) + 5


def test_rows_kept_of_a_child_hold_no_ethnicity_school_or_home(bring_in: Any) -> None:
    bring_in(
        header=[{**ALEX, "ETHNIC": "WBRI", "UPN": "Z123456789012"}], episodes=[{**MOVED_IN, "HOME_POST": "ZZ9 9ZZ"}]
    )
    kept = json.dumps(ImportedChild.objects.get().rows)
    assert "ZZ12AB" in kept
    assert not any(word in kept for word in ("WBRI", "Z123456789012", "ZZ99ZZ", "ZZ9 9ZZ"))
