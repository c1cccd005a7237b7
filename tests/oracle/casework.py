"""Random casework: events that touch a protocol, often at the very instant that something is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from waymark.duties.engine import Event

from .deadlines import LONDON, due
from .protocols import RECIPIENTS, TYPES, Duty, Protocol

START = datetime(2026, 3, 23, tzinfo=LONDON)
"""A Monday: clocks go forward that week, and Easter is the next."""

DAYS = 35
HOURS = (0, 0, 9, 10, 12, 23)
MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Casework:
    """What happened in one case, in no order, and when it is looked at."""

    events: tuple[Event, ...]
    now: datetime


def random_casework(random: Random, protocol: Protocol) -> Casework:
    """Three to sixteen events of one case, about two placements, some recorded late and some withdrawn."""
    teller = _Teller(random, protocol)
    for _ in range(random.randint(3, 16)):
        teller.tell()
    for _ in range(random.choice((0, 0, 0, 1, 2))):
        teller.withdraw()
    random.shuffle(teller.events)
    return Casework(tuple(teller.events), teller.now())


class _Teller:
    def __init__(self, random: Random, protocol: Protocol) -> None:
        self.random = random
        self.events: list[Event] = []
        duties = [clause for clause in protocol.clauses if isinstance(clause, Duty)]
        self.lengths = [part.length for duty in duties for part in duty.parts if part.length]
        self.waivable = [duty.id for duty in duties if not duty.recurs and duty.parts[0].length]

    def tell(self) -> None:
        """One more thing that happened."""
        random = self.random
        chance = random.random()
        if chance < 0.06:
            self._add("closed", {}, {})
        elif chance < 0.14:
            self._add("facts_recorded", {}, {"gang_risk": random.choice((True, False, "unknown"))})
        elif chance < 0.2 and self.waivable:
            self._add("duty_waived", self._placement(), {"clause": random.choice(self.waivable), "reason": "agreed"})
        else:
            recipients = random.choice((RECIPIENTS[0], RECIPIENTS[1], list(RECIPIENTS), ["police"]))
            named = {"to": recipients, "due": self._instant().isoformat()}
            self._add(random.choice(TYPES), self._placement(), named)

    def withdraw(self) -> None:
        """Something recorded before, which may itself be a withdrawal, was a mistake."""
        mistake = self.random.choice(self.events)
        at = (
            max(one.recorded_at for one in self.events if one.id == mistake.id or one.type == "event_retracted")
            + MOMENT
        )
        self._put("event_retracted", {}, {"event": mistake.id}, at, at)

    def now(self) -> datetime:
        """When it is looked at: at the end mostly, or when something is due."""
        if self.random.random() < 0.4:
            return self._instant()
        return (START + timedelta(days=DAYS + self.random.choice((0, 20, 60)))).astimezone(UTC)

    def _placement(self) -> dict[str, str]:
        return {} if self.random.random() < 0.05 else {"placement": self.random.choice(("P1", "P1", "P2"))}

    def _instant(self) -> datetime:
        """Any instant, or one at which something is due that an earlier event began, or a moment to either side."""
        random = self.random
        if self.events and self.lengths and random.random() < 0.45:
            earlier = random.choice(self.events).occurred_at
            return due(earlier, *random.choice(self.lengths)) + random.choice((-MOMENT, 0 * MOMENT, 0 * MOMENT, MOMENT))
        if self.events and random.random() < 0.1:
            return random.choice(self.events).occurred_at
        day = START + timedelta(days=random.randrange(DAYS))
        return day.replace(hour=random.choice(HOURS)).astimezone(UTC)

    def _add(self, kind: str, refs: dict[str, str], data: dict[str, Any]) -> None:
        at = self._instant()
        lag = self.random.choice((0, 0, 0, 0, 1, 30, 24 * 6, 24 * 20))
        self._put(kind, refs, data, at, at + timedelta(hours=lag))

    def _put(self, kind: str, refs: dict[str, str], data: dict[str, Any], at: datetime, recorded: datetime) -> None:
        place = len(self.events) + 1
        self.events.append(Event(f"e{place}", "YP1", kind, at, recorded, refs, "social_worker", data, place))
