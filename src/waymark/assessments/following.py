"""Follows the record: what an offer holds is free again once its referral is withdrawn or the case closed, and whoever
has moved in, wherever that was recorded, is no longer to come.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from waymark.referrals.models import State

OVER = frozenset({"referral_withdrawn", "case_closed"})
STARTED = "placement_started"
WHY = "The referral is over"


def follow(case: Case, events: list[Event], now: datetime) -> None:
    """Told by the event store what was recorded of one case, after `referrals` and `placements` have followed it."""
    follow_many([(case, events)], now)


def follow_many(batch: Sequence[tuple[Case, list[Event]]], now: datetime) -> None:
    """Settle the offers of referrals that are over."""
    over = [case.pk for case, events in batch if any(event.type in OVER for event in events)]
    if over:
        _free(over, now)
    started = {
        event.refs.get("placement", ""): event for _, events in batch for event in events if event.type == STARTED
    }
    if not started:
        return
    cases = [case.pk for case, events in batch if any(event.type == STARTED for event in events)]
    for offer in Offer.objects.filter(case__in=cases, answer=Answer.ACCEPTED, started_on=None):
        if (event := started.get(str(offer.placement))) is not None:
            offer.started_on = event.occurred_at.astimezone(LONDON).date()
            offer.save(force_update=True, update_fields=["started_on"])


def _free(cases: Sequence[UUID], now: datetime) -> None:
    """Withdraw what waits, and cancel what was held for somebody who has not come."""
    system = Actor.system(WHY.lower())
    waiting = Offer.objects.filter(case__in=cases, answer__in=(Answer.WAITING, Answer.ACCEPTED), started_on=None)
    ended = waiting.filter(referral__state__in=(State.WITHDRAWN, State.CLOSED))
    for offer in ended.select_related("held__unit__scheme"):
        if offer.answer == Answer.WAITING:
            offer.answer, offer.answered_at, offer.why = Answer.WITHDRAWN, now, WHY
            offer.save(force_update=True, update_fields=["answer", "answered_at", "why"])
            trail.wrote(system, offer, answer=str(Answer.WITHDRAWN))
        if Occupancy.objects.counting(now).filter(pk=offer.held_id).exists():
            cancel(offer.held, actor=system, clock=FixedClock(now))
