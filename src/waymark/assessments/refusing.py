"""Refusing a place: discussed with the worker first, explained in writing, with the evidence (HAS-07, HAS-12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from waymark.assessments.models import Offer, Refusal
from waymark.assessments.own import begin, own_id_of
from waymark.assessments.papers import address_of, sender_of, worker_of
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.formats import LONDON
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.documents.letters import Letter, refusal_letter, send_letter
from waymark.documents.services import About
from waymark.duties.presenting import gates_ahead
from waymark.placements.models import Approach
from waymark.referrals.record import standing
from waymark.referrals.steps import NotNow, record_step

DISCUSSED, MADE = "refusal_discussed", "refusal_made"
Gates = list[tuple[str, str, list[str]]]


class Held(Exception):  # noqa: N818  (a gate that holds is no error)
    """A gate of the protocol is shut: `gates` are its clause, its title and what is missing."""

    def __init__(self, gates: Gates) -> None:
        self.gates = gates
        clause, title, missing = gates[0]
        super().__init__(f"{clause} holds it: {title}. Missing: {', '.join(missing)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why a provider refuses: one of `RefusalReason`, an explanation in plain words, and what it rests on."""

    reason: str
    explanation: str
    evidence: str


@service
def discussed(approach: Approach, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> None:
    """Record that a refusal was discussed with the worker (HAS-07)."""
    approach = begin(approach, Permission.ASSESS, actor)
    record_step(DISCUSSED, approach.referral, actor=actor, clock=clock, id=id, data={})


def _discussed_at(approach: Approach) -> datetime | None:
    """When it was discussed last: since this provider has the referral."""
    told = [
        event.occurred_at
        for event in standing(approach.case, DISCUSSED)
        if event.refs.get("referral") == str(approach.referral_id)
        and approach.passed_at is not None
        and event.occurred_at >= approach.passed_at
    ]
    return told[-1] if told else None


@service
def gates_before(approach: Approach, *, actor: Actor, clock: Clock = system_clock) -> Gates:
    """The gates that hold a refusal now, each with its clause and what is missing (HAS-07)."""
    actor.require(Permission.ASSESS, approach)
    return _gates(approach, clock)


def _gates(approach: Approach, clock: Clock) -> Gates:
    refs = {"referral": str(approach.referral_id)}
    ahead = gates_ahead(approach.case, MADE, refs, clock.now())
    held = [(clause.id, clause.title, missing) for clause, missing in ahead]
    if not held and _discussed_at(approach) is None:  # another provider's discussion opens no gate of this one's
        held = [("HAS-07", "Discuss a refusal with the worker first", ["Possible refusal discussed with the worker"])]
    return held


@service
def letter_for(approach: Approach, grounds: Grounds, *, actor: Actor, clock: Clock = system_clock) -> Letter:
    """The letter of a refusal, as it would be sent: for looking at it first."""
    actor.require(Permission.OFFER, approach)
    return _letter(approach, grounds, actor, clock.now())


def _letter(approach: Approach, grounds: Grounds, actor: Actor, now: datetime) -> Letter:
    at = _discussed_at(approach)
    return refusal_letter(
        name=approach.case.young_person.name,
        place=address_of(approach),
        explanation=grounds.explanation,
        sender=sender_of(actor),
        worker=worker_of(approach.case),
        on=now.astimezone(LONDON).date(),
        discussed_on=at.astimezone(LONDON).date() if at else None,
    )


@service
def refuse(approach: Approach, grounds: Grounds, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> Refusal:
    """Refuse in writing (HAS-12). Raises `Held` until it was discussed (HAS-07), `NotNow` while an offer waits.

    The provider stays with the record: the worker may challenge the refusal. The same `id` again refuses once.
    """
    approach = begin(approach, Permission.OFFER, actor)
    id = own_id_of(Refusal, id, approach)
    if known := Refusal.objects.filter(pk=id, approach=approach).first():
        return known
    if Offer.objects.waiting().filter(approach=approach).exists():
        raise NotNow("Your offer waits for an answer: withdraw it first")
    if gates := _gates(approach, clock):
        raise Held(gates)
    now = clock.now()
    refusal = Refusal(pk=id, case=approach.case, referral=approach.referral, approach=approach)
    refusal.reason, refusal.explanation, refusal.evidence = grounds.reason, grounds.explanation, grounds.evidence
    refusal.made_by_id, refusal.made_at = actor.membership_id, now
    about = About("referral", approach.referral_id)
    letter = _letter(approach, grounds, actor, now)
    refusal.letter = send_letter(letter, actor=actor, case=approach.case, about=about, clock=clock)
    data = {"how": ["writing"], "has": ["explanation"], "reason": grounds.explanation}
    record_step(MADE, approach.referral, actor=actor, clock=clock, id=id, data=data)
    refusal.save(force_insert=True)
    trail.wrote(actor, refusal, reason=grounds.reason)
    return refusal
