"""What the record of a young person says that a referral goes by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.events.models import Event

FACTS = "facts_recorded"
ROUTES: Mapping[str, str] = {
    "cin": "sp_referrals",
    "at_risk": "sp_referrals",
    "cla": "placements_team",
    "care_leaver": "placements_team",
}
"""Where a referral goes by the young person's legal status (REF-02). For somebody at risk the protocol says nothing:
SP Referrals, who run the pathway for young people at risk of homelessness."""


def standing(case: Case, *types: str) -> list[Event]:
    """The entries of these types that nobody has withdrawn, in the order in which they happened."""
    return list(Event.objects.filter(case=case, type__in=types).not_withdrawn().in_order())


def facts_of(case: Case) -> dict[str, Any]:
    """What is known of a young person now."""
    return _latest(standing(case, FACTS))


def facts_for(actor: Actor, case: Case) -> dict[str, Any]:
    """What is known of a young person now, of what somebody may read: for pages."""
    return _latest(Event.objects.visible_to(actor).filter(case=case, type=FACTS).not_withdrawn().in_order())


def _latest(entries: Iterable[Event]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for event in entries:
        facts |= event.data
    return facts
