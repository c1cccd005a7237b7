"""Files that hang on a record, and what is in them."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, Q

from waymark.access.models import Agency, AgencyKind, Membership
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.categories import CHOICES, Category
from waymark.core.models import BaseModel, ItemQuerySet


class Kind(models.TextChoices):
    """What a document is. The plans are those that the protocol asks of a referral (REF-02, REF-03, REF-13)."""

    CARE_PLAN = "care_plan", "Care plan"
    PATHWAY_PLAN = "pathway_plan", "Pathway plan"
    PERSONAL_EDUCATION_PLAN = "personal_education_plan", "Personal education plan"
    ASSET_PLUS_EXPLANATIONS = "asset_plus_explanations", "AssetPlus: explanations and conclusions"
    YOS_PATHWAY_PLAN = "yos_pathway_plan", "AssetPlus: pathways and planning"
    RISK_ASSESSMENT = "risk_assessment", "Risk assessment"
    SAFETY_PLAN = "safety_plan", "Safety plan"
    OFFER_LETTER = "offer_letter", "Offer letter"
    REFUSAL_LETTER = "refusal_letter", "Refusal letter"
    PLACEMENT_CONFIRMATION = "placement_confirmation", "Confirmation of a placement"
    HOUSING_ASSESSMENT = "housing_assessment", "Housing assessment"
    UNIT_RISK_MANAGEMENT_PLAN = "unit_risk_management_plan", "Unit risk management plan"
    OTHER = "other", "Another document"


CATEGORIES = {
    Kind.CARE_PLAN: Category.PLACEMENT,
    Kind.PATHWAY_PLAN: Category.PLACEMENT,
    Kind.PERSONAL_EDUCATION_PLAN: Category.PLACEMENT,
    Kind.ASSET_PLUS_EXPLANATIONS: Category.YOUTH_JUSTICE,
    Kind.YOS_PATHWAY_PLAN: Category.YOUTH_JUSTICE,
    Kind.RISK_ASSESSMENT: Category.RISK,
    Kind.SAFETY_PLAN: Category.RISK,
    Kind.OFFER_LETTER: Category.PLACEMENT,
    Kind.REFUSAL_LETTER: Category.PLACEMENT,
    Kind.PLACEMENT_CONFIRMATION: Category.PLACEMENT,
    Kind.HOUSING_ASSESSMENT: Category.RISK,
    Kind.UNIT_RISK_MANAGEMENT_PLAN: Category.RISK,
}
"""The kind of information that a document holds, unless whoever brings it says otherwise. Of `OTHER` they must say."""


class State(models.TextChoices):
    """Where a file stands between being brought and being read."""

    SCANNING = "scanning", "Being checked for viruses"
    CLEAN = "clean", "Ready to read"
    QUARANTINED = "quarantined", "Waiting to be checked"
    REFUSED = "refused", "Not safe: nobody can open it"


WAITING = (State.SCANNING, State.QUARANTINED)
"""States in which the virus checker has not said anything yet."""


OF_PROVIDERS = (
    Kind.OFFER_LETTER,
    Kind.REFUSAL_LETTER,
    Kind.PLACEMENT_CONFIRMATION,
    Kind.HOUSING_ASSESSMENT,
    Kind.UNIT_RISK_MANAGEMENT_PLAN,
)
"""What a housing provider writes, and no other provider reads: others who have the same referral compete with it."""


def _not_of_another_provider(actor: Actor, document: str = "") -> Q:
    """The condition that a document is not what another provider wrote than that for which somebody works. `document`
    leads to it, as `document__`. The database's policies say the same (documents 0003).
    """
    if actor.is_system or actor.agency_id is None:
        return Q()
    by = f"{document}uploaded_by"
    for_a_provider = Agency.objects.filter(pk=actor.agency_id, kind=AgencyKind.PROVIDER)
    return (
        ~Q(**{f"{document}kind__in": OF_PROVIDERS})
        | Q(**{by: None})
        | Q(**{f"{by}__agency": actor.agency_id})
        | ~Q(**{f"{by}__agency__kind": AgencyKind.PROVIDER})
        | Q(~Exists(for_a_provider))
    )


class DocumentQuerySet(ItemQuerySet["Document"]):
    """Documents as people ask for them."""

    def visible_to(self, actor: Actor) -> Self:
        """Only those that the actor may read now; a provider none that another provider wrote."""
        return super().visible_to(actor).filter(_not_of_another_provider(actor))

    def listed_for(self, actor: Actor) -> Self:
        """The rows of `visible_to`, for the first of a list in the order of an index."""
        return super().listed_for(actor).filter(_not_of_another_provider(actor))

    def there(self) -> Self:
        """Those that were not removed and that no newer one has replaced."""
        return self.filter(removed_at=None)

    def newest_first(self) -> Self:
        """In the order of lists."""
        return self.order_by("-uploaded_at", "pk")

    def on(self, about: object) -> Self:
        """Those that hang on one thing, such as a referral: its identifier."""
        return self.filter(about=about)

    def waiting(self) -> Self:
        """Those that no virus checker has looked at yet, and nobody has released."""
        return self.there().filter(state__in=WAITING)


class Document(BaseModel):
    """A file on a record. `about` is what it hangs on there, such as a referral, and `about_kind` which sort of thing.

    `file_name` is what it is offered as; `content_type` and `size` (bytes) are what was found, not what was claimed.
    `why` says in plain words why it is in its `state`. A document that was removed or replaced (`removed_at`) is not
    shown any more; retention disposes of it with the record.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    about = models.UUIDField(null=True, blank=True)
    about_kind = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=40, choices=Kind.choices)
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=20, choices=CHOICES)
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=State.choices)
    why = models.CharField(max_length=300, blank=True)
    uploaded_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    released_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    removed_why = models.CharField(max_length=300, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="document_hangs_on_a_kind", condition=Q(about=None) | ~Q(about_kind="")),
            models.CheckConstraint(name="document_has_a_size", condition=Q(size__gt=0)),
        ]
        indexes = [
            models.Index(name="document_of_a_case", fields=["case", "-uploaded_at"]),
            models.Index(name="document_on_something", fields=["about"], condition=~Q(about=None)),
            models.Index(name="document_waiting", fields=["uploaded_at"], condition=Q(state__in=WAITING)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def may_be_opened(self) -> bool:
        """Whether its content may leave at all."""
        return self.state == State.CLEAN and self.removed_at is None

    def is_of(self, account_id: UUID | None) -> bool:
        """Whether this person brought it, in whichever of their memberships."""
        return self.uploaded_by is not None and self.uploaded_by.account_id == account_id


class ContentQuerySet(ItemQuerySet["Content"]):
    """Contents, read by whoever may read the document."""

    item_field = "document"

    def visible_to(self, actor: Actor) -> Self:
        """Only those of documents that the actor may read now."""
        return super().visible_to(actor).filter(_not_of_another_provider(actor, "document__"))

    def listed_for(self, actor: Actor) -> Self:
        """The rows of `visible_to`, for the first of a list in the order of an index."""
        return super().listed_for(actor).filter(_not_of_another_provider(actor, "document__"))


class Content(models.Model):
    """What is in a document. Pages read it only while the document is clean and there: the database says so itself.

    `letter` is what a letter of ours says, paragraph by paragraph, for reading it as a page; empty of any other file.
    """

    document = models.OneToOneField(Document, on_delete=models.PROTECT, primary_key=True, related_name="content")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=20, choices=CHOICES)
    content = models.BinaryField()
    letter = models.JSONField(default=dict, blank=True)

    objects = ContentQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.document_id)
