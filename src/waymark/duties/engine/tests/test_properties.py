"""What must hold of every history, whatever happened in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.duties.engine import Evaluation, Event, Pack, VersionInForce, evaluate
from waymark.duties.tracing import as_line

from .kit import Line, event, fast, instant, pack_of
from .stories import CLAUSES, END, PACK, START, histories

TICK = timedelta(microseconds=1)
later_times = st.integers(0, 24 * 200).map(lambda hours: END + timedelta(hours=hours))


def evaluated(
    events: Iterable[Event], now: datetime = END, packs: Sequence[Pack] = (PACK,), **limit: Any
) -> Evaluation:
    return evaluate(events, [VersionInForce(pack, pack.in_force_from) for pack in packs], now, **limit)


def lines(events: Iterable[Event], now: datetime = END, packs: Sequence[Pack] = (PACK,), **limit: Any) -> list[Line]:
    return [as_line(instance) for instance in evaluated(events, now, packs, **limit).instances]


def without(found: list[Line], *fields: str) -> list[Line]:
    return [{name: value for name, value in line.items() if name not in fields} for line in found]


@fast
@given(events=histories(), order=st.randoms(use_true_random=False))
def test_exact_ties_apart_the_order_in_which_events_are_listed_changes_nothing(events: list[Event], order: Any) -> None:
    shuffled = list(events)
    order.shuffle(shuffled)
    assert lines(shuffled) == lines(events)
    assert lines([replace(one, position=place) for place, one in enumerate(shuffled)]) == lines(events)


@fast
@given(events=histories(apart=True), order=st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_recorded_changes_only_whether_a_breach_was_noticed(
    events: list[Event], order: Any
) -> None:
    lags = [one.recorded_at - one.occurred_at for one in events]
    order.shuffle(lags)
    again = [replace(one, recorded_at=one.occurred_at + lag) for one, lag in zip(events, lags, strict=True)]
    assert without(lines(again), "breach_noticed_at", "why") == without(lines(events), "breach_noticed_at", "why")


@fast
@given(events=histories(), target=st.integers(0, 100))
def test_a_withdrawn_event_might_as_well_never_have_been_there(events: list[Event], target: int) -> None:
    gone = events[target % len(events)]
    withdrawal = event("gone", "event_retracted", "2026-04-30 10:30", data={"event": gone.id})
    assert lines([*events, withdrawal]) == lines([one for one in events if one is not gone])


@fast
@given(events=histories(), now=st.integers(0, 24 * 120).map(lambda hours: START + timedelta(hours=hours)))
def test_what_comes_after_now_changes_nothing(events: list[Event], now: datetime) -> None:
    there = [one for one in events if one.occurred_at <= now and one.recorded_at <= now]
    assert lines(events, now) == lines(there, now)


STAYS = {"met": {"met"}, "waived": {"waived"}, "ended": {"ended"}, "unknown": {"unknown"}, "breached": {"breached"}}


@fast
@given(events=histories(), later=later_times)
def test_time_alone_only_ever_turns_open_into_breached(events: list[Event], later: datetime) -> None:
    def keyed(found: list[Line]) -> dict[tuple[str, str, str], Line]:
        return {(line["clause"], line["trigger"], line["part"]): line for line in found}

    before, after = keyed(lines(events)), keyed(lines(events, later))
    assert before.keys() <= after.keys()
    for key, line in before.items():
        now_line = after[key]
        assert now_line["state"] in STAYS.get(line["state"], {"open", "breached"})
        assert now_line["escalated_to"][: len(line["escalated_to"])] == line["escalated_to"]
        if line["state"] != "open":
            assert without([now_line], "escalated_to", "why") == without([line], "escalated_to", "why")


@fast
@given(events=histories())
def test_clause_by_clause_gives_the_same_as_all_at_once(events: list[Event]) -> None:
    together = lines(events)
    for clause in PACK.executable:
        alone = [line for line in lines(events, clauses={clause.id}) if line["clause"] == clause.id]
        assert alone == [line for line in together if line["clause"] == clause.id]


@fast
@given(events=histories(), months=st.integers(0, 4))
def test_a_new_version_that_says_the_same_changes_nothing_but_its_name(events: list[Event], months: int) -> None:
    same = pack_of(*CLAUSES, version="2", in_force=f"2026-0{months + 1}-25")
    assert without(lines(events, packs=[PACK, same]), "version") == without(lines(events), "version")


@fast
@given(events=histories())
def test_each_line_has_a_version_in_force_when_its_clock_began(events: list[Event]) -> None:
    second = pack_of(*CLAUSES, version="2", in_force="2026-03-01")
    begins = second.in_force_from
    for instance in evaluated(events, packs=[PACK, second]).instances:
        if instance.clause.id not in ("INF-13", "TELL") and instance.trigger.type != "duty_waived":
            assert instance.version == ("2" if instance.trigger.occurred_at >= begins else "1")


@fast
@given(events=histories())
def test_what_happens_to_one_placement_changes_nothing_for_another(events: list[Event]) -> None:
    kept = [one for one in events if one.refs.get("placement") != "P2"]
    mine = [line for line in lines(events) if line["refs"].get("placement") != "P2"]
    assert lines(kept) == mine


@fast
@given(events=histories(), now=later_times)
def test_every_line_agrees_with_itself(events: list[Event], now: datetime) -> None:
    for line in lines(events, now):
        due = datetime.fromisoformat(line["due"]) if line["due"] else None
        state, missing = line["state"], line["missing"]
        assert line["late"] is False or state == "met"
        assert line["breach_noticed_at"] in (None, line["due"])
        assert line["breach_noticed_at"] is None or (state == "met" and not line["late"])
        assert bool(missing) == (state in ("open", "breached")) or state in ("waived", "ended", "unknown")
        assert bool(line["met_by"]) or state != "met" or due is None
        if due is not None and state == "open":
            assert now < due
        if due is not None and state == "breached":
            assert now >= due


@fast
@given(events=histories())
def test_a_line_begins_no_earlier_than_its_trigger_and_lines_come_in_that_order(events: list[Event]) -> None:
    found = evaluated(events).instances
    assert [one.trigger.key for one in found] == sorted(one.trigger.key for one in found)
    assert all(one.due is None or one.since >= one.trigger.occurred_at for one in found)


@fast
@given(events=histories(), now=st.integers(0, 24 * 120).map(lambda hours: START + timedelta(hours=hours)))
def test_nothing_changes_before_the_time_given_for_the_next_change_and_something_does_then(
    events: list[Event], now: datetime
) -> None:
    there = [one for one in events if one.occurred_at <= now and one.recorded_at <= now]
    result = evaluated(there, now)
    times = [one.next_change for one in result.instances if one.next_change] + (
        [result.wake_at] if result.wake_at else []
    )
    today = [as_line(instance) for instance in result.instances]
    if not times:
        assert lines(there, now + timedelta(days=4000)) == today
        return
    assert min(times) > now
    assert lines(there, min(times) - TICK) == today
    assert lines(there, min(times)) != today


@pytest.mark.parametrize("days", [1, 7, 30])
def test_stepping_through_time_ends_where_one_look_would(days: int) -> None:
    """A case looked at every few days shows at the end what it shows to someone who looks only once."""
    events = [
        event("s", "placement_started", "2026-01-21 10:00", placement="P1"),
        event("m", "planning_meeting_held", "2026-01-30 10:00", recorded="2026-02-20 10:00", placement="P1"),
        event("v", "review_held", "2026-03-03 10:00", placement="P1"),
    ]
    now = START
    while now < instant("2026-04-20 10:00"):
        found = lines(events, now)
        now += timedelta(days=days)
    assert {line["clause"] for line in found} >= {"PPM-01", "PPM-02", "REV-01", "TELL"}
    assert found == lines([one for one in events if one.recorded_at < now], now - timedelta(days=days))
