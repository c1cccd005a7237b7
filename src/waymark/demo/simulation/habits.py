"""How people keep time in the demo borough: mostly, but not always."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from waymark.demo.simulation.worktime import (
    add_working_days,
    end_of_day,
    end_of_working_days,
    local_day,
    office_time,
    office_time_between,
)
from waymark.demo.simulation.world import Member

FORGOTTEN = 0.06
"""Of the things not done in time, the share that is never done at all."""

MEAN_DELAY = 5.5
"""Working days by which something late is late, on average."""


STILL_TO_DO = 0.7
"""Of the things in hand at the present, the share still to be done."""


@dataclass(slots=True)
class Habits:
    """Draws, from one stream of chance, when people do what they owe."""

    random: Random
    present: datetime

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self.random.random() < probability

    def promptly(self, who: Member, start: datetime, *, sure: bool = False) -> datetime | None:
        """When `who` does what is owed within one working day of `start`; None for never, unless `sure`."""
        return self.within(who, start, end_of_working_days(start, 1), sure=sure)

    def within(self, who: Member, start: datetime, due: datetime, *, sure: bool = False) -> datetime | None:
        """When `who` does, in office hours, what is owed between `start` and `due`; None for never, unless `sure`."""
        if self.chance(who.punctuality):
            in_time = office_time_between(self._not_before(start + timedelta(minutes=3), due), due, self.random)
            if in_time is not None:
                return in_time
        if not sure and self.chance(FORGOTTEN):
            return None
        return self.late(start, due)

    def _not_before(self, start: datetime, due: datetime) -> datetime:
        """When to begin looking for time: what can wait until after the present mostly does, as a desk in use shows."""
        return self.present if start < self.present < due and self.chance(STILL_TO_DO) else start

    def late(self, start: datetime, due: datetime) -> datetime:
        """Office hours some working days after `due`, few more often than many."""
        delay = int(self.random.expovariate(1 / MEAN_DELAY))
        first = max(local_day(due), local_day(start))
        when = office_time(add_working_days(first, delay), self.random)
        return max(when, due + timedelta(minutes=self.random.randrange(5, 90)))

    def days(self, who: Member, start: datetime, days: int, *, sure: bool = False) -> datetime | None:
        """When `who` does what is owed by the end of the `days`th calendar day after `start`."""
        return self.within(who, start, end_of_day(local_day(start) + timedelta(days=days)), sure=sure)

    def at_once(self, who: Member, start: datetime) -> datetime | None:
        """When `who` does what is owed within the hour, day or night."""
        if self.chance(who.punctuality):
            return start + timedelta(minutes=self.random.randrange(4, 54))
        if self.chance(FORGOTTEN):
            return None
        return start + timedelta(minutes=self.random.randrange(65, 400))

    def in_hours(self, who: Member, start: datetime, hours: int) -> datetime | None:
        """When `who` does what is owed within so many elapsed hours, in office hours where there are any left."""
        due = start + timedelta(hours=hours)
        if self.chance(who.punctuality):
            in_office = office_time_between(start + timedelta(minutes=3), due, self.random)
            return in_office or start + timedelta(minutes=self.random.randrange(10, 50 * hours))
        if self.chance(FORGOTTEN):
            return None
        return self.late(start, due)

    def later(self, start: datetime, fewest: int, most: int) -> datetime:
        """Office hours, so many working days after `start`."""
        day = add_working_days(local_day(start), self.random.randint(fewest, most))
        return max(office_time(day, self.random), start + timedelta(minutes=self.random.randrange(5, 40)))

    def delay_in_recording(self) -> timedelta:
        """How long after something happened it is written down: mostly at once, now and then days later."""
        roll = self.random.random()
        if roll < 0.72:
            return timedelta(minutes=self.random.randrange(1, 20))
        if roll < 0.95:
            return timedelta(minutes=self.random.randrange(20, 150))
        if roll < 0.988:
            return timedelta(hours=self.random.randrange(14, 24))
        return timedelta(days=self.random.randrange(2, 6), hours=self.random.randrange(0, 5))

    def complete(self, who: Member, items: list[str]) -> list[str]:
        """The items a record holds: all of them, or one short when `who` is less than thorough."""
        if not items or self.chance(who.thoroughness):
            return items
        forgotten = self.random.choice(items)
        return [item for item in items if item != forgotten]
