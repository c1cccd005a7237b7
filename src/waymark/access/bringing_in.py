"""Whom somebody may bring in to work on a record: nobody opens more to others than they read there themselves.

Two exceptions, for what the protocol asks. Managers at the responsible council decide who works on a record at all:
they call in gangs team and police, whose intelligence they do not read themselves (GAN-02: it is stripped before it is
passed on). And some roles are told by a clause to work with others, whatever those read (`WORKS_WITH`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from waymark.access.models import Agency, Grant, Involvement
from waymark.access.roles import ROLE_PERMISSIONS
from waymark.access.rules import RULES, listed
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.events.vocabulary import ROLES

MANAGERS = frozenset(role for role, held in ROLE_PERMISSIONS.items() if Permission.RESTRICT in held)
"""Deputy team managers, service managers and heads of service."""

WORKS_WITH: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # SEA-08: pass the referral to the provider, or send it back to Placements
        "sp_referrals": frozenset({"provider_manager", "housing_keyworker", "placements_team"}),
        # SEA-02: weigh the location with the gangs team
        "placements_team": frozenset({"gangs_team", "gangs_coordinator"}),
    }
)
"""Whom else a role brings in, and the clause that says so."""


def is_responsible(actor: Actor, case: Case) -> bool:
    """Whether somebody works for the council that is responsible for a record, or is the system."""
    if actor.is_system or actor.agency_id is None:
        return actor.is_system
    return Agency.objects.filter(pk=actor.agency_id, case=case.authority_id or case.pk).exists()


def why_not(actor: Actor, case: Case, role: str) -> str:
    """Why the actor may not bring in somebody in a role, and who can: "" where they may. Inside a service."""
    if actor.is_system or role in WORKS_WITH.get(actor.role, ()):
        return ""
    if actor.role in MANAGERS and is_responsible(actor, case):
        return ""
    reads, _ = Grant.objects.opening_for(actor).filter(case=case).categories()
    more = [category.label.lower() for category in RULES[role].reads if category not in reads]
    if not more:
        return ""
    return (
        f"In this role ({ROLES[role]}) they would read {listed(more)} here, which you do not."
        f" Ask {_managers(case)} to bring them in"
    )


def _managers(case: Case) -> str:
    """Those who can bring in anybody: by name where they work on the record in person."""
    here = Involvement.objects.current().filter(case=case, role__in=MANAGERS, membership__isnull=False)
    responsible = here.filter(membership__agency__case=case.authority_id or case.pk)
    names = responsible.order_by("membership__account__name").values_list("membership__account__name", flat=True)
    manager = "a deputy team manager, a service manager or the head of service at the council that is responsible"
    return " or ".join(dict.fromkeys(names)) or manager
