"""Recording a step of a referral: the one entry that everything else follows from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from django.db.models import QuerySet

from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock
from waymark.events.models import Event
from waymark.events.services import record
from waymark.referrals.models import Referral


class NotNow(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """The referral stands otherwise than whoever pressed the button saw. The text says how."""


def own_id(id: UUID, about: UUID, *elsewhere: QuerySet[Any]) -> UUID:
    """The identifier of what a form makes of `about`: its `id`, unless that of something `elsewhere` was sent in its
    place. Then it is made of both, so that nobody learns what is elsewhere, nor changes it. Inside a service.
    """
    return uuid5(about, str(id)) if any(rows.filter(pk=id).exists() for rows in elsewhere) else id


def locked_referral(referral: Referral) -> Referral:
    """The referral as it stands now, with its case locked until the transaction ends. Inside a service."""
    case = locked(referral.case_id)
    referral = Referral.objects.get(pk=referral.pk)
    referral.case = case
    return referral


def record_step(
    name: str,
    referral: Referral,
    *,
    actor: Actor,
    clock: Clock,
    id: UUID,
    data: Mapping[str, object],
    at: datetime | None = None,
    refs: Mapping[str, str] = MappingProxyType({}),
) -> UUID:
    """Record what happened of a referral `at` a time, now where none is given. Inside a service that has asked whether
    the actor may, and locked. `refs` are what it names besides the referral.

    The same `id` with the same words is recorded once; with other words it was another form: raises `NotNow`. Gives the
    identifier of the entry, which is another where `id` is that of an entry of another record (`own_id`).
    """
    id = own_id(id, referral.pk, Event.objects.exclude(case=referral.case_id))
    refs = {"referral": str(referral.pk), **refs}
    before = Event.objects.filter(pk=id).values("case", "type", "refs", "data").first()
    if before == {"case": referral.case_id, "type": name, "refs": refs, "data": dict(data)}:
        return id
    if before is not None:
        raise NotNow("This was sent already")
    record(
        name, case=referral.case, actor=actor, occurred_at=at or clock.now(), refs=refs, data=data, id=id, clock=clock
    )
    trail.wrote(actor, referral, recorded=name)
    return id
