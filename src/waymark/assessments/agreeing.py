"""Agreeing to a place, confirming it in writing, and moving in (HAS-10, HAS-13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID, uuid5

from waymark.assessments.keeping import arrive, keep_for
from waymark.assessments.models import Answer, Offer
from waymark.assessments.offers import close, waiting
from waymark.assessments.own import fresh, lock, theirs
from waymark.assessments.papers import sender_of, worker_of
from waymark.assessments.refusing import Gates, Held
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.formats import LONDON
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.documents.letters import Letter, placement_confirmation, send_letter
from waymark.documents.services import About
from waymark.duties.presenting import gates_ahead
from waymark.events.models import Event
from waymark.events.services import record
from waymark.placements.following import end
from waymark.placements.models import Approach, Outcome
from waymark.referrals.place import record_facts_of_place
from waymark.referrals.steps import NotNow, own_id

AGREED, CONFIRMED, STARTED = "placement_agreed", "placement_confirmed", "placement_started"
CONSULTED, PLAN_REQUESTED = "host_authority_consulted", "unit_risk_plan_requested"
BEFORE_MOVING_IN = (CONSULTED, PLAN_REQUESTED)


def refs_of(offer: Offer) -> dict[str, str]:
    """What the entries of a placement name: itself, and where it came from and is."""
    scheme = offer.unit.scheme
    return {
        "placement": str(offer.placement),
        "referral": str(offer.referral_id),
        "scheme": str(scheme.case_id),
        "provider": str(scheme.provider.case_id),
    }


@service
def accept(offer: Offer, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> Offer:
    """The worker agrees to an offer with the young person: what was reserved becomes the placement.

    What is true of the place is recorded with it; the other approaches end, their offers are withdrawn and those
    providers' people let go. Raises `NotFree` where the reservation lapsed and somebody else has the unit, and `NotNow`
    once it was answered.
    """
    approach = fresh(offer.approach)
    actor.require(Permission.REFER, approach.referral)
    before = Offer.objects.get(pk=offer.pk)
    if before.answer == Answer.ACCEPTED and before.placement == uuid5(before.pk, AGREED):
        return before
    offer = waiting(offer)
    if approach.ended_at is not None or not approach.referral.is_open:
        raise NotNow("This referral has ended, or another place was agreed")
    now = clock.now()
    offer.placement = uuid5(offer.pk, AGREED)
    _let_the_others_go(offer, approach, actor, clock)
    offer.held = keep_for(offer, actor=actor, clock=clock)
    offer.answer, offer.answered_at, offer.answered_by_id = Answer.ACCEPTED, now, actor.membership_id
    offer.save(force_update=True, update_fields=["answer", "answered_at", "answered_by", "placement", "held"])
    refs = refs_of(offer)
    record_facts_of_place(offer.case, refs, actor=actor, entry=id, clock=clock)
    data = {"unit": offer.unit.label, "move_in": offer.move_in.isoformat()}
    _record(AGREED, offer, actor, clock, id=id, data=data, refs=refs)
    trail.wrote(actor, offer, answer=str(Answer.ACCEPTED))
    return offer


def _let_the_others_go(offer: Offer, approach: Approach, actor: Actor, clock: Clock) -> None:
    others = Approach.objects.filter(referral=approach.referral_id, ended_at=None).exclude(pk=approach.pk)
    for other in others.select_related("provider", "case"):
        for waits in Offer.objects.waiting().filter(approach=other).select_related("held", "unit__scheme"):
            close(waits, Answer.WITHDRAWN, actor=actor, why="Another place was agreed", clock=clock)
        end(other, Outcome.OVER, at=clock.now(), actor=actor)
    for waits in Offer.objects.waiting().filter(approach=approach).exclude(pk=offer.pk).select_related("held"):
        close(waits, Answer.WITHDRAWN, actor=actor, why="Another place was agreed", clock=clock)


def agreed(offer: Offer) -> Offer:
    """The offer with its case locked, if it is a placement that has not begun: inside a service. Raises `NotNow`."""
    lock(offer.case_id)
    rows = Offer.objects.select_related("unit__scheme__provider__case", "unit__scheme__case", "case", "held")
    found = rows.select_related("referral", "approach__provider").get(pk=offer.pk)
    if found.answer != Answer.ACCEPTED:
        raise NotNow("No place was agreed here")
    if found.started_on is not None:
        raise NotNow("The young person has moved in already")
    return found


@service
def confirmation_for(offer: Offer, *, actor: Actor, clock: Clock = system_clock) -> Letter:
    """The letter that confirms a placement, as it would be sent: for looking at it first."""
    actor.require(Permission.ASSESS, offer)
    return _confirmation(offer, actor, clock.now())


def _confirmation(offer: Offer, actor: Actor, now: datetime) -> Letter:
    return placement_confirmation(
        name=offer.case.young_person.name,
        address=f"{offer.unit.label}, {offer.address}",
        move_in=offer.move_in,
        sender=sender_of(actor),
        worker=worker_of(offer.case),
        on=now.astimezone(LONDON).date(),
    )


@service
def confirm(offer: Offer, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> None:
    """Confirm the placement and the move-in date in writing (HAS-13)."""
    offer = agreed(offer)
    theirs(offer.approach, Permission.ASSESS, actor)
    if offer.confirmation_id is not None:
        return
    about = About("referral", offer.referral_id)
    letter = _confirmation(offer, actor, clock.now())
    offer.confirmation = send_letter(letter, actor=actor, case=offer.case, about=about, clock=clock)
    data = {"how": ["writing"], "move_in": offer.move_in.isoformat()}
    _record(CONFIRMED, offer, actor, clock, id=id, data=data, refs=_just_the_placement(offer))
    offer.save(force_update=True, update_fields=["confirmation"])
    trail.wrote(actor, offer, confirmed=True)


@service
def before_moving_in(offer: Offer, what: str, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> None:
    """Record that the social work team of the host authority was consulted, or that the provider was asked for a unit
    risk management plan (HAS-10): by the worker or the placements officer.
    """
    if what not in BEFORE_MOVING_IN:
        raise ValueError(f"{what!r} does not come before moving in")
    offer = agreed(offer)
    if not actor.may(Permission.CHECK_REFERRAL, offer):
        actor.require(Permission.REFER, offer)
    _record(what, offer, actor, clock, id=id, data={}, refs=_just_the_placement(offer))


@service
def gates_before_moving_in(offer: Offer, *, actor: Actor, clock: Clock = system_clock) -> Gates:
    """The gates that hold moving in now (HAS-10). Said to whoever may read the placement: they name no concern."""
    actor.require(Permission.VIEW_REFERRALS, offer)
    return _gates(offer, clock)


def _gates(offer: Offer, clock: Clock) -> Gates:
    ahead = gates_ahead(offer.case, STARTED, _just_the_placement(offer), clock.now())
    return [(clause.id, clause.title, missing) for clause, missing in ahead]


@service
def move_in(offer: Offer, *, actor: Actor, id: UUID, on: date, clock: Clock = system_clock) -> None:
    """Record that the young person moved in, on a day that has come: the stay begins that day.

    By the keyworker or manager of the provider, or the worker. Raises `Held` while HAS-10 holds it, `NotYetFree` for a
    day before the unit was free, `LivesElsewhere` while the record says that they live somewhere else, `NotNow`.
    """
    offer = agreed(offer)
    if not actor.may(Permission.REFER, offer):
        theirs(offer.approach, Permission.ASSESS, actor)
    id = _own_id(id, offer)
    now = clock.now()
    today = now.astimezone(LONDON).date()
    if on > today:
        raise NotNow("The day they moved in must be today or in the past")
    if gates := _gates(offer, clock):
        raise Held(gates)
    offer.held = arrive(offer, actor=actor, on=on, clock=clock)
    refs = refs_of(offer)
    at = now if on == today else datetime.combine(on, time(12), LONDON)
    record_facts_of_place(offer.case, refs, actor=actor, entry=id, clock=clock)
    _record(STARTED, offer, actor, clock, id=id, data={"unit": offer.unit.label}, refs=refs, at=at)
    offer.started_on = on
    offer.save(force_update=True, update_fields=["started_on", "held"])
    trail.wrote(actor, offer, moved_in=True)


def _just_the_placement(offer: Offer) -> dict[str, str]:
    return {"placement": str(offer.placement)}


def _own_id(id: UUID, offer: Offer) -> UUID:
    return own_id(id, offer.pk, Event.objects.exclude(case=offer.case_id))


def _record(
    name: str,
    offer: Offer,
    actor: Actor,
    clock: Clock,
    *,
    id: UUID,
    data: Mapping[str, object],
    refs: Mapping[str, str],
    at: datetime | None = None,
) -> None:
    """Record a step of a placement, once for the same `id`."""
    id = _own_id(id, offer)
    before = Event.objects.filter(pk=id).values("case", "type").first()
    if before == {"case": offer.case_id, "type": name}:
        return
    if before is not None:
        raise NotNow("This was sent already")
    when = at or clock.now()
    record(name, case=offer.case, actor=actor, occurred_at=when, refs=refs, data=data, id=id, clock=clock)
