"""Why a unit stands empty between stays."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q

from waymark.access.models import Membership
from waymark.accommodation.choices import VoidCause
from waymark.accommodation.models.occupancy import just
from waymark.accommodation.models.places import Unit
from waymark.core.models import BaseModel, SharedQuerySet


class VoidQuerySet(SharedQuerySet["Void"]):
    """Voids as people ask for them."""

    def on(self, day: date) -> Self:
        """Those that hold on this day."""
        return self.filter(days__contains=day)

    def open(self) -> Self:
        """Those that have not been closed."""
        return self.filter(days__endswith=None)


class Void(BaseModel):
    """A unit stands empty for a cause from a day until another (`days`; no end is until further notice).

    When the cause changes, the row ends and another begins: the history stays. `ready_on` is when somebody should be
    able to move in, `doing` what is done about it. That nobody lives there is not said here, but by `Occupancy`.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="voids")
    cause = models.CharField(max_length=11, choices=VoidCause.choices)
    days = DateRangeField()
    ready_on = models.DateField(null=True, blank=True)
    doing = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = VoidQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(name="void_one_cause_a_day", expressions=[(just("unit"), "&&"), ("days", "&&")]),
            models.CheckConstraint(
                name="void_has_days", condition=Q(days__isempty=False, days__startswith__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.cause} {self.days}"
