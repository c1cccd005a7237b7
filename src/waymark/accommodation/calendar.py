"""Who is where on which nights of a month, by unit: names only of those whose placement the reader may read."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from waymark.accommodation.models import Occupancy, Unit
from waymark.accommodation.vacancies import STATES, State
from waymark.core.actor import Actor
from waymark.core.database import SERVICE, login
from waymark.people.models import YoungPerson

SHORT = {
    State.FREE: "",
    State.TURNAROUND: "T",
    State.RESERVED: "R",
    State.OCCUPIED: "O",
    State.OUT_OF_SERVICE: "X",
}
"""What stands in a cell that has no room for words; the words are there for whoever listens, and in the key."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar."""

    first: date

    @classmethod
    def asked(cls, text: str, today: date) -> Month:
        """The month of an address (`2026-11`), or the present one for anything else."""
        found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text, re.ASCII)
        return cls(date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1))

    @property
    def days(self) -> list[date]:
        """Its days."""
        return [self.first + timedelta(days=place) for place in range(monthrange(self.first.year, self.first.month)[1])]

    @property
    def until(self) -> date:
        """The first day of the next month."""
        return self.days[-1] + timedelta(days=1)

    @property
    def before(self) -> Month:
        """The month before."""
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def after(self) -> Month:
        """The month after."""
        return Month(self.until)

    @property
    def words(self) -> str:
        """`November 2026`."""
        return f"{self.first:%B %Y}"

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Nights:
    """Nights one after another that are alike. `case` is there when the reader may read who it is."""

    first: date
    last: date
    state: State
    name: str = ""
    case: UUID | None = None

    @property
    def span(self) -> int:
        """How many nights."""
        return (self.last - self.first).days + 1

    @property
    def days(self) -> str:
        """`1 to 9`, or `4`."""
        return str(self.first.day) if self.span == 1 else f"{self.first.day} to {self.last.day}"

    @property
    def words(self) -> str:
        """What a reader is told: the name, if they may know it, and the state."""
        if self.name and self.state is State.RESERVED:
            return f"Reserved for {self.name}"
        return self.name or self.state.value

    @property
    def short(self) -> str:
        """A letter or two for a narrow cell."""
        return "".join(word[0] for word in self.name.split()[:2]) or SHORT[self.state]

    @property
    def css(self) -> str:
        """The state as a class of the page."""
        return self.state.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Row:
    """A unit and its month."""

    unit: Unit
    nights: list[Nights]


def occupancy_in(units: Iterable[Unit], month: Month, *, actor: Actor, now: datetime) -> list[Row]:
    """The month of each unit. Three queries, however many units."""
    units = list(units)
    first, until = month.first, month.until
    with login(SERVICE):
        held: dict[UUID, list[Occupancy]] = defaultdict(list)
        within = Occupancy.objects.counting(now).filter(unit__in=units, held__overlap=(first, until))
        for row in within.order_by("nights"):
            held[row.unit_id].append(row)
    names = _names(units, month, actor)
    return [Row(unit, _month_of(held[unit.pk], month, names)) for unit in units]


def cases_in(rows: Iterable[Row]) -> set[UUID]:
    """Whose names stand there."""
    return {nights.case for row in rows for nights in row.nights if nights.case is not None}


Known = Mapping[UUID, tuple[UUID, str]]


def _names(units: list[Unit], month: Month, actor: Actor) -> Known:
    """By hold: the case and name, as the reader's own login finds them."""
    seen = Occupancy.objects.visible_to(actor).filter(
        unit__in=units, case__isnull=False, nights__overlap=(month.first, month.until)
    )
    cases = dict(seen.values_list("pk", "case"))
    people = {
        person.case_id: person.name
        for person in YoungPerson.objects.visible_to(actor).filter(case__in=set(cases.values()))
    }
    return {pk: (case, people[case]) for pk, case in cases.items() if case in people}


def _month_of(held: list[Occupancy], month: Month, names: Known) -> list[Nights]:
    """Every day of the month in one of the runs, in order."""
    by_day: dict[date, tuple[State, UUID | None]] = {}
    for row in held:
        for day in month.days:
            if row.arrives_on <= day and (row.leaves_on is None or day < row.leaves_on):
                by_day[day] = (STATES[row.kind], row.pk)  # type: ignore[index]
            elif row.leaves_on is not None and row.leaves_on <= day < row.leaves_on + timedelta(row.turnaround_days):
                by_day.setdefault(day, (State.TURNAROUND, None))
    runs: list[Nights] = []
    holder: UUID | None = None
    for day in month.days:
        state, row_id = by_day.get(day, (State.FREE, None))
        if runs and runs[-1].state is state and holder == row_id:
            runs[-1] = Nights(runs[-1].first, day, state, runs[-1].name, runs[-1].case)
        else:
            case, name = names.get(row_id, (None, "")) if row_id else (None, "")
            runs.append(Nights(day, day, state, name, case))
        holder = row_id
    return runs
