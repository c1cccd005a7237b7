"""Voids and move-ons of a month, for the summary that SP Referrals give Commissioning (SEA-11)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from waymark.accommodation.calendar import Month
from waymark.accommodation.choices import OccupancyKind, VoidCause
from waymark.accommodation.models import Occupancy, Scheme, Unit, Void
from waymark.accommodation.vacancies import london_day
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.database import SERVICE, login
from waymark.core.services import service
from waymark.events.models import Event
from waymark.events.services import record

SENT = "voids_summary_sent"
OUT_OF_SERVICE = "Out of service"
RESERVED = "Reserved for somebody"
NOT_SAID = "Cause not recorded"


@dataclass(slots=True)
class SchemeMonth:
    """One scheme in the month: nights that could have been slept, those that were not by cause, and who moved on.

    `empty` counts nights by cause; `move_ons` are stays that ended without another beginning the same day,
    `voids` units that were empty for a night or more.
    """

    scheme: Scheme
    units: int = 0
    nights: int = 0
    voids: int = 0
    move_ons: int = 0
    empty: Counter[str] = field(default_factory=Counter)

    @property
    def empty_nights(self) -> int:
        """All nights that nobody slept there."""
        return self.empty.total()

    @property
    def share(self) -> str:
        """The empty nights of all, in per cent."""
        return f"{100 * self.empty_nights / self.nights:.0f}%" if self.nights else "0%"


@dataclass(frozen=True, slots=True)
class Summary:
    """A month: its schemes, and all of them together by cause."""

    month: Month
    schemes: list[SchemeMonth]

    @property
    def causes(self) -> list[tuple[str, int]]:
        """Empty nights of all schemes, the commonest cause first."""
        together: Counter[str] = Counter()
        for one in self.schemes:
            together += one.empty
        return together.most_common()

    @property
    def empty_nights(self) -> int:
        """Empty nights of all schemes."""
        return sum(one.empty_nights for one in self.schemes)

    @property
    def nights(self) -> int:
        """Nights that could have been slept in all schemes."""
        return sum(one.nights for one in self.schemes)

    @property
    def voids(self) -> int:
        """Units that were empty for a night or more."""
        return sum(one.voids for one in self.schemes)

    @property
    def move_ons(self) -> int:
        """Stays that ended, and not by a move within these schemes."""
        return sum(one.move_ons for one in self.schemes)


def summary_of(month: Month, units: Iterable[Unit], *, now: datetime) -> Summary:
    """What the month was like in these units, up to yesterday where it is not over. Three queries."""
    units = list(units)
    days = [day for day in month.days if day < london_day(now)]
    schemes: dict[UUID, SchemeMonth] = {}
    with login(SERVICE):
        within = Occupancy.objects.counting(now).filter(unit__in=units, nights__overlap=(month.first, month.until))
        held, why = defaultdict(list), defaultdict(list)
        for row in within:
            held[row.unit_id].append(row)
        for void in Void.objects.filter(unit__in=units, days__overlap=(month.first, month.until)):
            why[void.unit_id].append(void)
        leaving = Occupancy.objects.stays().filter(
            unit__in=units, main=True, nights__endswith__gte=month.first, nights__endswith__lt=month.until
        )
        left = [(row.case_id, row.leaves_on, row.unit_id) for row in leaving]
        arrived = set(
            Occupancy.objects.stays()
            .filter(case__in={case for case, _, _ in left}, nights__startswith__gte=month.first)
            .values_list("case", "nights__startswith")
        )
    for unit in units:
        one = schemes.setdefault(unit.scheme_id, SchemeMonth(unit.scheme))
        opened = unit.scheme.opened_on or date.min
        empty = _empty(held[unit.pk], why[unit.pk], [day for day in days if day >= opened])
        one.units += 1
        one.nights += sum(day >= opened for day in days)
        one.voids += bool(empty.total())
        one.empty += empty
    by_unit = {unit.pk: unit.scheme_id for unit in units}
    for case, day, unit_id in left:
        if day is not None and day in days and (case, day) not in arrived:
            schemes[by_unit[unit_id]].move_ons += 1
    return Summary(month, sorted(schemes.values(), key=lambda one: one.scheme.name))


@service
def send_summary(*, actor: Actor, borough: Case, month: Month, clock: Clock = system_clock) -> Event:
    """Record that Commissioning have been given the summary of a month (SEA-11); once, however often it is asked."""
    Case.objects.select_for_update(of=("self",), no_key=True).get(pk=borough.pk)
    return sent_for(borough, month) or record(
        SENT,
        case=borough,
        actor=actor,
        occurred_at=clock.now(),
        refs={"borough": str(borough.pk)},
        data={"month": str(month)},
        clock=clock,
    )


def sent_for(borough: Case, month: Month) -> Event | None:
    """The entry that says the summary of a month was given, unless it was withdrawn."""
    told = Event.objects.filter(case=borough, type=SENT, data__month=str(month))
    return told.not_withdrawn().in_order().first()


def _empty(held: list[Occupancy], why: list[Void], days: list[date]) -> Counter[str]:
    """The nights that nobody slept there, by cause."""
    found: Counter[str] = Counter()
    for day in days:
        kinds = {row.kind for row in held if _on(row.nights, day)}
        if OccupancyKind.PLACEMENT in kinds:
            continue
        if OccupancyKind.OUT_OF_SERVICE in kinds:
            found[OUT_OF_SERVICE] += 1
        elif said := next((void for void in why if _on(void.days, day)), None):
            found[VoidCause(said.cause).label] += 1
        else:
            found[RESERVED if OccupancyKind.RESERVATION in kinds else NOT_SAID] += 1
    return found


def _on(days: object, day: date) -> bool:
    lower, upper = days.lower, days.upper  # type: ignore[attr-defined]
    return lower <= day and (upper is None or day < upper)


def last_month(now: datetime) -> Month:
    """The month that the next summary is about."""
    return Month((london_day(now).replace(day=1) - timedelta(days=1)).replace(day=1))
