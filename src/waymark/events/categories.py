"""Which kind of information each entry is: who reads it follows from that (`waymark.access.rules`)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from waymark.core.categories import Category

OF_GROUP: Mapping[str, Category] = MappingProxyType(
    {
        "referral": Category.PLACEMENT,
        "search": Category.PLACEMENT,
        "housing assessment": Category.PLACEMENT,
        "challenge": Category.PLACEMENT,
        "placement": Category.PLACEMENT,
        "review": Category.PLACEMENT,
        "move on": Category.PLACEMENT,
        "sharing": Category.RISK,
        "gangs": Category.RISK,
        "panels": Category.MEETINGS,
        "exploitation": Category.EXPLOITATION,
        "missing": Category.MISSING,
        "incidents": Category.INCIDENTS,
        "forums and contracts": Category.PLACEMENT,
        "record": Category.IDENTITY,
        "own": Category.PLACEMENT,
    }
)
"""What an entry is by the group it stands in, where `OF_TYPE` does not say otherwise."""

OF_TYPE: Mapping[str, Category] = MappingProxyType(
    {
        "risk_assessment_updated": Category.RISK,
        "name_check_requested": Category.RISK,
        "name_check_completed": Category.RISK,
        "gangs_consultation_requested": Category.RISK,
        "gangs_coordinator_consulted": Category.RISK,
        "area_check_requested": Category.RISK,
        "area_check_not_needed": Category.RISK,
        "area_check_completed": Category.RISK,
        "address_check_requested": Category.RISK,
        "address_check_completed": Category.RISK,
        "yos_consultation_requested": Category.YOUTH_JUSTICE,
        "yos_consulted": Category.YOUTH_JUSTICE,
        "spot_purchase_proposed": Category.FINANCE,
        "spot_purchase_approved": Category.FINANCE,
        "spot_purchase_made": Category.FINANCE,
        "extra_hours_agreed": Category.FINANCE,
        "team_changed": Category.IDENTITY,
        "team_list_shared": Category.IDENTITY,
        "monthly_log_submitted": Category.PLACEMENT,
        "log_entry_shared": Category.PLACEMENT,
        "log_reviewed": Category.PLACEMENT,
        "weekly_log_requested": Category.PLACEMENT,
        "weekly_log_submitted": Category.PLACEMENT,
        "weekly_log_ended": Category.PLACEMENT,
        "voids_summary_sent": Category.PLACEMENT,
        # What police and gangs team know of a source; what they pass on of it is stripped first (GAN-02), and is risk.
        "overnight_briefing_recorded": Category.INTELLIGENCE,
        "intelligence_received": Category.INTELLIGENCE,
    }
)

OF_FACT: Mapping[str, Category] = MappingProxyType(
    {
        "gang_risk": Category.RISK,
        "exploitation_risk": Category.RISK,
        "missing_risk": Category.RISK,
        "child_concern": Category.RISK,
        "gangs_team_open": Category.RISK,
        "yos_order": Category.YOUTH_JUSTICE,
        "block_contract": Category.PLACEMENT,
        "curfew_capable": Category.PLACEMENT,
        "several_tiers": Category.PLACEMENT,
        "out_of_borough": Category.PLACEMENT,
    }
)
"""Facts that are more than identity. Where one entry holds several, the gravest of them counts."""


def of_fact(name: str) -> Category:
    """The category of a fact."""
    return OF_FACT.get(name, Category.IDENTITY)


def by_category(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Facts in as many entries as they have categories, so that each is read by all who may read it."""
    parts: dict[Category, dict[str, Any]] = {}
    for name, value in facts.items():
        parts.setdefault(of_fact(name), {})[name] = value
    return list(parts.values())


def category_of(event_type: str, group: str, data: Mapping[str, Any]) -> Category:
    """The category of an entry of this type. `group` is its type's, `data` what it says."""
    if event_type == "facts_recorded":
        return Category.gravest(map(of_fact, data))
    return OF_TYPE.get(event_type) or OF_GROUP[group]
