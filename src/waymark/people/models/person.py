"""Young people and the identifiers that other systems know them by."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models.functions import Concat, Upper

from waymark.cases.models import Case
from waymark.core.models import BaseModel, CaseBoundQuerySet

BY_NAME = (Upper("family_name"), Upper("given_name"), models.F("case"))
"""The order of lists of young people, which an index has."""

LAST_OF_ALL = "\U0010ffff"
"""What follows whatever somebody may be called."""


def in_capitals(name: str) -> models.GeneratedField:
    """The column that a search compares with what was typed, in an order in which what begins alike lies together."""
    return models.GeneratedField(
        expression=Upper(name), output_field=models.CharField(max_length=100, db_collation="C"), db_persist=True
    )


class Sound(models.Func):
    """How a name sounds, as the database reckons it: `sound.sql` says how."""

    function = "public.waymark_sound"
    output_field = models.CharField(max_length=100, db_collation="C")


def as_it_sounds(name: str) -> models.GeneratedField:
    """The column that a search by sound compares."""
    return models.GeneratedField(
        expression=Sound(name), output_field=models.CharField(max_length=100, db_collation="C"), db_persist=True
    )


class YoungPersonQuerySet(CaseBoundQuerySet["YoungPerson"]):
    """Young people as somebody looks for them."""

    def called(self, beginning: str) -> Self:
        """Those of whom a name begins so, in capitals or not."""
        first = Upper(models.Value(beginning))
        after_all = Concat(first, models.Value(LAST_OF_ALL))
        named = models.Q()
        for column in ("given_name_capitals", "family_name_capitals", "preferred_name_capitals"):
            named |= models.Q(**{f"{column}__gte": first, f"{column}__lt": after_all})
        return self.filter(named)


class YoungPerson(BaseModel):
    """The person a young person's case is about. What is true of them at a time (status, risks) are recorded facts."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="young_person")
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100, blank=True)
    preferred_name = models.CharField(max_length=100, blank=True)
    date_of_birth = models.DateField()
    pronouns = models.CharField(max_length=40, blank=True)
    given_name_capitals = in_capitals("given_name")
    family_name_capitals = in_capitals("family_name")
    preferred_name_capitals = in_capitals("preferred_name")
    given_name_sound = as_it_sounds("given_name")
    family_name_sound = as_it_sounds("family_name")
    preferred_name_sound = as_it_sounds("preferred_name")

    objects = YoungPersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "young people"
        indexes = [
            models.Index(*BY_NAME, name="young_person_in_order"),
            models.Index(name="young_person_by_given_name", fields=["given_name_capitals"]),
            models.Index(name="young_person_by_family_name", fields=["family_name_capitals"]),
            models.Index(name="young_person_by_preferred_name", fields=["preferred_name_capitals"]),
            models.Index(name="young_person_sound_given", fields=["given_name_sound"]),
            models.Index(name="young_person_sound_family", fields=["family_name_sound"]),
            models.Index(name="young_person_sound_preferred", fields=["preferred_name_sound"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What to call them on a page: preferred or given name, then family name."""
        return f"{self.preferred_name or self.given_name} {self.family_name}".strip()

    def age_on(self, day: date) -> int:
        """Age in whole years on `day`. Born on 29 February: the birthday is 1 March in common years."""
        had_birthday = (day.month, day.day) >= (self.date_of_birth.month, self.date_of_birth.day)
        return day.year - self.date_of_birth.year - (not had_birthday)


NHS, CASE_SYSTEM = "nhs", "case_system"
"""Kinds of identifiers that people type: the NHS number, and the number in the council's case system."""


class Identifier(BaseModel):
    """What another system calls a young person: `kind` names the system (`ssda903`), `authority` whose numbers."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="identifiers")
    authority = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    value = models.CharField(max_length=100)

    objects = CaseBoundQuerySet["Identifier"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="identifier_once", fields=["authority", "kind", "value"]),
        ]
        indexes = [models.Index(name="identifier_by_value", fields=["value"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
