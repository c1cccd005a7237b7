"""Options for a referral, and who was approached with it."""

from __future__ import annotations

from typing import Self

from django.db import models

from waymark.access.models import Membership
from waymark.accommodation.models import Provider, Scheme
from waymark.cases.models import Case
from waymark.core.categories import Category
from waymark.core.models import BaseModel
from waymark.placements.models.competing import OfProvidersQuerySet
from waymark.referrals.models import Referral


class Route(models.TextChoices):
    """Ways to a place, in the order in which they are tried (SEA-09)."""

    PATHWAY = "pathway", "The housing pathway, through SP Referrals"
    CAMDEN = "camden", "Camden's or another borough's pathway"
    ASSESSMENT_CENTRE = "assessment_centre", "The assessment centre, through Private Housing Partnerships"
    SPOT = "spot", "A spot purchase"
    FOSTERING = "fostering", "Fostering"


class Outcome(models.TextChoices):
    """How an approach ended."""

    RETURNED = "returned", "Sent back: no suitable place"
    REFUSED = "refused", "Refused"
    DECLINED = "declined", "Offer not taken"
    PLACED = "placed", "Moved in"
    OVER = "over", "The referral was over"


class OptionQuerySet(OfProvidersQuerySet["Option"]):
    """Options, read by whoever may read placements; by a provider only its own settings."""

    category = Category.PLACEMENT
    provider_field = "scheme__provider"

    def there(self) -> Self:
        """Those that were not taken off the list."""
        return self.filter(removed_at=None)


class Option(BaseModel):
    """A scheme that might suit, put on the list of a referral with why; `shared_at` when the worker was told of it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="options")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="options")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(blank=True)
    added_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    category = Category.PLACEMENT
    """What it is written and read as."""

    objects = OptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="option_once_on_a_list", fields=["referral", "scheme"], condition=models.Q(removed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"option for {self.referral_id}"


class ApproachQuerySet(OfProvidersQuerySet["Approach"]):
    """Approaches, read by whoever may read placements; by a provider only its own, and of those without one."""

    category = Category.PLACEMENT
    provider_field = "provider"

    def open(self) -> Self:
        """Those that nobody has answered for good."""
        return self.filter(ended_at=None)

    def with_providers(self) -> Self:
        """Those that a provider has and has not answered."""
        return self.open().filter(passed_at__isnull=False, provider__isnull=False)


class Approach(BaseModel):
    """Somebody asked for a place: by which route, and since `passed_at` which provider has the referral."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="approaches")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="approaches")
    route = models.CharField(max_length=20, choices=Route.choices)
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="approaches")
    scheme = models.ForeignKey(Scheme, null=True, blank=True, on_delete=models.PROTECT, related_name="approaches")
    asked_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)

    category = Category.PLACEMENT
    """What it is written and read as."""

    objects = ApproachQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "approaches"
        constraints = [
            models.CheckConstraint(
                name="approach_passed_to_a_provider",
                condition=models.Q(passed_at=None) | models.Q(provider__isnull=False, scheme__isnull=False),
            ),
            models.CheckConstraint(
                name="approach_ends_with_an_outcome",
                condition=models.Q(ended_at=None, outcome="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(outcome="")),
            ),
            models.UniqueConstraint(
                name="approach_of_a_provider_once_at_a_time",
                fields=["referral", "provider"],
                condition=models.Q(ended_at=None, provider__isnull=False),
            ),
            models.UniqueConstraint(
                name="approach_of_the_pathway_once_at_a_time",
                fields=["referral", "route"],
                condition=models.Q(ended_at=None, provider=None),
            ),
        ]
        indexes = [
            models.Index(name="approach_of_a_provider", fields=["provider"], condition=models.Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.route} for {self.referral_id}"
