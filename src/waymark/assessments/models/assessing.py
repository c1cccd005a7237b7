"""Interviews, and what is written in a housing assessment."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from waymark.access.models import Membership
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.categories import CHOICES, Category
from waymark.core.models import BaseModel, ItemQuerySet
from waymark.documents.models import Document
from waymark.placements.models import Approach, OfProvidersQuerySet, not_of_others
from waymark.referrals.models import Referral


class InterviewState(models.TextChoices):
    """What became of an interview."""

    BOOKED = "booked", "Booked"
    MOVED = "moved", "Moved to another time"
    HELD = "held", "Held"
    MISSED = "missed", "The young person did not come"


class InterviewQuerySet(OfProvidersQuerySet["Interview"]):
    """Interviews as people ask for them."""

    category = Category.PLACEMENT

    def booked(self) -> Self:
        """Those that are still to be held, or of which nobody has said what became of them."""
        return self.filter(state=InterviewState.BOOKED)


class Interview(BaseModel):
    """An interview of a young person by a provider (HAS-01), and who came (HAS-08). Its identifier is its entry's.

    One that was moved or missed stays; the next is a row of its own. `attended` are roles, as the protocol names them.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="interviews")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="interviews")
    approach = models.ForeignKey(Approach, on_delete=models.PROTECT, related_name="interviews")
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=InterviewState.choices, default=InterviewState.BOOKED)
    attended = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    note = models.TextField(blank=True)
    booked_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    settled_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    category = Category.PLACEMENT
    """What it is written and read as."""

    objects = InterviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="interview_one_booked", fields=["approach"], condition=Q(state=InterviewState.BOOKED)
            ),
            models.CheckConstraint(
                name="interview_settled_at_a_time",
                condition=Q(state=InterviewState.BOOKED, settled_at=None)
                | (~Q(state=InterviewState.BOOKED) & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"interview of {self.case_id}, {self.state}"


class PartVersionQuerySet(ItemQuerySet["PartVersion"]):
    """Versions of the parts of assessments, each read by whoever may read its kind of information; by a provider only
    its own (`OfProvidersQuerySet`).
    """

    def visible_to(self, actor: Actor) -> Self:
        """Only the rows that the actor may read now."""
        return super().visible_to(actor).filter(not_of_others(actor, "approach__provider"))

    def listed_for(self, actor: Actor) -> Self:
        """The rows of `visible_to`, for the first of a list in the order of an index."""
        return super().listed_for(actor).filter(not_of_others(actor, "approach__provider"))

    def newest(self) -> Self:
        """The newest version of each part of each assessment."""
        return self.order_by("approach", "part", "-number").distinct("approach", "part")


class PartVersion(BaseModel):
    """What a part of a housing assessment said from when it was saved until it was saved again. Never changed.

    `number` counts from 1 in each part. `source` is the number of the version of the referral's part beside which it
    was written, 0 for none: once the referral says something newer there, it is to be looked at again.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="part_versions")
    approach = models.ForeignKey(Approach, on_delete=models.PROTECT, related_name="part_versions")
    part = models.CharField(max_length=40)
    category = models.CharField(max_length=20, choices=CHOICES)
    number = models.PositiveIntegerField()
    source = models.PositiveIntegerField(default=0)
    answers = models.JSONField()
    written_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects = PartVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="part_version_once", fields=["approach", "part", "number"]),
            models.CheckConstraint(name="part_versions_count_from_1", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.number} of {self.approach_id}"


class AssessmentQuerySet(OfProvidersQuerySet["Assessment"]):
    """Assessments as people ask for them."""

    category = Category.PLACEMENT


class Assessment(BaseModel):
    """A housing assessment was completed, and perhaps shared. Its identifier is that of its entry.

    It may be completed again, when more is known. `document` is the file that was sent (HAS-05); none
    for what was sent elsewhere.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="assessments")
    approach = models.ForeignKey(Approach, on_delete=models.PROTECT, related_name="assessments")
    has = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    left_out = models.TextField(blank=True)
    completed_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField()
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(null=True, blank=True)

    category = Category.PLACEMENT
    """What it is written and read as."""

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="assessment_document_was_shared", condition=Q(document=None) | Q(shared_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"housing assessment of {self.case_id}"
