"""Looking for somebody before they are registered: by how their name sounds, turned round, short, by birth, by number.

Whoever looks is shown whom they may see, and nobody else: what is hidden from them looks as if it were not there, in
what is found, in how many and in how it is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Value

from waymark.core import trail
from waymark.core.actor import Actor
from waymark.people.also_known import also_known_as
from waymark.people.duplicates import plain
from waymark.people.merging import one_of_each
from waymark.people.models import Identifier, Sound, YoungPerson
from waymark.people.nhs_numbers import read_nhs_number

MOST = 20
LOOKED_AT = 100
"""How many are looked at at most, to find the nearest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is known of somebody. `number` is an NHS number or one of another system."""

    given_name: str = ""
    family_name: str = ""
    date_of_birth: date | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who may be meant, and in what they agree; the lower `distance`, the nearer."""

    person: YoungPerson
    why: tuple[str, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Matches:
    """The nearest, the first the nearest of all. `is_cut` when there are more than are shown."""

    found: list[Match]
    is_cut: bool


def search(sought: Sought, *, actor: Actor) -> Matches:
    """Whom the actor may see and may mean. The search is in the trail with whom it showed."""
    seen = YoungPerson.objects.visible_one_by_one(actor).select_related("case")
    rows = list(seen.filter(_meant(sought, actor)).order_by("pk")[: LOOKED_AT + 1])
    by_number = set(_with_number(sought.number, actor))
    people = one_of_each(rows, actor)
    matches = sorted(
        (_match(one, sought, by_number) for one in people), key=lambda one: (one.distance, one.person.name)
    )
    shown = matches[:MOST]
    trail.searched(
        actor, "people.YoungPerson", purpose="before registering", cases=[one.person.case_id for one in shown]
    )
    return Matches(shown, len(matches) > MOST)


def swapped(day: date) -> date | None:
    """The day with day and month changed round; None where there is no such day, or it is the same."""
    try:
        other = date(day.year, day.day, day.month)
    except ValueError:
        return None
    return other if other != day else None


def _meant(sought: Sought, actor: Actor) -> Q:
    given, family = _sounds(sought.given_name), _sounds(sought.family_name)
    named = Q(pk__in=[])
    if given and family:
        named |= _sounding(given, "given", "preferred") & _sounding(family, "family")
        named |= _sounding(family, "given", "preferred") & _sounding(given, "family")
    if sought.date_of_birth is not None and (given or family):
        born = Q(date_of_birth__in=[day for day in (sought.date_of_birth, swapped(sought.date_of_birth)) if day])
        named |= born & _sounding([*given, *family], "given", "preferred", "family")
    if sought.number:
        named |= Q(case__in=_with_number(sought.number, actor))
    return named


def _sounding(sounds: list[Sound], *names: str) -> Q:
    found = Q(pk__in=[])
    for name in names:
        found |= Q(**{f"{name}_name_sound__in": sounds})
    return found


def _sounds(name: str) -> list[Sound]:
    """How a name and those that stand for it sound: of the whole, and of its first word. Of no letters, nothing."""
    words = name.split()
    if not plain(name):
        return []
    spoken = also_known_as(name) | also_known_as(words[0])
    return [Sound(Value(one)) for one in sorted(spoken)]


def _with_number(number: str, actor: Actor) -> list[object]:
    """The cases that have a number, as it was typed or as an NHS number is written."""
    if not number.strip():
        return []
    values = {number.strip(), number.strip().upper(), read_nhs_number(number) or number.strip()}
    return list(Identifier.objects.visible_one_by_one(actor).filter(value__in=values).values_list("case", flat=True))


def _match(person: YoungPerson, sought: Sought, by_number: set[object]) -> Match:
    why, distance = [], 0
    if person.case_id in by_number:
        why.append("the same number")
        distance -= 100
    words, further = _of_name(person, sought)
    why += words
    distance += further
    born = sought.date_of_birth
    if born is not None and person.date_of_birth == born:
        why.append("the same date of birth")
    elif born is not None and person.date_of_birth == swapped(born):
        why.append("day and month of birth changed round")
        distance += 2
    elif born is not None:
        why.append("another date of birth")
        distance += 10
    return Match(person, tuple(why), distance)


def _of_name(person: YoungPerson, sought: Sought) -> tuple[list[str], int]:
    """In what the name agrees, and how far it is."""
    own = {plain(person.given_name), plain(person.preferred_name)} - {""}
    given, family = plain(sought.given_name), plain(sought.family_name)
    if not given and not family:
        return [], 0
    if given in own and family == plain(person.family_name):
        return ["the same name"], 0
    if family in own and given == plain(person.family_name):
        return ["given and family name changed round"], 1
    return ["a name like it"], 4
