"""Money asked for: a spot purchase, or more hours of support than the contract pays for (SEA-10)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from waymark.access.models import Membership
from waymark.accommodation.models import Scheme
from waymark.cases.models import Case
from waymark.core.categories import Category
from waymark.core.models import BaseModel, CaseBoundQuerySet
from waymark.referrals.models import Referral


class SpendingKind(models.TextChoices):
    """What is to be paid for."""

    SPOT_PURCHASE = "spot_purchase", "A spot purchase"
    EXTRA_HOURS = "extra_hours", "Extra support hours"


class Decision(models.TextChoices):
    """What the manager decided."""

    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Not approved"


class SpendingQuerySet(CaseBoundQuerySet["Spending"]):
    """Requests to spend, read by whoever may read finance."""

    category = Category.FINANCE


class Spending(BaseModel):
    """A request to spend, who decided on it, and when it was bought. Costs are pounds a week.

    Nobody decides on what they asked for themselves: the database refuses it too.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="spending")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="spending")
    kind = models.CharField(max_length=20, choices=SpendingKind.choices)
    scheme = models.ForeignKey(Scheme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    weekly_cost = models.DecimalField(max_digits=8, decimal_places=2)
    weeks = models.PositiveSmallIntegerField()
    hours = models.PositiveSmallIntegerField(null=True, blank=True)
    why = models.TextField()
    asked_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_why = models.TextField(blank=True)
    bought_at = models.DateTimeField(null=True, blank=True)

    category = Category.FINANCE
    """What it is written and read as."""

    objects = SpendingQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "spending"
        constraints = [
            models.CheckConstraint(name="spending_costs_something", condition=Q(weekly_cost__gt=0, weeks__gt=0)),
            models.CheckConstraint(
                name="spending_decided_by_somebody_else",
                condition=Q(decided_by=None) | Q(asked_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="spending_decided_whole",
                condition=Q(decision="", decided_at=None, decided_by=None)
                | (~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="spending_bought_when_approved", condition=Q(bought_at=None) | Q(decision="approved")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.referral_id}"

    @property
    def whole_cost(self) -> object:
        """Pounds for all weeks."""
        return self.weekly_cost * self.weeks
