"""Keeping the registers: groups, rivalries, people of concern and where they are found."""

from __future__ import annotations

from waymark.access.services import NotAsAsked
from waymark.accommodation.areas import as_district
from waymark.accommodation.models import Scheme
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.errors import Refused
from waymark.core.models import not_over
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.risks.models import Frequents, Group, PersonOfConcern, Rivalry, boroughs_of
from waymark.risks.places import as_address


@service
def add_group(
    *, actor: Actor, authority: Case, name: str, note: str = "", source: str = "", clock: Clock = system_clock
) -> Group:
    """Put a group into the register of a borough's specialists. The one of that name, if it stands there already."""
    _keeps(actor, authority)
    name = " ".join(name.split())
    found = Group.objects.not_ended().filter(authority=authority, name__iexact=name).first()
    if found is not None:
        return found
    now = clock.now()
    group = Group.objects.create(
        authority=authority,
        name=name,
        note=note.strip(),
        source=source.strip(),
        recorded_by_id=actor.membership_id,
        recorded_at=now,
        starts_at=now,
    )
    trail.wrote(actor, group)
    return group


@service
def add_rivalry(
    *, actor: Actor, group: Group, rival: Group, note: str = "", source: str = "", clock: Clock = system_clock
) -> Rivalry:
    """Say that two groups are against each other. The rivalry there is, if it is known. `NotAsAsked` for one group."""
    _keeps(actor, group.authority)
    if group.pk == rival.pk or group.authority_id != rival.authority_id:
        raise NotAsAsked("Select two different groups of the register")
    known = Rivalry.objects.not_ended()
    found = known.filter(group=group, rival=rival).first() or known.filter(group=rival, rival=group).first()
    if found is not None:
        return found
    now = clock.now()
    rivalry = Rivalry.objects.create(
        authority=group.authority,
        group=group,
        rival=rival,
        note=note.strip(),
        source=source.strip(),
        recorded_by_id=actor.membership_id,
        recorded_at=now,
        starts_at=now,
    )
    trail.wrote(actor, rivalry)
    return rivalry


@service
def add_person_of_concern(
    *,
    actor: Actor,
    authority: Case,
    name: str,
    known_as: str = "",
    group: Group | None = None,
    note: str = "",
    source: str = "",
    clock: Clock = system_clock,
) -> PersonOfConcern:
    """Put somebody who is no young person here, and puts young people at risk, into the register.

    Two people may have one name, so the same name, other name and group again within the register is the same person.
    """
    _keeps(actor, authority)
    name, known_as = " ".join(name.split()), " ".join(known_as.split())
    same = PersonOfConcern.objects.not_ended().filter(authority=authority, group=group)
    found = same.filter(name__iexact=name, known_as__iexact=known_as).first()
    if found is not None:
        return found
    now = clock.now()
    person = PersonOfConcern.objects.create(
        authority=authority,
        name=name,
        known_as=known_as,
        group=group,
        note=note.strip(),
        source=source.strip(),
        recorded_by_id=actor.membership_id,
        recorded_at=now,
        starts_at=now,
    )
    trail.wrote(actor, person)
    return person


@service
def add_place_of(
    *,
    actor: Actor,
    person: PersonOfConcern,
    scheme: Scheme | None = None,
    district: str = "",
    address: str = "",
    source: str = "",
    clock: Clock = system_clock,
) -> Frequents:
    """Say where a person of concern is found: exactly one of a scheme, a postcode district and a street address.

    Raises `NotAsAsked` for none or several, and for what is no postcode district.
    """
    _keeps(actor, person.authority)
    if (scheme is not None) + bool(district.strip()) + bool(address.strip()) != 1:
        raise NotAsAsked("Say one place: a scheme, a postcode district or a street address")
    now = clock.now()
    place = Frequents.objects.create(
        authority=person.authority,
        person=person,
        scheme=scheme,
        district=as_district(district) if district.strip() else "",
        address=as_address(address),
        source=source.strip(),
        recorded_by_id=actor.membership_id,
        recorded_at=now,
        starts_at=now,
    )
    trail.wrote(actor, place)
    return place


@service
def end_in_register(
    row: Group | Rivalry | PersonOfConcern | Frequents, *, actor: Actor, clock: Clock = system_clock
) -> None:
    """Say that a row of a register holds no longer. It stays as history; what has ended already is left as it is."""
    _keeps(actor, row.authority)
    if type(row)._base_manager.filter(not_over(), pk=row.pk).update(ends_at=clock.now()):
        trail.wrote(actor, row, ended=True)


def _keeps(actor: Actor, authority: Case) -> None:
    """Refuse whoever does not keep the register of this borough, which they would not see either."""
    actor.require(Permission.KEEP_REGISTERS)
    if actor.is_system:
        return
    if not Case.objects.filter(pk=authority.pk).filter(boroughs_of(actor, "pk")).exists():
        raise Refused(actor, Permission.KEEP_REGISTERS)
