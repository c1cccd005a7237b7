"""Which protocol an authority has adopted."""

from __future__ import annotations

from typing import Self

from django.db import models

from waymark.cases.models import Case
from waymark.core.models import BaseModel, SharedQuerySet


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
