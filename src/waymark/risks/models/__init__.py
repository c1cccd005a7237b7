"""What matching reads: whom a young person must not meet, what they bring with them, and where they must not live."""

from waymark.risks.models.excluded import ExcludedArea, ExclusionReason, Shape
from waymark.risks.models.known import Known, KnownQuerySet, Strength
from waymark.risks.models.links import Affiliation, Association, AssociationKind, Direction, Marker, MarkerKind
from waymark.risks.models.registers import SPECIALISTS, Frequents, Group, PersonOfConcern, Rivalry, boroughs_of

__all__ = [
    "SPECIALISTS",
    "Affiliation",
    "Association",
    "AssociationKind",
    "Direction",
    "ExcludedArea",
    "ExclusionReason",
    "Frequents",
    "Group",
    "Known",
    "KnownQuerySet",
    "Marker",
    "MarkerKind",
    "PersonOfConcern",
    "Rivalry",
    "Shape",
    "Strength",
    "boroughs_of",
]
