"""Recording what is known of a young person: risks, groups, and what is between them and others."""

from __future__ import annotations

from dataclasses import dataclass

from waymark.access.services import NotAsAsked
from waymark.cases.models import Case, Kind
from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import Clock, system_clock
from waymark.core.models import not_over
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.risks.models import (
    Affiliation,
    Association,
    AssociationKind,
    Direction,
    ExcludedArea,
    Group,
    Marker,
    MarkerKind,
    PersonOfConcern,
    Strength,
)
from waymark.risks.models.links import CATEGORY_OF_ASSOCIATION, CATEGORY_OF_MARKER, ONE_WAY


@service
def record_marker(
    *, actor: Actor, case: Case, kind: MarkerKind, note: str = "", source: str = "", clock: Clock = system_clock
) -> Marker:
    """Say what a young person brings with them. Whoever records it must write that kind of information there.

    The marker of that kind that holds already, if there is one.
    """
    case = young_person(case)
    now = clock.now()
    marker = Marker(
        case=case,
        kind=kind,
        category=CATEGORY_OF_MARKER[kind],
        note=note.strip(),
        source=source.strip(),
        recorded_by_id=actor.membership_id,
        recorded_at=now,
        starts_at=now,
    )
    actor.require(Permission.RECORD_RISK, marker)
    found = Marker.objects.not_ended().filter(case=case, kind=kind).first()
    if found is not None:
        return found
    marker.save(force_insert=True)
    trail.wrote(actor, marker, kind=kind)
    return marker


@service
def record_affiliation(
    *,
    actor: Actor,
    case: Case,
    group: Group,
    strength: Strength = Strength.CONFIRMED,
    note: str = "",
    source: str = "",
    clock: Clock = system_clock,
) -> Affiliation:
    """Say that a young person belongs to a group of the register. What holds already becomes as sure as said now."""
    case = young_person(case)
    now = clock.now()
    affiliation = Affiliation(
        case=case,
        group=group,
        strength=strength,
        category=Category.INTELLIGENCE,
        note=note.strip(),
        source=source.strip(),
        recorded_by_id=actor.membership_id,
        recorded_at=now,
        starts_at=now,
    )
    actor.require(Permission.RECORD_ASSOCIATION, affiliation)
    if not Group.objects.visible_to(actor).filter(pk=group.pk).exists():
        raise NotAsAsked("Select a group of the register")
    found = Affiliation.objects.not_ended().filter(case=case, group=group).first()
    if found is not None and found.strength == strength:
        return found
    if found is not None:
        Affiliation.objects.filter(pk=found.pk).update(ends_at=now)
    affiliation.save(force_insert=True)
    trail.wrote(actor, affiliation)
    return affiliation


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssociation:
    """What is to be recorded between a young person and another, or a person of concern: exactly one of the two.

    `held_as_intelligence` lets only those read it who read intelligence, whatever kind of thing it is.
    """

    case: Case
    other: Case | None = None
    person: PersonOfConcern | None = None
    kind: AssociationKind
    direction: Direction = Direction.BOTH
    strength: Strength = Strength.CONFIRMED
    held_as_intelligence: bool = False
    note: str = ""
    source: str = ""

    @property
    def category(self) -> Category:
        """The kind of information that it is."""
        return Category.INTELLIGENCE if self.held_as_intelligence else CATEGORY_OF_ASSOCIATION[self.kind]


@service
def record_association(new: NewAssociation, *, actor: Actor, clock: Clock = system_clock) -> Association:
    """Record what is between two. Whoever does must write that kind of information on the young person's record, and
    read the other's record, or the register that the person of concern stands in. What is recorded already is not
    recorded twice. Raises `NotAsAsked` when it cannot be so.
    """
    case = young_person(new.case)
    if (new.other is None) == (new.person is None):
        raise NotAsAsked("Select one other person")
    now = clock.now()
    association = Association(
        case=case,
        other=new.other,
        person=new.person,
        kind=new.kind,
        direction=new.direction if new.kind in ONE_WAY else Direction.BOTH,
        strength=new.strength,
        category=new.category,
        note=new.note.strip(),
        source=new.source.strip(),
        recorded_by_id=actor.membership_id,
        recorded_at=now,
        starts_at=now,
    )
    actor.require(Permission.RECORD_ASSOCIATION, association)
    _other_is_known(new, actor)
    found = _same_again(association)
    if found is not None:
        return found
    association.save(force_insert=True)
    trail.wrote(actor, association)
    return association


def _other_is_known(new: NewAssociation, actor: Actor) -> None:
    """Refuse to name somebody whom the actor cannot know of, as if there were nobody."""
    if new.other is not None:
        if new.other.pk == new.case.pk:
            raise NotAsAsked("Select somebody else than the young person themselves")
        known = Case.objects.visible_to(actor).of_kind(Kind.YOUNG_PERSON).filter(pk=new.other.pk)
        if not known.exists():
            raise NotAsAsked("Select a young person whose record you work on")
    elif new.person is not None and not PersonOfConcern.objects.visible_to(actor).filter(pk=new.person.pk).exists():
        raise NotAsAsked("Select somebody of the register")


def _same_again(new: Association) -> Association | None:
    """The same that holds already, whichever of the two it was recorded of."""
    same = Association.objects.not_ended().filter(kind=new.kind, category=new.category, person=new.person)
    found = same.filter(case=new.case, other=new.other, direction=new.direction).first()
    if found is None and new.other is not None:
        turned = TURNED[Direction(new.direction)]
        found = same.filter(case=new.other, other=new.case, direction=turned).first()
    return found


TURNED = {Direction.TOWARDS: Direction.FROM, Direction.FROM: Direction.TOWARDS, Direction.BOTH: Direction.BOTH}
"""What a direction is, seen from the other of the two."""

Endable = Marker | Affiliation | Association | ExcludedArea


@service
def end(row: Endable, *, actor: Actor, why: str = "", clock: Clock = system_clock) -> None:
    """Say that something holds no longer, and why. It stays as history; what has ended already is left as it is."""
    locked(row.case_id)
    wanted = Permission.RECORD_ASSOCIATION if isinstance(row, (Affiliation, Association)) else Permission.RECORD_RISK
    actor.require(wanted, row)
    now = clock.now()
    if type(row)._base_manager.filter(not_over(), pk=row.pk).update(ends_at=now):
        trail.wrote(actor, row, words=why.strip(), ended=True)


def young_person(case: Case) -> Case:
    """The case, locked. `NotAsAsked` for a place."""
    case = locked(case.pk)
    if case.kind != Kind.YOUNG_PERSON:
        raise NotAsAsked("This is recorded of young people only")
    return case
