"""Somebody is not registered twice; and whoever tries learns nothing of a record that they may not see."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from django.db import connections

from waymark.core.actor import Actor
from waymark.core.database import SERVICE
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.people.merging import one_of_each
from waymark.people.models import NHS, Identifier, YoungPerson


class Registering(Protocol):
    """What is asked of whoever is to be registered."""

    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...
    @property
    def preferred_name(self) -> str: ...
    @property
    def date_of_birth(self) -> date: ...
    @property
    def identifiers(self) -> Mapping[str, str]: ...


class RegisteredAlready(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """Somebody of this name and date of birth has a record that the actor may see: `person`."""

    def __init__(self, person: YoungPerson) -> None:
        self.person = person
        super().__init__(f"{person.name}, born on the same day, has a record already: {person.case.reference}")


class AskTheFrontDoor(Refused):
    """Somebody of this name and date of birth cannot be registered by the actor, who learns no more than that.

    The words are the same whether the record there is is restricted, closed to the actor for a conflict of interest, or
    simply not theirs. The attempt is audited as a refusal, with the record it would have doubled.
    """

    def __init__(self, actor: Actor, about: YoungPerson) -> None:
        super().__init__(actor, Permission.MANAGE_PEOPLE, about)
        self.args = ("You cannot register this person here. Ask the front door, who will tell you what to do next.",)


def refuse_the_same_again(new: Iterable[Registering], actor: Actor) -> None:
    """Raise where one of `new` has a record already, by name and date of birth, or by NHS number.

    Names are compared without accents, capitals and spaces, the preferred name stands for the given one, and given and
    family name may have been changed round. Whoever registers the same person at the same moment waits, and is told.
    """
    new = list(new)
    wanted = {key for one in new for key in _keys(one) | _keys_turned_round(one)}
    _one_at_a_time(wanted)
    born = {one_born for _, one_born in wanted}
    there = YoungPerson.objects.filter(date_of_birth__in=born).select_related("case").order_by("pk")
    found = [person for person in there if wanted & _keys(person)] + _with_the_same_number(new)
    if not found:
        return
    seen = YoungPerson.objects.visible_to(actor).filter(pk__in=[person.pk for person in found]).select_related("case")
    if to_open := one_of_each(seen, actor):
        raise RegisteredAlready(to_open[0])
    raise AskTheFrontDoor(actor, found[0])


def _keys(one: Registering | YoungPerson) -> set[tuple[str, date]]:
    """What somebody is known by: each of their names with the date of birth."""
    given = {one.given_name, one.preferred_name} - {""}
    return {(plain(f"{name} {one.family_name}"), one.date_of_birth) for name in given}


def _keys_turned_round(one: Registering) -> set[tuple[str, date]]:
    """The same with the family name first."""
    given = {one.given_name, one.preferred_name} - {""}
    return {(plain(f"{one.family_name} {name}"), one.date_of_birth) for name in given}


def _with_the_same_number(new: Iterable[Registering]) -> list[YoungPerson]:
    """Whoever has one of their NHS numbers, wherever they were registered."""
    numbers = {one.identifiers[NHS] for one in new if NHS in one.identifiers}
    if not numbers:
        return []
    cases = Identifier.objects.filter(kind=NHS, value__in=numbers).values("case")
    return list(YoungPerson.objects.filter(case__in=cases).select_related("case").order_by("pk"))


def plain(name: str) -> str:
    """A name without accents, capitals and spaces, to compare."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def _one_at_a_time(keys: Iterable[tuple[str, date]]) -> None:
    """Wait for whoever is registering the same, until their transaction ends; in one order, so that nobody waits for
    each other.
    """
    with connections[SERVICE].cursor() as cursor:
        for name, born in sorted(keys):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"register {name} {born}"])
