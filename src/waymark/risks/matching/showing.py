"""What of a matching a reader is shown: the causes that they may read, and for all others one and the same sentence.

Whoever may not read a cause learns that there is something, and whom to ask: not what, who, how many, or on which side.
The sentence is the same for a person, a place and an area, so it must not be changed for one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.ledger import current_ledger
from waymark.core.services import service
from waymark.people.models import YoungPerson
from waymark.risks.matching.conflicts import Conflict
from waymark.risks.matching.telling import told
from waymark.risks.models import (
    Affiliation,
    Association,
    ExcludedArea,
    Frequents,
    Group,
    Marker,
    PersonOfConcern,
    Rivalry,
)

NO_KNOWN_CONFLICT = "No known conflict"
TALK_FIRST = "Talk to the gangs team before offering"
"""For every cause that the reader may not read, whatever it is: they look into it and say what can be said."""
TALK_TO_A_MANAGER = "Talk to the deputy team manager of the person you are placing before offering"
"""The same for the gangs team itself, where they do not work on a record that it is about."""
GANGS_TEAM = frozenset({"gangs_team", "gangs_coordinator"})
ROWS = (Affiliation, Association, Frequents, Group, Marker, PersonOfConcern, Rivalry)
"""The tables, with excluded areas, in which the rows stand that a conflict rests on."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reader is told of a young person in one setting. `causes` are sentences; `warning` is "" or the one.

    `named` are the records of those whom the causes name.
    """

    causes: tuple[str, ...] = ()
    warning: str = ""
    named: frozenset[UUID] = frozenset()

    @property
    def clear(self) -> bool:
        """Whether no conflict is known."""
        return not self.causes and not self.warning


CLEAR = Shown()
"""Nothing is known against it."""


@service
def show(found: Mapping[UUID, Collection[Conflict]], *, actor: Actor) -> Mapping[UUID, Shown]:
    """What `match` found, as the actor may read it, by scheme. A scheme without conflicts is left out.

    A cause is shown to whoever may read every row that it rests on, on every record that the row is about, and where
    the other lives.
    """
    conflicts = [conflict for of_scheme in found.values() for conflict in of_scheme]
    rows = _readable({item for conflict in conflicts for item in conflict.items}, actor)
    people = _people({conflict.other for conflict in conflicts if conflict.other is not None}, actor)
    warning = TALK_TO_A_MANAGER if actor.role in GANGS_TEAM else TALK_FIRST
    return {scheme: _shown(of_scheme, rows, people, warning) for scheme, of_scheme in found.items() if of_scheme}


def _shown(
    conflicts: Iterable[Conflict], rows: Mapping[UUID, object], people: Mapping[UUID, str], warning: str
) -> Shown:
    causes, named, hidden = set(), set(), False
    for conflict in conflicts:
        if conflict.items <= rows.keys() and (conflict.other is None or conflict.other in people):
            causes.add(told(conflict, rows, people))
            named.add(conflict.other)
        else:
            hidden = True
    return Shown(tuple(sorted(causes)), warning if hidden else "", frozenset(one for one in named if one))


def _readable(items: Collection[UUID], actor: Actor) -> dict[UUID, object]:
    """Those of the rows that the actor may read, by their identifier."""
    found: dict[UUID, object] = {}
    areas = ExcludedArea.objects.visible_to(actor).select_related("scheme")
    for rows in (areas, *(model.objects.visible_to(actor) for model in ROWS)):
        found.update((row.pk, row) for row in rows.filter(pk__in=items))
    return found


def _people(cases: Collection[UUID], actor: Actor) -> dict[UUID, str]:
    """The names of those young people of whom the actor may read where they live, by case."""
    people = YoungPerson.objects.filter(case__in=cases)
    if not actor.is_system:
        people = people.filter(case__in=current_ledger().cases_within_reach(actor, Category.PLACEMENT))
    return {person.case_id: person.name for person in people}
