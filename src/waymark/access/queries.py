"""Looking up who acts, and whom the demo lets one be."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Func, UUIDField

from waymark.access.models import Membership
from waymark.access.services import acting_as
from waymark.core.actor import Actor
from waymark.core.database import SERVICE, login
from waymark.events.vocabulary import RECORDING_ROLES, ROLES


class MembershipOfToken(Func):
    """The membership that the database finds for the token of this transaction; null when there is none."""

    function = "public.waymark_actor"
    output_field = UUIDField()


def actor_of_token() -> Actor | None:
    """Whoever the token of this transaction stands for; None when it ended, expired or never was."""
    membership = Membership.objects.select_related("account", "agency", "team").filter(pk=MembershipOfToken()).first()
    return acting_as(membership) if membership else None


def memberships_of(account_id: UUID) -> list[Membership]:
    """Where the person works now and has joined, for them to choose whom to act as, before they act as anybody."""
    with login(SERVICE):
        current = Membership.objects.current().joined().filter(account=account_id, account__is_active=True)
        return list(current.select_related("account", "agency", "team").order_by("agency__name", "role", "pk"))


def people_to_sign_in_as() -> dict[str, dict[str, list[Membership]]]:
    """Everyone who is a member now, by agency and by the label of their role, in the vocabulary's order of roles.

    Only the demo may show it.
    """
    found: dict[str, dict[str, list[Membership]]] = {}
    with login(SERVICE):
        members = (
            Membership.objects.current()
            .filter(account__is_active=True)
            .select_related("account", "agency", "team")
            .order_by("agency__kind", "agency__name", "account__name")
        )
        for member in sorted(members, key=_place_of_role):
            agency = found.setdefault(member.agency.name, {})
            agency.setdefault(ROLES.get(member.role, member.role), []).append(member)
    return found


def _place_of_role(member: Membership) -> tuple[str, str, int]:
    return (member.agency.kind, member.agency.name, RECORDING_ROLES.index(member.role))
