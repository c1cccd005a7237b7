"""Where a referral stands, worked out from what was recorded of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from waymark.referrals.models import State

LEADS_TO: Mapping[str, State] = MappingProxyType(
    {
        "need_identified": State.NEED,
        "referral_started": State.WRITING,
        "referral_submitted": State.SENT,
        "further_information_requested": State.MORE_ASKED,
        "referral_accepted": State.SEARCHING,
        "referral_passed_to_provider": State.PASSED,
        "provider_received_referral": State.PASSED,
        "referral_returned": State.RETURNED,
        "offer_made": State.OFFERED,
        "refusal_made": State.REFUSED,
        "placement_agreed": State.AGREED,
        "placement_started": State.PLACED,
        "referral_withdrawn": State.WITHDRAWN,
        "case_closed": State.CLOSED,
    }
)
"""What an entry makes of a referral that it names. Any other leaves it as it stands."""
ASKED = "route_approached"
"""An approach of the pathway moves a referral on; any other is one of several at the same time."""
ACCEPTED, RESOLVED = "refusal_accepted", "challenge_resolved"
"""After a refusal: the search goes on, or the provider considers the referral again (CHA)."""
DECLINED, WITHDRAWN = "offer_declined", "offer_withdrawn"
"""An offer that leads to no placement, or a place that was agreed and is given up before anybody moves in: what is true
then hangs on who else has the referral."""
AGREED = "placement_agreed"
BEGINS = frozenset({"need_identified", "referral_started", "referral_submitted"})
LAST = frozenset({State.PLACED, State.WITHDRAWN, State.CLOSED})
"""From these only a new referral leads on."""
SENT = "referral_submitted"


class Happened(Protocol):
    """What is read of an entry."""

    @property
    def type(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a referral stands: since when, which way it was sent, when it began and when it was last sent."""

    state: State
    since: datetime
    route: str
    started_at: datetime
    sent_at: datetime | None


@dataclass(slots=True)
class _Providers:
    """How many providers have had a referral, and what came of that."""

    passed: int = 0
    received: int = 0
    offers: int = 0
    over: int = 0

    def follow(self, event_type: str) -> None:
        """Count an entry."""
        if event_type == "referral_passed_to_provider":
            self.passed += 1
        elif event_type == "provider_received_referral":
            self.received += 1
        elif event_type == "offer_made":
            self.offers += 1
        elif event_type == AGREED:
            self.offers, self.over = 1, max(self.passed, self.received) - 1  # the others were let go
        elif event_type in (DECLINED, WITHDRAWN):
            self.offers = max(0, self.offers - 1)
        if event_type in (DECLINED, "refusal_made"):
            self.over += 1

    def after_offer(self, event_type: str) -> State:
        """Where a referral stands after an offer that leads to no placement: another offer may wait, or a provider may
        have it still. The one that withdrew its offer has; the one that was declined has not.
        """
        if self.offers:
            return State.OFFERED
        is_with_one = event_type == WITHDRAWN or max(self.passed, self.received) > self.over
        return State.PASSED if is_with_one else State.SEARCHING


def _leads_to(event: Happened, state: State | None, providers: _Providers) -> State | None:
    if event.type in (DECLINED, WITHDRAWN):
        return providers.after_offer(event.type) if state in (State.OFFERED, State.AGREED) else None
    if event.type == ACCEPTED:
        return State.SEARCHING if state == State.REFUSED else None
    if event.type == RESOLVED:
        return State.PASSED if state == State.REFUSED and event.data.get("ended") == "overturned" else None
    if event.type == ASKED:
        return State.PATHWAY if event.data.get("route") == "pathway" else None
    return LEADS_TO.get(event.type)


def standing_of(events: Iterable[Happened]) -> Standing | None:
    """How a referral stands after these entries, in the order in which they happened; None when none begins it.

    A referral that has ended stays so, whatever is recorded late of what came before.
    """
    state, since, route = None, None, ""
    started_at, sent_at = None, None
    providers = _Providers()
    for event in events:
        providers.follow(event.type)
        after = _leads_to(event, state, providers)
        if after is None or (state is None and event.type not in BEGINS) or state in LAST:
            continue
        if state is None:
            started_at = event.occurred_at
        if event.type == SENT:
            route, sent_at = str(event.data.get("route") or ""), event.occurred_at
        if state != after:
            state, since = after, event.occurred_at
    if state is None or since is None or started_at is None:
        return None
    return Standing(state=state, since=since, route=route, started_at=started_at, sent_at=sent_at)
