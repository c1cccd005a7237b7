"""Choosing whom to act as, and who needs a second factor for it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from waymark.access.models import Membership
from waymark.access.services import acting_as
from waymark.accounts.services.sessions import act_in
from waymark.core.actor import Actor
from waymark.core.services import service

WITH_SECOND_FACTOR = frozenset(
    {
        "gangs_team",
        "gangs_coordinator",
        "police",
        "safer_neighbourhood",
        "exploitation_worker",
        "data_protection_lead",
        "head_of_service",
        "service_manager",
    }
)
"""Roles that read intelligence or the trail, review emergencies, or decide what is disposed of. Whoever administers an
agency needs a second factor too."""


def needs_second_factor(actor: Actor) -> bool:
    """Whether this person may act only after two factors. The demo asks for none at all."""
    return not settings.DEMO and (actor.role in WITH_SECOND_FACTOR or actor.administers)


@service
def choose_membership(token: str, account_id: UUID, membership_id: UUID) -> str | None:
    """Act in one of the person's own memberships from now on. Returns the new token; None when there is no such one.

    Suspended, ended and other people's memberships are none, nor those that somebody was invited to and has not taken
    up by a link of the agency. So is everything for a session that has ended.
    """
    current = Membership.objects.current().joined().filter(account=account_id, account__is_active=True)
    membership = current.select_related("account", "agency", "team").filter(pk=membership_id).first()
    if membership is None:
        return None
    return act_in(token, actor=acting_as(membership), membership_id=membership.pk)
