"""Risks of the cast: something in every table that matching reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Risks:
    """What was recorded: rows by what they are."""

    group: Any
    rival: Any
    rivalry: Any
    person: Any
    place: Any
    affiliation: Any
    association: Any
    concern: Any
    marker: Any
    area: Any


def risks_of(one: Any, other: Any, scheme: Any, actor: Any, words: str = "said so") -> Risks:
    """Two young people in rival groups who fought, one of whom somebody of the register exploits; and no place to go.

    `words` stand wherever somebody may write; the other young person carries a marker too.
    """
    from waymark.risks import services
    from waymark.risks.models import AssociationKind, Direction, MarkerKind, Shape

    authority = one.case.authority
    said = {"note": words, "source": words[:200], "actor": actor}
    group = services.add_group(authority=authority, name=f"Quayside {words[:20]}", **said)
    rival = services.add_group(authority=authority, name=f"Ropewalk {words[:20]}", **said)
    person = services.add_person_of_concern(authority=authority, name=f"Corin {words[:90]}", group=rival, **said)
    services.record_affiliation(case=other.case, group=rival, **said)
    services.record_marker(case=other.case, kind=MarkerKind.SEXUAL_HARM, **said)
    new = services.NewAssociation(
        case=one.case, other=other.case, kind=AssociationKind.CONFLICT, note=words, source=words[:200]
    )
    exploited = services.NewAssociation(
        case=one.case, person=person, kind=AssociationKind.EXPLOITS, direction=Direction.FROM, note=words
    )
    area = services.NewExclusion(case=one.case, shape=Shape.SCHEME, scheme=scheme, label=words[:200], why=words)
    return Risks(
        group=group,
        rival=rival,
        rivalry=services.add_rivalry(group=group, rival=rival, **said),
        person=person,
        place=services.add_place_of(person=person, district="N7", actor=actor, source=words[:200]),
        affiliation=services.record_affiliation(case=one.case, group=group, **said),
        association=services.record_association(new, actor=actor),
        concern=services.record_association(exploited, actor=actor),
        marker=services.record_marker(case=one.case, kind=MarkerKind.VULNERABLE_TO_SEXUAL_HARM, **said),
        area=services.exclude_area(area, actor=actor),
    )


def risk_visits(visit: Callable[..., Any], person: Any, nothing: Any, risks: Risks, send_empty: Any) -> Iterator[Any]:
    """Each page of risks in each state that looks different, and each form sent empty."""
    record = f"/records/{person}"
    yield visit("settings", "colleague", f"{record}/matching")
    yield visit("settings asked for", "gangs_coordinator", f"{record}/matching?need=low&area=N1&kind=foyer")
    yield visit("settings wrong", "colleague", f"{record}/matching?km=far&first-day=40&first-month=1&first-year=2026")
    yield visit("risks", "colleague", f"{record}/risks")
    yield visit("risks to specialists", "gangs_coordinator", f"{record}/risks")
    yield visit("no risks", "colleague", f"/records/{nothing}/risks")
    forms = (
        ("add a risk", "colleague", f"{record}/risks/add"),
        ("district", "gangs_coordinator", f"{record}/risks/area?shape=district"),
        ("circle", "colleague", f"{record}/risks/area?shape=radius"),
        ("scheme", "colleague", f"{record}/risks/area?shape=scheme"),
        ("address", "colleague", f"{record}/risks/area?shape=address"),
        ("association", "gangs_coordinator", f"{record}/risks/association"),
        ("group", "gangs_coordinator", f"{record}/risks/group"),
        ("end an area", "colleague", f"{record}/risks/area/{risks.area.pk}/end"),
        ("end a risk", "colleague", f"{record}/risks/marker/{risks.marker.pk}/end"),
        ("end a group", "gangs_coordinator", f"{record}/risks/group/{risks.affiliation.pk}/end"),
        ("end an association", "gangs_coordinator", f"{record}/risks/association/{risks.concern.pk}/end"),
        ("register a group", "gangs_coordinator", "/registers/add/group"),
        ("register rivals", "gangs_coordinator", "/registers/add/rivals"),
        ("register a person", "gangs_coordinator", "/registers/add/person"),
        ("register a place", "gangs_coordinator", "/registers/add/place"),
    )
    yield visit("shape", "colleague", f"{record}/risks/area")
    for state, who, address in forms:
        yield visit(state, who, address)
        yield visit(f"{state} wrong", who, address, send_empty)
    yield visit("registers", "gangs_coordinator", "/registers")
    for sort, row in (
        ("place", risks.place),
        ("group", risks.group),
        ("rivals", risks.rivalry),
        ("person", risks.person),
    ):
        yield visit(f"end a {sort} in the register", "gangs_coordinator", f"/registers/{sort}/{row.pk}/end")
