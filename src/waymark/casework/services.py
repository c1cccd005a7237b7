"""Recording from the pages: an event with what follows from where it happened, facts, waivers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from waymark.assessments.answered_here import refuse_answer
from waymark.cases.models import Case, Kind
from waymark.cases.services import locked
from waymark.casework.entries import Filled, SameAgain, earlier_same
from waymark.casework.history import FACTS, History
from waymark.core import formats
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.duties.engine.wording import event_text
from waymark.duties.models import Duty, State
from waymark.events.categories import by_category
from waymark.events.models import RETRACTED, Event
from waymark.events.services import WAIVED, NewEvent, record, record_many
from waymark.people.services import change_details
from waymark.referrals.place import brought_id, facts_of_place

TIED_TO = ("placement", "challenge")
"""An event about one of these that names a provider or scheme brings over what is true of that place (events.md)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An event that was recorded, how many duties now stand how, of those it changed, and how many are gone."""

    event: Event
    changed: Mapping[str, int]
    gone: int = 0


@service
def record_filled(
    filled: Filled, *, actor: Actor, case: Case, unlike: UUID | None = None, clock: Clock = system_clock
) -> Outcome:
    """Record what a form says, with the facts that the place brings, and tell what it did.

    The same form sent again is recorded once. Another form that says the same raises `SameAgain`, unless `unlike` names
    the entry that it repeats: somebody has said then that this is another one. Raises `AnsweredHere` for an answer of a
    provider that has its own pages for it. Otherwise raises `RecordRefused` and `Refused` as `record` does.
    """
    actor.require(Permission.RECORD_EVENT, case)
    locked(case.pk)  # of two forms sent at once, the second sees what the first did
    refuse_answer(case, filled.type, filled.refs, actor=actor)
    same = earlier_same(filled, _told(case, filled.type, actor), clock.now())
    if same is not None and same.pk != unlike:
        raise SameAgain(same)
    before = _states(case.pk, actor)
    new = [*_facts_of_place(filled, case), *_by_category(filled, case)]
    result = record_many(new, actor=actor, clock=clock)
    event = next(event for event in (*result.stored, *result.known) if event.pk == filled.id)
    return _outcome(event, before, actor)


def _told(case: Case, event_type: str, reader: Actor | None = None) -> History:
    """What the record tells of one type of event, leaving out what was withdrawn; with `reader`, tells them."""
    events = Event.objects.filter(case=case, type__in=(event_type, RETRACTED))
    return History(events.visible_to(reader) if reader else events)


def _values(filled: Filled) -> dict[str, Any]:
    return {name: getattr(filled, name) for name in ("id", "type", "occurred_at", "refs", "by", "data")}


def _by_category(filled: Filled, case: Case) -> list[NewEvent]:
    """What a form says as one entry; facts as one for each category, so that each is read by whoever may read it."""
    values = _values(filled)
    if filled.type != FACTS or not filled.data:
        return [NewEvent(case=case, **values)]
    return [
        NewEvent(case=case, **values | {"id": filled.id if not place else uuid5(filled.id, str(place)), "data": data})
        for place, data in enumerate(by_category(filled.data))
    ]


def _states(case_id: UUID, reader: Actor) -> Mapping[Any, str]:
    """How each duty of a case stands that the reader may see, by what tells it apart."""
    duties = Duty.objects.visible_to(reader).filter(case=case_id)
    return {tuple(identity): state for *identity, state in duties.values_list("clause", "trigger", "part", "state")}


def _outcome(event: Event, before: Mapping[Any, str], reader: Actor) -> Outcome:
    """What an event did to the duties that the reader may see; of the others they are told nothing."""
    after = _states(event.case_id, reader)
    changed = Counter(state for identity, state in after.items() if before.get(identity) != state)
    return Outcome(event, changed, gone=len(before.keys() - after.keys()))


def _facts_of_place(filled: Filled, case: Case) -> list[NewEvent]:
    """What is true of the provider and scheme, as facts of the young person, where they did not say so at the time."""
    if not any(kind in filled.refs for kind in TIED_TO):
        return []
    return facts_of_place(case, filled.refs, at=filled.occurred_at, entry=filled.id, by=filled.by)


def brought_by(event: Event, history: History) -> Event | None:
    """The facts that came with an entry and still stand; None where none came, or they were withdrawn by themselves."""
    wanted = brought_id(event.pk)
    return next((one for one in history.events if one.pk == wanted and one.type == FACTS), None)


@service
def record_facts(filled: Filled, *, actor: Actor, case: Case, clock: Clock = system_clock) -> Outcome:
    """Record what is known of a record; a new date of birth is put right in the young person's details too."""
    outcome = record_filled(filled, actor=actor, case=case, clock=clock)
    born = filled.data.get("date_of_birth")
    if born and case.kind == Kind.YOUNG_PERSON and case.young_person.date_of_birth != date.fromisoformat(born):
        change_details(case.young_person, actor=actor, date_of_birth=date.fromisoformat(born))
    return outcome


@service
def waive(duty: Duty, reason: str, *, actor: Actor, clock: Clock = system_clock) -> Event:
    """Waive an open duty. Raises ValueError when it is not open any more or when what began it stands
    (`EventType.stands`), `Refused` when the actor may not.
    """
    actor.require(Permission.WAIVE_DUTY, duty)
    if duty.trigger.stands:
        raise ValueError("Nobody waives the review of an emergency.")
    now = clock.now()
    fresh = Duty.objects.filter(pk=duty.pk, state=State.OPEN).first()
    if fresh is None or (fresh.due is not None and fresh.due <= now):
        raise ValueError("Only a duty that is still to do, and not late, can be waived.")
    return record(
        WAIVED,
        case=duty.case,
        actor=actor,
        occurred_at=now,
        refs=duty.refs,
        data={"clause": duty.clause, "reason": reason},
        category=Category(duty.category),
        clock=clock,
    )


class WithdrawnAlready(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """Somebody has withdrawn the entry since it was looked at."""


@service
def take_back(event: Event, reason: str, *, actor: Actor, clock: Clock = system_clock) -> Outcome:
    """Withdraw an event recorded by mistake, and tell what that changed. Raises `WithdrawnAlready`.

    What it brought over from the scheme is withdrawn with it: nobody else said so.
    """
    actor.require(Permission.RETRACT_EVENT, event.case)
    locked(event.case_id)
    told = _told(event.case, FACTS)
    if str(event.pk) in told.withdrawn:
        raise WithdrawnAlready
    before = _states(event.case_id, actor)
    now = clock.now()
    withdrawals = [_withdrawal(event, reason, now)]
    if brought := brought_by(event, told):
        entry = f"{event_text(event.type)}, {formats.moment(event.occurred_at)}"
        withdrawals.append(_withdrawal(brought, f"It came with an entry that was withdrawn: {entry}. {reason}", now))
    result = record_many(withdrawals, actor=actor, clock=clock)
    return _outcome(result.stored[0], before, actor)


def _withdrawal(event: Event, reason: str, now: datetime) -> NewEvent:
    said = {"event": str(event.pk), "reason": reason}
    return NewEvent(case=event.case, type=RETRACTED, occurred_at=now, data=said)


def new_id() -> UUID:
    """The identifier of an event that is yet to be recorded."""
    return uuid4()
