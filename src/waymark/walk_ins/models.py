"""Somebody who turned up, who has no record here: no more of them than it takes to see that they are safe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from waymark.access.models import Agency, Membership, Team
from waymark.accommodation.models import Provider
from waymark.cases.models import Case
from waymark.core.models import BaseModel

if TYPE_CHECKING:
    from waymark.core.actor import Actor

OWN_AGENCY = ("housing_keyworker", "provider_manager")
WHOLE_BOROUGH = ("placements_team", "commissioning")


class WalkInQuerySet(models.QuerySet["WalkIn"]):
    """Walk-ins as people ask for them."""

    def visible_to(self, actor: Actor) -> Self:
        """A provider's staff: their own agency's. Placements and Commissioning: all of their borough. As the database
        says it in `waymark_walk_ins_of`.
        """
        if actor.is_system:
            return self.all()
        if actor.membership_id is None:
            return self.none()
        if actor.role in OWN_AGENCY:
            return self.filter(provider__agency=actor.agency_id)
        if actor.role not in WHOLE_BOROUGH:
            return self.none()
        teams = Team.objects.filter(memberships=actor.membership_id).values("borough")
        councils = Agency.objects.filter(memberships=actor.membership_id).values("case")
        return self.filter(Q(authority__in=teams) | Q(authority__in=councils))

    def open(self) -> Self:
        """Those that nobody has closed."""
        return self.filter(closed_at=None)


class WalkIn(BaseModel):
    """A looked-after child of another authority who came to a provider: who, where they go tonight, and what was done.

    `authority` is the borough that answers for the provider. `told_at` is when the home authority was told.
    """

    authority = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="walk_ins")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=60)
    age = models.PositiveSmallIntegerField(null=True, blank=True)
    home_authority = models.CharField(max_length=120)
    social_worker = models.CharField(max_length=300, blank=True)
    said = models.TextField()
    tonight = models.CharField(max_length=300)
    advice = models.TextField(blank=True)
    logged_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    told_whom = models.CharField(max_length=300, blank=True)
    told_how = models.CharField(max_length=10, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(blank=True)

    objects = WalkInQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="walk_in_of_an_agency", fields=["agency", "logged_at"]),
            models.Index(name="walk_in_of_a_borough", fields=["authority", "logged_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="walk_in_closed_once_told", condition=Q(closed_at=None) | Q(told_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"walk-in {self.pk}"


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """What was done afterwards."""

    def visible_to(self, actor: Actor) -> Self:
        """That of the walk-ins that the actor may see."""
        if actor.is_system:
            return self.all()
        return self.filter(walk_in__in=WalkIn.objects.visible_to(actor))


class FollowUp(BaseModel):
    """What somebody did or learnt after the day, until it is closed."""

    walk_in = models.ForeignKey(WalkIn, on_delete=models.CASCADE, related_name="follow_ups")
    text = models.TextField()
    by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = FollowUpQuerySet.as_manager()

    def __str__(self) -> str:
        return f"follow-up of {self.walk_in_id}"
