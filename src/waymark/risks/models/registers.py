"""The registers that specialists keep: groups, rivalries, and people of concern who are not young people here.

Nothing in them is about a young person. They are read by those who read intelligence in the borough that keeps them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from waymark.access.models import Agency, Team
from waymark.access.rules import RULES
from waymark.accommodation.models import Scheme
from waymark.cases.models import Case
from waymark.core.categories import Category
from waymark.core.models import BaseModel, Period, Record, ends_after_start, not_over
from waymark.risks.models.known import Recorded

if TYPE_CHECKING:
    from waymark.core.actor import Actor

SPECIALISTS = tuple(sorted(role for role, rule in RULES.items() if Category.INTELLIGENCE in rule.reads))
"""The roles that read intelligence: gangs team and coordinator, police, safer neighbourhoods, exploitation workers."""


def boroughs_of(actor: Actor, column: str = "authority") -> models.Q:
    """The condition on an authority that the actor is a specialist there: by their team, or by their council.

    As the database says it in `waymark_specialist_of`.
    """
    if actor.role not in SPECIALISTS or actor.membership_id is None:
        return models.Q(pk__in=[])
    teams = Team.objects.filter(memberships=actor.membership_id).values("borough")
    councils = Agency.objects.filter(memberships=actor.membership_id).values("case")
    return models.Q(**{f"{column}__in": teams}) | models.Q(**{f"{column}__in": councils})


class RegisterQuerySet(models.QuerySet[Record]):
    """Rows of a register."""

    def visible_to(self, actor: Actor) -> Self:
        """All for the system; a borough's for its specialists; nothing for anybody else."""
        return self.all() if actor.is_system else self.filter(boroughs_of(actor))

    def not_ended(self) -> Self:
        """Those that hold until further notice, or until a day to come."""
        return self.filter(not_over())


class Register(BaseModel, Period, Recorded):
    """A row of a register: which borough's specialists keep it, and since when."""

    authority = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Group(Register):
    """A gang or a group that young people are said to belong to."""

    name = models.CharField(max_length=100)
    note = models.CharField(max_length=1000, blank=True)

    objects = RegisterQuerySet["Group"].as_manager()

    class Meta:
        constraints = [
            ends_after_start("group_ends_after_start"),
            models.UniqueConstraint(
                name="group_named_once", fields=["authority", "name"], condition=models.Q(ends_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Rivalry(Register):
    """Two groups that are against each other. Which of them stands first means nothing."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="rivalries")
    rival = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=1000, blank=True)

    objects = RegisterQuerySet["Rivalry"].as_manager()

    class Meta:
        verbose_name_plural = "rivalries"
        constraints = [
            ends_after_start("rivalry_ends_after_start"),
            models.CheckConstraint(name="rivalry_is_between_two", condition=~models.Q(group=models.F("rival"))),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} against {self.rival_id}"


class PersonOfConcern(Register):
    """Somebody who is no young person here and puts young people at risk. Their name is for specialists."""

    name = models.CharField(max_length=200)
    known_as = models.CharField(max_length=200, blank=True)
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.PROTECT, related_name="people_of_concern")
    note = models.CharField(max_length=1000, blank=True)

    objects = RegisterQuerySet["PersonOfConcern"].as_manager()

    class Meta:
        verbose_name_plural = "people of concern"
        constraints = [ends_after_start("person_of_concern_ends_after_start")]

    def __str__(self) -> str:
        return self.name


class Frequents(Register):
    """Where a person of concern is found: a scheme, a postcode district (`N7`), or a street address."""

    person = models.ForeignKey(PersonOfConcern, on_delete=models.PROTECT, related_name="places")
    scheme = models.ForeignKey(Scheme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    district = models.CharField(max_length=4, blank=True)
    address = models.CharField(max_length=300, blank=True)

    objects = RegisterQuerySet["Frequents"].as_manager()

    class Meta:
        verbose_name_plural = "frequents"
        constraints = [
            ends_after_start("frequents_ends_after_start"),
            models.CheckConstraint(
                name="frequents_one_place",
                condition=models.Q(scheme__isnull=False, district="", address="")
                | (models.Q(scheme=None, address="") & ~models.Q(district=""))
                | (models.Q(scheme=None, district="") & ~models.Q(address="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.scheme_id or self.district or self.address}"
