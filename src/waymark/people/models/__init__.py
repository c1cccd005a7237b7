"""Young people: who they are, their statuses over time, what they say of themselves, and the people around them."""

from waymark.people.models.around import Relation, Safety, Supporter
from waymark.people.models.merging import Merge
from waymark.people.models.person import (
    BY_NAME,
    CASE_SYSTEM,
    LAST_OF_ALL,
    NHS,
    Identifier,
    Sound,
    YoungPerson,
    YoungPersonQuerySet,
)
from waymark.people.models.statuses import LegalStatus, Status, StatusKind
from waymark.people.models.words import Needs, OwnWords

__all__ = [
    "BY_NAME",
    "CASE_SYSTEM",
    "LAST_OF_ALL",
    "NHS",
    "Identifier",
    "LegalStatus",
    "Merge",
    "Needs",
    "OwnWords",
    "Relation",
    "Safety",
    "Sound",
    "Status",
    "StatusKind",
    "Supporter",
    "YoungPerson",
    "YoungPersonQuerySet",
]
