"""The people around a young person who do not sign in: family, friends, a mentor, an advocate."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from waymark.access.models import Membership
from waymark.cases.models import Case
from waymark.core.models import BaseModel, CaseBoundQuerySet


class Relation(models.TextChoices):
    """What somebody is to the young person."""

    PARENT = "parent", "Parent or carer"
    FAMILY = "family", "Family"
    PARTNER = "partner", "Partner"
    FRIEND = "friend", "Friend"
    MENTOR = "mentor", "Mentor or independent visitor"
    ADVOCATE = "advocate", "Advocate"
    OTHER = "other", "Somebody else"


class Safety(models.TextChoices):
    """Whether staff may get in touch with them."""

    SAFE = "safe", "Yes"
    ASK_FIRST = "ask_first", "Only after asking the young person"
    NOT_SAFE = "not_safe", "No, it is not safe"


class Supporter(BaseModel):
    """Somebody who matters to the young person, from a day until a day; how to reach them, and whether that is safe."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supporters")
    name = models.CharField(max_length=200)
    relation = models.CharField(max_length=20, choices=Relation.choices)
    what = models.CharField(max_length=200, blank=True)
    reach = models.CharField(max_length=300, blank=True)
    safety = models.CharField(max_length=20, choices=Safety.choices)
    safety_words = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = CaseBoundQuerySet["Supporter"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="supporter_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            )
        ]
        indexes = [models.Index(name="supporter_of_a_case", fields=["case"])]

    def __str__(self) -> str:
        return self.name
