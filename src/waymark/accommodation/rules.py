"""Which schemes are somebody's: those that their agency runs, or that work for their borough."""

from __future__ import annotations

from django.db.models import Q

from waymark.accommodation.models import Scheme
from waymark.core.actor import Actor
from waymark.core.errors import Refused
from waymark.core.permissions import Permission


def works_with(actor: Actor, scheme: str = "") -> Q:
    """The condition on a scheme (`scheme` leads to it, as `scheme__`) that it is one of the actor's."""
    if actor.is_system:
        return Q()
    if actor.agency_id is None:
        return Q(pk__in=[])
    return Q(**{f"{scheme}provider__agency": actor.agency_id}) | Q(
        **{f"{scheme}case__authority__agency": actor.agency_id}
    )


def may_at(actor: Actor, permission: Permission, scheme: Scheme) -> bool:
    """Whether the actor holds the permission and the scheme is one of theirs."""
    if actor.is_system:
        return True
    return actor.may(permission) and Scheme.objects.filter(works_with(actor), pk=scheme.pk).exists()


def require_at(actor: Actor, permission: Permission, scheme: Scheme) -> None:
    """Raise `Refused` unless `may_at`."""
    if not may_at(actor, permission, scheme):
        raise Refused(actor, permission, scheme)
