"""Holding a unit: reserving it, living there, leaving, and what comes between. Every way leads through `hold`.

Locks are taken in the order of `access.locks`: the young person's case, then the unit. Whoever comes second waits,
finds the unit held and is told from when it is free; the database refuses whatever came another way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from waymark.accommodation.choices import Cancelled, OccupancyKind
from waymark.accommodation.errors import LivesElsewhere, NoLongerThere, NoSuchNights, NotFree
from waymark.accommodation.models import Occupancy, Unit, Void
from waymark.accommodation.nights import Hold, first_free, is_free
from waymark.accommodation.rules import require_at
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, FixedClock, system_clock
from waymark.core.database import SERVICE
from waymark.core.permissions import Permission
from waymark.core.services import service

ONE_MAIN_PLACEMENT = "occupancy_one_main_placement_a_night"
ONE_HOLD = ("occupancy_one_hold_of_a_unit_a_night", "occupancy_turnaround_between_people")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """A hold to be stored as it was, such as one of an import: nights from `first` to before `until`."""

    unit: Unit
    kind: OccupancyKind
    first: date
    until: date | None
    case: Case | None = None
    ref: UUID | None = None
    main: bool = True
    lapses_at: datetime | None = None
    cause: str = ""
    reason: str = ""


@service
def hold(
    unit: Unit,
    *,
    actor: Actor,
    case: Case,
    ref: UUID,
    nights: tuple[date, date | None],
    kind: OccupancyKind,
    lapses_at: datetime | None = None,
    main: bool = True,
    clock: Clock = system_clock,
) -> Occupancy:
    """Hold a unit for a young person: a reservation, or a placement that did not begin with one.

    `nights` are the days of arrival and of leaving (None: until further notice). `ref` is the placement or offer in
    the events; `lapses_at` is when a reservation lapses by itself. Raises `NotFree`, which says from when the unit is
    free, `LivesElsewhere`, `NoSuchNights` and `Refused`. The same asked twice is held once.
    """
    require_at(actor, Permission.HOLD_UNIT, unit.scheme)
    actor.require(Permission.HOLD_UNIT, Occupancy(case=case))
    now = clock.now()
    if lapses_at is not None and (kind != OccupancyKind.RESERVATION or lapses_at <= now):
        raise ValueError("Only a reservation lapses, and at a time to come.")
    row = Occupancy(
        unit=unit,
        kind=kind,
        nights=nights_of(*nights),
        case=case,
        ref=ref,
        main=main,
        lapses_at=lapses_at,
        recorded_by_id=actor.membership_id,
        recorded_at=now,
    )
    lock_places(row)
    again = Occupancy.objects.counting(now).filter(unit=unit, ref=ref, case=case, kind=kind, nights=row.nights)
    return again.first() or store(row, actor=actor, now=now)


def reserve(
    unit: Unit,
    *,
    actor: Actor,
    case: Case,
    ref: UUID,
    nights: tuple[date, date | None],
    lapses_at: datetime,
    main: bool = True,
    clock: Clock = system_clock,
) -> Occupancy:
    """Keep a unit for a young person until `lapses_at`. Raises as `hold`."""
    return hold(
        unit,
        actor=actor,
        case=case,
        ref=ref,
        nights=nights,
        kind=OccupancyKind.RESERVATION,
        lapses_at=lapses_at,
        main=main,
        clock=clock,
    )


@service
def extend_reservation(row: Occupancy, *, actor: Actor, lapses_at: datetime, clock: Clock = system_clock) -> Occupancy:
    """Let a reservation lapse later, or sooner. `NoLongerThere` when it lapsed already."""
    row = locked(row, actor, clock.now())
    if row.kind != OccupancyKind.RESERVATION or lapses_at <= clock.now():
        raise ValueError("Only a reservation lapses, and at a time to come.")
    return _changed(row, actor, lapses_at=lapses_at)


@service
def keep_reservation(row: Occupancy, *, actor: Actor, ref: UUID, clock: Clock = system_clock) -> Occupancy:
    """Keep a reservation until further notice: what it was made for was agreed, and `ref` is the placement in the
    events. `NoLongerThere` when it lapsed already.
    """
    row = locked(row, actor, clock.now())
    if row.kind != OccupancyKind.RESERVATION:
        raise NoLongerThere
    return _changed(row, actor, lapses_at=None, ref=ref)


@service
def start_stay(
    row: Occupancy,
    *,
    actor: Actor,
    on: date,
    until: date | None = None,
    ref: UUID | None = None,
    clock: Clock = system_clock,
) -> Occupancy:
    """Turn a reservation into a placement from the day of arrival `on`; `ref` is the placement in the events.

    An open void of the unit ends that day. Raises `NotFree`, `LivesElsewhere`, `NoSuchNights`, `NoLongerThere`.
    """
    row = locked(row, actor, clock.now())
    if row.kind != OccupancyKind.RESERVATION:
        raise NoLongerThere
    row.kind, row.lapses_at, row.ref = OccupancyKind.PLACEMENT, None, ref or row.ref
    row.nights = nights_of(on, until)
    return store(row, actor=actor, now=clock.now())


@service
def end_stay(row: Occupancy, *, actor: Actor, on: date, clock: Clock = system_clock) -> Occupancy:
    """Say on which day somebody leaves or has left, sooner or later than was said. That day is not slept.

    Raises `NotFree` when it is later and somebody else is to have the unit, `NoSuchNights` when it is not after the
    day of arrival: a stay that never began is cancelled.
    """
    row = locked(row, actor, clock.now())
    row.nights = nights_of(row.arrives_on, on)
    return store(row, actor=actor, now=clock.now())


def cut_stay(row: Occupancy, *, on: date | None, actor: Actor, now: datetime) -> None:
    """Have a locked stay end on the day that the record says (None: it goes on): inside a service.

    What the record says is true whatever else is planned: a stay that would run into nights of somebody else keeps the
    day of leaving that it has, and one that ended before it began never was.
    """
    if on == row.leaves_on:
        return
    if on is not None and on <= row.arrives_on:
        _changed(row, actor, cancelled_at=now, cancelled_how=Cancelled.WITHDRAWN)
        return
    longer = Hold(first=row.arrives_on, until=on, turnaround_days=row.turnaround_days)
    is_shorter = on is not None and (row.leaves_on is None or on < row.leaves_on)
    if is_shorter or (is_free(longer, _others(row)) and not _lives_elsewhere(row, on)):
        _changed(row, actor, nights=nights_of(row.arrives_on, on))


def _lives_elsewhere(row: Occupancy, until: date | None) -> bool:
    others = Occupancy.objects.stays().filter(case=row.case_id, main=True).exclude(pk=row.pk)
    return row.main and others.between(row.arrives_on, until).exists()


@service
def move_arrival(row: Occupancy, *, actor: Actor, on: date, clock: Clock = system_clock) -> Occupancy:
    """Say on which day somebody arrives or has arrived, sooner or later than was said.

    Raises `NotFree` when somebody else has the unit for one of those nights, `LivesElsewhere`, and `NoSuchNights` when
    it is not before the day of leaving.
    """
    row = locked(row, actor, clock.now())
    row.nights = nights_of(on, row.leaves_on)
    return store(row, actor=actor, now=clock.now())


@service
def extend_stay(row: Occupancy, *, actor: Actor, until: date | None, clock: Clock = system_clock) -> Occupancy:
    """Let a stay, or what is reserved, go on until another day, or until further notice (None). Raises `NotFree`."""
    row = locked(row, actor, clock.now())
    row.nights = nights_of(row.arrives_on, until)
    return store(row, actor=actor, now=clock.now())


@service
def cancel(row: Occupancy, *, actor: Actor, clock: Clock = system_clock) -> Occupancy:
    """Cancel a reservation, or a stay that never was. The unit is free again; the row stays as history."""
    row = locked(row, actor, clock.now())
    return _changed(row, actor, cancelled_at=clock.now(), cancelled_how=Cancelled.WITHDRAWN)


@service
def lapse_reservations(*, actor: Actor, unit: Unit | None = None, clock: Clock = system_clock) -> int:
    """Mark the reservations whose time has come, of one unit or of all. Gives how many."""
    now = clock.now()
    due = Occupancy.objects.filter(cancelled_at=None, lapses_at__lte=now)
    rows = list((due.filter(unit=unit) if unit else due).select_for_update(of=("self",), skip_locked=unit is None))
    for row in rows:
        _changed(row, actor, cancelled_at=row.lapses_at, cancelled_how=Cancelled.LAPSED)
    return len(rows)


@service
def add_holds(new: Sequence[NewHold], *, actor: Actor, clock: Clock = system_clock) -> list[Occupancy]:
    """Store many holds as they were, in one go. The system's alone; the database refuses those that overlap."""
    if not actor.is_system:
        actor.require(Permission.MANAGE_UNITS)
        raise ValueError("Holds are brought in by the thousand by the system alone.")
    now = clock.now()
    rows = Occupancy.objects.bulk_create(
        [
            Occupancy(
                unit=one.unit,
                kind=one.kind,
                nights=nights_of(one.first, one.until),
                turnaround_days=_turnaround(one.unit, one.kind),
                case=one.case,
                ref=one.ref,
                main=one.main,
                lapses_at=one.lapses_at,
                cause=one.cause,
                reason=one.reason,
                recorded_at=now,
            )
            for one in new
        ],
        batch_size=2_000,
    )
    trail.write(*(trail.written(actor, row, kind=row.kind) for row in rows))
    return rows


def nights_of(first: date, until: date | None) -> DateRange:
    """The nights between two days. Raises `NoSuchNights` unless there is one at least."""
    if until is not None and until <= first:
        raise NoSuchNights
    return DateRange(first, until)


def store(row: Occupancy, *, actor: Actor, now: datetime) -> Occupancy:
    """Store a hold, new or changed, if the unit is free for it. For the services of this app, after `lock_places`."""
    lapse_reservations(actor=Actor.system("reservations lapse"), unit=row.unit, clock=FixedClock(now))
    row.turnaround_days = _turnaround(row.unit, row.kind)
    holds = _others(row)
    if not is_free(Hold.of(row), holds):
        raise NotFree(row.unit, first_free(Hold.of(row), holds))
    adding = row._state.adding
    try:
        with transaction.atomic(using=SERVICE):
            row.save(force_insert=adding, force_update=not adding)
    except IntegrityError as error:
        raise _explained(error, row) from error
    if row.kind == OccupancyKind.PLACEMENT:
        _make_way(row, actor)
    trail.wrote(actor, row, kind=row.kind, added=adding)
    return row


def _explained(error: IntegrityError, row: Occupancy) -> Exception:
    """What the database refused, in words."""
    if ONE_MAIN_PLACEMENT in str(error):
        return LivesElsewhere()
    if any(name in str(error) for name in ONE_HOLD):
        return NotFree(row.unit, first_free(Hold.of(row), _others(row)))
    return error


def _turnaround(unit: Unit, kind: str) -> int:
    return 0 if kind == OccupancyKind.OUT_OF_SERVICE else unit.turnaround_days


def lock_places(row: Occupancy) -> None:
    """Lock the young person's case and the unit of a hold, so that whoever comes second waits and sees what we did."""
    if row.case_id is not None:
        Case.objects.select_for_update(of=("self",), no_key=True).get(pk=row.case_id)
    row.unit = Unit.objects.select_related("scheme").select_for_update(of=("self",), no_key=True).get(pk=row.unit_id)


def _others(row: Occupancy) -> list[Hold]:
    rows = Occupancy.objects.filter(unit=row.unit_id, cancelled_at=None).exclude(pk=row.pk)
    return [Hold.of(other) for other in rows]


def locked(row: Occupancy, actor: Actor, now: datetime) -> Occupancy:
    """The row as it is now, for whoever may change it; nothing that was cancelled or has lapsed."""
    scheme = row.unit.scheme
    needed = Permission.MANAGE_UNITS if row.kind == OccupancyKind.OUT_OF_SERVICE else Permission.HOLD_UNIT
    require_at(actor, needed, scheme)
    if row.case_id is not None:
        actor.require(needed, row)
    lock_places(row)
    fresh = Occupancy.objects.select_for_update(of=("self",)).counting(now).filter(pk=row.pk).first()
    if fresh is None:
        raise NoLongerThere
    fresh.unit = row.unit
    return fresh


def _changed(row: Occupancy, actor: Actor, **values: object) -> Occupancy:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(force_update=True, update_fields=list(values))
    trail.wrote(actor, row, fields=sorted(values))
    return row


def _make_way(row: Occupancy, actor: Actor) -> None:
    """Whoever lives there ends the void: it is cut to the days on which nobody does, or goes."""
    for void in Void.objects.filter(unit=row.unit_id, days__overlap=row.nights).select_for_update(of=("self",)):
        if void.days.lower < row.arrives_on:
            void.days = DateRange(void.days.lower, row.arrives_on)
        elif row.leaves_on is not None and (void.days.upper is None or row.leaves_on < void.days.upper):
            void.days = DateRange(row.leaves_on, void.days.upper)
        else:
            trail.wrote(actor, void, removed=True)
            void.delete()
            continue
        void.save(force_update=True, update_fields=["days"])
        trail.wrote(actor, void, fields=["days"])
