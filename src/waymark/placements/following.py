"""Follows the record: when a referral is over, so is every approach for it, and providers asked in vain are let go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from waymark.access.calling_in import let_agency_go
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.events.models import Event
from waymark.placements.models import Approach, Outcome
from waymark.referrals.models import OPEN

ENDS = frozenset({"referral_withdrawn", "case_closed", "placement_started"})


def follow(case: Case, events: list[Event], now: datetime) -> None:
    """Told by the event store what was recorded of one case, after `referrals` has followed it."""
    follow_many([(case, events)], now)


def follow_many(batch: Sequence[tuple[Case, list[Event]]], now: datetime) -> None:
    """End the approaches of referrals that are over."""
    cases = [case.pk for case, events in batch if any(event.type in ENDS for event in events)]
    if not cases:
        return
    over = Approach.objects.open().filter(case__in=cases).exclude(referral__state__in=OPEN)
    placed_with = _placed_with(events for case, events in batch)
    for approach in over.select_related("provider__agency", "case"):
        is_home = approach.provider is not None and str(approach.provider.case_id) in placed_with
        end(approach, Outcome.PLACED if is_home else Outcome.OVER, at=now)


def _placed_with(stories: Iterable[list[Event]]) -> set[str]:
    """The providers with whom somebody has moved in."""
    return {
        event.refs["provider"]
        for events in stories
        for event in events
        if event.type == "placement_started" and "provider" in event.refs
    }


def end(approach: Approach, outcome: Outcome, *, at: datetime, actor: Actor | None = None) -> None:
    """End an approach. Unless somebody moved in, the provider's people are let go, where they have no other reason to
    be there. Inside a service.
    """
    approach.ended_at, approach.outcome = at, outcome
    approach.save(force_update=True, update_fields=["ended_at", "outcome"])
    if approach.provider is None or approach.passed_at is None or outcome == Outcome.PLACED:
        return
    others = Approach.objects.filter(case=approach.case_id, provider=approach.provider_id)
    if not others.with_providers().exists():
        system = actor or Actor.system("the approach to the provider is over")
        in_vain = others.exclude(outcome=Outcome.PLACED).values_list("passed_at", flat=True)
        since = {passed_at for passed_at in in_vain if passed_at is not None}  # it may have had it twice
        let_agency_go(approach.case, approach.provider.agency, since=since, actor=system, at=at)
