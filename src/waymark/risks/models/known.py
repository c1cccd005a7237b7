"""What every row of this app has: from when until when it holds, who told us, and who wrote it down."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from waymark.access.models import Membership
from waymark.cases.models import Case
from waymark.core.categories import CHOICES
from waymark.core.models import BaseModel, ItemQuerySet, Period, Record, not_over


class Strength(models.TextChoices):
    """How sure whoever told us is. Matching counts both."""

    CONFIRMED = "confirmed", "Confirmed"
    SUSPECTED = "suspected", "Suspected"


def holds_between(since: datetime, before: datetime | None) -> models.Q:
    """The condition that a row holds at some time from `since` until `before` (None: without end)."""
    started = models.Q() if before is None else models.Q(starts_at__lt=before)
    return started & (models.Q(ends_at=None) | models.Q(ends_at__gt=since))


class KnownQuerySet(ItemQuerySet[Record]):
    """Rows about a young person as people ask for them."""

    def not_ended(self) -> Self:
        """Those that hold until further notice, or until a day to come."""
        return self.filter(not_over())


class Recorded(models.Model):
    """Who told us (a job or a service, never the name of a source), and who wrote it down (None: the system)."""

    source = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True


class Known(BaseModel, Period, Recorded):
    """Something known about a young person. `category` is the kind of information, by which the ledger shows it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="%(class)ss")
    category = models.CharField(max_length=20, choices=CHOICES)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        abstract = True
