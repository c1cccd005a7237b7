"""Cases and the history of which authority is responsible for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from waymark.core.ledger import current_ledger
from waymark.core.models import BaseModel, CaseBoundQuerySet, Period, ends_after_start

if TYPE_CHECKING:
    from waymark.core.actor import Actor


class Kind(models.TextChoices):
    """What a case is about."""

    YOUNG_PERSON = "young_person", "Young person"
    SCHEME = "scheme", "Scheme"
    PROVIDER = "provider", "Provider"
    BOROUGH = "borough", "Borough"


REFERENCE_PREFIXES = {Kind.YOUNG_PERSON: "YP", Kind.SCHEME: "S", Kind.PROVIDER: "PR", Kind.BOROUGH: "B"}
"""How the reference of a case of each kind begins."""


class CaseQuerySet(CaseBoundQuerySet["Case"]):
    """Cases as somebody sees them."""

    case_field = "pk"

    def of_kind(self, kind: Kind) -> Self:
        """Only the cases of one kind."""
        return self.filter(kind=kind)

    def visible_to(self, actor: Actor) -> Self:
        """Young people whose case the actor may read; schemes, providers and boroughs for everyone in a role.

        That a scheme has a case is no secret; what happened there is, and stays with those who may read the case.
        """
        if actor.is_system:
            return self.all()
        if actor.membership_id is None:
            return self.none()
        return self.filter(
            ~models.Q(kind=Kind.YOUNG_PERSON) | models.Q(pk__in=current_ledger().cases_within_reach(actor))
        )


class Case(BaseModel):
    """Whoever or whatever events are about. `reference` is what traces and letters call it: `YP12`.

    `authority` is the borough responsible now (None for a borough itself); `CaseAuthority` keeps its history. What a
    person may read follows grants, never the authority.
    """

    kind = models.CharField(max_length=20, choices=Kind.choices)
    reference = models.CharField(max_length=40)
    authority = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="case_reference_once_in_an_authority",
                fields=["authority", "reference"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="case_borough_has_no_authority",
                condition=models.Q(kind=Kind.BOROUGH, authority=None)
                | (~models.Q(kind=Kind.BOROUGH) & models.Q(authority__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(name="case_by_kind", fields=["authority", "kind"]),
            models.Index(name="case_by_reference", fields=["reference"]),
        ]

    def __str__(self) -> str:
        return self.reference


class CaseAuthority(BaseModel, Period):
    """Which borough was responsible for a case, from when until when."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="authorities")
    authority = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")

    objects = CaseBoundQuerySet["CaseAuthority"].as_manager()

    class Meta:
        constraints = [
            ends_after_start("case_authority_ends_after_start"),
            models.UniqueConstraint(
                name="case_has_one_authority_now", fields=["case"], condition=models.Q(ends_at=None)
            ),
        ]
