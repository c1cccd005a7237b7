"""A dispute over the level of need: discussed with the worker first, and taken to Placements if need be (CHA-06)."""

from __future__ import annotations

from uuid import UUID, uuid5

from waymark.accommodation.choices import NeedLevel
from waymark.accommodation.models import Provider
from waymark.cases.services import locked
from waymark.challenges.challenging import add_step, begin, tell
from waymark.challenges.models import Challenge, Ended, Kind, Subject
from waymark.challenges.standing import AGREED, DISPUTED, RESOLVED
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.models import Event
from waymark.events.services import record
from waymark.placements.models import Approach
from waymark.referrals.models import Referral
from waymark.referrals.steps import NotNow, own_id


def has_it(actor: Actor, referral: Referral) -> bool:
    """Whether the referral is with somebody's own agency, which may answer it."""
    return Approach.objects.with_providers().filter(referral=referral, provider__agency=actor.agency_id).exists()


@service
def dispute(
    referral: Referral, why: str, *, actor: Actor, id: UUID, level: NeedLevel, clock: Clock = system_clock
) -> Challenge:
    """The provider sees another level of need than the referral asks for, and says so to the worker. Once at a time."""
    locked(referral.case_id)
    referral = Referral.objects.select_related("case").get(pk=referral.pk)
    actor.require(Permission.ANSWER_CHALLENGE, referral)
    id = own_id(
        id, referral.pk, Challenge.objects.exclude(referral=referral), Event.objects.exclude(case=referral.case_id)
    )
    if known := Challenge.objects.filter(pk=id, referral=referral).first():
        return known
    provider = Provider.objects.filter(agency=actor.agency_id).first()
    if provider is None or not has_it(actor, referral):
        raise NotNow("This referral is not with you any more")
    open_ones = Challenge.objects.open().filter(referral=referral, provider=provider, subject=Subject.NEED_LEVEL)
    if open_ones.exists():
        raise NotNow("The level of need is disputed already")
    refs = {"referral": str(referral.pk), "challenge": str(id)}
    record(DISPUTED, case=referral.case, actor=actor, occurred_at=clock.now(), refs=refs, id=id, clock=clock)
    challenge = Challenge.objects.select_related("case", "referral").get(pk=id)
    challenge.provider = provider
    challenge.save(force_update=True, update_fields=["provider"])
    text = f"{level.label} need, as we see it. {why}"
    add_step(challenge, Kind.RAISED, text, actor=actor, id=id, clock=clock)
    return challenge


@service
def agree(
    challenge: Challenge,
    level: NeedLevel,
    text: str,
    *,
    actor: Actor,
    permission: Permission,
    id: UUID,
    clock: Clock = system_clock,
) -> None:
    """The level is agreed. Where Placements was consulted, that ends their review, too (CHA-03)."""
    started = begin(challenge, permission, actor, id)
    if started is None:
        return
    if started.subject != Subject.NEED_LEVEL:
        raise NotNow("This is about a refusal")
    if permission is Permission.REVIEW_CHALLENGE and started.placements_at is None:
        raise NotNow("It was not taken to you")
    if started.placements_at is not None:
        data = {"ended": str(Ended.AGREED), "outcome": text}
        tell(started, RESOLVED, actor=actor, id=uuid5(id, RESOLVED), clock=clock, data=data)
    tell(started, AGREED, actor=actor, id=id, clock=clock, data={"level": str(level)})
    add_step(started, Kind.ENDED, f"{level.label} need. {text}", actor=actor, id=id, clock=clock)
