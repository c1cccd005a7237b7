"""The time, passed to services so that tests and simulations can choose it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Anything that knows what time it is."""

    def now(self) -> datetime:
        """The current instant, with its offset."""
        ...


class SystemClock:
    """The time of the machine, in UTC."""

    def now(self) -> datetime:
        """The current instant in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still: for what follows from something recorded at a known time, tests and simulations."""

    instant: datetime

    def now(self) -> datetime:
        """The instant the clock was set to."""
        return self.instant


system_clock: Clock = SystemClock()
"""What services use unless they are given another clock."""
