"""Agencies, their teams, and who is a member of them in which role."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from waymark.accounts.models import Account, Link
from waymark.cases.models import Case
from waymark.core.models import BaseModel, Period, SharedQuerySet, ends_after_start, holds_now, not_over


class AgencyKind(models.TextChoices):
    """What sort of organisation people work for."""

    LOCAL_AUTHORITY = "local_authority", "Local authority"
    PROVIDER = "provider", "Housing provider"
    POLICE = "police", "Police"
    HEALTH = "health", "Health"
    VOLUNTARY = "voluntary", "Voluntary organisation"
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


class TeamQuerySet(SharedQuerySet["Team"]):
    """Teams as people ask for them."""

    def open(self) -> Self:
        """Those that have not been closed."""
        return self.filter(closed_at=None)


class Team(BaseModel):
    """A team at an agency. `role` is the role whose duties come to its queue; `borough` the authority it works for.

    A team that was closed (`closed_at`) stays as history: nobody is in it, and it works on nothing.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=40)
    borough = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="teams")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="team_name_once_in_an_agency", fields=["agency", "name"], condition=models.Q(closed_at=None)
            )
        ]
        indexes = [models.Index(name="team_by_role", fields=["borough", "role"])]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(SharedQuerySet["Membership"]):
    """Memberships as people ask for them."""

    def current(self) -> Self:
        """Those that hold now and are not suspended."""
        return self.filter(holds_now(), suspended_at=None)

    def not_ended(self) -> Self:
        """Those that have not ended: also the suspended, and those to begin."""
        return self.filter(not_over())

    def joined(self) -> Self:
        """Those whose person has used a link of the agency that invited them, or was not invited by one. For services.

        Until then nobody acts in them: whoever has the account may have had it from another agency's link.
        """
        links = Link.objects.filter(membership_id=models.OuterRef("pk"))
        return self.filter(~models.Exists(links) | models.Exists(links.filter(used_at__isnull=False)))


class Membership(BaseModel, Period):
    """An account at an agency in a role (one of the vocabulary's), from when until when.

    `administers` lets its holder look after the people and teams of the agency. While `suspended_at` is set it opens
    nothing. `reviewed_at` is when somebody last said that it is still right (each quarter). `invited_at` is when their
    agency's administrator invited them, `invited_as` the name given then: until they have come, the agency is shown
    that name and not the one of an account that may have been there before.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=40)
    administers = models.BooleanField(default=False)
    suspended_at = models.DateTimeField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    invited_as = models.CharField(max_length=200, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [ends_after_start("membership_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.account_id} as {self.role}"

    def ended_by(self, now: datetime) -> bool:
        """Whether it had ended at `now`."""
        return self.ends_at is not None and self.ends_at <= now
