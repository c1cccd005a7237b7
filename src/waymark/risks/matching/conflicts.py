"""What a conflict is: between a young person and somebody in a setting or coming to it, or with the place itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from waymark.risks.models import AssociationKind, MarkerKind

MOST_OF_ONE_GROUP = 2
"""How many of one group may live in a setting, the young person counted: with more it gathers there (SEA-02)."""


class Side(StrEnum):
    """Who is at risk (SEA-07): the others from them, they from the others, or both."""

    TO_OTHERS = "towards"
    TO_THEM = "from"
    BOTH = "both"


class Cause(StrEnum):
    """Why somebody should not live there. The first seven are kinds of association between the two."""

    CONFLICT = AssociationKind.CONFLICT.value
    INCIDENT = AssociationKind.INCIDENT.value
    EXPLOITS = AssociationKind.EXPLOITS.value
    CO_EXPLOITED = AssociationKind.CO_EXPLOITED.value
    CO_OFFENDS = AssociationKind.CO_OFFENDS.value
    SEXUAL_HARM = AssociationKind.SEXUAL_HARM.value
    NOT_TOGETHER = AssociationKind.NOT_TOGETHER.value
    RIVAL_GROUPS = "rival_groups"
    SAME_GROUP = "same_group"
    EXPLOITATION_LINK = "exploitation_link"
    VULNERABLE = "vulnerable"
    PERSON_OF_CONCERN = "person_of_concern"
    RIVAL_OF_CONCERN = "rival_of_concern"
    EXCLUDED = "excluded"


LINKS = (AssociationKind.EXPLOITS, AssociationKind.CO_EXPLOITED, AssociationKind.CO_OFFENDS)
"""Associations by which somebody is one of an exploiter's people: they lead to whoever the exploiter exploits."""

HARM: Mapping[MarkerKind, tuple[MarkerKind, ...]] = MappingProxyType(
    {
        MarkerKind.SEXUAL_HARM: (MarkerKind.VULNERABLE_TO_SEXUAL_HARM, MarkerKind.VULNERABLE_TO_EXPLOITATION),
        MarkerKind.EXPLOITS_OTHERS: (MarkerKind.VULNERABLE_TO_EXPLOITATION,),
        MarkerKind.VIOLENCE: (MarkerKind.VULNERABLE_TO_VIOLENCE,),
    }
)
"""Who must not live with whom, by what each brings: the one puts the others at risk."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One reason why a young person should not live in a setting, as it is known to nobody but services.

    `other` is the young person who lives there or is coming, None where it is about the place. `items` are the rows
    that it rests on: whoever may not read all of them is not told of it.
    """

    scheme: UUID
    cause: Cause
    side: Side
    other: UUID | None
    items: frozenset[UUID]
