"""Why a unit cannot be held. Each text is for whoever asked, and says nothing about who is there."""

from __future__ import annotations

from datetime import date

from waymark.access.services import NotAsAsked
from waymark.accommodation.models import Unit
from waymark.core.formats import day


class NotFree(NotAsAsked):
    """The unit is held for some of the nights. `free_from` is the first day on which as many nights are free."""

    def __init__(self, unit: Unit, free_from: date | None) -> None:
        self.unit = unit
        self.free_from = free_from
        when = (
            f"for so many nights it is free from {day(free_from)}"
            if free_from
            else "no day is known from which it is free for so long"
        )
        super().__init__(f"{unit.label} at {unit.scheme.name} is not free for those nights: {when}")


class LivesElsewhere(NotAsAsked):
    """The young person has a main placement for some of the nights already."""

    def __init__(self) -> None:
        super().__init__(
            "This young person has a main placement for some of those nights already: end it first, or make this one"
            " a second home"
        )


class NoSuchNights(NotAsAsked):
    """The day of leaving is not after the day of arrival."""

    def __init__(self) -> None:
        super().__init__("The day of leaving must be after the day of arrival")


class NoLongerThere(NotAsAsked):
    """What was to be changed was cancelled, has lapsed or has ended meanwhile."""

    def __init__(self) -> None:
        super().__init__("This has been cancelled or has lapsed meanwhile: look at the unit again")
