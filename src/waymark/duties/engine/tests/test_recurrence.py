"""Duties that come again: counted from the last time they were done, missed ones open until done."""

from __future__ import annotations

import pytest

from waymark.duties.engine import Event

from .kit import Line, event, judge, pack_of, retracted, shown, waived

REVIEWS = pack_of(
    """[duty.REV-01]
title = "Review the placement"
modality = "must"
after = "placement_started"
about = "placement"
every = "3 months"
who = "housing_keyworker"
done_by = "review_held"
until = "placement_ended"
"""
)
STARTED = event("start", "placement_started", "2026-01-10 10:00", placement="P1")


def review(event_id: str, at: str, placement: str = "P1") -> Event:
    return event(event_id, "review_held", at, placement=placement, review=f"V-{event_id}")


def ended(at: str) -> Event:
    return event("end", "placement_ended", at, placement="P1")


def reviews(*events: Event, now: str) -> list[tuple[object, ...]]:
    lines: list[Line] = judge(REVIEWS, [STARTED, *events], now)
    return [(line["trigger"], line["state"], line["due"][:10], line["met_by"], line["late"]) for line in lines]


def test_the_first_counts_from_the_trigger() -> None:
    assert reviews(now="2026-02-01 10:00") == [("start", "open", "2026-04-11", [], False)]


def test_the_next_counts_from_when_the_last_was_done() -> None:
    assert reviews(review("v1", "2026-03-20 10:00"), now="2026-05-01 10:00") == [
        ("start", "met", "2026-04-11", ["v1"], False),
        ("v1", "open", "2026-06-21", [], False),
    ]


def test_a_missed_one_stays_open_and_breached_and_no_other_begins() -> None:
    assert reviews(now="2027-12-01 10:00") == [("start", "breached", "2026-04-11", [], False)]


def test_after_a_missed_one_the_next_counts_from_when_it_was_done() -> None:
    assert reviews(review("v1", "2026-09-30 10:00"), now="2026-10-01 10:00") == [
        ("start", "met", "2026-04-11", ["v1"], True),
        ("v1", "open", "2026-12-31", [], False),
    ]


def test_each_time_it_is_done_closes_one_and_begins_one() -> None:
    found = reviews(
        review("v1", "2026-04-10 10:00"),
        review("v2", "2026-05-31 10:00"),
        review("v3", "2026-09-15 10:00"),
        now="2027-01-01 10:00",
    )
    assert found == [
        ("start", "met", "2026-04-11", ["v1"], False),
        ("v1", "met", "2026-07-11", ["v2"], False),
        ("v2", "met", "2026-09-01", ["v3"], True),
        ("v3", "breached", "2026-12-16", [], False),
    ]


def test_an_ending_before_due_ends_the_last_one() -> None:
    assert reviews(review("v1", "2026-03-20 10:00"), ended("2026-05-01 10:00"), now="2027-01-01 10:00") == [
        ("start", "met", "2026-04-11", ["v1"], False),
        ("v1", "ended", "2026-06-21", [], False),
    ]


def test_an_ending_after_a_missed_one_leaves_it_breached_and_stops_the_rest() -> None:
    assert reviews(ended("2026-05-01 10:00"), now="2027-01-01 10:00") == [
        ("start", "breached", "2026-04-11", [], False)
    ]


def test_a_missed_one_made_good_after_the_ending_is_the_last() -> None:
    found = reviews(ended("2026-05-01 10:00"), review("v1", "2026-05-02 10:00"), now="2027-01-01 10:00")
    assert found == [("start", "met", "2026-04-11", ["v1"], True)]


def test_nothing_recurs_after_the_ending() -> None:
    found = reviews(ended("2026-03-01 10:00"), review("v1", "2026-03-20 10:00"), now="2027-01-01 10:00")
    assert found == [("start", "ended", "2026-04-11", [], False)]


def test_a_review_held_at_the_very_end_leaves_nothing_breached_behind() -> None:
    found = reviews(review("v1", "2026-05-01 10:00"), ended("2026-05-01 10:00"), now="2027-01-01 10:00")
    assert [(trigger, state) for trigger, state, *_ in found] == [("start", "met"), ("v1", "ended")]


ENDING_REVIEW = pack_of(
    """[duty.REV-01]
after = "placement_started"
about = "placement"
every = "3 months"
who = "social_worker"
done_by = "review_held"
until = "placement_ended, review_held{has=move_on_plans}"
"""
)


@pytest.mark.parametrize(("on", "late"), [("2026-03-20 10:00", False), ("2026-05-20 10:00", True)])
def test_an_event_that_shows_it_done_and_ends_it_is_the_last(on: str, late: bool) -> None:
    last = event("v1", "review_held", on, placement="P1", review="V1", has=["move_on_plans"])
    lines = judge(ENDING_REVIEW, [STARTED, last], "2027-01-01 10:00")
    assert shown(lines, "trigger", "state", "met_by", "late") == [("start", "met", ["v1"], late)]


def test_an_ending_at_the_instant_of_a_review_but_after_it_ends_the_next_one() -> None:
    lines = judge(
        ENDING_REVIEW, [STARTED, review("v1", "2026-03-20 10:00"), ended("2026-03-20 10:00")], "2027-01-01 10:00"
    )
    assert shown(lines, "trigger", "state") == [("start", "met"), ("v1", "ended")]


def test_a_withdrawn_review_joins_the_two_spans_it_had_parted() -> None:
    found = reviews(review("v1", "2026-03-20 10:00"), retracted("r", "v1", "2026-03-21 10:00"), now="2026-06-01 10:00")
    assert found == [("start", "breached", "2026-04-11", [], False)]


def test_a_back_dated_review_slots_in_between() -> None:
    first, last = review("v1", "2026-03-20 10:00"), review("v3", "2026-09-01 10:00")
    between = event("v2", "review_held", "2026-06-01 10:00", recorded="2026-12-30 10:00", placement="P1", review="V2")
    found = reviews(first, last, between, now="2026-12-31 10:00")
    assert [(trigger, state, late) for trigger, state, _, _, late in found] == [
        ("start", "met", False),
        ("v1", "met", False),
        ("v2", "met", False),
        ("v3", "breached", False),
    ]


def test_two_placements_recur_apart() -> None:
    other = event("start2", "placement_started", "2026-02-10 10:00", placement="P2")
    found = reviews(other, review("v1", "2026-03-20 10:00", "P2"), now="2026-04-01 10:00")
    assert [(trigger, state) for trigger, state, *_ in found] == [
        ("start", "open"),
        ("start2", "met"),
        ("v1", "open"),
    ]


def test_a_month_end_is_never_forgotten_by_counting_from_it() -> None:
    started = event("s", "placement_started", "2025-11-30 10:00", placement="P1")
    lines = judge(REVIEWS, [started, review("v1", "2026-02-28 10:00")], "2026-03-01 10:00")
    assert [line["due"][:10] for line in lines] == ["2026-03-01", "2026-05-29"]


def test_a_waived_occurrence_is_waived_and_never_breached() -> None:
    found = reviews(waived("w", "REV-01", "2026-04-01 10:00", placement="P1"), now="2026-06-01 10:00")
    assert found[0][:2] == ("start", "waived")
    assert all(state != "breached" for _, state, *_ in found)


DAILY = pack_of(
    """[duty.GAN-01]
after = "protocol_adopted"
about = "borough"
every = "1 day"
who = "police"
done_by = "overnight_briefing_recorded"
"""
)
ADOPTED = event("a", "protocol_adopted", "2026-03-27 10:00", case="LBI", borough="LBI")


def briefing(event_id: str, at: str) -> Event:
    return event(event_id, "overnight_briefing_recorded", at, case="LBI", borough="LBI")


def test_every_day_means_by_the_end_of_the_day_after_also_when_the_clocks_change() -> None:
    events = [ADOPTED, briefing("b1", "2026-03-28 08:00"), briefing("b2", "2026-03-29 08:00")]
    lines = judge(DAILY, events, "2026-03-29 12:00")
    assert shown(lines, "trigger", "state", "due") == [
        ("a", "met", "2026-03-29T00:00:00+00:00"),
        ("b1", "met", "2026-03-30T00:00:00+01:00"),
        ("b2", "open", "2026-03-31T00:00:00+01:00"),
    ]


def test_two_at_the_same_instant_close_one_each() -> None:
    events = [ADOPTED, briefing("b1", "2026-03-28 08:00"), briefing("b2", "2026-03-28 08:00")]
    lines = judge(DAILY, events, "2026-03-28 12:00")
    assert shown(lines, "trigger", "state", "met_by") == [
        ("a", "met", ["b1"]),
        ("b1", "met", ["b2"]),
        ("b2", "open", []),
    ]


def test_a_recurring_duty_owed_jointly_names_both() -> None:
    pack = pack_of(
        """[duty.FOR-01]
after = "protocol_adopted"
about = "borough"
every = "3 months"
time_from = "document: quarterly"
who = ["commissioning", "placements_team"]
done_by = "provider_forum_held"
"""
    )
    [line] = judge(pack, [ADOPTED], "2026-03-28 12:00")
    assert {"commissioning", "placements_team"} <= set(line["who"].replace(",", " ").split())
