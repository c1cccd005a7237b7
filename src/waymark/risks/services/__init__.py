"""Recording what is known, and ending it."""

from waymark.risks.services.exclusions import NewExclusion, exclude_area
from waymark.risks.services.links import NewAssociation, end, record_affiliation, record_association, record_marker
from waymark.risks.services.registers import (
    add_group,
    add_person_of_concern,
    add_place_of,
    add_rivalry,
    end_in_register,
)

__all__ = [
    "NewAssociation",
    "NewExclusion",
    "add_group",
    "add_person_of_concern",
    "add_place_of",
    "add_rivalry",
    "end",
    "end_in_register",
    "exclude_area",
    "record_affiliation",
    "record_association",
    "record_marker",
]
