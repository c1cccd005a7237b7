"""Adding young people and changing their details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from waymark.access.models import Involvement
from waymark.access.storing import store_involvements
from waymark.cases.models import Case, Kind
from waymark.cases.services import NewCase, open_cases
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.people.duplicates import refuse_the_same_again
from waymark.people.models import Identifier, YoungPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class NewYoungPerson:
    """A young person to be added. `identifiers` are values by kind, in the numbering of `authority`."""

    authority: Case
    given_name: str
    family_name: str = ""
    preferred_name: str = ""
    date_of_birth: date
    pronouns: str = ""
    reference: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    starts_at: datetime | None = None


@service
def add_young_person(new: NewYoungPerson, *, actor: Actor, clock: Clock = system_clock) -> YoungPerson:
    """Open a case for a young person. Whoever adds them is involved from then on, or could not see what they added."""
    return add_young_people([new], actor=actor, clock=clock)[0]


@service
def add_young_people(new: Sequence[NewYoungPerson], *, actor: Actor, clock: Clock = system_clock) -> list[YoungPerson]:
    """Add many young people at once, in the order given.

    A person does not register somebody twice: raises `RegisteredAlready` where they may see the record there is, and
    `AskTheFrontDoor` where they may not. Imports are the system's, and look for people themselves.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    if not actor.is_system:
        refuse_the_same_again(new, actor)
    cases = open_cases(
        [
            NewCase(
                kind=Kind.YOUNG_PERSON,
                authority=person.authority,
                reference=person.reference,
                starts_at=person.starts_at,
            )
            for person in new
        ],
        actor=actor,
        clock=clock,
    )
    pairs = list(zip(new, cases, strict=True))
    people = YoungPerson.objects.bulk_create([_person(person, case) for person, case in pairs], batch_size=2_000)
    Identifier.objects.bulk_create(
        [
            Identifier(case=case, authority=person.authority, kind=kind, value=value)
            for person, case in pairs
            for kind, value in person.identifiers.items()
        ],
        batch_size=2_000,
    )
    _involve(actor, cases, clock.now())
    trail.write(*(trail.written(actor, person) for person in people))
    return people


@service
def change_details(person: YoungPerson, *, actor: Actor, **changes: str | date) -> YoungPerson:
    """Change names, pronouns or date of birth. The trail names the fields, not what they held."""
    actor.require(Permission.MANAGE_PEOPLE, person)
    allowed = {"given_name", "family_name", "preferred_name", "date_of_birth", "pronouns"}
    if unknown := changes.keys() - allowed:
        raise ValueError(f"A young person has no {', '.join(sorted(unknown))}.")
    person = YoungPerson.objects.select_for_update().get(pk=person.pk)
    for name, value in changes.items():
        setattr(person, name, value)
    person.save(force_update=True, update_fields=list(changes))
    trail.wrote(actor, person, fields=sorted(changes))
    return person


def _person(new: NewYoungPerson, case: Case) -> YoungPerson:
    return YoungPerson(
        case=case,
        given_name=new.given_name,
        family_name=new.family_name,
        preferred_name=new.preferred_name,
        date_of_birth=new.date_of_birth,
        pronouns=new.pronouns,
    )


def _involve(actor: Actor, cases: Sequence[Case], at: datetime) -> None:
    if actor.membership_id is None:
        return
    own = [Involvement(case=case, role=actor.role, membership_id=actor.membership_id, starts_at=at) for case in cases]
    store_involvements(own, decided_by=actor.membership_id)
