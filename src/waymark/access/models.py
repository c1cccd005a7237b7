"""Agencies, teams, memberships, involvements, and which protocol an authority has adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from waymark.accounts.models import Account
from waymark.cases.models import Case
from waymark.core.models import (
    BaseModel,
    CaseBoundQuerySet,
    Period,
    SharedQuerySet,
    ends_after_start,
    holds_now,
)

if TYPE_CHECKING:
    from waymark.core.actor import Actor


class AgencyKind(models.TextChoices):
    """What sort of organisation people work for."""

    LOCAL_AUTHORITY = "local_authority", "Local authority"
    PROVIDER = "provider", "Housing provider"
    POLICE = "police", "Police"
    OTHER = "other", "Other agency"


class Agency(BaseModel):
    """An organisation. `case` is the provider or borough that it is, where events are recorded about it."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=AgencyKind.choices)
    case = models.OneToOneField(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="agency")

    objects = SharedQuerySet["Agency"].as_manager()

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [models.UniqueConstraint(name="agency_name_once", fields=["name"])]

    def __str__(self) -> str:
        return self.name


class Team(BaseModel):
    """A team at an agency. `role` is the role whose duties come to its queue; `borough` the authority it works for."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=40)
    borough = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="teams")

    objects = SharedQuerySet["Team"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="team_name_once_in_an_agency", fields=["agency", "name"])]
        indexes = [models.Index(name="team_by_role", fields=["borough", "role"])]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(SharedQuerySet["Membership"]):
    """Memberships as people ask for them."""

    def current(self) -> Self:
        """Those that hold now."""
        return self.filter(holds_now())


class Membership(BaseModel, Period):
    """An account at an agency in a role (one of the vocabulary's), from when until when."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=40)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [ends_after_start("membership_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.account_id} as {self.role}"


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


class Involvement(BaseModel, Period):
    """A role on a case, held by a membership or by a whole team, from when until when.

    It grants its holder everything on the case. The database lets a case have one allocated worker at a time: one
    membership with the role `social_worker`.
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


class AdoptionQuerySet(SharedQuerySet["Adoption"]):
    """Adoptions as people ask for them."""

    def of(self, authority: Case) -> Self:
        """Those of one authority, the earliest first."""
        return self.filter(authority=authority).order_by("starts_on", "adopted_at")


class Adoption(BaseModel):
    """An authority works by a version of a protocol from a day on. What was adopted is kept word for word.

    `terms` are the authority's own numbers for words without one (`{"promptly": "1 working day"}`), `switches` its
    choices among those the pack leaves open. `digest` is the SHA-256 of `text`.
    """

    authority = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="adoptions")
    pack_id = models.CharField(max_length=100)
    version = models.CharField(max_length=40)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    starts_on = models.DateField()
    terms = models.JSONField(default=dict, blank=True)
    switches = models.JSONField(default=dict, blank=True)
    adopted_at = models.DateTimeField()

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_version_of_a_pack_from_a_day", fields=["authority", "pack_id", "starts_on"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.pack_id} {self.version} from {self.starts_on}"
