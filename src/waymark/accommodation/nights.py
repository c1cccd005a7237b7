"""When a unit is free, worked out from its holds. Plain Python: no query here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from waymark.accommodation.choices import OccupancyKind

if TYPE_CHECKING:
    from waymark.accommodation.models import Occupancy


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Nights from `first` to before `until` (None: without end), and days of turnaround after them.

    Turnaround keeps other people out, not a unit out of service: `of_somebody` is False for that.
    """

    first: date
    until: date | None
    turnaround_days: int = 0
    of_somebody: bool = True

    @classmethod
    def of(cls, row: Occupancy) -> Hold:
        """The hold of a row."""
        return cls(
            first=row.arrives_on,
            until=row.leaves_on,
            turnaround_days=row.turnaround_days,
            of_somebody=row.kind != OccupancyKind.OUT_OF_SERVICE,
        )

    @property
    def turned_around_on(self) -> date | None:
        """The first day on which somebody else can arrive."""
        return None if self.until is None else self.until + timedelta(days=self.turnaround_days)

    def clashes_with(self, other: Hold) -> bool:
        """Whether the two cannot both be."""
        if self.of_somebody and other.of_somebody:
            return _touch(self.first, self.turned_around_on, other.first, other.turned_around_on)
        return _touch(self.first, self.until, other.first, other.until)

    def moved_to(self, first: date) -> Hold:
        """As many nights, from another day."""
        until = None if self.until is None else first + (self.until - self.first)
        return Hold(first=first, until=until, turnaround_days=self.turnaround_days, of_somebody=self.of_somebody)


def is_free(wanted: Hold, holds: Iterable[Hold]) -> bool:
    """Whether nothing stands against `wanted`."""
    return not any(wanted.clashes_with(held) for held in holds)


def first_free(wanted: Hold, holds: Collection[Hold]) -> date | None:
    """The first day, from that of `wanted`, on which as many nights are free; None where there is none."""
    ends = (held.turned_around_on if wanted.of_somebody and held.of_somebody else held.until for held in holds)
    days = sorted({wanted.first, *(end for end in ends if end is not None and end > wanted.first)})
    return next((day for day in days if is_free(wanted.moved_to(day), holds)), None)


def _touch(first: date, until: date | None, other_first: date, other_until: date | None) -> bool:
    return (other_until is None or first < other_until) and (until is None or other_first < until)
