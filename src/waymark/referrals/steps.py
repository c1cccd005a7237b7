"""Recording a step of a referral: the one entry that everything else follows from."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock
from waymark.events.models import Event
from waymark.events.services import record
from waymark.referrals.models import Referral


class NotNow(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """The referral stands otherwise than whoever pressed the button saw. The text says how."""


def record_step(
    name: str, referral: Referral, *, actor: Actor, clock: Clock, id: UUID, data: Mapping[str, object]
) -> None:
    """Record what happened of a referral, now. Inside a service that has asked whether the actor may, and locked.

    The same `id` with the same words is recorded once; with other words it was another form: raises `NotNow`.
    """
    refs = {"referral": str(referral.pk)}
    before = Event.objects.filter(pk=id).values("case", "type", "refs", "data").first()
    if before == {"case": referral.case_id, "type": name, "refs": refs, "data": dict(data)}:
        return
    if before is not None:
        raise NotNow("This was sent already")
    record(name, case=referral.case, actor=actor, occurred_at=clock.now(), refs=refs, data=data, id=id, clock=clock)
    trail.wrote(actor, referral, recorded=name)
