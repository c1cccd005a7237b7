"""Which units are free, and from when: worked out from everything that is held, without saying who is there.

Services read here, because a unit is taken whether or not the reader may know by whom. Who may call this page, and of
which schemes, is asked first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db.models import Q, QuerySet

from waymark.accommodation.choices import OccupancyKind
from waymark.accommodation.models import Occupancy, Unit, Void
from waymark.accommodation.nights import Hold, first_free
from waymark.accommodation.rules import works_with
from waymark.core.actor import Actor
from waymark.core.database import SERVICE, login
from waymark.core.formats import LONDON

SOON = timedelta(weeks=8)
"""Units that become free within this time stand in the list."""
ONE_NIGHT = timedelta(days=1)


class State(Enum):
    """How a unit stands on a day."""

    FREE = "Free"
    TURNAROUND = "Being made ready"
    RESERVED = "Reserved"
    OCCUPIED = "Occupied"
    OUT_OF_SERVICE = "Out of service"


STATES = {
    OccupancyKind.PLACEMENT: State.OCCUPIED,
    OccupancyKind.RESERVATION: State.RESERVED,
    OccupancyKind.OUT_OF_SERVICE: State.OUT_OF_SERVICE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for; what is empty is not asked. `accessibility` are features that are all needed."""

    from_day: date
    need_level: str = ""
    kind: str = ""
    area: str = ""
    staffing: str = ""
    contract: str = ""
    accessibility: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A unit on a day: its state and until when that lasts (None: not known, or without end).

    `free_from` is the first day from `day` on which somebody can arrive: it is not held, and ready as far as its void
    says. `free_until` is when it is held again after that. `open_from` is the first day from which it can be held until
    further notice: nothing comes after.
    `row` is the hold of a unit that is out of service; of any other nothing is told. `void` says why it is empty.
    """

    unit: Unit
    day: date
    state: State
    until: date | None = None
    lapses_at: datetime | None = None
    free_from: date | None = None
    free_until: date | None = None
    open_from: date | None = None
    out: Occupancy | None = None
    void: Void | None = None

    @property
    def is_free(self) -> bool:
        """Whether somebody can arrive on the day itself."""
        return self.free_from == self.day


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancies:
    """Units that are free or become free soon, the soonest first, and how many others there are of the same sort."""

    rows: list[Standing]
    others: int


def london_day(now: datetime) -> date:
    """The day that it is in London."""
    return now.astimezone(LONDON).date()


def vacancies(wanted: Wanted, *, actor: Actor, now: datetime) -> Vacancies:
    """The actor's units that answer to `wanted` and are free by eight weeks after its day."""
    units = list(units_of(actor).filter(_answering(wanted)))
    rows = standing_of(units, day=wanted.from_day, now=now)
    soon = [row for row in rows if row.free_from is not None and row.free_from <= wanted.from_day + SOON]
    soon.sort(key=lambda row: (row.free_from or date.max, row.unit.scheme.name, in_order(row.unit.label)))
    return Vacancies(rows=soon, others=len(units) - len(soon))


def units_of(actor: Actor) -> QuerySet[Unit]:
    """The units of the actor's own schemes, with scheme and provider."""
    return (
        Unit.objects.visible_to(actor)
        .filter(works_with(actor, "scheme__"))
        .select_related("scheme__provider", "scheme__case")
    )


def standing_of(
    units: Iterable[Unit], *, day: date, now: datetime, apart_from: Iterable[Occupancy] = ()
) -> list[Standing]:
    """How each unit stands on a day, in the order given, `apart_from` some holds. Two queries, however many units."""
    units = list(units)
    with login(SERVICE):
        held = _by_unit(
            Occupancy.objects.counting(now)
            .filter(unit__in=units)
            .exclude(pk__in=[row.pk for row in apart_from])
            .filter(Q(nights__endswith=None) | Q(nights__endswith__gte=day - timedelta(days=28)))
        )
        voids = {void.unit_id: void for void in Void.objects.on(day).filter(unit__in=units)}
    return [_standing(unit, held[unit.pk], voids.get(unit.pk), day) for unit in units]


def in_order(label: str) -> list[tuple[int, str]]:
    """Sorts Room 2 before Room 10."""
    return [(int(part), "") if part.isdigit() else (-1, part.lower()) for part in re.split(r"(\d+)", label) if part]


def _answering(wanted: Wanted) -> Q:
    found = Q()
    if wanted.need_level:
        found &= Q(own_need_level=wanted.need_level) | Q(own_need_level="", scheme__need_level=wanted.need_level)
    if wanted.accessibility:
        needed = list(wanted.accessibility)
        found &= Q(own_accessibility__contains=needed) | Q(
            own_accessibility=None, scheme__accessibility__contains=needed
        )
    for name in ("kind", "area", "staffing", "contract"):
        if said := getattr(wanted, name):
            found &= Q(**{f"scheme__{name}": said})
    return found


def _by_unit(rows: Iterable[Occupancy]) -> Mapping[UUID, list[Occupancy]]:
    found: dict[UUID, list[Occupancy]] = defaultdict(list)
    for row in rows:
        found[row.unit_id].append(row)
    return found


def _standing(unit: Unit, held: list[Occupancy], void: Void | None, day: date) -> Standing:
    holds = [Hold.of(row) for row in held]
    ready = void.ready_on if void is not None and void.ready_on is not None and void.ready_on > day else day
    wanted = Hold(first=ready, until=ready + ONE_NIGHT, turnaround_days=unit.turnaround_days)
    free_from = first_free(wanted, holds)
    open_from = first_free(Hold(first=ready, until=None, turnaround_days=unit.turnaround_days), holds)
    state, now_held = State.FREE, None
    for row in held:
        if row.arrives_on <= day and (row.leaves_on is None or day < row.leaves_on):
            state, now_held = STATES[OccupancyKind(row.kind)], row
    if now_held is None and (ready > day or any(_turns_around(hold, day) for hold in holds)):
        state = State.TURNAROUND
    after = [hold.first for hold in holds if free_from is not None and hold.first > free_from]
    return Standing(
        unit=unit,
        day=day,
        state=state,
        until=now_held.leaves_on if now_held else None,
        lapses_at=now_held.lapses_at if now_held else None,
        free_from=free_from,
        free_until=min(after, default=None),
        open_from=open_from,
        out=now_held if state is State.OUT_OF_SERVICE else None,
        void=void if state is not State.OCCUPIED else None,
    )


def _turns_around(hold: Hold, day: date) -> bool:
    ready = hold.turned_around_on
    return hold.until is not None and ready is not None and hold.until <= day < ready
