"""The trail as it is stored."""

from __future__ import annotations

from django.db import models

from waymark.core.models import BaseModel, IdentityField
from waymark.core.trail import Action


class Entry(BaseModel):
    """One line of the trail. Plain identifiers and a snapshot of the person, not references: it outlives what it names.

    `at` is the database's own time, which no caller can choose. `who` is the person as they were then, for people to
    read. `detail` names what changed or how many rows were shown; the text of records never goes in.
    """

    sequence = IdentityField()
    at = models.DateTimeField()
    action = models.CharField(max_length=10, choices=[(action.value, action.name) for action in Action])
    who = models.CharField(max_length=400)
    role = models.CharField(max_length=40, blank=True)
    membership_id = models.UUIDField(null=True)
    account_id = models.UUIDField(null=True)
    agency_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=80, blank=True)
    case_id = models.UUIDField(null=True)
    request_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(name="audit_by_case", fields=["case_id", "sequence"]),
            models.Index(name="audit_by_membership", fields=["membership_id", "sequence"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who}: {self.action} {self.kind}"
