"""Logging a walk-in, telling the home authority, following up, closing, and removing what is old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from waymark.accommodation.models import Provider
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.referrals.steps import NotNow, own_id
from waymark.walk_ins.models import FollowUp, WalkIn

KEPT = timedelta(days=365)
"""How long a walk-in is kept once it is closed: long enough for a year's monthly reports (local default)."""

NO_PROVIDER = "You work for no provider here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is asked of somebody at the door: no more than it takes."""

    who: str
    age: int | None
    home_authority: str
    social_worker: str
    said: str
    tonight: str
    advice: str


def provider_of(actor: Actor) -> Provider | None:
    """The provider that somebody works for."""
    return Provider.objects.filter(agency=actor.agency_id).select_related("case").first() if actor.agency_id else None


@service
def log(seen: Seen, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> WalkIn:
    """Log who turned up. The same `id` again logs nothing. Raises `NotNow` for somebody who works for no provider."""
    actor.require(Permission.LOG_WALK_IN)
    if actor.agency_id is None:
        raise NotNow(NO_PROVIDER)
    id = own_id(id, actor.agency_id, WalkIn.objects.exclude(agency=actor.agency_id))
    if known := WalkIn.objects.filter(pk=id, agency=actor.agency_id).first():
        return known
    provider = provider_of(actor)
    if provider is None or provider.case.authority_id is None:
        raise NotNow(NO_PROVIDER)
    walk_in = WalkIn(pk=id, authority_id=provider.case.authority_id, provider=provider, agency_id=provider.agency_id)
    walk_in.who, walk_in.age, walk_in.home_authority = seen.who, seen.age, seen.home_authority
    walk_in.social_worker, walk_in.said = seen.social_worker, seen.said
    walk_in.tonight, walk_in.advice = seen.tonight, seen.advice
    walk_in.logged_by_id, walk_in.logged_at = actor.membership_id, clock.now()
    walk_in.save(force_insert=True)
    trail.wrote(actor, walk_in, logged=True)
    return walk_in


def _begin(walk_in: WalkIn, actor: Actor) -> WalkIn:
    """The walk-in, locked, if the actor may work on it. Raises `Refused`, and `NotNow` once it is closed."""
    actor.require(Permission.VIEW_WALK_INS)
    if not WalkIn.objects.visible_to(actor).filter(pk=walk_in.pk).exists():
        raise Refused(actor, Permission.VIEW_WALK_INS, walk_in)
    found = WalkIn.objects.select_for_update().get(pk=walk_in.pk)
    if found.closed_at is not None:
        raise NotNow("It was closed already")
    return found


@service
def home_told(walk_in: WalkIn, *, actor: Actor, at: datetime, whom: str, how: str, clock: Clock = system_clock) -> None:
    """The home authority was told: when, whom, and how. Told once; later talks are follow-ups."""
    found = _begin(walk_in, actor)
    if found.told_at is not None:
        raise NotNow("The home authority was told already: add what came of it")
    if at > clock.now():
        raise NotNow("Enter a time that has come")
    found.told_at, found.told_by_id, found.told_whom, found.told_how = at, actor.membership_id, whom, how
    found.save(force_update=True, update_fields=["told_at", "told_by", "told_whom", "told_how"])
    trail.wrote(actor, found, told=how)


@service
def follow_up(walk_in: WalkIn, text: str, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> None:
    """Add what was done or learnt. The same `id` again adds nothing."""
    found = _begin(walk_in, actor)
    id = own_id(id, found.pk, FollowUp.objects.exclude(walk_in=found))
    if FollowUp.objects.filter(pk=id, walk_in=found).exists():
        return
    step = FollowUp(pk=id, walk_in=found, text=text, by_id=actor.membership_id, at=clock.now())
    step.save(force_insert=True)
    trail.wrote(actor, step)


@service
def close(walk_in: WalkIn, outcome: str, *, actor: Actor, clock: Clock = system_clock) -> None:
    """Close it, saying where they are and who answers for them. Not before the home authority was told."""
    found = _begin(walk_in, actor)
    if found.told_at is None:
        raise NotNow("Tell the home authority first")
    found.closed_at, found.closed_by_id, found.outcome = clock.now(), actor.membership_id, outcome
    found.save(force_update=True, update_fields=["closed_at", "closed_by", "outcome"])
    trail.wrote(actor, found, closed=True)


@service
def remove_old(*, actor: Actor, clock: Clock = system_clock) -> int:
    """Remove what was closed more than `KEPT` ago. How many went."""
    actor.require(Permission.MANAGE_RETENTION)
    old = list(WalkIn.objects.filter(closed_at__lt=clock.now() - KEPT))
    trail.write(*(trail.written(actor, one, removed=True) for one in old))
    WalkIn.objects.filter(pk__in=[one.pk for one in old]).delete()
    return len(old)
