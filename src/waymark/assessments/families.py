"""A family placed out of borough: the legal duty to notify children's social care where a child worries (HAS-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from waymark.cases.models import Case
from waymark.cases.services import locked
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.formats import LONDON
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.models import Event
from waymark.events.services import record
from waymark.referrals.models import Referral
from waymark.referrals.record import standing
from waymark.referrals.steps import NotNow, own_id

PLACED, NOTIFIED = "family_placed_out_of_borough", "childrens_social_care_notified"


@dataclass(frozen=True, slots=True)
class Family:
    """That a family was placed out of borough: the placement, since when, and when it was notified, if it was."""

    placement: str
    since: datetime
    notified_at: datetime | None


@service
def placed(case: Case, *, actor: Actor, id: UUID, on: date, clock: Clock = system_clock) -> None:
    """Record that the family was placed out of borough, on a day that has come. `id` names the placement too."""
    actor.require(Permission.NOTIFY_FAMILIES, Referral(case=case))
    locked(case.pk)
    id = own_id(id, case.pk, Event.objects.exclude(case=case))
    if Event.objects.filter(pk=id).exists():
        return
    now = clock.now()
    today = now.astimezone(LONDON).date()
    if on > today:
        raise NotNow("The day must be today or in the past")
    at = now if on == today else datetime.combine(on, time(12), LONDON)
    refs = {"placement": str(id)}
    record(PLACED, case=case, actor=actor, occurred_at=at, refs=refs, id=id, clock=clock)


@service
def notified(case: Case, placement: str, *, actor: Actor, clock: Clock = system_clock) -> None:
    """Record that children's social care was notified (HAS-11). Said twice, it counts once."""
    actor.require(Permission.NOTIFY_FAMILIES, Referral(case=case))
    locked(case.pk)
    there = {one.placement: one for one in _families(standing(case, PLACED, NOTIFIED))}
    if placement not in there:
        raise NotNow("No such placement is on the record")
    if there[placement].notified_at is None:
        refs = {"placement": placement}
        record(NOTIFIED, case=case, actor=actor, occurred_at=clock.now(), refs=refs, clock=clock)


def families_of(case: Case, actor: Actor) -> list[Family]:
    """The families placed out of borough on a record, as the reader may read it, the newest first."""
    told = Event.objects.visible_to(actor).filter(case=case, type__in=(PLACED, NOTIFIED))
    return _families(list(told.not_withdrawn().in_order()))[::-1]


def _families(events: list[Event]) -> list[Family]:
    notified = {event.refs.get("placement", ""): event.occurred_at for event in events if event.type == NOTIFIED}
    return [
        Family(event.refs["placement"], event.occurred_at, notified.get(event.refs["placement"]))
        for event in events
        if event.type == PLACED and "placement" in event.refs
    ]
