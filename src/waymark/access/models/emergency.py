"""Records opened in an emergency ("break-glass"), and what was said of it afterwards."""

from __future__ import annotations

from django.db import models

from waymark.access.models.agencies import Membership
from waymark.access.models.ledger import Grant
from waymark.cases.models import Case
from waymark.core.models import BaseModel, CaseBoundQuerySet


class Outcome(models.TextChoices):
    """What the review of an emergency found."""

    JUSTIFIED = "justified", "It was right to open the record"
    NOT_JUSTIFIED = "not_justified", "It was not right to open the record"


class EmergencyAccess(BaseModel):
    """Somebody opened a record that was not open to them, because it could not wait. Reviewed the next working day."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="emergencies")
    grant = models.OneToOneField(Grant, on_delete=models.CASCADE, related_name="emergency")
    event = models.UUIDField()
    why = models.CharField(max_length=1000)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    review_note = models.CharField(max_length=1000, blank=True)

    objects = CaseBoundQuerySet["EmergencyAccess"].as_manager()

    class Meta:
        verbose_name_plural = "emergency accesses"

    def __str__(self) -> str:
        return f"emergency on {self.case_id}"
