"""What somebody of a housing provider reads only where it is their own provider's."""

from __future__ import annotations

from typing import Self

from django.db.models import Exists, Q

from waymark.access.models import Agency, AgencyKind
from waymark.core.actor import Actor
from waymark.core.models import CaseBoundQuerySet, Record


def not_of_others(actor: Actor, provider: str) -> Q:
    """The condition that a row is not another provider's than that for which somebody works. `provider` leads to it."""
    if actor.is_system or actor.agency_id is None:
        return Q()
    for_a_provider = Agency.objects.filter(pk=actor.agency_id, kind=AgencyKind.PROVIDER)
    own = Q(**{f"{provider}__agency": actor.agency_id}) | Q(**{provider: None})
    return own | Q(~Exists(for_a_provider))


class OfProvidersQuerySet(CaseBoundQuerySet[Record]):
    """Rows about what one provider does for a referral. Others who have it too compete with that one, and read nothing
    of it; everybody else reads as the ledger says. The database's policies say the same (placements 0002 and 0003).

    `provider_field` leads to the provider. A row of none is open to all.
    """

    provider_field = "approach__provider"

    def visible_to(self, actor: Actor) -> Self:
        """Only the rows that the actor may read now."""
        return super().visible_to(actor)._not_of_others(actor)

    def listed_for(self, actor: Actor) -> Self:
        """The rows of `visible_to`, for the first of a list in the order of an index."""
        return super().listed_for(actor)._not_of_others(actor)

    def visible_one_by_one(self, actor: Actor) -> Self:
        """The rows of `visible_to`, where each row is asked about in turn."""
        return super().visible_one_by_one(actor)._not_of_others(actor)

    def _not_of_others(self, actor: Actor) -> Self:
        return self.filter(not_of_others(actor, self.provider_field))
