"""Follows the record: what an offer holds is free again once its referral is withdrawn, the case closed, or they have
moved in somewhere else; and whoever has moved in, wherever that was recorded, is no longer to come.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from uuid import UUID

from waymark.accommodation.models import Occupancy
from waymark.accommodation.services import cancel
from waymark.assessments.models import Answer, Offer
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import FixedClock
from waymark.core.formats import LONDON
from waymark.events.models import Event
from waymark.referrals.models import OPEN, State

OVER = frozenset({"referral_withdrawn", "case_closed"})
STARTED = "placement_started"
WHY = "The referral is over"


def follow(case: Case, events: list[Event], now: datetime) -> None:
    """Told by the event store what was recorded of one case, after `referrals` and `placements` have followed it."""
    follow_many([(case, events)], now)


def follow_many(batch: Sequence[tuple[Case, list[Event]]], now: datetime) -> None:
    """Settle the offers of referrals that are over."""
    started = [event for _, events in batch for event in events if event.type == STARTED]
    if started:
        _move_in(started)
    over = {case.pk for case, events in batch if any(event.type in OVER for event in events)}
    if over or started:
        _free(over, started, now)


def _move_in(started: Sequence[Event]) -> None:
    named = {event.refs.get("placement", ""): event for event in started}
    cases = {event.case_id for event in started}
    for offer in Offer.objects.filter(case__in=cases, answer=Answer.ACCEPTED, started_on=None):
        if (event := named.get(str(offer.placement))) is not None:
            offer.started_on = event.occurred_at.astimezone(LONDON).date()
            offer.save(force_update=True, update_fields=["started_on"])


def _moved_in_elsewhere(offer: Offer, started: Sequence[Event]) -> bool:
    """Whether an entry names another scheme or provider than that of the offer. One that names none may mean its unit,
    which then stays held: nobody is to be offered a room in which somebody lives.
    """
    scheme = offer.unit.scheme
    here = {"scheme": str(scheme.case_id), "provider": str(scheme.provider.case_id)}
    told = (event.refs for event in started if event.case_id == offer.case_id)
    return any(refs.get(name, there) != there for refs in told for name, there in here.items())


def _free(over: Set[UUID], started: Sequence[Event], now: datetime) -> None:
    """Withdraw what waits, and cancel what was held for somebody who has not come."""
    system = Actor.system(WHY.lower())
    cases = over | {event.case_id for event in started}
    waiting = Offer.objects.filter(case__in=cases, answer__in=(Answer.WAITING, Answer.ACCEPTED), started_on=None)
    ended = waiting.exclude(referral__state__in=OPEN).select_related("held__unit__scheme", "referral")
    for offer in ended.select_related("unit__scheme__provider"):
        if offer.referral.state == State.PLACED and not _moved_in_elsewhere(offer, started):
            continue
        if offer.answer == Answer.WAITING:
            offer.answer, offer.answered_at, offer.why = Answer.WITHDRAWN, now, WHY
            offer.save(force_update=True, update_fields=["answer", "answered_at", "why"])
            trail.wrote(system, offer, answer=str(Answer.WITHDRAWN))
        if Occupancy.objects.counting(now).filter(pk=offer.held_id).exists():
            cancel(offer.held, actor=system, clock=FixedClock(now))
