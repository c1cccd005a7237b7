"""Units out of service, and why a unit stands empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from waymark.access.services import NotAsAsked
from waymark.accommodation.choices import Cancelled, OccupancyKind, OutOfServiceCause, VoidCause
from waymark.accommodation.errors import NoLongerThere
from waymark.accommodation.models import Occupancy, Unit, Void
from waymark.accommodation.rules import require_at
from waymark.accommodation.services.holding import lock_places, locked, nights_of, store
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVoid:
    """A void to be stored: the unit stands empty from `first` to before `until` (None: until further notice)."""

    unit: Unit
    cause: VoidCause
    first: date
    until: date | None = None
    ready_on: date | None = None
    doing: str = ""


@service
def take_out_of_service(
    unit: Unit,
    *,
    actor: Actor,
    first: date,
    back_on: date | None,
    cause: OutOfServiceCause,
    reason: str = "",
    clock: Clock = system_clock,
) -> Occupancy:
    """Nobody can live in a unit from `first` until it is back (None: until further notice).

    Everybody who is signed in reads `reason`, so it names nobody. Raises `NotFree` where somebody lives there or is to,
    `NoSuchNights` and `Refused`.
    """
    require_at(actor, Permission.MANAGE_UNITS, unit.scheme)
    row = Occupancy(
        unit=unit,
        kind=OccupancyKind.OUT_OF_SERVICE,
        nights=nights_of(first, back_on),
        cause=cause,
        reason=reason.strip(),
        recorded_by_id=actor.membership_id,
        recorded_at=clock.now(),
    )
    lock_places(row)
    return store(row, actor=actor, now=clock.now())


@service
def bring_back(row: Occupancy, *, actor: Actor, on: date, clock: Clock = system_clock) -> Occupancy:
    """Say on which day a unit is back in service, sooner or later than was said.

    Back before it went out is a mistake put right: the row is cancelled. Raises `NotFree`, `NoLongerThere`.
    """
    row = locked(row, actor, clock.now())
    if row.kind != OccupancyKind.OUT_OF_SERVICE:
        raise NoLongerThere
    if on <= row.arrives_on:
        row.cancelled_at, row.cancelled_how = clock.now(), Cancelled.WITHDRAWN
        row.save(force_update=True, update_fields=["cancelled_at", "cancelled_how"])
        trail.wrote(actor, row, fields=["cancelled_at", "cancelled_how"])
        return row
    row.nights = nights_of(row.arrives_on, on)
    return store(row, actor=actor, now=clock.now())


@service
def record_void(new: NewVoid, *, actor: Actor, clock: Clock = system_clock) -> Void:
    """Say why a unit stands empty from a day on, when somebody should be able to move in and what is being done.

    The cause that held until then ends that day and stays as history; said again for the same day, it is put right.
    Raises `NotAsAsked` where somebody lives there that day or a later cause is known, and `Refused`.
    """
    require_at(actor, Permission.MANAGE_UNITS, new.unit.scheme)
    unit = Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=new.unit.pk)
    if Occupancy.objects.stays().on(new.first).filter(unit=unit).exists():
        raise NotAsAsked("Somebody lives there on that day: a void begins on the day they leave")
    now_open = Void.objects.filter(unit=unit, days__endswith=None).select_for_update(of=("self",)).first()
    if now_open is not None and now_open.days.lower > new.first:
        raise NotAsAsked("A later cause is recorded for this unit already: choose a later day")
    if now_open is not None and now_open.days.lower == new.first:
        void = now_open
    else:
        if now_open is not None:
            _end(now_open, actor, new.first)
        void = Void(unit=unit)
    adding = void._state.adding
    void.cause, void.ready_on, void.doing = new.cause, new.ready_on, new.doing.strip()
    void.days = _free_days(new)
    void.recorded_by_id, void.recorded_at = actor.membership_id, clock.now()
    void.save(force_insert=adding, force_update=not adding)
    trail.wrote(actor, void, cause=void.cause, added=adding)
    return void


@service
def close_void(void: Void, *, actor: Actor, on: date) -> Void:
    """The unit is ready for somebody, or no longer empty for this cause, from a day on."""
    require_at(actor, Permission.MANAGE_UNITS, void.unit.scheme)
    fresh = Void.objects.select_for_update(of=("self",)).get(pk=void.pk)
    if fresh.days.upper is not None:
        raise NoLongerThere
    if on <= fresh.days.lower:
        raise NotAsAsked("The day must be after the day on which the void began")
    _end(fresh, actor, on)
    return fresh


@service
def add_voids(new: Sequence[NewVoid], *, actor: Actor, clock: Clock = system_clock) -> list[Void]:
    """Store many voids as they were, in one go. The system's alone."""
    if not actor.is_system:
        raise ValueError("Voids are brought in by the thousand by the system alone.")
    rows = Void.objects.bulk_create(
        [
            Void(
                unit=one.unit,
                cause=one.cause,
                days=DateRange(one.first, one.until),
                ready_on=one.ready_on,
                doing=one.doing,
                recorded_at=clock.now(),
            )
            for one in new
        ],
        batch_size=2_000,
    )
    trail.write(*(trail.written(actor, row, cause=row.cause) for row in rows))
    return rows


def _free_days(new: NewVoid) -> DateRange:
    """Until somebody moves in who is known of, or the day that was said."""
    stays = Occupancy.objects.stays().between(new.first, new.until).filter(unit=new.unit)
    arrivals = [row.arrives_on for row in stays]
    ends = [day for day in (new.until, *arrivals) if day is not None]
    return nights_of(new.first, min(ends, default=None))


def _end(void: Void, actor: Actor, on: date) -> None:
    void.days = DateRange(void.days.lower, on)
    void.save(force_update=True, update_fields=["days"])
    trail.wrote(actor, void, fields=["days"])
