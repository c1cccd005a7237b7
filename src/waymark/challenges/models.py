"""A challenge of what a provider decided, and what was asked and said in it."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from waymark.access.models import Membership
from waymark.accommodation.models import Provider
from waymark.cases.models import Case
from waymark.core.categories import Category
from waymark.core.models import BaseModel
from waymark.placements.models import OfProvidersQuerySet
from waymark.referrals.models import Referral


class Subject(models.TextChoices):
    """What a challenge is about."""

    REFUSAL = "refusal", "A refusal"
    NEED_LEVEL = "need_level", "The level of need"


class Stage(models.TextChoices):
    """How far a challenge was taken, as the record says (`challenges.standing`)."""

    PROVIDER = "provider", "With the provider"
    PLACEMENTS = "placements", "With Placements"
    COMMISSIONING = "commissioning", "With Commissioning"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Case closed"


class Ended(models.TextChoices):
    """How a challenge ended: as `ended` of `challenge_resolved` in the vocabulary."""

    OVERTURNED = "overturned", "The provider considers the referral again"
    UPHELD = "upheld", "The refusal stands"
    WITHDRAWN = "withdrawn", "The challenge was withdrawn"
    AGREED = "agreed", "The level of need was agreed"


class Kind(models.TextChoices):
    """What a step of a challenge was."""

    RAISED = "raised", "Raised"
    ASKED = "asked", "Evidence asked for"
    GIVEN = "given", "Evidence given"
    SAID = "said", "Said"
    ANSWERED = "answered", "The provider answered, and stays with its decision"
    CHANGED = "changed", "The provider changes its mind"
    UNRESOLVED = "unresolved", "Not resolved, and taken further"
    TAKEN = "taken", "Taken further by the provider"
    CONTRACT = "contract", "The provider was challenged on its contract"
    ENDED = "ended", "Ended"


OPEN = (Stage.PROVIDER, Stage.PLACEMENTS, Stage.COMMISSIONING)


class ChallengeQuerySet(OfProvidersQuerySet["Challenge"]):
    """Challenges as people ask for them."""

    category = Category.PLACEMENT
    provider_field = "provider"

    def open(self) -> Self:
        """Those that have not ended."""
        return self.filter(stage__in=OPEN)


class Challenge(BaseModel):
    """A decision of a provider, challenged. Its identifier is the `challenge` that entries of the record name.

    `stage` and the times follow the record; nobody sets them by hand. `refusal` is the entry of the refusal, and
    `provider` whose it is, where it was raised on its own page.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="challenges")
    referral = models.ForeignKey(Referral, null=True, blank=True, on_delete=models.PROTECT, related_name="challenges")
    provider = models.ForeignKey(Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="challenges")
    refusal = models.UUIDField(null=True, blank=True)
    subject = models.CharField(max_length=10, choices=Subject.choices)
    stage = models.CharField(max_length=13, choices=Stage.choices)
    since = models.DateTimeField()
    raised_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    provider_failed_at = models.DateTimeField(null=True, blank=True)
    placements_at = models.DateTimeField(null=True, blank=True)
    placements_failed_at = models.DateTimeField(null=True, blank=True)
    commissioning_at = models.DateTimeField(null=True, blank=True)
    contract_at = models.DateTimeField(null=True, blank=True)
    ended = models.CharField(max_length=10, choices=Ended.choices, blank=True)

    category = Category.PLACEMENT
    """What it is written and read as."""

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="challenge_by_case", fields=["case"]),
            models.Index(name="challenge_by_stage", fields=["stage", "since"]),
            models.Index(name="challenge_of_a_refusal", fields=["refusal"], condition=Q(refusal__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"challenge of {self.case_id}"

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.stage in OPEN


class ChallengeStepQuerySet(OfProvidersQuerySet["ChallengeStep"]):
    """Steps, read by whoever may read the challenge."""

    category = Category.PLACEMENT
    provider_field = "challenge__provider"


class ChallengeStep(BaseModel):
    """What was asked, given or said in a challenge, by whom and when. Never changed.

    `sections` are the parts of the referral that speak against the decision.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="challenge_steps")
    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField()
    sections = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    category = Category.PLACEMENT
    """What it is written and read as."""

    objects = ChallengeStepQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="challenge_step_in_order", fields=["challenge", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} in {self.challenge_id}"
