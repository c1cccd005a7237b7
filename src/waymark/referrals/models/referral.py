"""A referral, what was written in it, and what somebody is writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from waymark.access.models import Membership
from waymark.cases.models import Case
from waymark.core.categories import CHOICES, Category
from waymark.core.models import BaseModel, CaseBoundQuerySet, ItemQuerySet

if TYPE_CHECKING:
    from waymark.core.actor import Actor


class State(models.TextChoices):
    """Where a referral stands, as the record says (`referrals.standing`)."""

    NEED = "need", "Need identified"
    WRITING = "writing", "Being written"
    SENT = "sent", "Sent, to be checked"
    MORE_ASKED = "more_asked", "More information asked for"
    SEARCHING = "searching", "Looking for a place"
    PATHWAY = "pathway", "The pathway is asked"
    PASSED = "passed", "With a provider"
    RETURNED = "returned", "Sent back by the pathway"
    OFFERED = "offered", "Place offered"
    REFUSED = "refused", "Refused"
    AGREED = "agreed", "Place agreed"
    PLACED = "placed", "Moved in"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CLOSED = "closed", "Case closed"


OPEN = tuple(state for state in State if state not in (State.PLACED, State.WITHDRAWN, State.CLOSED))
"""States in which somebody still looks for a place."""
WRITABLE = (State.NEED, State.WRITING, State.MORE_ASKED)
"""States in which the referral is with the worker."""


class ReferralQuerySet(CaseBoundQuerySet["Referral"]):
    """Referrals as people look for them."""

    category = Category.PLACEMENT

    def open(self) -> Self:
        """Those for which somebody still looks for a place."""
        return self.filter(state__in=OPEN)


class Referral(BaseModel):
    """A young person's way to a place: its identifier is the `referral` that entries of the record name.

    `state`, `since`, `route` and the times follow the record; nobody sets them by hand. `copied_from` is the earlier
    referral that its first answers were taken from.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    state = models.CharField(max_length=20, choices=State.choices)
    since = models.DateTimeField()
    route = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    category = Category.PLACEMENT
    """What it is written and read as."""

    objects = ReferralQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="referral_by_case", fields=["case"]),
            models.Index(name="referral_by_state", fields=["state", "since"]),
        ]

    def __str__(self) -> str:
        return f"referral of {self.case_id}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still looks for a place."""
        return self.state in OPEN

    @property
    def is_with_the_worker(self) -> bool:
        """Whether it can be written in: it has not been sent, or more was asked for."""
        return self.state in WRITABLE


class SectionVersionQuerySet(ItemQuerySet["SectionVersion"]):
    """Versions of sections as people read them."""

    def newest(self) -> Self:
        """The newest version of each section of each referral."""
        return self.order_by("referral", "section", "-number").distinct("referral", "section")


class SectionVersion(BaseModel):
    """What a section of a referral said from when it was saved until it was saved again. Never changed.

    `number` counts from 1 in each section: the database takes each once, so of two people who save at the same time
    one is told. What was `copied` from an earlier referral is to be looked at again.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="section_versions")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="versions")
    section = models.CharField(max_length=40)
    category = models.CharField(max_length=20, choices=CHOICES)
    number = models.PositiveIntegerField()
    answers = models.JSONField()
    copied = models.BooleanField(default=False)
    written_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects = SectionVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="section_version_once", fields=["referral", "section", "number"]),
            models.CheckConstraint(name="section_versions_count_from_1", condition=models.Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.number} of {self.referral_id}"


class DraftQuerySet(CaseBoundQuerySet["Draft"]):
    """Drafts as people ask for them."""

    def visible_to(self, actor: Actor) -> Self:
        """Their own, of records that they may still read."""
        found = super().visible_to(actor)
        return found if actor.is_system else found.filter(membership=actor.membership_id)


class Draft(BaseModel):
    """What somebody has typed into a form and not saved yet. Only they see it; saving or throwing it away ends it.

    `about` is what the form belongs to and `part` which form; `typed` are the names of its inputs, each with what was
    typed, in their order; `based_on` the number of the version they had before
    them, 0 for none.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="drafts")
    about = models.UUIDField()
    part = models.CharField(max_length=60)
    based_on = models.PositiveIntegerField(default=0)
    typed = models.JSONField()
    changed_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="draft_once", fields=["membership", "about", "part"])]

    def __str__(self) -> str:
        return f"draft of {self.part}"
