"""The engine against a second, plain reading of the contract: walk through the events one by one and keep a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import given

from waymark.duties.engine import Event, VersionInForce, evaluate, parse_pack

from .kit import LONDON, fast, pack_text
from .stories import END, histories

PLAIN = """[duty.PLAIN]
after = "placement_started"
about = "placement"
within = "5 days"
who = "social_worker"
done_by = "planning_meeting_held, support_plan_sent"
unless = "placement_ended"
"""
AGAIN = """[duty.AGAIN]
after = "placement_started"
about = "placement"
every = "20 days"
who = "social_worker"
done_by = "review_held"
until = "placement_ended"
"""
GATE = """[gate.GATE]
before = "review_held"
about = "placement"
who = "social_worker"
needs = "planning_meeting_held"
"""
PACK = parse_pack(pack_text(PLAIN, AGAIN, GATE).encode(), file="model.toml")
Outcome = tuple[str, str, str, str | None, bool, datetime | None]
"""Clause, trigger, state, what met it, late, when a breach was noticed."""


@dataclass
class Owed:
    clause: str
    placement: str
    trigger: str
    due: datetime
    state: str = "open"
    met_by: str | None = None
    late: bool = False
    noticed: datetime | None = None
    over: bool = False
    stops: bool = False


def standing(events: list[Event]) -> list[Event]:
    """The events that nobody withdrew, in the order in which they happened."""
    ordered = sorted(events, key=lambda one: (one.occurred_at, one.recorded_at, one.position))
    withdrawals = [(one.id, one.data["event"]) for one in ordered if one.type == "event_retracted"]

    def stands(event_id: str) -> bool:
        return not any(target == event_id and stands(withdrawal) for withdrawal, target in withdrawals)

    return [one for one in ordered if stands(one.id)]


def end_of_day_after(instant: datetime, days: int) -> datetime:
    day: date = instant.astimezone(LONDON).date() + timedelta(days=days + 1)
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def model(events: list[Event], now: datetime) -> list[Outcome]:
    owed: list[Owed] = []
    outcomes: list[Outcome] = []
    planned: set[str] = set()
    for one in standing(events):
        placement = one.refs.get("placement", "")
        waiting = [duty for duty in owed if duty.placement == placement and not duty.over]
        if one.type in ("planning_meeting_held", "support_plan_sent"):
            done([duty for duty in waiting if duty.clause == "PLAIN"], one)
        if one.type == "planning_meeting_held":
            planned.add(placement)
        if one.type == "review_held":
            finished = [duty for duty in waiting if duty.clause == "AGAIN"]
            done(finished, one)
            going_on = [duty for duty in finished if not duty.stops]
            owed += [Owed("AGAIN", placement, one.id, end_of_day_after(one.occurred_at, 20)) for _ in going_on]
            outcomes.append(("GATE", one.id, "met" if placement in planned else "breached", None, False, None))
        if one.type == "placement_ended":
            for duty in waiting:
                duty.stops = True
                if one.occurred_at < duty.due:
                    duty.over, duty.state = True, "ended"
        if one.type == "placement_started":
            owed += [
                Owed(clause, placement, one.id, end_of_day_after(one.occurred_at, days))
                for clause, days in (("PLAIN", 5), ("AGAIN", 20))
            ]
    for duty in owed:
        if duty.state == "open" and now >= duty.due:
            duty.state = "breached"
        outcomes.append((duty.clause, duty.trigger, duty.state, duty.met_by, duty.late, duty.noticed))
    return sorted(outcomes, key=repr)


def done(waiting: list[Owed], evidence: Event) -> None:
    for duty in waiting:
        duty.over, duty.state, duty.met_by = True, "met", evidence.id
        duty.late = evidence.occurred_at >= duty.due
        if not duty.late and evidence.recorded_at > duty.due:
            duty.noticed = duty.due


def restarted_while_open(events: list[Event]) -> bool:
    """Whether a placement starts again before it ended; the model then keeps two clocks for it."""
    going: set[str] = set()
    for one in standing(events):
        placement = one.refs.get("placement", "")
        if one.type == "placement_started":
            if placement in going:
                return True
            going.add(placement)
        if one.type == "placement_ended":
            going.discard(placement)
    return False


def no_waivers(events: list[Event]) -> list[Event]:
    return [one for one in events if one.type != "duty_waived" and "covered_from" not in one.data]


@fast
@given(events=histories().map(no_waivers).filter(lambda events: not restarted_while_open(events)))
def test_the_engine_agrees_with_a_plain_walk_through_the_events(events: list[Event]) -> None:
    now = END - timedelta(days=150)
    there = [one for one in events if one.occurred_at <= now and one.recorded_at <= now]
    found = [
        (
            one.clause.id,
            one.trigger.id,
            one.state,
            (one.met_by[0] if one.met_by and one.due else None),
            one.late,
            one.breach_noticed_at,
        )
        for one in evaluate(events, [VersionInForce(PACK, PACK.in_force_from)], now).instances
    ]
    assert sorted(found, key=repr) == sorted(model(there, now), key=repr)
