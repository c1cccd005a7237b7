"""The events: the same every time, all in the past, all as the record wants them, and kept in a lifelike way."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from waymark.demo.simulation import Simulation
from waymark.demo.simulation.__main__ import main
from waymark.demo.simulation.worktime import LONDON, in_office_hours, is_working_day, local_day
from waymark.demo.simulation.world import Event
from waymark.demo.tests.conftest import NOW
from waymark.events import schemas
from waymark.events.vocabulary import EVENT_TYPES

# Done at a desk, so only in office hours; keyworkers and police work at other hours too.
DESK_ROLES = ("social_worker", "placements_team", "sp_referrals", "commissioning", "head_of_service", "iro")


def lines(simulation: Simulation) -> list[str]:
    return [event.as_line() for event in simulation.events()]


def test_the_same_seed_gives_the_same_events(events: list[Event]) -> None:
    assert lines(Simulation(now=NOW)) == [event.as_line() for event in events]


def test_the_hour_of_the_day_makes_no_difference(events: list[Event]) -> None:
    assert lines(Simulation(now=NOW + timedelta(hours=9))) == [event.as_line() for event in events]


def test_another_seed_gives_another_borough(events: list[Event]) -> None:
    assert {event.id for event in Simulation(now=NOW, seed=7).events()}.isdisjoint(event.id for event in events)


def test_nothing_happened_or_was_written_down_today_or_later(events: list[Event], simulation: Simulation) -> None:
    assert max(event.recorded_at for event in events) < simulation.present <= NOW


def test_nothing_was_written_down_before_it_happened(events: list[Event]) -> None:
    assert all(event.occurred_at <= event.recorded_at for event in events)


def test_identifiers_are_unique(events: list[Event]) -> None:
    assert len({event.id for event in events}) == len(events)


def test_every_event_passes_the_checks_of_the_event_store(events: list[Event]) -> None:
    for event in events:
        schemas.check(event.type, refs=event.refs, by=event.by, data=event.data)


def test_every_event_names_only_what_its_type_is_about(events: list[Event]) -> None:
    odd = {(event.type, ref) for event in events for ref in event.refs if ref not in EVENT_TYPES[event.type].all_refs}
    assert odd == set()


def test_every_event_type_happens_except_those_of_a_borough_that_shrinks(events: list[Event]) -> None:
    never = set(EVENT_TYPES) - {event.type for event in events}
    rare = {"panel_cancelled", "action_withdrawn", "return_expected", "weekly_log_ended"}
    never -= {"emergency_access_opened", "emergency_access_reviewed", "paragraph_held_back"}  # not of the protocol
    never -= {"name_check_requested", "name_check_completed"}  # Westminster's, not the protocol's
    never -= {"gangs_consultation_requested", "yos_consultation_requested"}  # the protocol sees the answer only
    never -= {"offer_declined", "offer_withdrawn"}  # the protocol knows of no offer that comes to nothing
    assert never - rare == {"extra_hours_agreed", "provider_ended", "scheme_closed"}


def test_retractions_name_an_entry_of_the_same_case(events: list[Event]) -> None:
    case_of = {event.id: event.case for event in events}
    retractions = [event for event in events if event.type == "event_retracted"]
    assert len(retractions) >= 5
    assert all(case_of[event.data["event"]] == event.case for event in retractions)


def test_some_things_are_written_down_days_later(events: list[Event]) -> None:
    late = sum(event.recorded_at - event.occurred_at > timedelta(days=1) for event in events)
    assert 0.005 < late / len(events) < 0.04


def test_some_do_not_know_whether_there_is_a_risk_and_facts_change(events: list[Event]) -> None:
    facts = [event for event in events if event.type == "facts_recorded"]
    assert sum(event.data.get("gang_risk") == "unknown" for event in facts) >= 5
    changed = Counter(event.case for event in facts if not event.data.keys() & {"date_of_birth", "several_tiers"})
    assert len(changed) >= 15


def test_desk_work_is_done_on_working_days(events: list[Event]) -> None:
    desk = [event for event in events if event.by in DESK_ROLES]
    out_of_hours = [event for event in desk if not is_working_day(local_day(event.occurred_at))]
    assert len(desk) > 2000
    assert len(out_of_hours) / len(desk) < 0.02
    assert sum(in_office_hours(event.occurred_at) for event in desk) / len(desk) > 0.93


def test_nobody_meets_on_christmas_day(events: list[Event]) -> None:
    meetings = [event for event in events if event.type in ("review_held", "planning_meeting_held", "panel_held")]
    days = {event.occurred_at.astimezone(LONDON).date() for event in meetings}
    assert len(days) > 100
    assert all(is_working_day(day) for day in days)


def test_the_command_writes_a_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "demo.jsonl"
    assert main([str(out), "--now", NOW.isoformat()]) == 0
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert f"{len(written):,} events" in capsys.readouterr().out
    assert set(written[0]) == {"id", "case", "type", "occurred_at", "recorded_at", "refs", "by", "data"}


def test_the_command_refuses_a_time_without_offset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "demo.jsonl"), "--now", "2026-11-18T09:00:00"]) == 2
    assert "needs an offset" in capsys.readouterr().err


def test_in_summer_the_day_begins_at_midnight_in_london() -> None:
    summer = Simulation(now=datetime(2026, 7, 1, 8, 0, tzinfo=UTC))
    assert summer.present == datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
