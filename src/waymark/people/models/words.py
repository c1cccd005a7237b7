"""What a young person says of themselves, and what they need to be understood. What was said before stays."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from waymark.access.models import Membership
from waymark.cases.models import Case
from waymark.core.categories import Category
from waymark.core.models import BaseModel, CaseBoundQuerySet, Period, ends_after_start


class OwnWords(BaseModel, Period):
    """Who they say they are, and how they want to be reached. A change is a new row, and ends the one before."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="own_words")
    gender = models.CharField(max_length=200, blank=True)
    ethnicity = models.CharField(max_length=200, blank=True)
    religion = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=200, blank=True)
    interpreter = models.CharField(max_length=200, blank=True)
    reach = models.TextField(blank=True)
    not_reach = models.TextField(blank=True)
    recorded_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")

    objects = CaseBoundQuerySet["OwnWords"].as_manager()

    class Meta:
        verbose_name_plural = "own words"
        constraints = [
            ends_after_start("own_words_end_after_start"),
            models.UniqueConstraint(name="own_words_once_now", fields=["case"], condition=Q(ends_at=None)),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class NeedsQuerySet(CaseBoundQuerySet["Needs"]):
    """Read by whoever may read about health."""

    category = Category.HEALTH


class Needs(BaseModel, Period):
    """What they need to take part: to communicate, to get about, to be comfortable. A change is a new row."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="needs")
    communication = models.TextField(blank=True)
    access = models.TextField(blank=True)
    recorded_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    category = Category.HEALTH

    objects = NeedsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "needs"
        constraints = [
            ends_after_start("needs_end_after_start"),
            models.UniqueConstraint(name="needs_once_now", fields=["case"], condition=Q(ends_at=None)),
        ]

    def __str__(self) -> str:
        return str(self.case_id)
