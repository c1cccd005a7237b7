"""Duties, recurring duties and escalations: from a trigger to a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from .calendar import Due, Duration, add_months, end_of_day, last_day_of_month, local_date, start_of_day
from .checks import names, triggers
from .conditions import as_values
from .events import Event, Key
from .history import EventMoment, as_date, as_instant, first_match
from .instances import BREACHED, ENDED, MET, OPEN, UNKNOWN, WAIVED, Instance
from .pack import CALENDAR_MONTH, CASE, Deadline, Duty, Part

if TYPE_CHECKING:
    from .evaluate import Context

MOMENT = timedelta(microseconds=1)
ESCALATED = "escalated"


class Evaluated:
    """One duty clause of one version under evaluation, and what it has given so far."""

    def __init__(self, context: Context, clause: Duty, place: int) -> None:
        self.context = context
        self.clause = clause
        self.place = place
        self.under = context.versions.all[place]
        self.instances: list[Instance] = []
        self.wake_at: datetime | None = None


@dataclass(slots=True)
class Start:
    """Where a duty begins: the trigger's moment, the place after which evidence counts, and the time it counts from."""

    moment: EventMoment
    key: Key
    since: datetime

    @classmethod
    def at(cls, moment: EventMoment) -> Start:
        return cls(moment, moment.event.key, moment.event.occurred_at)


class Evidence(NamedTuple):
    """What was done towards a duty: the events that complete it, or what is still owed."""

    done: tuple[Event, ...]
    missing: tuple[str, ...]
    last: Event | None
    """The event that completed it, or None while it is not complete."""


class Settled(NamedTuple):
    """How an instance stands, and what closed it."""

    instance: Instance
    done: Event | None
    waived: Event | None
    ended: Event | None
    closed: Key | None


def evaluate_duty(evaluated: Evaluated) -> None:
    """Add every instance of a duty clause whose trigger the clause's version judges."""
    clause = evaluated.clause
    if clause.breach_of:
        _after_breaches(evaluated)
        return
    starts = _starts(evaluated)
    if clause.recurs == CALENDAR_MONTH:
        for start in starts:
            _months(evaluated, start)
    elif clause.recurs:
        for start in starts:
            if (clause.id, start.moment.event.id) not in evaluated.context.chained:  # it is the next of an earlier one
                _chain(evaluated, start)
    else:
        for part in clause.parts:
            _each_time(evaluated, part, starts)


def _starts(evaluated: Evaluated) -> list[Start]:
    clause = evaluated.clause
    starts = _starts_of(evaluated)
    if clause.when is None:
        return starts
    return [start for start in starts if clause.when.test(start.moment)]


def _starts_of(evaluated: Evaluated) -> list[Start]:
    """Where the clause's trigger happened to what it is about, found once for all clauses that start alike."""
    clause, context = evaluated.clause, evaluated.context
    assert clause.after is not None  # the loader gives every duty a trigger or another clause's breach
    key = (clause.after.text, clause.about, evaluated.place)
    starts = context.starts.get(key)
    if starts is None:
        starts = context.starts[key] = [
            Start.at(context.history.moment(event))
            for event in triggers(context, clause.after, evaluated.place)
            if clause.about == CASE or clause.about in event.refs
        ]
    return starts


def _each_time(evaluated: Evaluated, part: Part, starts: Sequence[Start]) -> None:
    """One instance for each trigger; a duty for a date the trigger names follows the latest arrangement."""
    arranged = part.deadline.kind != "within"
    following = _following(evaluated) if arranged else {}
    for start in starts:
        later = following.get(start.moment.event.id)
        for value in _values(evaluated.clause, start):
            settled = _settle(evaluated, evaluated.clause, part, start, value)
            superseded = later is not None and (settled.closed is None or settled.closed > later)
            if not superseded:
                evaluated.instances.append(settled.instance)


def _following(evaluated: Evaluated) -> dict[str, Key]:
    """For each arranging event the place of the next about the same thing, under whichever version that happened."""
    clause = evaluated.clause
    assert clause.after is not None  # only a trigger can name a date
    following: dict[str, Key] = {}
    latest: dict[str, str] = {}
    for event in triggers(evaluated.context, clause.after, None):
        if clause.about == CASE or clause.about in event.refs:
            ref = _ref(clause, event)
            if ref in latest:
                following[latest[ref]] = event.key
            latest[ref] = event.id
    return following


def _values(clause: Duty, start: Start) -> Sequence[str | None]:
    if not clause.each:
        return (None,)
    return tuple(dict.fromkeys(str(value) for value in as_values(start.moment.data.get(clause.each))))


def _ref(clause: Duty, event: Event) -> str:
    return "" if clause.about == CASE else event.refs[clause.about]


def _chain(evaluated: Evaluated, start: Start) -> None:
    """A recurring duty: each occurrence counts from the last time it was done, under the version in force then."""
    context = evaluated.context
    origin = start.moment.event
    while True:
        clause, under = context.versions.clause_at(evaluated.clause.id, start.since)
        if not isinstance(clause, Duty) or not clause.recurs or clause.recurs == CALENDAR_MONTH:
            return
        applies = clause.when is None or clause.when.test(start.moment)
        settled = _settle(evaluated, clause, clause.parts[0], start, None, origin=origin)
        settled.instance.under = under
        if applies:
            evaluated.instances.append(settled.instance)
        next_event = settled.done or settled.waived
        if next_event is None or (settled.ended is not None and settled.ended.key <= next_event.key):
            return  # what ends it has come; it may be the very event that shows it done
        if (clause.id, next_event.id) in context.chained:
            return  # two starts of one thing meet in the same next occurrence
        context.chained.add((clause.id, next_event.id))
        start = Start.at(context.history.moment(next_event))
        if settled.done is None and settled.instance.due is not None:
            start.since = settled.instance.due - MOMENT  # a waived occurrence: the next counts from when it was due


def _months(evaluated: Evaluated, start: Start) -> None:
    """One instance for each calendar month that has begun since the trigger, until the ending event."""
    context, clause_id = evaluated.context, evaluated.clause.id
    ending = _ending(context, evaluated.clause, start)
    month = add_months(start.moment.day.replace(day=1), 1)
    while True:
        begins = start_of_day(month)
        if ending is not None and ending.occurred_at <= begins:
            return
        if begins > context.history.now:
            if evaluated.wake_at is None or begins < evaluated.wake_at:
                evaluated.wake_at = begins
            return
        clause, under = context.versions.clause_at(clause_id, begins)
        if isinstance(clause, Duty) and clause.recurs == CALENDAR_MONTH:
            month_start = Start(start.moment, start.key, begins)
            settled = _settle(evaluated, clause, clause.parts[0], month_start, month.strftime("%Y-%m"))
            settled.instance.under = under
            evaluated.instances.append(settled.instance)
        month = add_months(month, 1)


def _after_breaches(evaluated: Evaluated) -> None:
    """One instance for each breach of another clause, counted from the time that one was due."""
    context, clause = evaluated.context, evaluated.clause
    assert clause.breach_of is not None
    for other in context.found.get(clause.breach_of, ()):
        breached = other.state == BREACHED or (other.state == MET and other.late)
        if not breached or other.due is None or not context.belongs(other.due, evaluated.place):
            continue
        moment = context.history.moment(other.trigger)
        if clause.about != CASE and clause.about not in other.trigger.refs:
            continue
        if clause.when is not None and not clause.when.test(moment):
            continue
        key = (other.due, other.due, -1)
        settled = _settle(evaluated, clause, clause.parts[0], Start(moment, key, other.due), other.part)
        evaluated.instances.append(settled.instance)


def _settle(
    evaluated: Evaluated,
    clause: Duty,
    part: Part,
    start: Start,
    value: str | None,
    *,
    origin: Event | None = None,
) -> Settled:
    """Work out one instance: when it is due, who owes it, and what has become of it."""
    context, event = evaluated.context, start.moment.event
    ref = _ref(clause, origin or event)
    due = _due(context, clause, part.deadline, start, value)
    instance = Instance(
        clause=clause,
        trigger=event,
        refs={} if clause.about == CASE else {clause.about: ref},
        under=evaluated.under,
        part=part.name or value,
        due=due.at if due else None,
        provisional=due.provisional if due else False,
        since=start.since,
        deadline=part.deadline,
    )
    instance.who = _who(clause, instance, start.moment)
    evidence = _evidence(context, clause, part, ref, start.key, value)
    ended = _ending(context, clause, start, origin) if clause.until is not None else None
    waived = _waiver(context, clause, ref, start, instance)
    settled = _decide(instance, evidence, waived, ended)
    if not context.is_covered(start.since):
        instance.state, instance.missing, instance.met_by, instance.late = UNKNOWN, (), (), False
        instance.breach_noticed_at = None
    elif settled.closed is None:
        instance.state = OPEN if instance.due is None or context.history.now < instance.due else BREACHED
        instance.missing = evidence.missing
        instance.met_by = _identifiers(evidence.done)
        instance.next_change = instance.due if instance.state == OPEN else None
    if clause.escalate or clause.kind == "escalation":
        _escalations(context, clause, ref, start, settled)
    return settled


def _decide(instance: Instance, evidence: Evidence, waived: Event | None, ended: Event | None) -> Settled:
    """Whichever came first counts: done, waived while open, or ended before it was due."""
    due, done = instance.due, evidence.last
    closed, state = (done.key, MET) if done is not None else (None, OPEN)
    for event, closing in ((waived, WAIVED), (ended, ENDED)):
        if event is not None and (due is None or event.occurred_at < due) and (closed is None or event.key < closed):
            closed, state = event.key, closing
    instance.state = state
    if done is None or state != MET:
        return Settled(instance, None, waived if state == WAIVED else None, ended, closed)
    instance.met_by = _identifiers(evidence.done)
    if due is not None:
        instance.late = done.occurred_at >= due
        if not instance.late and any(hit.recorded_at > due for hit in evidence.done):
            instance.breach_noticed_at = due
    return Settled(instance, done, None, ended, closed)


def _identifiers(events: tuple[Event, ...]) -> tuple[str, ...]:
    """Each event once, in the order of the pattern: one event may satisfy several needs."""
    if len(events) < 2:
        return (events[0].id,) if events else ()
    return tuple(dict.fromkeys(event.id for event in events))


def _due(context: Context, clause: Duty, deadline: Deadline, start: Start, value: str | None) -> Due | None:
    if deadline.kind != "within":
        return _named_date(deadline, start.moment.data.get(deadline.field))
    assert deadline.duration is not None
    if clause.recurs == CALENDAR_MONTH:
        last_day = last_day_of_month(date.fromisoformat(f"{value}-01"))
        return context.calendar.due_after_day(last_day, deadline.duration)
    return _add(context, clause, start, deadline.duration)


def _add(context: Context, clause: Duty, start: Start, duration: Duration) -> Due:
    moment = start.moment
    if clause.breach_of and duration.unit not in ("hour", "minute"):
        return context.calendar.due(start.since - MOMENT, duration)  # day 0 is the last day it could have been done
    if start.since != moment.event.occurred_at:
        return context.calendar.due(start.since, duration)
    due = moment.dues.get(duration)
    if due is None:
        due = moment.dues[duration] = context.calendar.due(start.since, duration)
    return due


def _named_date(deadline: Deadline, value: Any) -> Due | None:
    """`at`: the end of the day named; `by`: that instant (a day without a time: its end). None: no date was given."""
    day = as_date(value)
    if day is not None:
        return Due(end_of_day(day))
    instant = as_instant(value)
    if instant is None:
        return None
    return Due(end_of_day(local_date(instant)) if deadline.kind == "at" else instant)


def _who(clause: Duty, instance: Instance, moment: EventMoment) -> str | None:
    owner = clause.who
    assert owner is not None  # the loader requires it of a duty
    if owner.is_fixed:
        return owner.choices[0][1]
    if owner.age_on == "trigger" or instance.due is None:
        return owner.role(moment)
    return owner.role(moment.on_day(local_date(instance.due - MOMENT)))


def _evidence(context: Context, clause: Duty, part: Part, ref: str, after: Key, value: str | None) -> Evidence:
    """The earliest completed alternative; while there is none, what the nearest one still lacks."""
    earliest = None if clause.may_come_before else after
    if part.only is not None:
        events = context.history.about(part.only.type, clause.about, ref)
        hit = first_match(events, part.only, earliest, value) if events else None
        return Evidence((hit,), (), hit) if hit is not None else Evidence((), (part.only.label,), None)
    best: tuple[Event, tuple[Event, ...]] | None = None
    partial: tuple[tuple[Event, ...], tuple[str, ...]] | None = None
    for alternative in part.done_by.alternatives:
        hits = [
            (need, first_match(context.history.about(need.type, clause.about, ref), need, earliest, value))
            for need in alternative
        ]
        found = tuple(hit for _, hit in hits if hit is not None)
        if len(found) == len(hits):
            last = max(found, key=_key)
            if best is None or last.key < best[0].key:
                best = (last, found)
        elif best is None and (partial is None or len(found) > len(partial[0])):
            partial = (found, tuple(need.label for need, hit in hits if hit is None))
    if best is not None:
        return Evidence(best[1], (), best[0])
    assert partial is not None  # a pattern has at least one alternative
    if not partial[0] and len(part.done_by.alternatives) > 1:
        return Evidence((), (part.done_by.either,), None)
    return Evidence(partial[0], partial[1], None)


def _key(event: Event) -> Key:
    return event.key


def _ending(context: Context, clause: Duty, start: Start, origin: Event | None = None) -> Event | None:
    """The first ending event after the trigger that is about the same thing."""
    if clause.until is None:
        return None
    trigger = origin or start.moment.event
    found: Event | None = None
    for event_type in clause.until.types:
        for event in context.history.by_type.get(event_type, ()):
            if event.key > start.key and _same_thing(clause, trigger, event) and names(clause.until, event):
                if found is None or event.key < found.key:
                    found = event
                break
    return found


def _same_thing(clause: Duty, trigger: Event, ending: Event) -> bool:
    """Whether an ending event ends this duty: by the clause's own ref, else by any ref that both events name."""
    if clause.about == CASE:
        return True
    if clause.about in ending.refs:
        return ending.refs[clause.about] == trigger.refs.get(clause.about)
    shared = ending.refs.keys() & trigger.refs.keys()
    return all(ending.refs[kind] == trigger.refs[kind] for kind in shared)


def _waiver(context: Context, clause: Duty, ref: str, start: Start, instance: Instance) -> Event | None:
    """The first waiver of this instance once it was open. A month opens with its first instant."""
    opened = (start.since, start.since, -1) if clause.recurs == CALENDAR_MONTH else start.key
    for event in context.history.waivers(clause.id):
        part = event.data.get("part")
        if (
            event.key > opened
            and (clause.about == CASE or event.refs.get(clause.about) == ref)
            and (part is None or part == instance.part)
        ):
            return event
    return None


def _escalations(context: Context, clause: Duty, ref: str, start: Start, settled: Settled) -> None:
    """The stages reached: what `escalated` events say of an escalation clause, and the pack's own ladder by time."""
    instance = settled.instance
    stages: dict[str, None] = {}
    if clause.kind == "escalation":
        for event in context.history.about(ESCALATED, clause.about, ref):
            if event.key > start.key:
                stages.update(dict.fromkeys(as_values(event.data.get("to"))))
    if clause.escalate and instance.due is not None and instance.state in (OPEN, BREACHED, MET):
        _ladder(context, clause, settled, stages)
    instance.escalated_to = tuple(stages)


def _ladder(context: Context, clause: Duty, settled: Settled, stages: dict[str, None]) -> None:
    instance, now = settled.instance, context.history.now
    assert instance.due is not None
    for stage in clause.escalate:
        at = context.calendar.due(instance.due - MOMENT, stage.after).at
        if settled.done is not None and settled.done.occurred_at < at:
            return
        if at <= now:
            stages[stage.to] = None
        elif instance.state == BREACHED and (instance.next_change is None or at < instance.next_change):
            instance.next_change = at
