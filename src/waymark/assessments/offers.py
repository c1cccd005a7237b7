"""Offering a unit in writing, holding it meanwhile, and what becomes of an offer (HAS-06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from uuid import UUID

from waymark.access.services import NotAsAsked
from waymark.accommodation.choices import NeedLevel, OccupancyKind
from waymark.accommodation.models import Occupancy, Unit
from waymark.accommodation.services import cancel, reserve
from waymark.accommodation.vacancies import Standing, in_order, london_day, standing_of, units_of
from waymark.assessments.models import Answer, Offer
from waymark.assessments.own import begin, lock, own_id_of, read, theirs
from waymark.assessments.papers import sender_of, worker_of
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.formats import LONDON, day
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.documents.letters import Letter, offer_letter, send_letter
from waymark.documents.services import About
from waymark.placements.following import end
from waymark.placements.models import Approach, Outcome
from waymark.referrals.steps import NotNow, record_step

MADE, DECLINED, WITHDRAWN = "offer_made", "offer_declined", "offer_withdrawn"
MOVED_IN_ALREADY = "They have moved in: record that the placement ended"
ANSWERED_ALREADY = "This offer has been answered, or withdrawn, meanwhile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is offered: the unit, its address, from which day, how much support, and how many days it is held."""

    unit: Unit
    address: str
    need_level: str
    move_in: date
    days: int


def lapses_at(days: int, now: datetime) -> datetime:
    """When a reservation that is made now and held for so many days lapses: at the end of that day in London."""
    last = london_day(now) + timedelta(days=days)
    return datetime.combine(last + timedelta(days=1), time(), LONDON)


class NotFromThen(NotAsAsked):
    """The unit cannot be held from the move-in date until further notice. `field` is what to enter otherwise."""

    def __init__(self, text: str, field: str = "move_in") -> None:
        self.field = field
        super().__init__(text)

    @classmethod
    def unit(cls, unit: Unit, free_from: date | None) -> Self:
        """The unit is free from another day, or no day is known."""
        if free_from is None:
            return cls(f"No day is known from which {unit.label} is free until further notice", "unit")
        return cls(f"{unit.label} is free from {day(free_from)}. Enter that day or a later one")


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a scheme: those that can be held until further notice from a day that is known, the soonest first,
    and the others. `theirs` are reserved for the young person already.
    """

    to_offer: Sequence[Standing]
    others: Sequence[Standing]
    theirs: frozenset[UUID] = frozenset()


def units_for(approach: Approach, *, actor: Actor, clock: Clock = system_clock) -> Units:
    """The units of the scheme that was approached, as an offer would hold them; nothing of who has them until then."""
    now = clock.now()
    units = units_of(actor).filter(scheme=approach.scheme_id)
    theirs = reserved_for(approach.case_id, now)
    standing = standing_of(units, day=london_day(now), now=now, apart_from=theirs)
    standing.sort(key=lambda one: (one.open_from or date.max, in_order(one.unit.label)))
    return Units(
        to_offer=[one for one in standing if one.open_from is not None],
        others=[one for one in standing if one.open_from is None],
        theirs=frozenset(row.unit_id for row in theirs),
    )


def reserved_for(case_id: UUID, now: datetime) -> list[Occupancy]:
    """What is reserved for a young person without an offer: an offer of that unit to them takes its place."""
    offered = Offer.objects.filter(case=case_id).values("held")
    rows = Occupancy.objects.counting(now).filter(case=case_id, kind=OccupancyKind.RESERVATION)
    return list(rows.exclude(pk__in=offered).select_related("unit__scheme"))


@service
def letter_for(approach: Approach, terms: Terms, *, actor: Actor, clock: Clock = system_clock) -> Letter:
    """The letter of an offer, as it would be sent: for looking at it first."""
    actor.require(Permission.OFFER, approach)
    return _letter(approach, terms, actor, clock.now())


def _letter(approach: Approach, terms: Terms, actor: Actor, now: datetime) -> Letter:
    return offer_letter(
        name=approach.case.young_person.name,
        address=f"{terms.unit.label}, {terms.address}",
        need_level=NeedLevel(terms.need_level).label.lower(),
        sender=sender_of(actor),
        worker=worker_of(approach.case),
        on=london_day(now),
        move_in=terms.move_in,
    )


@service
def make_offer(approach: Approach, terms: Terms, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> Offer:
    """Offer a unit in writing (HAS-06): it is held from the move-in date until the offer lapses, the letter is kept on
    the record for worker and young person.

    Raises `NotFromThen` where the unit is not free or not ready from that day until further notice, so that nobody is
    promised what they cannot move into, `NotFree` where somebody else was quicker, and `NotNow` while another offer
    waits. The same `id` again offers nothing more.
    """
    approach = begin(approach, Permission.OFFER, actor)
    id = own_id_of(Offer, id, approach)
    if known := Offer.objects.filter(pk=id, approach=approach).first():
        return known
    now = clock.now()
    if terms.unit.scheme.provider_id != approach.provider_id:
        raise NotNow("This unit belongs to another provider")
    if terms.move_in < london_day(now):
        raise NotNow("The move-in date must be today or in the future")
    if Offer.objects.waiting().filter(approach=approach).exists():
        raise NotNow("You have offered a place already: it waits for an answer")
    take_over(approach.case_id, terms.unit, actor, clock)
    refuse_too_soon(terms.unit, terms.move_in, now)
    offer = Offer(pk=id, case=approach.case, referral=approach.referral, approach=approach, unit=terms.unit)
    offer.address, offer.need_level, offer.move_in = terms.address, terms.need_level, terms.move_in
    offer.lapses_at, offer.made_by_id, offer.made_at = lapses_at(terms.days, now), actor.membership_id, now
    offer.held = reserve(
        terms.unit,
        actor=actor,
        case=approach.case,
        ref=offer.pk,
        nights=(terms.move_in, None),
        lapses_at=offer.lapses_at,
        clock=clock,
    )
    about = About("referral", approach.referral_id)
    offer.letter = send_letter(_letter(approach, terms, actor, now), actor=actor, case=approach.case, about=about)
    data = {"how": ["writing"], "address": terms.address, "move_in": terms.move_in.isoformat()}
    record_step(MADE, approach.referral, actor=actor, clock=clock, id=id, data=data)
    offer.save(force_insert=True)
    trail.wrote(actor, offer, made=True)
    return offer


def take_over(case_id: UUID, unit: Unit, actor: Actor, clock: Clock) -> None:
    """What is reserved of a unit for a young person makes way for an offer of it to them, or for the place once they
    said yes: inside a service, in one transaction with what takes its place.
    """
    for row in reserved_for(case_id, clock.now()):
        if row.unit_id == unit.pk:
            cancel(row, actor=Actor.system(f"what {actor.name} does of an offer takes its place"), clock=clock)


def refuse_too_soon(unit: Unit, move_in: date, now: datetime) -> None:
    """Raise `NotFromThen` unless a unit can be held from a day on until further notice."""
    (standing,) = standing_of([unit], day=london_day(now), now=now)
    if standing.open_from is None or move_in < standing.open_from:
        raise NotFromThen.unit(unit, standing.open_from)


@service
def withdraw_offer(offer: Offer, *, actor: Actor, id: UUID, why: str, clock: Clock = system_clock) -> None:
    """Take an offer back, or a place that was agreed and that nobody has moved into: the unit is free again, and the
    provider may offer another or refuse. Raises `NotNow`.
    """
    approach = begin(offer.approach, Permission.OFFER, actor)
    if _is_answered_so(offer, Answer.WITHDRAWN, actor):
        return
    offer = _to_take_back(offer)
    close(offer, Answer.WITHDRAWN, actor=actor, why=why, clock=clock)
    _record(WITHDRAWN, offer, approach, actor, id, clock)


@service
def decline(offer: Offer, *, actor: Actor, id: UUID, why: str, clock: Clock = system_clock) -> None:
    """The young person does not want the place, as they told the worker or the provider, whether they had said yes or
    not: the unit is free again, and the provider is let go. `why` are their words. Raises `NotNow`, also once they have
    moved in.
    """
    lock(offer.case_id)
    is_worker = actor.may(Permission.REFER, offer)
    approach = read(offer.approach_id) if is_worker else theirs(offer.approach, Permission.ASSESS, actor)
    if _is_answered_so(offer, Answer.DECLINED, actor):
        return
    if approach.ended_at is not None or not approach.referral.is_open:
        raise NotNow("This referral has ended, or another place was agreed")
    offer = _to_take_back(offer)
    close(offer, Answer.DECLINED, actor=actor, why=why, clock=clock)
    _record(DECLINED, offer, approach, actor, id, clock)
    end(approach, Outcome.DECLINED, at=clock.now(), actor=actor)


def _record(name: str, offer: Offer, approach: Approach, actor: Actor, id: UUID, clock: Clock) -> None:
    """The entry of an offer that leads to nothing; of a place that was agreed it names the placement."""
    refs = {"placement": str(offer.placement)} if offer.placement else {}
    data = {"reason": offer.why}
    record_step(name, approach.referral, actor=actor, clock=clock, id=id, data=data, refs=refs)


def _to_take_back(offer: Offer) -> Offer:
    """The offer as it stands now, if nobody has answered it with no, and nobody has moved in: with its case locked."""
    found = _read(offer)
    if found.answer != Answer.WAITING and not found.waits_to_move_in:
        raise NotNow(MOVED_IN_ALREADY if found.answer == Answer.ACCEPTED else ANSWERED_ALREADY)
    return found


def _is_answered_so(offer: Offer, answer: Answer, actor: Actor) -> bool:
    """Whether the same person has answered so already, as by pressing twice."""
    return Offer.objects.filter(pk=offer.pk, answer=answer, answered_by=actor.membership_id).exists()


def waiting(offer: Offer) -> Offer:
    """The offer as it stands now, if nobody has answered it: with its case locked."""
    found = _read(offer)
    if found.answer != Answer.WAITING:
        raise NotNow(ANSWERED_ALREADY)
    return found


def _read(offer: Offer) -> Offer:
    rows = Offer.objects.select_related("unit__scheme__provider__case", "unit__scheme__case", "held", "case")
    return rows.get(pk=offer.pk)


def close(offer: Offer, answer: Answer, *, actor: Actor, why: str, clock: Clock) -> None:
    """Answer an offer with no, and free what it held, where that has not lapsed: inside a service."""
    now = clock.now()
    offer.answer, offer.answered_at, offer.answered_by_id, offer.why = answer, now, actor.membership_id, why
    offer.save(force_update=True, update_fields=["answer", "answered_at", "answered_by", "why"])
    trail.wrote(actor, offer, answer=str(answer))
    if Occupancy.objects.counting(now).filter(pk=offer.held_id).exists():
        cancel(offer.held, actor=holding(actor, offer), clock=clock)


def holding(actor: Actor, offer: Offer) -> Actor:
    """Who changes what an offer holds: whoever answers it has been asked whether they may; homes are not theirs."""
    return Actor.system(f"offer {offer.pk} was answered by {actor.name}")


def offers_of(approaches: Sequence[Approach]) -> dict[UUID, list[Offer]]:
    """The offers of approaches, the newest first."""
    found: dict[UUID, list[Offer]] = {}
    for offer in Offer.objects.filter(approach__in=approaches).select_related("unit__scheme").order_by("-made_at"):
        found.setdefault(offer.approach_id, []).append(offer)
    return found
