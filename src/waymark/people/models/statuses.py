"""In which relation a young person stands to the council, by law: several at once, each from a day until a day."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from waymark.access.models import Membership
from waymark.cases.models import Case
from waymark.core.categories import CHOICES, Category
from waymark.core.models import BaseModel, ItemQuerySet


class StatusKind(models.TextChoices):
    """Statuses of the Children Act 1989 and the Housing Act 1996, and being alone in the country."""

    CHILD_IN_NEED = "child_in_need", "Child in need (section 17)"
    LOOKED_AFTER = "looked_after", "Looked after"
    RELEVANT = "relevant", "Care leaver: relevant child"
    FORMER_RELEVANT = "former_relevant", "Care leaver: former relevant"
    QUALIFYING = "qualifying", "Care leaver: qualifying"
    HOMELESS_16_17 = "homeless_16_17", "Homeless at 16 or 17"
    PREVENTION_DUTY = "prevention_duty", "At risk of homelessness: prevention duty"
    RELIEF_DUTY = "relief_duty", "Homeless: relief duty"
    UNACCOMPANIED = "unaccompanied", "Unaccompanied asylum-seeking child"


class LegalStatus(models.TextChoices):
    """How somebody is looked after."""

    SECTION_20 = "section_20", "Accommodated (section 20)"
    SECTION_31 = "section_31", "Care order (section 31)"
    SECTION_38 = "section_38", "Interim care order (section 38)"
    PLACEMENT_ORDER = "placement_order", "Placement order"
    PROTECTION = "protection", "Emergency protection or police protection"
    REMAND = "remand", "Remanded to the local authority or to youth detention"


class StatusQuerySet(ItemQuerySet["Status"]):
    """Statuses as people ask for them."""

    def on(self, day: date) -> Self:
        """Those that hold on a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def in_order(self) -> Self:
        """The newest first."""
        return self.order_by(F("ends_on").desc(nulls_first=True), "-starts_on", "kind", "pk")


class Status(BaseModel):
    """A status from a day until a day, both included. On remand it is youth justice, else identity."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="statuses")
    category = models.CharField(max_length=20, choices=CHOICES, default=Category.IDENTITY)
    kind = models.CharField(max_length=20, choices=StatusKind.choices)
    legal_status = models.CharField(max_length=20, choices=LegalStatus.choices, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = StatusQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "statuses"
        constraints = [
            models.CheckConstraint(
                name="status_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="status_says_how_somebody_is_looked_after",
                condition=(Q(kind=StatusKind.LOOKED_AFTER) & ~Q(legal_status=""))
                | (~Q(kind=StatusKind.LOOKED_AFTER) & Q(legal_status="")),
            ),
            models.UniqueConstraint(name="status_goes_on_once", fields=["case", "kind"], condition=Q(ends_on=None)),
        ]
        indexes = [models.Index(name="status_of_a_case", fields=["case", "starts_on"])]

    def __str__(self) -> str:
        how = f": {self.get_legal_status_display()}" if self.legal_status else ""
        return f"{self.get_kind_display()}{how}"
