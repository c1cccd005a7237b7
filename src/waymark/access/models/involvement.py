"""Who works on a case in which role. The ledger's grants follow from it (`access.rules`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from waymark.access.models.agencies import Membership, MembershipQuerySet, Team
from waymark.cases.models import Case
from waymark.core.models import BaseModel, CaseBoundQuerySet, Period, ends_after_start, holds_now

if TYPE_CHECKING:
    from waymark.core.actor import Actor


class InvolvementQuerySet(CaseBoundQuerySet["Involvement"]):
    """Involvements as people ask for them."""

    def current(self) -> Self:
        """Those that hold now."""
        return self.filter(holds_now())

    def held_by(self, actor: Actor) -> Self:
        """Those of the membership the actor acts in, and of the team it is in."""
        held = models.Q(membership=actor.membership_id)
        if actor.team_id:
            held |= models.Q(team=actor.team_id)
        return self.filter(held)

    def workers(self) -> MembershipQuerySet:
        """The members who hold these, in person or as one of a team, and are at work now."""
        in_person, of_team = models.Q(pk__in=self.values("membership")), models.Q(team__in=self.values("team"))
        return Membership.objects.current().filter(in_person | of_team)


class Involvement(BaseModel, Period):
    """A role on a case, held by a membership or by a whole team, from when until when.

    What it lets its holder read and write is a line of the ledger, made with it and ended with it. The database lets a
    case have one allocated worker at a time: one membership with the role `social_worker`.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="involvements")
    role = models.CharField(max_length=40)
    membership = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="involvements"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="involvements")

    objects = InvolvementQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("involvement_ends_after_start"),
            models.CheckConstraint(
                name="involvement_of_a_membership_or_a_team",
                condition=models.Q(membership=None, team__isnull=False) | models.Q(membership__isnull=False, team=None),
            ),
        ]
        indexes = [
            models.Index(name="involvement_by_membership", fields=["membership", "case"]),
            models.Index(name="involvement_by_team", fields=["team", "case"]),
        ]

    def __str__(self) -> str:
        return f"{self.role} on {self.case_id}"
