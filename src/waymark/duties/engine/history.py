"""What had happened in one case by a given time: events in order, facts in force, what was withdrawn or waived."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from .calendar import Due, Duration, age_on, is_within_calendar, local_date, parse_instant, start_of_day
from .events import DUTY_WAIVED, EVENT_RETRACTED, FACTS_RECORDED, Event, Key
from .patterns import Need

NO_FACTS: Mapping[str, Any] = {}


class EventMoment:
    """A trigger as conditions read it: the facts in force then, its own data, the age on a day."""

    __slots__ = ("_age", "_day", "_read_age", "by", "data", "dues", "event", "facts")

    def __init__(self, event: Event, facts: Mapping[str, Any]) -> None:
        self.event = event
        self.facts = facts
        self.data = event.data
        self.by = event.by
        self.dues: dict[Duration, Due] = {}
        """What is due so long after it, worked out once however many clauses give the same time."""
        self._day: date | None = None
        self._age: int | None = None
        self._read_age = False

    @property
    def day(self) -> date:
        """The London day it happened on."""
        if self._day is None:
            self._day = local_date(self.event.occurred_at)
        return self._day

    @property
    def age(self) -> int | None:
        """Whole years on the day it happened, or None when no date of birth was recorded by then."""
        if not self._read_age:
            self._age = self.age_on(self.day)
            self._read_age = True
        return self._age

    def age_on(self, day: date) -> int | None:
        """Whole years on another day, from the date of birth in force at the trigger."""
        born = as_date(self.facts.get("date_of_birth"))
        return None if born is None else age_on(born, day)

    def on_day(self, day: date) -> DayMoment:
        """The same facts, read with the age on another day."""
        return DayMoment(self, day)


class DayMoment:
    """An event's moment with the age on another day: who owes something goes by the last day before it is due."""

    __slots__ = ("age", "by", "data", "facts")

    def __init__(self, moment: EventMoment, day: date) -> None:
        self.facts = moment.facts
        self.data = moment.data
        self.by = moment.by
        self.age = moment.age_on(day)


def as_date(value: Any) -> date | None:
    """A date as facts hold it (ISO text or a date); None for anything else."""
    if isinstance(value, datetime):
        return local_date(value)
    if isinstance(value, date):
        return value
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day is not None and is_within_calendar(day) else None


def as_instant(value: Any) -> datetime | None:
    """An instant from text with an offset, or the start of a London day from a date; None for anything else."""
    if isinstance(value, datetime):
        return value
    day = as_date(value)
    if day is not None:
        return start_of_day(day)
    try:
        return parse_instant(value)
    except ValueError:
        return None


class History:
    """The events of one case that count at `now`: already happened and recorded, and not withdrawn."""

    def __init__(self, events: Iterable[Event], now: datetime) -> None:
        """`events` of one case in any order, each id once; `now` is aware."""
        self.now = now
        there = [event for event in events if event.occurred_at <= now and event.recorded_at <= now]
        there.sort(key=lambda event: event.key)
        withdrawn = _withdrawn(there)
        if withdrawn:
            there = [event for event in there if event.id not in withdrawn]
        self.by_type: dict[str, list[Event]] = {}
        for event in there:
            self.by_type.setdefault(event.type, []).append(event)
        self._fact_keys: list[Key] = []
        self._facts: list[Mapping[str, Any]] = []
        self._gather_facts()
        self.covered_from = self._covered_from()
        self._moments: dict[str, EventMoment] = {}
        self._by_ref: dict[tuple[str, str], dict[str, list[Event]]] = {}
        self.has_waivers = DUTY_WAIVED in self.by_type
        self._waivers: dict[str, list[Event]] = {}
        for event in self.by_type.get(DUTY_WAIVED, ()):
            self._waivers.setdefault(str(event.data.get("clause")), []).append(event)

    def _gather_facts(self) -> None:
        facts: dict[str, Any] = {}
        for event in self.by_type.get(FACTS_RECORDED, ()):
            facts = {**facts, **event.data}
            self._fact_keys.append(event.key)
            self._facts.append(facts)

    def _covered_from(self) -> datetime | None:
        return as_instant(self._facts[-1].get("covered_from")) if self._facts else None

    def facts_at(self, key: Key) -> Mapping[str, Any]:
        """The facts in force just before a place in the order of happening."""
        place = bisect_left(self._fact_keys, key)
        return self._facts[place - 1] if place else NO_FACTS

    def moment(self, event: Event) -> EventMoment:
        """The moment of an event, made once however many clauses it triggers."""
        found = self._moments.get(event.id)
        if found is None:
            found = self._moments[event.id] = EventMoment(event, self.facts_at(event.key))
        return found

    def of_types(self, types: Sequence[str]) -> Sequence[Event]:
        """Every event of these types, in order."""
        if len(types) == 1:
            return self.by_type.get(types[0], ())
        found = [event for event_type in types for event in self.by_type.get(event_type, ())]
        found.sort(key=lambda event: event.key)
        return found

    def about(self, event_type: str, kind: str, ref: str) -> Sequence[Event]:
        """Every event of a type about one thing (`case`: all of the case), in order."""
        if kind == "case":
            return self.by_type.get(event_type, ())
        index = self._by_ref.get((event_type, kind))
        if index is None:
            index = self._by_ref[event_type, kind] = {}
            for event in self.by_type.get(event_type, ()):
                value = event.refs.get(kind)
                if value is not None:
                    index.setdefault(value, []).append(event)
        return index.get(ref, ())

    def waivers(self, clause_id: str) -> Sequence[Event]:
        """The waivers of a clause, in order."""
        return self._waivers.get(clause_id, ())


def first_match(events: Sequence[Event], need: Need, after: Key | None, part: str | None) -> Event | None:
    """The first of `events` (in order) after a place that satisfies a need; `after` None: from the beginning."""
    start = 0 if after is None or not events or events[0].key > after else bisect_right(events, after, key=_key)
    match = need.match
    if match is None:
        return events[start] if start < len(events) else None
    for place in range(start, len(events)):
        if match(events[place], part):
            return events[place]
    return None


def last_match(events: Sequence[Event], need: Need, before: Key) -> Event | None:
    """The last of `events` before a place that satisfies a need."""
    for place in range(bisect_left(events, before, key=_key) - 1, -1, -1):
        if need.match is None or need.match(events[place], None):
            return events[place]
    return None


def _key(event: Event) -> Key:
    return event.key


def _withdrawn(events: Sequence[Event]) -> set[str]:
    """Identifiers of events that a standing retraction names; a retraction stands unless another standing one names it.

    The order of recording does not matter. Retractions that name each other in a circle go by the latest recorded.
    """
    undecided = {event.id: event for event in events if event.type == EVENT_RETRACTED}
    if not undecided:
        return set()
    named_by = Counter(str(event.data.get("event")) for event in undecided.values())
    ready = [event for event in undecided.values() if not named_by[event.id]]
    withdrawn: set[str] = set()
    while undecided:
        if not ready:
            ready.append(max(undecided.values(), key=lambda event: (event.recorded_at, event.position)))
        retraction = ready.pop()
        if undecided.pop(retraction.id, None) is None:
            continue
        target = str(retraction.data.get("event"))
        if retraction.id not in withdrawn:
            withdrawn.add(target)
        named_by[target] -= 1
        if target in undecided and (target in withdrawn or not named_by[target]):
            ready.append(undecided[target])
    return withdrawn
