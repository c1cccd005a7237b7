"""What stops a record from being disposed of, who proposes that it is, and what is left when it was."""

from __future__ import annotations

from typing import Self

from django.db import models

from waymark.access.models import Membership
from waymark.cases.models import Case
from waymark.core.models import BaseModel, CaseBoundQuerySet, Period, Record, ends_after_start, holds_now


class KeepingQuerySet(CaseBoundQuerySet[Record]):
    """Rows about keeping a record, as people ask for them."""

    def current(self) -> Self:
        """Those that hold now."""
        return self.filter(holds_now())


class LegalHold(BaseModel, Period):
    """A record is kept, whatever its time: a claim, an inquiry, a complaint. Until it ends, or is ended."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="legal_holds")
    why = models.CharField(max_length=1000)
    placed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(max_length=1000, blank=True)

    objects = KeepingQuerySet["LegalHold"].as_manager()

    class Meta:
        constraints = [ends_after_start("legal_hold_ends_after_start")]

    def __str__(self) -> str:
        return f"hold on {self.case_id}"


class Proposal(BaseModel, Period):
    """Somebody proposes that a record is disposed of. It ends when somebody turns it down; approved, it goes with it.

    `rule` is the name of the rule that says so (`disclosure.periods`).
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="proposals")
    rule = models.CharField(max_length=20)
    proposed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    turned_down_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    turned_down_why = models.CharField(max_length=1000, blank=True)

    objects = KeepingQuerySet["Proposal"].as_manager()

    class Meta:
        constraints = [
            ends_after_start("proposal_ends_after_start"),
            models.UniqueConstraint(name="record_proposed_once", fields=["case"], condition=models.Q(ends_at=None)),
        ]

    def __str__(self) -> str:
        return f"proposal on {self.case_id}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Certificates as people ask for them. Pages cannot read the table: these run as the service login."""


class Certificate(BaseModel):
    """What is left of a record that was disposed of: how much of what went, by which rule, and who decided. No more.

    `removed` and `kept` are by kind: how many rows went, and why some stay. `proposal` is the identifier that the
    proposal had. `digest` is the SHA-256 of all the rest. The database refuses change and removal.
    """

    authority = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    proposal = models.UUIDField(unique=True)
    rule = models.CharField(max_length=20)
    removed = models.JSONField()
    kept = models.JSONField()
    proposed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="certificate_by_time", fields=["authority", "approved_at"])]

    def __str__(self) -> str:
        return f"certificate of {self.approved_at:%Y-%m-%d}"
