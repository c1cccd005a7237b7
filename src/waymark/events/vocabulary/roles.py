"""Who does, owes, attends and is told things; and what an event can be about."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_RECORDING = {
    "social_worker": "Social worker or young person's adviser",
    "deputy_team_manager": "Deputy team manager",
    "housing_keyworker": "Housing keyworker",
    "provider_manager": "Housing provider manager",
    "placements_team": "Placements Team",
    "sp_referrals": "SP Referrals Team",
    "commissioning": "Commissioning Team",
    "gangs_team": "Integrated Gangs Team",
    "gangs_coordinator": "Gangs Safeguarding Coordinator",
    "police": "Police",
    "safer_neighbourhood": "Safer Neighbourhood Team",
    "head_of_service": "Head of Service",
    "service_manager": "Service Manager",
    "duty_team": "Emergency Duty Team",
    "yos_worker": "Youth Offending Service worker",
    "iro": "Independent Reviewing Officer",
    "temporary_accommodation": "Temporary Accommodation Team",
    "exploitation_worker": "Specialist exploitation worker",
    "data_protection_lead": "Data protection lead",
    "any_professional": "Professional concerned",
    "young_person": "Young person",
}

_OTHERS = {
    "team": "Everyone in the team around the young person",
    "parent": "Parent or someone with parental responsibility",
    "youth_support_worker": "Youth support worker or mentor",
    "other_professional": "Another professional",
}

RECORDING_ROLES: tuple[str, ...] = tuple(_RECORDING)
"""Roles that can record an event or owe a duty, in the order a form lists them."""

ROLES: Mapping[str, str] = MappingProxyType(_RECORDING | _OTHERS)
"""Every role and its label: those that record, and those that only attend or are told."""

REF_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "referral": "Referral",
        "placement": "Placement",
        "review": "Review",
        "meeting": "Meeting",
        "incident": "Incident",
        "episode": "Missing episode",
        "intelligence": "Piece of intelligence",
        "challenge": "Challenge",
        "panel": "Panel",
        "scheme": "Scheme",
        "provider": "Provider",
        "borough": "Borough",
        "log": "Monthly log",
        "move": "Move",
        "concern": "Concern",
        "action": "Action",
    }
)
"""What an event can be about, beside the case itself."""
