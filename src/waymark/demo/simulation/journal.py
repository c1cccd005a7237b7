"""Writes down what happened on one case, and knows nothing that has not happened yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from waymark.demo.simulation.habits import Habits
from waymark.demo.simulation.world import Event, Member, identifier


class Journal:
    """The events of one case, up to the present.

    `seed` and `case` make the identifiers; what happened, or was written down, at or after `present` is left out.
    """

    def __init__(self, *, seed: int, case: str, present: datetime, habits: Habits) -> None:
        self.case = case
        self.present = present
        self.events: list[Event] = []
        self._seed = seed
        self._habits = habits
        self._count = 0

    def record(
        self,
        kind: str,
        at: datetime,
        who: Member,
        *,
        refs: dict[str, str] | None = None,
        recorded_at: datetime | None = None,
        data: dict[str, Any] | None = None,
    ) -> Event | None:
        """Write down that `kind` happened `at` that time, by `who` in their role; None while still to come."""
        self._count += 1
        written = recorded_at or at + self._habits.delay_in_recording()
        if at >= self.present or written >= self.present:
            return None
        event = Event(
            id=identifier("event", self._seed, self.case, self._count),
            case=self.case,
            type=kind,
            occurred_at=at,
            recorded_at=max(written, at),
            by=who.role,
            refs=dict(refs or {}),
            data={name: value for name, value in (data or {}).items() if value is not None},
            member=who.id,
        )
        self.events.append(event)
        return event

    def in_order(self) -> list[Event]:
        """The events in the order in which they were written down."""
        return sorted(self.events, key=lambda event: (event.recorded_at, event.occurred_at, event.id))
