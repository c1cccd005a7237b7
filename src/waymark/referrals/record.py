"""What the record of a young person says that a referral goes by, whoever asks: for services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waymark.cases.models import Case
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
    facts: dict[str, Any] = {}
    for event in standing(case, FACTS):
        facts |= event.data
    return facts
