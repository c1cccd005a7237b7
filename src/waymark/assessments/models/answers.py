"""What a provider answers to a referral: an offer of a unit, or a refusal."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from waymark.access.models import Membership
from waymark.accommodation.models import Occupancy, Unit
from waymark.cases.models import Case
from waymark.core.categories import Category
from waymark.core.models import BaseModel
from waymark.documents.models import Document
from waymark.placements.models import Approach, OfProvidersQuerySet
from waymark.referrals.models import Referral


class Answer(models.TextChoices):
    """What became of an offer. One whose reservation has lapsed is still waiting, and may be accepted if it is free."""

    WAITING = "waiting", "Waiting for an answer"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class RefusalReason(models.TextChoices):
    """Why a provider refuses, for counting."""

    NEED_TOO_HIGH = "need_too_high", "Need too high for this setting"
    NEED_TOO_LOW = "need_too_low", "Need too low for this setting"
    RISK_TO_OTHERS = "risk_to_others", "Risk to others in the setting"
    RISK_FROM_OTHERS = "risk_from_others", "Risk from others in the setting"
    LOCATION = "location", "Location"
    NO_VACANCY = "no_vacancy", "No vacancy"
    ACCESSIBILITY = "accessibility", "The building is not accessible for them"
    SUPPORT = "support", "The support they need is not available"
    OTHER = "other", "Something else"


class OfferQuerySet(OfProvidersQuerySet["Offer"]):
    """Offers as people ask for them."""

    category = Category.PLACEMENT

    def waiting(self) -> Self:
        """Those that nobody has answered."""
        return self.filter(answer=Answer.WAITING)


class Offer(BaseModel):
    """A unit offered to a young person in writing (HAS-06), reserved until `lapses_at`. Its identifier is its entry's.

    `placement` is the placement in the events, from when it is agreed, also where it is given up before anybody moves
    in; `held` the reservation, and then the stay.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="offers")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="offers")
    approach = models.ForeignKey(Approach, on_delete=models.PROTECT, related_name="offers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="offers")
    address = models.CharField(max_length=300)
    need_level = models.CharField(max_length=6)
    move_in = models.DateField()
    lapses_at = models.DateTimeField()
    held = models.ForeignKey(Occupancy, on_delete=models.PROTECT, related_name="+")
    letter = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.WAITING)
    answered_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    why = models.TextField(blank=True)
    placement = models.UUIDField(null=True, blank=True, unique=True)
    confirmation = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    started_on = models.DateField(null=True, blank=True)

    category = Category.PLACEMENT
    """What it is written and read as."""

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="offer_one_waiting", fields=["approach"], condition=Q(answer=Answer.WAITING)),
            models.UniqueConstraint(
                name="offer_one_accepted", fields=["referral"], condition=Q(answer=Answer.ACCEPTED)
            ),
            models.CheckConstraint(
                name="offer_answered_at_a_time",
                condition=Q(answer=Answer.WAITING, answered_at=None)
                | (~Q(answer=Answer.WAITING) & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="offer_accepted_is_a_placement",
                condition=Q(answer=Answer.ACCEPTED, placement__isnull=False)
                | Q(answer=Answer.WAITING, placement=None, confirmation=None, started_on=None)
                | Q(answer__in=(Answer.DECLINED, Answer.WITHDRAWN), started_on=None),
            ),
        ]

    @property
    def waits_to_move_in(self) -> bool:
        """Whether the place is agreed and nobody has moved in yet."""
        return self.answer == Answer.ACCEPTED and self.started_on is None

    @property
    def was_agreed(self) -> bool:
        """Whether the place was agreed, and then given up or taken back before anybody moved in."""
        return self.placement is not None and self.answer != Answer.ACCEPTED

    def __str__(self) -> str:
        return f"offer to {self.case_id}"


class RefusalQuerySet(OfProvidersQuerySet["Refusal"]):
    """Refusals as people ask for them."""

    category = Category.PLACEMENT


class Refusal(BaseModel):
    """A provider refused in writing (HAS-12), after it discussed that with the worker (HAS-07).

    Its identifier is that of its entry, so that a challenge finds it. `explanation` is what the young person reads;
    `evidence` what it rests on, for the worker (CHA).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="refusals")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="refusals")
    approach = models.ForeignKey(Approach, on_delete=models.PROTECT, related_name="refusals")
    reason = models.CharField(max_length=20, choices=RefusalReason.choices)
    explanation = models.TextField()
    evidence = models.TextField()
    letter = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    category = Category.PLACEMENT
    """What it is written and read as."""

    objects = RefusalQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="refusal_by_referral", fields=["referral"])]

    def __str__(self) -> str:
        return f"refusal of {self.case_id}"
