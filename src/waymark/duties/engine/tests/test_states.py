"""Open, met, late, breached and ended: what a duty's state is at any moment."""

from __future__ import annotations

import pytest

from waymark.duties.engine import Event

from .kit import event, judge, pack_of, shown, the_line

PACK = pack_of(
    """[duty.PPM-02]
title = "Hold the placement planning meeting"
modality = "must"
after = "placement_started"
about = "placement"
within = "5 days"
who = "social_worker"
done_by = "planning_meeting_held"
unless = "placement_ended"
"""
)
STARTED = event("e1", "placement_started", "2026-03-02 10:00", placement="P1")
DUE = "2026-03-08T00:00:00+00:00"


def held(at: str, event_id: str = "held", *, recorded: str | None = None, placement: str = "P1") -> Event:
    return event(event_id, "planning_meeting_held", at, recorded=recorded, placement=placement)


def ended(at: str, *, recorded: str | None = None) -> Event:
    return event("ended", "placement_ended", at, recorded=recorded, placement="P1")


def test_a_breached_line_says_everything_the_contract_promises() -> None:
    line = the_line(PACK, [STARTED], "2026-03-20 09:00")
    assert line.pop("why")
    assert line == {
        "clause": "PPM-02",
        "part": None,
        "case": "YP1",
        "refs": {"placement": "P1"},
        "trigger": "e1",
        "who": "social_worker",
        "state": "breached",
        "due": DUE,
        "met_by": [],
        "late": False,
        "provisional": False,
        "breach_noticed_at": None,
        "missing": ["planning_meeting_held"],
        "escalated_to": [],
        "version": "1",
        "cite": "Where it says so",
        "modality": "must",
    }


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-03-02 10:00", "open"),
        ("2026-03-07 23:59:59.999999", "open"),
        ("2026-03-08 00:00", "breached"),
        ("2026-03-08 00:00:00.000001", "breached"),
    ],
)
def test_a_duty_is_breached_from_the_instant_it_is_due(now: str, state: str) -> None:
    assert the_line(PACK, [STARTED], now)["state"] == state


@pytest.mark.parametrize(
    ("done", "late"),
    [
        ("2026-03-02 10:00:00.000001", False),
        ("2026-03-07 23:59:59.999999", False),
        ("2026-03-08 00:00", True),
        ("2026-03-15 12:00", True),
    ],
)
def test_in_time_means_before_the_due_instant(done: str, late: bool) -> None:
    line = the_line(PACK, [STARTED, held(done)], "2026-03-20 09:00")
    assert shown([line], "state", "late", "met_by", "missing", "breach_noticed_at", "due") == [
        ("met", late, ["held"], [], None, DUE)
    ]


def test_evidence_written_down_late_for_something_done_in_time_is_not_late() -> None:
    events = [STARTED, held("2026-03-07 16:00", recorded="2026-03-12 09:00")]
    assert the_line(PACK, events, "2026-03-12 08:59")["state"] == "breached"
    line = the_line(PACK, events, "2026-03-12 09:00")
    assert shown([line], "state", "late", "breach_noticed_at") == [("met", False, DUE)]


@pytest.mark.parametrize(
    ("recorded", "noticed"),
    [("2026-03-07 23:59:59", None), ("2026-03-08 00:00", None), ("2026-03-08 00:00:00.000001", DUE)],
)
def test_a_breach_was_noticed_only_if_the_evidence_was_recorded_after_the_due_time(
    recorded: str, noticed: str | None
) -> None:
    events = [STARTED, held("2026-03-07 16:00", recorded=recorded)]
    assert the_line(PACK, events, "2026-03-20 09:00")["breach_noticed_at"] == noticed


def test_what_was_done_late_is_late_whenever_it_was_written_down() -> None:
    events = [STARTED, held("2026-03-09 16:00", recorded="2026-03-12 09:00")]
    line = the_line(PACK, events, "2026-03-20 09:00")
    assert shown([line], "state", "late", "breach_noticed_at") == [("met", True, None)]


def test_a_back_dated_trigger_runs_from_when_it_happened() -> None:
    started = event("e1", "placement_started", "2026-03-02 10:00", recorded="2026-03-19 10:00", placement="P1")
    assert judge(PACK, [started], "2026-03-19 09:59") == []
    assert shown(judge(PACK, [started], "2026-03-19 10:00"), "state", "due") == [("breached", DUE)]


def test_evidence_recorded_before_the_back_dated_trigger_counts_by_when_it_happened() -> None:
    started = event("e1", "placement_started", "2026-03-02 10:00", recorded="2026-03-19 10:00", placement="P1")
    assert the_line(PACK, [held("2026-03-04 10:00"), started], "2026-03-20 09:00")["met_by"] == ["held"]


@pytest.mark.parametrize(
    ("occurred", "recorded"),
    [("2026-03-04 12:00", "2026-03-04 12:00"), ("2026-03-03 10:00", "2026-03-04 12:00")],
)
def test_what_happened_or_was_recorded_after_now_is_not_there_yet(occurred: str, recorded: str) -> None:
    events = [STARTED, held(occurred, recorded=recorded)]
    assert the_line(PACK, events, "2026-03-04 11:59:59.999999")["state"] == "open"
    assert the_line(PACK, events, "2026-03-04 12:00")["state"] == "met"


def test_what_was_recorded_ahead_of_its_time_waits_for_its_time() -> None:
    events = [STARTED, held("2026-03-04 12:00", recorded="2026-03-03 09:00")]
    assert the_line(PACK, events, "2026-03-04 11:00")["state"] == "open"
    assert the_line(PACK, events, "2026-03-04 12:00")["state"] == "met"


def test_evidence_before_the_trigger_does_not_count() -> None:
    events = [held("2026-03-02 09:59"), STARTED]
    assert the_line(PACK, events, "2026-03-05 09:00")["state"] == "open"


# Ties: first recorded_at decides, then the position.


def test_evidence_at_the_same_instant_as_the_trigger_counts_when_recorded_after_it() -> None:
    started = event("e1", "placement_started", "2026-03-02 10:00", recorded="2026-03-02 10:05", placement="P1")
    after, before = "2026-03-02 10:06", "2026-03-02 10:04"
    assert the_line(PACK, [held("2026-03-02 10:00", recorded=after), started], "2026-03-05 09:00")["state"] == "met"
    assert the_line(PACK, [started, held("2026-03-02 10:00", recorded=before)], "2026-03-05 09:00")["state"] == "open"


def test_an_exact_tie_of_evidence_and_trigger_goes_by_position() -> None:
    same_instant = held("2026-03-02 10:00")
    assert the_line(PACK, [STARTED, same_instant], "2026-03-05 09:00")["state"] == "met"
    assert the_line(PACK, [same_instant, STARTED], "2026-03-05 09:00")["state"] == "open"


def test_an_exact_tie_of_evidence_and_ending_goes_by_position() -> None:
    meeting, ending = held("2026-03-04 10:00"), ended("2026-03-04 10:00")
    assert the_line(PACK, [STARTED, meeting, ending], "2026-03-20 09:00")["state"] == "met"
    assert the_line(PACK, [STARTED, ending, meeting], "2026-03-20 09:00")["state"] == "ended"


def test_a_tie_of_evidence_and_ending_goes_by_when_they_were_recorded() -> None:
    meeting = held("2026-03-04 10:00", recorded="2026-03-04 12:00")
    ending = ended("2026-03-04 10:00", recorded="2026-03-04 11:00")
    assert the_line(PACK, [STARTED, meeting, ending], "2026-03-20 09:00")["state"] == "ended"


def test_an_ending_in_an_exact_tie_with_the_trigger_ends_only_what_began_before_it() -> None:
    ending = ended("2026-03-02 10:00")
    assert the_line(PACK, [STARTED, ending], "2026-03-20 09:00")["state"] == "ended"
    assert the_line(PACK, [ending, STARTED], "2026-03-20 09:00")["state"] == "breached"


# Endings.


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ("2026-03-04 10:00", "ended"),
        ("2026-03-07 23:59:59.999999", "ended"),
        ("2026-03-08 00:00", "breached"),
        ("2026-03-10 10:00", "breached"),
    ],
)
def test_an_ending_before_due_ends_and_a_later_one_leaves_the_breach(at: str, state: str) -> None:
    line = the_line(PACK, [STARTED, ended(at)], "2026-03-20 09:00")
    assert shown([line], "state", "late", "met_by", "breach_noticed_at") == [(state, False, [], None)]


def test_an_ending_that_happened_before_due_ends_even_if_recorded_later() -> None:
    events = [STARTED, ended("2026-03-04 10:00", recorded="2026-03-15 10:00")]
    assert the_line(PACK, events, "2026-03-15 09:59")["state"] == "breached"
    assert the_line(PACK, events, "2026-03-15 10:00")["state"] == "ended"


def test_what_was_met_before_the_ending_stays_met() -> None:
    events = [STARTED, held("2026-03-04 10:00"), ended("2026-03-05 10:00")]
    assert the_line(PACK, events, "2026-03-20 09:00")["state"] == "met"


def test_what_comes_after_the_ending_no_longer_meets_what_ended() -> None:
    events = [STARTED, ended("2026-03-04 10:00"), held("2026-03-05 10:00")]
    assert shown(judge(PACK, events, "2026-03-20 09:00"), "state", "met_by") == [("ended", [])]


def test_an_ending_before_the_trigger_ends_nothing() -> None:
    assert the_line(PACK, [ended("2026-03-01 10:00"), STARTED], "2026-03-20 09:00")["state"] == "breached"


# Which duty an event meets.


def test_two_placements_at_once_each_have_their_own_duty() -> None:
    second = event("e2", "placement_started", "2026-03-03 10:00", placement="P2")
    events = [STARTED, second, held("2026-03-04 10:00", placement="P2")]
    assert shown(judge(PACK, events, "2026-03-20 09:00"), "trigger", "refs", "state") == [
        ("e1", {"placement": "P1"}, "breached"),
        ("e2", {"placement": "P2"}, "met"),
    ]


def test_ending_one_placement_leaves_the_other_alone() -> None:
    second = event("e2", "placement_started", "2026-03-03 10:00", placement="P2")
    lines = judge(PACK, [STARTED, second, ended("2026-03-04 10:00")], "2026-03-05 09:00")
    assert shown(lines, "trigger", "state") == [("e1", "ended"), ("e2", "open")]


def test_evidence_without_the_reference_meets_nothing() -> None:
    meeting = event("held", "planning_meeting_held", "2026-03-04 10:00", review="P1")
    assert the_line(PACK, [STARTED, meeting], "2026-03-05 09:00")["state"] == "open"


def test_evidence_meets_all_open_duties_about_the_same_thing() -> None:
    again = event("e2", "placement_started", "2026-03-03 10:00", placement="P1")
    lines = judge(PACK, [STARTED, again, held("2026-03-04 10:00")], "2026-03-20 09:00")
    assert shown(lines, "trigger", "state", "met_by") == [("e1", "met", ["held"]), ("e2", "met", ["held"])]


def test_a_duty_already_met_takes_no_more_evidence() -> None:
    again = event("e2", "placement_started", "2026-03-05 10:00", placement="P1")
    meetings = [held("2026-03-04 10:00", "first"), held("2026-03-06 10:00", "second")]
    lines = judge(PACK, [STARTED, again, *meetings], "2026-03-20 09:00")
    assert shown(lines, "trigger", "met_by") == [("e1", ["first"]), ("e2", ["second"])]


def test_a_duty_about_the_case_needs_no_reference() -> None:
    pack = pack_of(
        """[duty.INF-06]
after = "team_changed"
about = "case"
within = "promptly"
time_from = "local default: the document gives no time"
who = "social_worker"
done_by = "team_list_shared"
"""
    )
    events = [
        event("e1", "team_changed", "2026-03-02 10:00"),
        event("e2", "team_list_shared", "2026-03-03 10:00"),
    ]
    assert shown(judge(pack, events, "2026-03-04 09:00"), "refs", "state") == [({}, "met")]


def test_lines_come_in_the_order_of_trigger() -> None:
    later = event("a", "placement_started", "2026-03-03 10:00", placement="P1")
    earlier = event("z", "placement_started", "2026-03-01 10:00", placement="P2")
    assert shown(judge(PACK, [later, earlier], "2026-03-20 09:00"), "trigger") == [("z",), ("a",)]
