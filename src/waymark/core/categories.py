"""The kinds of information a record holds. Who may read or write which is for the sharing ledger to say."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Category(StrEnum):
    """A kind of information, the least sensitive first: where one entry holds several, the last of them counts."""

    IDENTITY = "identity"
    PLACEMENT = "placement"
    RISK = "risk"
    MISSING = "missing"
    INCIDENTS = "incidents"
    MEETINGS = "meetings"
    FINANCE = "finance"
    EXPLOITATION = "exploitation"
    YOUTH_JUSTICE = "youth_justice"
    HEALTH = "health"
    INTELLIGENCE = "intelligence"

    @property
    def label(self) -> str:
        """What people call it."""
        return LABELS[self]

    @classmethod
    def gravest(cls, found: Iterable[Category]) -> Category:
        """The most sensitive of `found`; identity when there is none."""
        order = list(cls)
        return max(found, key=order.index, default=cls.IDENTITY)


LABELS = {
    Category.IDENTITY: "Identity and contact",
    Category.PLACEMENT: "Placement and plan",
    Category.RISK: "Risk",
    Category.MISSING: "Missing",
    Category.INCIDENTS: "Incidents",
    Category.MEETINGS: "Meetings",
    Category.FINANCE: "Finance",
    Category.EXPLOITATION: "Exploitation",
    Category.YOUTH_JUSTICE: "Youth justice",
    Category.HEALTH: "Health",
    Category.INTELLIGENCE: "Intelligence",
}

CHOICES = [(category.value, label) for category, label in LABELS.items()]
"""For a model's field."""
