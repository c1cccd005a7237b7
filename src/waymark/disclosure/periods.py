"""How long records are kept, and on whose word. One table, to be read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

YEARS_FROM_BIRTH = 75
"""Regulation 50: until the seventy-fifth anniversary of the child's birth."""
LOCAL_AGE = 25
"""Support of care leavers ends then (Children Act 1989, section 23CZB), and nobody younger is ever disposed of."""
LOCAL_YEARS_AFTER = 6
"""The time in which most claims can be brought (Limitation Act 1980, sections 2 and 5)."""

REGULATION_50 = "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 50(1)"


@dataclass(frozen=True, slots=True)
class Rule:
    """For whom a record is kept how long. `is_law` tells law from what a council decides for itself."""

    name: str
    who: str
    how_long: str
    is_law: bool
    source: str


_ALL = (
    Rule("looked_after", "Looked after at any time", "until the 75th birthday", True, REGULATION_50),
    Rule(
        "care_leaver",
        "Care leaver",
        "until the 75th birthday",
        True,
        f"{REGULATION_50}: a care leaver was looked after",
    ),
    Rule(
        "not_known",
        "Legal status never recorded",
        "until the 75th birthday",
        False,
        "Local decision (default): as if looked after, because nobody can say that they were not",
    ),
    Rule(
        "other",
        "Child in need or at risk, and never looked after",
        "until the 25th birthday, and for 6 years after the case was closed and the last entry",
        False,
        "Local decision (default): no law names a time; 6 years are those in which most claims can be brought",
    ),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.name: rule for rule in _ALL})
"""The rules by name, the first that fits a person counts."""
