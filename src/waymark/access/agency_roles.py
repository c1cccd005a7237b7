"""Which roles the administrator of an agency may give to its people and teams: one table, to be read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from waymark.access.models import AgencyKind
from waymark.events.vocabulary import RECORDING_ROLES

ROLES_OF_A_KIND: Mapping[AgencyKind, frozenset[str]] = MappingProxyType(
    {
        AgencyKind.LOCAL_AUTHORITY: frozenset(
            {
                "social_worker",
                "deputy_team_manager",
                "service_manager",
                "head_of_service",
                "placements_team",
                "sp_referrals",
                "commissioning",
                "duty_team",
                "iro",
                "temporary_accommodation",
                "gangs_team",
                "gangs_coordinator",
                "exploitation_worker",
                "yos_worker",
                # Reads the audit trail and reviews emergencies: the authority's own business, nobody else's.
                "data_protection_lead",
                "any_professional",
            }
        ),
        AgencyKind.PROVIDER: frozenset({"housing_keyworker", "provider_manager", "any_professional"}),
        AgencyKind.POLICE: frozenset({"police", "safer_neighbourhood", "any_professional"}),
        AgencyKind.HEALTH: frozenset({"exploitation_worker", "any_professional"}),
        AgencyKind.VOLUNTARY: frozenset({"exploitation_worker", "any_professional"}),
        AgencyKind.OTHER: frozenset({"any_professional"}),
    }
)
"""A provider cannot make somebody police, nor a voluntary organisation somebody's allocated worker. Nobody invites a
young person as a member: `young_person` stands nowhere."""


def roles_for(kind: str) -> list[str]:
    """The roles that agencies of this kind may give, in the order in which forms list roles."""
    allowed = ROLES_OF_A_KIND[AgencyKind(kind)]
    return [role for role in RECORDING_ROLES if role in allowed]
