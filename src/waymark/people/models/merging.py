"""That two records are about one person. Neither is rewritten: one leads to the other until somebody says otherwise."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from waymark.access.models import Membership
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.ledger import current_ledger
from waymark.core.models import BaseModel, CaseBoundQuerySet


class MergeQuerySet(CaseBoundQuerySet["Merge"]):
    """Merges as people ask for them."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of which the actor may read both records: of a hidden one nobody learns that it is there."""
        if actor.is_system:
            return self.all()
        reached = current_ledger().cases_within_reach(actor)
        return self.filter(case__in=reached, into__in=reached)

    def about(self, case: Case) -> Self:
        """Those in which a record is the double, or the one to go on with."""
        return self.filter(Q(case=case) | Q(into=case))

    def standing(self) -> Self:
        """Those that were not undone."""
        return self.filter(undone_at=None)


class Merge(BaseModel):
    """The record `case` is a double: `into` is the one to go on with. `undone_at` when that was taken back."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="doubles")
    why = models.CharField(max_length=300)
    decided_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    undone_why = models.CharField(max_length=300, blank=True)
    undone_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="merge_is_of_two", condition=~Q(case=models.F("into"))),
            models.UniqueConstraint(name="merged_once_now", fields=["case"], condition=Q(undone_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} is {self.into_id}"
