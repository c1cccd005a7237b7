"""What is known of young people: groups, each other, people of concern, and what they bring with them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models

from waymark.cases.models import Case
from waymark.core.categories import Category
from waymark.core.ledger import current_ledger
from waymark.core.models import ends_after_start
from waymark.risks.models.known import Known, KnownQuerySet, Strength
from waymark.risks.models.registers import Group, PersonOfConcern

if TYPE_CHECKING:
    from waymark.core.actor import Actor


class Affiliation(Known):
    """A young person is said to belong to a group. Intelligence."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="affiliations")
    strength = models.CharField(max_length=10, choices=Strength.choices)

    objects = KnownQuerySet["Affiliation"].as_manager()

    class Meta:
        constraints = [
            ends_after_start("affiliation_ends_after_start"),
            models.CheckConstraint(
                name="affiliation_is_intelligence", condition=models.Q(category=Category.INTELLIGENCE)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} in {self.group_id}"


class AssociationKind(models.TextChoices):
    """What is between two people."""

    CONFLICT = "conflict", "Conflict between them"
    INCIDENT = "incident", "Incident between them"
    EXPLOITS = "exploits", "Exploits the other"
    CO_EXPLOITED = "co_exploited", "Exploited together"
    CO_OFFENDS = "co_offends", "Offend together"
    SEXUAL_HARM = "sexual_harm", "Harmful sexual behaviour towards the other"
    NOT_TOGETHER = "not_together", "Must not live together"
    POSITIVE = "positive", "Good for each other"


CATEGORY_OF_ASSOCIATION: Mapping[str, Category] = MappingProxyType(
    {
        AssociationKind.CONFLICT: Category.RISK,
        AssociationKind.INCIDENT: Category.INCIDENTS,
        AssociationKind.EXPLOITS: Category.EXPLOITATION,
        AssociationKind.CO_EXPLOITED: Category.EXPLOITATION,
        AssociationKind.CO_OFFENDS: Category.YOUTH_JUSTICE,
        AssociationKind.SEXUAL_HARM: Category.RISK,
        AssociationKind.NOT_TOGETHER: Category.RISK,
        AssociationKind.POSITIVE: Category.RISK,
    }
)
"""The kind of information that an association is, unless it is recorded as intelligence."""

ONE_WAY = (AssociationKind.EXPLOITS, AssociationKind.SEXUAL_HARM)
"""Kinds that one of the two does to the other, unless both are said to."""


class Direction(models.TextChoices):
    """Who puts whom at risk: the young person whose `case` comes first, the other, or each the other."""

    TOWARDS = "towards", "They put the other at risk"
    FROM = "from", "The other puts them at risk"
    BOTH = "both", "Each puts the other at risk"


class AssociationQuerySet(KnownQuerySet["Association"]):
    """Associations as people ask for them."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of whose category the actor may read on both records: either names the other."""
        found = super().visible_to(actor)
        if actor.is_system:
            return found
        there = current_ledger().open_in(actor, models.OuterRef("other"), models.OuterRef("category"))
        opened = found.alias(opened_there=models.Subquery(there.values("pk")[:1]))
        return opened.exclude(other__isnull=False, opened_there=None)

    def about(self, case: Case | UUID) -> Self:
        """Those of a young person, whichever of the two they are."""
        return self.filter(models.Q(case=case) | models.Q(other=case))


class Association(Known):
    """What is between a young person and another (`other`), or a person of concern (`person`), who is no case here."""

    other = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(
        PersonOfConcern, null=True, blank=True, on_delete=models.PROTECT, related_name="associations"
    )
    kind = models.CharField(max_length=16, choices=AssociationKind.choices)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    strength = models.CharField(max_length=10, choices=Strength.choices)

    objects = AssociationQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("association_ends_after_start"),
            models.CheckConstraint(
                name="association_is_with_one",
                condition=models.Q(other__isnull=False, person=None) | models.Q(other=None, person__isnull=False),
            ),
            models.CheckConstraint(name="association_is_of_two", condition=~models.Q(case=models.F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id or self.person_id}"


class MarkerKind(models.TextChoices):
    """What somebody brings with them, whoever else lives there."""

    SEXUAL_HARM = "sexual_harm", "Harmful sexual behaviour"
    ARSON = "arson", "Fire setting"
    VIOLENCE = "violence", "Violence to people they live with"
    WEAPONS = "weapons", "Carries weapons"
    EXPLOITS_OTHERS = "exploits_others", "Draws others into exploitation"
    VULNERABLE_TO_EXPLOITATION = "exploitation", "Vulnerable to exploitation"
    VULNERABLE_TO_SEXUAL_HARM = "at_sexual_harm", "Vulnerable to sexual harm"
    VULNERABLE_TO_VIOLENCE = "at_violence", "Vulnerable to violence"


CATEGORY_OF_MARKER: Mapping[str, Category] = MappingProxyType(
    {
        MarkerKind.SEXUAL_HARM: Category.RISK,
        MarkerKind.ARSON: Category.RISK,
        MarkerKind.VIOLENCE: Category.RISK,
        MarkerKind.WEAPONS: Category.YOUTH_JUSTICE,
        MarkerKind.EXPLOITS_OTHERS: Category.EXPLOITATION,
        MarkerKind.VULNERABLE_TO_EXPLOITATION: Category.EXPLOITATION,
        MarkerKind.VULNERABLE_TO_SEXUAL_HARM: Category.RISK,
        MarkerKind.VULNERABLE_TO_VIOLENCE: Category.RISK,
    }
)
"""The kind of information that a marker is."""


class Marker(Known):
    """Something that a young person brings with them, which matters for whom they live with."""

    kind = models.CharField(max_length=16, choices=MarkerKind.choices)

    objects = KnownQuerySet["Marker"].as_manager()

    class Meta:
        constraints = [ends_after_start("marker_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
