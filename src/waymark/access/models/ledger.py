"""The sharing ledger: each line says who may read or write what of which record, why, who said so and until when.

It is the access control itself: the database shows a page what these lines open, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from waymark.access.models.agencies import Agency, Membership, Team
from waymark.access.models.conditions import Opens, OwnOpens, holders_of
from waymark.access.models.involvement import Involvement
from waymark.cases.models import Case
from waymark.core.categories import CHOICES, Category
from waymark.core.models import BaseModel, CaseBoundQuerySet, Period, Record, ends_after_start, holds_now

if TYPE_CHECKING:
    from waymark.core.actor import Actor


class Reason(models.TextChoices):
    """Why a line stands in the ledger."""

    INVOLVEMENT = "involvement", "Works on the record"
    REFERRAL = "referral", "Received a referral"
    PLACEMENT = "placement", "Provides the placement"
    PANEL = "panel", "Panel item"
    SHARE = "share", "Shared with them"
    EMERGENCY = "emergency", "Opened in an emergency"
    STATUTORY = "statutory", "Statutory duty"


class Basis(models.TextChoices):
    """The lawful basis for sharing (UK GDPR Articles 6 and 9, with Schedule 1 of the Data Protection Act 2018)."""

    PUBLIC_TASK = "public_task", "Public task: children's social care and leaving care"
    LEGAL_OBLIGATION = "legal_obligation", "Legal obligation"
    VITAL_INTERESTS = "vital_interests", "Vital interests: to protect somebody's life"
    SAFEGUARDING = "safeguarding", "Safeguarding of children and of individuals at risk"
    CRIME = "crime", "Preventing or detecting crime"
    CONSENT = "consent", "Consent"


class Consent(models.TextChoices):
    """What the young person said about sharing."""

    GIVEN = "given", "They agreed"
    REFUSED = "refused", "They did not agree"
    WITHDRAWN = "withdrawn", "They agreed, and no longer do"
    NOT_ASKED = "not_asked", "They were not asked"


OPENING = ("starts_at", "ends_at", "named")
"""What of a line says whether it opens its record to its holder."""


class HolderOf(models.Func):
    """The identifier of whoever holds a line: a membership, a team, or a role at an agency as one made of both."""

    template = "coalesce(membership_id, team_id, md5(agency_id::text || role::text)::uuid)"
    output_field = models.UUIDField()


class LinesQuerySet(CaseBoundQuerySet[Record]):
    """Lines of the ledger as people ask for them.

    They are found by their holder: the lines of one lie together in an index, so that asking it about one record after
    another reads few pages.
    """

    def current(self) -> Self:
        """Those that hold now."""
        return self.filter(holds_now())

    def held_by(self, actor: Actor) -> Self:
        """Those of the membership the actor acts in, of its team, and of its role at its agency."""
        return self.filter(holder__in=holders_of(actor))

    def opening_for(self, actor: Actor) -> Self:
        """Those that open something for the actor now: held by them, no conflict of interest, no restricted record
        that does not name them.
        """
        return self.filter(Opens(actor))


class GrantQuerySet(LinesQuerySet["Grant"]):
    """All lines, as services read them."""

    def categories(self) -> tuple[frozenset[Category], frozenset[Category]]:
        """What these lines open together: to read, and to write."""
        lines = list(self.values_list("reads", "writes"))
        reads, writes = (frozenset(Category(name) for line in lines for name in line[place]) for place in (0, 1))
        return reads, writes


class Grant(BaseModel, Period):
    """One line: who (a membership, a team or a role at an agency) may read and write which categories of a case.

    `named` lines are those that still open a restricted record. `onward` says whether its holder may pass on what they
    read, `conditions` how it is to be handled, `rules` the answers to the seven golden rules of an explicit share
    (Information sharing advice for safeguarding practitioners, 2024).
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="grants")
    membership = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="grants")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="grants")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=40, blank=True)
    holder = models.GeneratedField(expression=HolderOf(), output_field=models.UUIDField(), db_persist=True)
    reads = ArrayField(models.CharField(max_length=20, choices=CHOICES))
    writes = ArrayField(models.CharField(max_length=20, choices=CHOICES), default=list, blank=True)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    involvement = models.OneToOneField(
        Involvement, null=True, blank=True, on_delete=models.CASCADE, related_name="grant"
    )
    basis = models.CharField(max_length=20, choices=Basis.choices)
    purpose = models.CharField(max_length=400)
    decided_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(db_default=Now())
    named = models.BooleanField(default=False)
    onward = models.BooleanField(default=False)
    conditions = models.CharField(max_length=400, blank=True)
    consent = models.CharField(max_length=10, choices=Consent.choices, default=Consent.NOT_ASKED)
    consent_note = models.CharField(max_length=1000, blank=True)
    rules = models.JSONField(default=dict, blank=True)
    ended_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(max_length=400, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("grant_ends_after_start"),
            models.CheckConstraint(
                name="grant_has_one_holder",
                condition=models.Q(membership__isnull=False, team=None, agency=None, role="")
                | models.Q(membership=None, team__isnull=False, agency=None, role="")
                | (models.Q(membership=None, team=None, agency__isnull=False) & ~models.Q(role="")),
            ),
            models.CheckConstraint(
                name="grant_writes_only_what_it_reads",
                condition=models.Q(reads__contains=models.F("writes")),
            ),
            models.CheckConstraint(
                name="grant_opens_identity_with_anything",
                condition=models.Q(reads__contains=[Category.IDENTITY]),
            ),
            models.CheckConstraint(
                name="grant_in_an_emergency_ends",
                condition=~models.Q(reason=Reason.EMERGENCY) | models.Q(ends_at__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_of_an_involvement_says_which",
                condition=models.Q(reason=Reason.INVOLVEMENT, involvement__isnull=False)
                | (~models.Q(reason=Reason.INVOLVEMENT) & models.Q(involvement=None)),
            ),
        ]
        indexes = [
            # With all that says whether a line opens its record, so that the lines themselves need not be read.
            models.Index(name="grant_of_holder", fields=["holder", "case"], include=OPENING),
        ]

    def __str__(self) -> str:
        return f"{self.reason} on {self.case_id}"


class OwnLinesQuerySet(LinesQuerySet["OwnLine"]):
    """The reader's own lines as people ask for them."""

    def opening_for(self, actor: Actor) -> Self:
        """As of any line."""
        return self.filter(OwnOpens(actor))


class OwnLine(Period):
    """A line that opens something to whoever acts: what the database's view shows to the login of pages.

    The view reads the ledger as its owner, so that pages are not asked once more for each line whether they may read
    it. To any other login it is empty. What it shows is asked all that is asked of a `Grant`.
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.DO_NOTHING, related_name="+")
    holder = models.UUIDField()
    reads = ArrayField(models.CharField(max_length=20, choices=CHOICES))
    writes = ArrayField(models.CharField(max_length=20, choices=CHOICES))
    named = models.BooleanField()

    objects = OwnLinesQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "access_reach"

    def __str__(self) -> str:
        return f"own line {self.pk}"
