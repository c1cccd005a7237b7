"""The Supported Housing Record: a running history of placements that each provider adds to (SEA-05)."""

from __future__ import annotations

from django.db import models

from waymark.access.models import Agency, Membership
from waymark.cases.models import Case
from waymark.core.categories import Category
from waymark.core.models import BaseModel, CaseBoundQuerySet


class HousingEntryQuerySet(CaseBoundQuerySet["HousingEntry"]):
    """Entries, read by whoever may read placements."""

    category = Category.PLACEMENT


class HousingEntry(BaseModel):
    """What a provider, or Placements, adds to somebody's history of placements: how it went, what helped, what did not.

    Where they lived and from when until when is not written here: that follows from the record.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="housing_entries")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    category = Category.PLACEMENT
    """What it is written and read as."""

    objects = HousingEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "housing entries"

    def __str__(self) -> str:
        return f"housing entry of {self.case_id}"
