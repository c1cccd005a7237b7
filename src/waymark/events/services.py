"""Recording what happened: the one way into the event store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events import handlers, schemas, store
from waymark.events.categories import category_of
from waymark.events.errors import RecordRefused
from waymark.events.models import RETRACTED, Event

TOLERANCE = timedelta(minutes=5)
"""How far ahead of ours the clock of whoever records may run."""

WAIVED = "duty_waived"
PERMISSIONS = {RETRACTED: Permission.RETRACT_EVENT, WAIVED: Permission.WAIVE_DUTY}
"""What recording a type needs, where it is not `RECORD_EVENT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event to be recorded. Without `id` it is a new one; with an `id` that is stored already, nothing happens.

    `by` None means the role of whoever records, `recorded_at` None now, and `recorded_by` (a membership) None whoever
    calls. Only the system may say otherwise of the last two, when it brings in a history written down elsewhere.
    `category` None means that of its type; a withdrawal is always of the category of what it withdraws.
    """

    type: str
    case: Case
    occurred_at: datetime
    refs: Mapping[str, str] = field(default_factory=dict)
    by: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    id: UUID | None = None
    recorded_at: datetime | None = None
    recorded_by: UUID | None = None
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class RecordResult:
    """`stored` in the order given, and those that were stored before with the same content."""

    stored: list[Event]
    known: list[Event]


@service
def record(
    type: str,
    *,
    case: Case,
    actor: Actor,
    occurred_at: datetime,
    refs: Mapping[str, str] | None = None,
    by: str | None = None,
    data: Mapping[str, Any] | None = None,
    id: UUID | None = None,
    category: Category | None = None,
    clock: Clock = system_clock,
) -> Event:
    """Store one event of `case`, audit it and let every handler draw its conclusions, in one transaction.

    `occurred_at` carries an offset and is at most 5 minutes ahead of `clock`. Returns the stored event; the same `id`
    with the same content again returns the one stored before. Raises `RecordRefused` naming the field that is wrong,
    and `Refused` when the actor may not record this here.
    """
    told = {"refs": refs or {}, "by": by, "data": data or {}, "id": id, "category": category}
    new = NewEvent(type=type, case=case, occurred_at=occurred_at, **told)  # type: ignore[arg-type]
    try:
        result = record_many([new], actor=actor, clock=clock)
    except RecordRefused as problem:
        problem.position = None
        raise
    return (result.stored or result.known)[0]


@service
def record_many(events: Iterable[NewEvent], *, actor: Actor, clock: Clock = system_clock) -> RecordResult:
    """Store many events, of any cases, in the order given, and let every handler draw its conclusions once.

    All or nothing: the first event that is refused raises `RecordRefused` with its `position`.
    """
    now = clock.now()
    events = list(events)
    with schemas.asking_once():
        rows = [_checked(position, new, actor, now) for position, new in enumerate(events)]
    cases = _lock(rows)  # first, so that whoever ends the right to write here waits for us, or we for them
    withdrawn = _withdrawn_by(rows)
    _require(actor, rows, withdrawn)
    fresh, known = _without_known(rows, given={new.id for new in events if new.id})
    _check_retractions(rows, withdrawn)
    store.insert(fresh)
    batch = _by_case(fresh, cases)
    _audit(actor, batch)
    handlers.tell(batch, now)
    return RecordResult(stored=fresh, known=known)


@service
def retract(event: Event, reason: str, actor: Actor, *, clock: Clock = system_clock) -> Event:
    """Withdraw `event`, recorded by mistake: what it opened or met is worked out afresh. Returns the retraction."""
    return record(
        RETRACTED,
        case=event.case,
        actor=actor,
        occurred_at=clock.now(),
        data={"event": str(event.pk), "reason": reason},
        clock=clock,
    )


def _checked(position: int, new: NewEvent, actor: Actor, now: datetime) -> Event:
    """The event as it would be stored, or `RecordRefused` with its position."""
    try:
        recorded_at = _recorded_at(new, actor, now)
        occurred_at = _aware("occurred_at", new.occurred_at)
        if occurred_at > recorded_at + TOLERANCE:
            raise RecordRefused("occurred_at", f"{occurred_at.isoformat()} has not happened yet")
        recorded_by = _recorded_by(new, actor)
        by = actor.role if new.by is None else new.by
        schemas.check(new.type, refs=new.refs, by=by, data=new.data)
        group = schemas.event_type(new.type).group
    except RecordRefused as problem:
        problem.position = position
        raise
    return Event(
        id=new.id or uuid4(),
        case=new.case,
        type=new.type,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        refs=dict(new.refs),
        by=by,
        data=json.loads(json.dumps(dict(new.data))),
        actor=recorded_by,
        category=new.category or category_of(new.type, group, new.data),
    )


def _recorded_by(new: NewEvent, actor: Actor) -> UUID | None:
    if new.recorded_by is None or new.recorded_by == actor.membership_id:
        return actor.membership_id
    if not actor.is_system:
        raise RecordRefused("recorded_by", "only the system may say who wrote something down")
    return new.recorded_by


def _recorded_at(new: NewEvent, actor: Actor, now: datetime) -> datetime:
    if new.recorded_at is None:
        return now
    recorded_at = _aware("recorded_at", new.recorded_at)
    if not actor.is_system:
        raise RecordRefused("recorded_at", "only the system may say when something was written down")
    if recorded_at > now + TOLERANCE:
        raise RecordRefused("recorded_at", f"{recorded_at.isoformat()} lies in the future")
    return recorded_at


def _aware(name: str, instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise RecordRefused(name, f"{instant.isoformat()} has no offset")
    problem = schemas.outside_calendar(instant.date())
    if problem:
        raise RecordRefused(name, problem)
    return instant.astimezone(UTC)


def _require(actor: Actor, rows: Sequence[Event], withdrawn: Mapping[UUID, Event]) -> None:
    """Ask the ledger once for each permission, case and category: the row stands for what is to be written."""
    asked: dict[tuple[Permission, UUID, str], Event] = {}
    for row in rows:
        asked.setdefault((PERMISSIONS.get(row.type, Permission.RECORD_EVENT), row.case_id, row.category), row)
    for (permission, _case_id, _category), row in asked.items():
        actor.require(permission, row)
    stored = [named for named in withdrawn.values() if not named._state.adding]
    for named in stored:
        if any(row.type == RETRACTED and row.case_id == named.case_id for row in rows):
            actor.require(Permission.RETRACT_EVENT, named)


def _lock(rows: Sequence[Event]) -> dict[UUID, Case]:
    """Lock the cases, always in the same order so that two calls never wait for each other.

    `no_key`: whoever only refers to a case (an audit entry, another event) need not wait.
    """
    wanted = {row.case_id for row in rows}
    locked = Case.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    cases = {case.pk: case for case in locked}
    for position, row in enumerate(rows):
        if row.case_id not in cases:
            raise RecordRefused("case", "there is no such case", position=position)
        row.case = cases[row.case_id]
    return cases


def _without_known(rows: Sequence[Event], given: set[UUID]) -> tuple[list[Event], list[Event]]:
    """The rows to insert, and the stored ones that some rows repeat. `given` are identifiers that may be known."""
    seen = store.find(given) if given else {}
    fresh, known = [], []
    for position, row in enumerate(rows):
        before = seen.get(row.pk)
        if before is None:
            seen[row.pk] = row
            fresh.append(row)
        elif _content(before) != _content(row):
            raise RecordRefused("id", f"{row.pk} is recorded already, with other content", position=position)
        elif before not in known:
            known.append(before)
    return fresh, known


def _content(event: Event) -> tuple[Any, ...]:
    """What makes two events the same. When and by whom they were written down does not."""
    return (event.case_id, event.type, event.occurred_at, event.refs, event.by, event.data)


def _withdrawn_by(rows: Sequence[Event]) -> dict[UUID, Event]:
    """The stored and new events that retractions among `rows` name. A retraction is of the same category."""
    wanted = {position: row for position, row in enumerate(rows) if row.type == RETRACTED}
    if not wanted:
        return {}
    new = {row.pk: row for row in rows}
    named = {position: _identifier(row.data["event"], position) for position, row in wanted.items()}
    found = new | store.find(set(named.values()) - new.keys())
    for position, row in wanted.items():
        event = found.get(named[position])
        if event is not None and event.case_id == row.case_id:
            row.category = event.category
    return found


def _check_retractions(rows: Sequence[Event], withdrawn: Mapping[UUID, Event]) -> None:
    """A retraction names an earlier event of its own case. Another case's is as unknown as one that never was."""
    for position, row in enumerate(rows):
        if row.type != RETRACTED:
            continue
        named = withdrawn.get(_identifier(row.data["event"], position))
        if named is None or named is row or named.case_id != row.case_id:
            raise RecordRefused("data.event", "no such event in this record", position=position)
        if named.stands:
            raise RecordRefused("data.event", "nobody withdraws such an entry", position=position)


def _identifier(text: str, position: int) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise RecordRefused("data.event", "no such event in this record", position=position) from error


def _by_case(fresh: Sequence[Event], cases: Mapping[UUID, Case]) -> list[tuple[Case, list[Event]]]:
    grouped: dict[UUID, list[Event]] = {}
    for event in fresh:
        grouped.setdefault(event.case_id, []).append(event)
    return [(cases[case_id], events) for case_id, events in grouped.items()]


def _audit(actor: Actor, batch: Sequence[tuple[Case, list[Event]]]) -> None:
    """An entry for a single event; for several of one case at once, an entry that counts them."""
    trail.write(
        *(
            trail.written(actor, events[0], type=events[0].type)
            if len(events) == 1
            else trail.written(actor, case, events=len(events))
            for case, events in batch
        )
    )
