"""What is kept of returns, so that the next one can be compared with it."""

from __future__ import annotations

from django.db import models

from waymark.cases.models import Case
from waymark.core.models import BaseModel, CaseBoundQuerySet


class ImportedChild(BaseModel):
    """A young person as the SSDA903 returns of an authority have told of them so far.

    `child` is the council's identifier, `rows` the accepted rows that matter (`ssda903.records.ChildRecord`), `ledger`
    what was recorded from them (`ssda903.changes`). Pages do not read it: what it says is in the events.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="imported_child")
    authority = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    child = models.CharField(max_length=20)
    rows = models.JSONField()
    ledger = models.JSONField()
    imported_at = models.DateTimeField()

    objects = CaseBoundQuerySet["ImportedChild"].as_manager()

    class Meta:
        verbose_name_plural = "imported children"
        constraints = [models.UniqueConstraint(name="imported_child_once", fields=["authority", "child"])]

    def __str__(self) -> str:
        return self.child
