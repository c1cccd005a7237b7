"""Checks that others make for a referral: asked, answered, and what must not be used."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from waymark.access.models import Membership
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.ledger import current_ledger
from waymark.core.models import BaseModel, CaseBoundQuerySet
from waymark.referrals.models.referral import Referral


class CheckKind(models.TextChoices):
    """What is asked, and of whom (`referrals.checks`)."""

    NAME = "name", "Is the name known?"
    CONSULTATION = "consultation", "Consultation of the Gangs Safeguarding Coordinator"
    AREA = "area", "Areas to avoid"
    ADDRESS = "address", "Addresses"
    YOUTH_JUSTICE = "youth_justice", "The order, and risk, from the Youth Offending Service"


class Verdict(models.TextChoices):
    """What whoever checked says of one place. It never says why."""

    NO_CONCERN = "no_concern", "No concern is known"
    WITH_CARE = "with_care", "Only with a plan: talk to us first"
    NOT_TO_BE_USED = "not_to_be_used", "Do not use"


class CheckQuerySet(CaseBoundQuerySet["Check"]):
    """Checks, read by whoever may read risks; what the Youth Offending Service was asked and said, only by those of
    them who read youth justice, as its entries are. The database's policies say the same (referrals 0002).
    """

    category = Category.RISK

    def visible_to(self, actor: Actor) -> Self:
        """Only the rows that the actor may read now."""
        return super().visible_to(actor)._youth_justice_for(actor)

    def listed_for(self, actor: Actor) -> Self:
        """The rows of `visible_to`, for the first of a list in the order of an index."""
        return super().listed_for(actor)._youth_justice_for(actor)

    def visible_one_by_one(self, actor: Actor) -> Self:
        """The rows of `visible_to`, where each row is asked about in turn."""
        return super().visible_one_by_one(actor)._youth_justice_for(actor)

    def _youth_justice_for(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        readable = current_ledger().cases_within_reach(actor, Category.YOUTH_JUSTICE)
        return self.filter(~Q(kind=CheckKind.YOUTH_JUSTICE) | Q(case__in=readable))


class CheckedPlaceQuerySet(CaseBoundQuerySet["CheckedPlace"]):
    """Places that were checked, read by whoever may read risks."""

    category = Category.RISK


class Check(BaseModel):
    """Something asked of the gangs team, its coordinator or the Youth Offending Service, and what they answered.

    Its identifier is that of the entry that asked. `answered` is the entry with the answer, which is what the worker
    was told; what it rests on stays with those who know (`risks`).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="checks")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=20, choices=CheckKind.choices)
    question = models.TextField(blank=True)
    asked_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered = models.UUIDField(null=True, blank=True)
    answered_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="check_answered_by_somebody_at_a_time",
                condition=models.Q(answered_at=None, answered_by=None, answered=None)
                | models.Q(answered_at__isnull=False, answered_by__isnull=False, answered__isnull=False),
            ),
        ]

    @property
    def category(self) -> Category:
        """What it is written and read as."""
        return Category.YOUTH_JUSTICE if self.kind == CheckKind.YOUTH_JUSTICE else Category.RISK

    def __str__(self) -> str:
        return f"{self.kind} check of {self.case_id}"


class CheckedPlace(BaseModel):
    """One place of a check of addresses, and what was found: risk to the young person there, and from them."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="checked_places")
    check_asked = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="places")
    place = models.CharField(max_length=300)
    scheme = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=20, choices=Verdict.choices, blank=True)

    objects = CheckedPlaceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="checked_place_once", fields=["check_asked", "place"])]

    def __str__(self) -> str:
        return self.place
