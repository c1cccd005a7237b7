"""Statuses over time, and the one fact of the protocol that follows from them.

The protocol reads a single `status` (child in need, looked after, care leaver, at risk). It is recorded here, as what
was so from the day that a status began or ended, and only where it differs from what was known: nobody types it twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from waymark.cases.models import Case
from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.duties.engine.calendar import end_of_day, local_date, start_of_day
from waymark.events.models import Event
from waymark.events.services import record
from waymark.people.models import LegalStatus, Status, StatusKind

FACTS = "facts_recorded"
STATUS = "status"
FACT_OF = {
    StatusKind.LOOKED_AFTER: "cla",
    StatusKind.RELEVANT: "care_leaver",
    StatusKind.FORMER_RELEVANT: "care_leaver",
    StatusKind.QUALIFYING: "care_leaver",
    StatusKind.CHILD_IN_NEED: "cin",
    StatusKind.HOMELESS_16_17: "at_risk",
    StatusKind.PREVENTION_DUTY: "at_risk",
    StatusKind.RELIEF_DUTY: "at_risk",
}
"""What the protocol calls each status. Being unaccompanied goes with one of the others and says nothing by itself."""

STRONGEST_FIRST = ("cla", "care_leaver", "cin", "at_risk")
"""Of several at once the first counts: the duties to whoever is looked after include those to a child in need."""


class NotPossible(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """A status cannot be recorded so: `field` names the question, the text says why."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStatus:
    """A status to be recorded, from a day until a day, both included."""

    kind: StatusKind
    starts_on: date
    legal_status: LegalStatus | None = None
    ends_on: date | None = None


@service
def add_status(case: Case, new: NewStatus, *, actor: Actor, clock: Clock = system_clock) -> Status:
    """Record that a status began (and perhaps ended), and the fact that follows. Raises `NotPossible`.

    A new way of being looked after ends the one before on the day before.
    """
    row = _row(case, new, actor, clock)
    actor.require(Permission.MANAGE_PEOPLE, row)
    case = locked(case.pk)
    today = local_date(clock.now())
    _refuse_impossible(new, today)
    changed = [row.starts_on, *_ended_by(row, actor)]
    _refuse_overlap(row)
    row.save(force_insert=True)
    trail.wrote(actor, row, kind=row.kind)
    _record_fact(case, [*changed, *_day_after(row)], actor=actor, clock=clock)
    return row


@service
def end_status(status: Status, *, on: date, actor: Actor, clock: Clock = system_clock) -> Status:
    """Record the last day of a status, and the fact that follows. Raises `NotPossible`."""
    actor.require(Permission.MANAGE_PEOPLE, status)
    case = locked(status.case_id)
    status = Status.objects.select_for_update().get(pk=status.pk)
    if status.ends_on is not None:
        raise NotPossible("It has ended already")
    if on < status.starts_on:
        raise NotPossible("The last day must not be before the first", "ends_on")
    if on > local_date(clock.now()):
        raise NotPossible("The last day must be today or in the past", "ends_on")
    status.ends_on = on
    status.save(force_update=True, update_fields=["ends_on"])
    trail.wrote(actor, status, ended=True)
    _record_fact(case, _day_after(status), actor=actor, clock=clock)
    return status


@service
def bring_in_statuses(found: Iterable[tuple[Case, NewStatus]], *, actor: Actor, clock: Clock = system_clock) -> int:
    """Store statuses written down elsewhere, whose facts are recorded already. Only the system may."""
    if not actor.is_system:
        raise ValueError("A person records statuses one by one, so that the facts follow.")
    rows = [_row(case, new, actor, clock) for case, new in found]
    Status.objects.bulk_create(rows, batch_size=2_000)
    trail.write(*(trail.written(actor, row, kind=row.kind) for row in rows))
    return len(rows)


def fact_on(statuses: Iterable[Status], day: date) -> str:
    """What the protocol's `status` is on a day by these statuses; "" when none of them says."""
    holding = {
        FACT_OF.get(StatusKind(one.kind), "")
        for one in statuses
        if one.starts_on <= day and (one.ends_on is None or one.ends_on >= day)
    }
    return next((fact for fact in STRONGEST_FIRST if fact in holding), "")


def _row(case: Case, new: NewStatus, actor: Actor, clock: Clock) -> Status:
    remand = new.legal_status == LegalStatus.REMAND
    return Status(
        case=case,
        category=Category.YOUTH_JUSTICE if remand else Category.IDENTITY,
        kind=new.kind,
        legal_status=new.legal_status or "",
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        recorded_by_id=actor.membership_id,
        recorded_at=clock.now(),
    )


def _refuse_impossible(new: NewStatus, today: date) -> None:
    if new.starts_on > today:
        raise NotPossible("The first day must be today or in the past", "starts_on")
    if new.ends_on is not None and new.ends_on < new.starts_on:
        raise NotPossible("The last day must not be before the first", "ends_on")
    if new.ends_on is not None and new.ends_on > today:
        raise NotPossible("The last day must be today or in the past", "ends_on")
    if (new.kind == StatusKind.LOOKED_AFTER) is not bool(new.legal_status):
        raise NotPossible("Select how they are looked after, and only for somebody who is", "legal_status")


def _ended_by(row: Status, actor: Actor) -> list[date]:
    """End the way in which they were looked after until now, if this is another; the days on which that changes."""
    if row.kind != StatusKind.LOOKED_AFTER:
        return []
    before = Status.objects.filter(case=row.case_id, kind=row.kind, ends_on=None, starts_on__lt=row.starts_on).first()
    if before is None or before.legal_status == row.legal_status:
        return []
    before.ends_on = row.starts_on - timedelta(days=1)
    before.save(force_update=True, update_fields=["ends_on"])
    trail.wrote(actor, before, ended=True)
    return [row.starts_on]


def _refuse_overlap(row: Status) -> None:
    """The same status cannot hold twice at once."""
    same = Status.objects.filter(case=row.case_id, kind=row.kind)
    ending = row.ends_on or date.max
    for other in same:
        if other.starts_on <= ending and (other.ends_on or date.max) >= row.starts_on:
            raise NotPossible("They have this status at that time already", "starts_on")


def _day_after(row: Status) -> list[date]:
    return [row.ends_on + timedelta(days=1)] if row.ends_on else []


def _record_fact(case: Case, days: Iterable[date], *, actor: Actor, clock: Clock) -> None:
    """Record the protocol's `status` as of each day on which statuses changed, where it was known otherwise."""
    now = clock.now()
    statuses = list(Status.objects.filter(case=case))
    for day in sorted({one for one in days if one <= local_date(now)}):
        fact = fact_on(statuses, day)
        if fact and fact != _known_on(case, day):
            record(
                FACTS,
                case=case,
                actor=actor,
                occurred_at=min(start_of_day(day), now),
                data={STATUS: fact},
                clock=clock,
            )


def _known_on(case: Case, day: date) -> str:
    """The protocol's `status` as it was recorded for the end of a day; "" when nobody has."""
    told = Event.objects.filter(case=case, type=FACTS, data__has_key=STATUS, occurred_at__lt=end_of_day(day))
    standing = told.exclude(pk__in=_withdrawn(case)).order_by("-occurred_at", "-sequence")
    return str((standing.values_list("data", flat=True).first() or {}).get(STATUS, ""))


def _withdrawn(case: Case) -> list[str]:
    gone = Event.objects.filter(case=case, type="event_retracted")
    return [str(data["event"]) for data in gone.values_list("data", flat=True)]
