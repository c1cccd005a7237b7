"""Where a young person must not live, and why, which fewer may read (REF-08, SEA-07)."""

from __future__ import annotations

from django.db import models

from waymark.accommodation.models import Scheme
from waymark.cases.models import Case
from waymark.core.categories import CHOICES, Category
from waymark.core.models import BaseModel, Period, ends_after_start
from waymark.risks.models.known import KnownQuerySet, Recorded


class Shape(models.TextChoices):
    """How an area is described."""

    DISTRICT = "district", "Postcode district"
    RADIUS = "radius", "Distance around a point"
    SCHEME = "scheme", "Scheme"
    ADDRESS = "address", "Street address"


class ExcludedArea(BaseModel, Period):
    """A place where a young person must not live. Everybody who reads risk on the record sees that it is so.

    Who told us and why stand in `ExclusionReason`: whoever searches must know where not to look, not what happened
    there. `outside` marks an area beyond the borough (REF-08). `metres` is the distance around the point at `latitude`
    and `longitude` (degrees, WGS 84).
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="excluded_areas")
    category = models.CharField(max_length=20, choices=CHOICES, default=Category.RISK)
    shape = models.CharField(max_length=8, choices=Shape.choices)
    label = models.CharField(max_length=200, blank=True)
    district = models.CharField(max_length=4, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    metres = models.PositiveIntegerField(null=True, blank=True)
    scheme = models.ForeignKey(Scheme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=300, blank=True)
    outside = models.BooleanField(default=False)

    objects = KnownQuerySet["ExcludedArea"].as_manager()

    class Meta:
        constraints = [
            ends_after_start("excluded_area_ends_after_start"),
            models.CheckConstraint(name="excluded_area_is_risk", condition=models.Q(category=Category.RISK)),
            models.CheckConstraint(
                name="excluded_area_is_one_place",
                condition=(
                    models.Q(shape=Shape.DISTRICT, metres=None, scheme=None, address="") & ~models.Q(district="")
                )
                | models.Q(
                    shape=Shape.RADIUS,
                    latitude__isnull=False,
                    longitude__isnull=False,
                    metres__gt=0,
                    scheme=None,
                    district="",
                    address="",
                )
                | models.Q(shape=Shape.SCHEME, scheme__isnull=False, metres=None, district="", address="")
                | (models.Q(shape=Shape.ADDRESS, metres=None, scheme=None, district="") & ~models.Q(address="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} not in {self.shape}"


class ExclusionReason(BaseModel, Recorded):
    """Why a place is excluded and who said so. Intelligence, unless it was opened to all who see the area."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="exclusion_reasons")
    area = models.OneToOneField(ExcludedArea, on_delete=models.CASCADE, related_name="reason")
    category = models.CharField(max_length=20, choices=CHOICES, default=Category.INTELLIGENCE)
    why = models.CharField(max_length=1000, blank=True)

    objects = KnownQuerySet["ExclusionReason"].as_manager()

    def __str__(self) -> str:
        return f"why {self.area_id}"
