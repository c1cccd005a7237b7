"""A refusal: accepted, or challenged with the provider, answered, taken further and ended (CHA-01 to CHA-05, CHA-07,
CHA-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from waymark.access.calling_in import call_in
from waymark.assessments.models import Refusal
from waymark.cases.services import locked
from waymark.challenges.models import Challenge, ChallengeStep, Ended, Kind, Subject
from waymark.challenges.standing import ANSWERED, CONTRACT, ESCALATED, RAISED, RESOLVED, UNRESOLVED
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.models import Event
from waymark.events.services import record
from waymark.placements.following import end as end_approach
from waymark.placements.models import Approach, Outcome
from waymark.referrals.models import Referral, State
from waymark.referrals.place import record_facts_of_place
from waymark.referrals.record import facts_of, standing
from waymark.referrals.sections import SECTIONS
from waymark.referrals.steps import NotNow, own_id, record_step

ACCEPTED, REFUSED = "refusal_accepted", "refusal_made"


def unanswered(referral: Referral, refusals: Sequence[Refusal], taken: set[UUID]) -> list[Refusal]:
    """The refusals that the worker has neither accepted nor challenged. `taken` are those that were challenged."""
    return [one for one in refusals if one.approach.ended_at is None and one.pk not in taken]


@service
def accept_refusal(
    referral: Referral, refusal: Refusal | None, *, actor: Actor, id: UUID, clock: Clock = system_clock
) -> None:
    """Accept a refusal (CHA-01): the search goes on. The provider that refused is let go."""
    referral = _refused(referral, refusal, actor, id)
    record_step(ACCEPTED, referral, actor=actor, clock=clock, id=id, data={})
    if refusal is not None:
        _let_go(refusal, actor, clock)


def _let_go(refusal: Refusal, actor: Actor, clock: Clock) -> None:
    """The approach ends. A provider that is called in by something else stays."""
    approach = Approach.objects.select_related("provider__agency", "case").get(pk=refusal.approach_id)
    if approach.ended_at is None:
        end_approach(approach, Outcome.REFUSED, at=clock.now(), actor=actor)


@service
def raise_challenge(
    referral: Referral,
    refusal: Refusal | None,
    *,
    actor: Actor,
    id: UUID,
    missing: str,
    sections: Sequence[str] = (),
    clock: Clock = system_clock,
) -> Challenge:
    """Challenge a refusal with the provider (CHA-01). `missing` is the evidence asked for, `sections` are keys of parts
    of the referral that speak against it. What the provider's contract is goes on the record too (CHA-04). The same
    `id` again raises one.
    """
    id = own_id(
        id, referral.pk, Challenge.objects.exclude(referral=referral), Event.objects.exclude(case=referral.case_id)
    )
    if known := Challenge.objects.filter(pk=id, referral=referral, case=referral.case_id).first():
        actor.require(Permission.CHALLENGE, known)
        return known
    referral = _refused(referral, refusal, actor, id)
    entry = refusal.pk if refusal is not None else _refusal_of_the_record(referral)
    if Challenge.objects.open().filter(referral=referral, refusal=entry, subject=Subject.REFUSAL).exists():
        raise NotNow("This refusal is challenged already")
    provider = refusal.approach.provider if refusal is not None else None
    if provider is not None:
        refs = {"provider": str(provider.case_id)}
        record_facts_of_place(referral.case, refs, actor=actor, entry=uuid5(id, "place"), clock=clock)
    refs = {"referral": str(referral.pk), "challenge": str(id)}
    record(RAISED, case=referral.case, actor=actor, occurred_at=clock.now(), refs=refs, id=id, clock=clock)
    challenge = Challenge.objects.select_related("case", "referral").get(pk=id)
    challenge.provider, challenge.refusal = provider, entry
    challenge.save(force_update=True, update_fields=["provider", "refusal"])
    said = [key for key in sections if key in SECTIONS]
    add_step(challenge, Kind.RAISED, missing, actor=actor, id=id, clock=clock, sections=said)
    return challenge


def _refusal_of_the_record(referral: Referral) -> UUID | None:
    """The latest refusal that the record tells of; for those that were written down by hand."""
    told = [event for event in standing(referral.case, REFUSED) if event.refs.get("referral") == str(referral.pk)]
    return told[-1].pk if told else None


def _refused(referral: Referral, refusal: Refusal | None, actor: Actor, id: UUID) -> Referral:
    """The referral, locked, if there is a refusal to answer. Raises `NotNow` where there is none any more."""
    locked(referral.case_id)
    referral = Referral.objects.select_related("case").get(pk=referral.pk)
    actor.require(Permission.CHALLENGE, referral)
    if refusal is None and referral.state != State.REFUSED:
        raise NotNow("Nobody has refused this referral, or it was answered already")
    if refusal is not None and (refusal.referral_id != referral.pk or not _stands(refusal)):
        raise NotNow("This refusal was answered already")
    return referral


def _stands(refusal: Refusal) -> bool:
    return Approach.objects.filter(pk=refusal.approach_id, ended_at=None).exists()


def add_step(
    challenge: Challenge,
    kind: Kind,
    text: str,
    *,
    actor: Actor,
    id: UUID,
    clock: Clock,
    sections: Sequence[str] = (),
) -> ChallengeStep:
    """Keep what was said, by whom and when. Inside a service that has asked whether the actor may."""
    step = ChallengeStep(pk=id, case_id=challenge.case_id, challenge=challenge, kind=kind, text=text)
    step.sections, step.at, step.by_id = list(sections), clock.now(), actor.membership_id
    step.save(force_insert=True)
    trail.wrote(actor, step, step=str(kind))
    return step


def fresh(challenge: Challenge) -> Challenge:
    """The challenge as it stands now, with its case locked until the transaction ends."""
    locked(challenge.case_id)
    found = Challenge.objects.select_related("case", "referral", "provider__agency")
    return found.get(pk=challenge.pk)


def works_for_it(actor: Actor, challenge: Challenge) -> bool:
    """Whether somebody works for the provider whose decision it is. One written down by hand names none."""
    if actor.is_system or challenge.provider is None:
        return True
    return challenge.provider.agency_id == actor.agency_id


def begin(challenge: Challenge, permission: Permission, actor: Actor, id: UUID) -> Challenge | None:
    """The challenge, locked, for a step of whoever may take it; None where this very step was taken already.

    Raises `Refused` for anybody else, `NotNow` once it has ended.
    """
    challenge = fresh(challenge)
    actor.require(permission, challenge)
    if permission is Permission.ANSWER_CHALLENGE and not works_for_it(actor, challenge):
        raise Refused(actor, permission, challenge)
    if ChallengeStep.objects.filter(pk=id, challenge=challenge).exists():
        return None
    if not challenge.is_open:
        raise NotNow(f"This challenge is over: {challenge.get_stage_display().lower()}")
    return challenge


def tell(
    challenge: Challenge, name: str, *, actor: Actor, id: UUID, clock: Clock, data: Mapping[str, Any] | None = None
) -> None:
    """Record a step of a challenge on the record: the entry that everything else follows from."""
    refs = {"challenge": str(challenge.pk)}
    if challenge.referral_id:
        refs["referral"] = str(challenge.referral_id)
    record(
        name,
        case=challenge.case,
        actor=actor,
        occurred_at=clock.now(),
        refs=refs,
        data=data or {},
        id=uuid5(id, name),
        clock=clock,
    )


@service
def say(
    challenge: Challenge,
    kind: Kind,
    text: str,
    *,
    actor: Actor,
    permission: Permission,
    id: UUID,
    clock: Clock = system_clock,
) -> None:
    """Ask for evidence, give it, or say something: nothing of the protocol's follows from it."""
    if kind not in (Kind.ASKED, Kind.GIVEN, Kind.SAID):
        raise ValueError(kind)
    started = begin(challenge, permission, actor, id)
    if started is not None:
        add_step(started, kind, text, actor=actor, id=id, clock=clock)


@service
def answer(
    challenge: Challenge, text: str, *, changes_mind: bool, actor: Actor, id: UUID, clock: Clock = system_clock
) -> None:
    """The provider explains what is at odds with the worker's assessment, or changes its mind (CHA-05)."""
    started = begin(challenge, Permission.ANSWER_CHALLENGE, actor, id)
    if started is None:
        return
    tell(started, ANSWERED, actor=actor, id=id, clock=clock)
    add_step(started, Kind.CHANGED if changes_mind else Kind.ANSWERED, text, actor=actor, id=id, clock=clock)


@service
def not_resolved(challenge: Challenge, text: str, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> None:
    """The worker could not resolve it with the provider and takes it to Placements, who are brought in (CHA-02)."""
    started = begin(challenge, Permission.CHALLENGE, actor, id)
    if started is None:
        return
    if started.placements_at is not None:
        raise NotNow("It was taken to Placements already")
    if started.provider_failed_at is None:
        tell(started, UNRESOLVED, actor=actor, id=id, clock=clock, data={"stage": "provider"})
    _take(started, ["placements_team"], actor=actor, id=id, clock=clock)
    add_step(started, Kind.UNRESOLVED, text, actor=actor, id=id, clock=clock)


def _take(challenge: Challenge, to: list[str], *, actor: Actor, id: UUID, clock: Clock) -> None:
    for role in to:
        call_in(challenge.case, role, actor=actor, at=clock.now())
    tell(challenge, ESCALATED, actor=actor, id=id, clock=clock, data={"to": to})


def is_block(challenge: Challenge) -> bool:
    """Whether the record says that the provider has a block contract (CHA-04). Inside a service."""
    return bool(facts_of(challenge.case).get("block_contract"))


@service
def placements_could_not(
    challenge: Challenge, text: str, *, actor: Actor, id: UUID, clock: Clock = system_clock
) -> bool:
    """Placements reviewed it and could not resolve it (CHA-03); with a block contract it goes to Commissioning, who are
    brought in (CHA-04). Whether it did.
    """
    started = begin(challenge, Permission.REVIEW_CHALLENGE, actor, id)
    if started is None:
        return Challenge.objects.filter(pk=challenge.pk, commissioning_at__isnull=False).exists()
    if started.placements_at is None or started.placements_failed_at is not None:
        raise NotNow("It does not wait for a review")
    if started.provider is not None:  # it may have changed since the challenge was raised
        refs = {"provider": str(started.provider.case_id)}
        record_facts_of_place(started.case, refs, actor=actor, entry=uuid5(id, "place"), clock=clock)
    tell(started, UNRESOLVED, actor=actor, id=id, clock=clock, data={"stage": "placements"})
    goes_on = is_block(started)
    if goes_on:
        _take(started, ["commissioning"], actor=actor, id=id, clock=clock)
    add_step(started, Kind.UNRESOLVED, text, actor=actor, id=id, clock=clock)
    return goes_on


@service
def provider_takes_further(
    challenge: Challenge, text: str, *, actor: Actor, id: UUID, clock: Clock = system_clock
) -> None:
    """The provider raises what stays unresolved with Commissioning and Placements (CHA-08); a level of need on which it
    and the worker do not agree with Placements (CHA-06).
    """
    started = begin(challenge, Permission.ANSWER_CHALLENGE, actor, id)
    if started is None:
        return
    if started.subject == Subject.NEED_LEVEL:
        taken, to = started.placements_at, ["placements_team"]
    else:
        if started.provider_failed_at is None:
            raise NotNow("The worker has not said that it is unresolved")
        taken, to = started.commissioning_at, ["placements_team", "commissioning"]
    if taken is not None:
        raise NotNow("It was taken further already")
    _take(started, to, actor=actor, id=id, clock=clock)
    add_step(started, Kind.TAKEN, text, actor=actor, id=id, clock=clock)


@service
def challenge_contract(challenge: Challenge, text: str, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> None:
    """Commissioning challenges the provider on what its contract asks of it (CHA-07)."""
    started = begin(challenge, Permission.CHALLENGE_CONTRACT, actor, id)
    if started is None:
        return
    if started.commissioning_at is None:
        raise NotNow("It was not taken to Commissioning")
    tell(started, CONTRACT, actor=actor, id=id, clock=clock)
    add_step(started, Kind.CONTRACT, text, actor=actor, id=id, clock=clock)


@service
def end(
    challenge: Challenge,
    ended: Ended,
    text: str,
    *,
    actor: Actor,
    permission: Permission,
    id: UUID,
    clock: Clock = system_clock,
) -> None:
    """End it. Overturned, the referral goes back to the provider; otherwise the refusal is accepted with it, and the
    search goes on.
    """
    started = begin(challenge, permission, actor, id)
    if started is None:
        return
    _may_end(started, ended, permission)
    tell(started, RESOLVED, actor=actor, id=id, clock=clock, data={"ended": str(ended), "outcome": text})
    add_step(started, Kind.ENDED, text, actor=actor, id=id, clock=clock)
    if ended is Ended.OVERTURNED or started.referral_id is None:
        return
    referral = Referral.objects.select_related("case").get(pk=started.referral_id)
    if referral.state == State.REFUSED:
        record_step(ACCEPTED, referral, actor=actor, clock=clock, id=uuid5(id, ACCEPTED), data={})
    refusal = Refusal.objects.filter(pk=started.refusal).first() if started.refusal else None
    if refusal is not None:
        _let_go(refusal, actor, clock)


def _may_end(challenge: Challenge, ended: Ended, permission: Permission) -> None:
    """Each in their stage, and only whoever raised it takes it back."""
    turn = {
        Permission.CHALLENGE: True,
        Permission.REVIEW_CHALLENGE: challenge.placements_at is not None,
        Permission.CHALLENGE_CONTRACT: challenge.commissioning_at is not None,
    }
    if not turn[permission]:
        raise NotNow("It was not taken to you")
    if challenge.subject != Subject.REFUSAL or ended is Ended.AGREED:
        raise NotNow("A level of need is agreed, and not decided")
    if ended is Ended.WITHDRAWN and permission is not Permission.CHALLENGE:
        raise NotNow("Only the worker withdraws a challenge")
