"""What the search for a place keeps: options, who was approached, what was asked to be spent, what providers add."""

from waymark.placements.models.competing import OfProvidersQuerySet, not_of_others
from waymark.placements.models.record import HousingEntry
from waymark.placements.models.search import Approach, Option, Outcome, Route
from waymark.placements.models.spending import Decision, Spending, SpendingKind

__all__ = [
    "Approach",
    "Decision",
    "HousingEntry",
    "OfProvidersQuerySet",
    "Option",
    "Outcome",
    "Route",
    "Spending",
    "SpendingKind",
    "not_of_others",
]
