"""Risks of the cast: something in every table that matching reads."""

from __future__ import annotations

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
