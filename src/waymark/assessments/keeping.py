"""Keeping a unit for somebody who accepted it until they arrive, and whether they can (HAS-10, HAS-13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from waymark.access.services import NotAsAsked
from waymark.accommodation.choices import OccupancyKind
from waymark.accommodation.errors import NoLongerThere
from waymark.accommodation.models import Occupancy
from waymark.accommodation.nights import Hold
from waymark.accommodation.services import hold, keep_reservation, move_arrival, start_stay
from waymark.accommodation.vacancies import london_day
from waymark.assessments.models import Offer
from waymark.assessments.offers import holding, take_over
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.formats import day
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.models import Event

ENDED = "placement_ended"


class NotYetFree(NotAsAsked):
    """The day is before the first on which the unit is theirs."""

    def __init__(self, offer: Offer, first: date) -> None:
        super().__init__(f"{offer.unit.label} is free from {day(first)}: they cannot have moved in before")


@dataclass(frozen=True, slots=True)
class Room:
    """Whether somebody can move into what was agreed.

    `first` is the first day on which they can. `somebody_there`: the record does not say that whoever had the unit
    before has left. `home` is the placement, by its identifier, in which the record says that they live themselves; ""
    for none.
    """

    first: date
    is_free: bool
    somebody_there: bool
    home: str


@service
def room_of(offer: Offer, *, actor: Actor, clock: Clock = system_clock) -> Room | None:
    """Whether somebody can move in today, for whoever may read the placement; nothing of who had the unit before. None
    where nothing is kept for them.
    """
    actor.require(Permission.VIEW_REFERRALS, offer)
    today = london_day(clock.now())
    held = _kept(offer, clock)
    if held is None:
        return None
    first = _first_day(held)
    return Room(
        first=first, is_free=first <= today, somebody_there=_is_somebody_there(held), home=_home(offer, held, today)
    )


def keep_for(offer: Offer, *, actor: Actor, clock: Clock) -> Occupancy:
    """What an offer holds once it is accepted: inside a service. Raises `NotFree`.

    It is the placement already, unless they live somewhere else: then the unit is kept until they arrive. Where the
    reservation lapsed, the unit is held anew, if nobody else has it; what else is reserved of it for them makes way.
    """
    assert offer.placement is not None
    hands = holding(actor, offer)
    elsewhere = Occupancy.objects.stays().filter(case=offer.case_id, main=True).between(offer.move_in, None).exists()
    if Occupancy.objects.counting(clock.now()).filter(pk=offer.held_id, kind=OccupancyKind.RESERVATION).exists():
        if elsewhere:
            return keep_reservation(offer.held, actor=hands, ref=offer.placement, clock=clock)
        return start_stay(offer.held, actor=hands, on=offer.move_in, ref=offer.placement, clock=clock)
    kind = OccupancyKind.RESERVATION if elsewhere else OccupancyKind.PLACEMENT
    nights = (offer.move_in, None)
    take_over(offer.case_id, offer.unit, actor, clock)
    return hold(offer.unit, actor=hands, case=offer.case, ref=offer.placement, nights=nights, kind=kind, clock=clock)


def arrive(offer: Offer, *, actor: Actor, on: date, clock: Clock) -> Occupancy:
    """Have the stay begin on the day on which somebody moved in: inside a service. Raises `NotYetFree`,
    `LivesElsewhere`, and `NoLongerThere`.
    """
    held, hands = _kept(offer, clock), holding(actor, offer)
    if held is None:
        raise NoLongerThere
    first = _first_day(held)
    if on < first:
        raise NotYetFree(offer, first)
    if held.kind == OccupancyKind.RESERVATION:
        return start_stay(held, actor=hands, on=on, ref=offer.placement, clock=clock)
    if held.arrives_on == on:
        return held
    return move_arrival(held, actor=hands, on=on, clock=clock)


def _kept(offer: Offer, clock: Clock) -> Occupancy | None:
    return Occupancy.objects.counting(clock.now()).filter(pk=offer.held_id).select_related("unit__scheme").first()


def _before(held: Occupancy) -> list[Occupancy]:
    """What held the unit before somebody is to arrive."""
    others = Occupancy.objects.filter(unit=held.unit_id, cancelled_at=None).exclude(pk=held.pk)
    return [one for one in others if one.leaves_on is not None and one.leaves_on <= held.arrives_on]


def _first_day(held: Occupancy) -> date:
    """The first day from which the unit is free until they are to arrive: that of a hold before it, made ready."""
    ends = (Hold.of(one).turned_around_on for one in _before(held))
    return max((end for end in ends if end is not None), default=date.min)


def _is_somebody_there(held: Occupancy) -> bool:
    """Whether the last who lived there has not left, as the record says."""
    stays = [one for one in _before(held) if one.kind == OccupancyKind.PLACEMENT]
    last = max(stays, key=lambda one: one.nights.upper, default=None)
    return last is not None and str(last.ref) in _lived_in(last)


def _home(offer: Offer, held: Occupancy, today: date) -> str:
    """The placement in which they live still, or are to live when they could move in."""
    stays = Occupancy.objects.stays().filter(case=offer.case_id, main=True).exclude(pk=held.pk)
    found = stays.between(today, None).first()
    return str(found.ref) if found is not None else ""


def _lived_in(stay: Occupancy) -> set[str]:
    """The placements of this young person that have begun and have not ended."""
    told = list(Event.objects.filter(case=stay.case_id, type__in=("placement_started", ENDED)).not_withdrawn())
    ended = {event.refs.get("placement", "") for event in told if event.type == ENDED}
    return {event.refs.get("placement", "") for event in told} - ended
