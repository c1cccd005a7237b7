"""What working on a record lets somebody read and write, by their role there: the table that involvements go by.

Each mark stands for a category: `w` write (and read), `r` read, `-` neither. Behind it stand tests: whoever owes a duty
of the protocol may read what begins it and write what meets it, and intelligence stays with those who gather it
(GAN-02: what is passed on is stripped first, and is then risk).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from waymark.access.models import Basis
from waymark.core.categories import Category

TABLE = """
role                     identity placement risk missing incidents meetings finance exploitation youth_justice health \
intelligence
social_worker            w        w         w    w       w         w        w       w            w             w      -
deputy_team_manager      w        w         w    w       w         w        w       w            w             w      -
service_manager          w        w         w    w       w         w        w       w            w             w      -
head_of_service          w        w         w    w       w         w        w       w            w             w      -
placements_team          w        w         w    r       r         r        w       r            r             r      -
sp_referrals             w        w         r    r       r         -        r       -            -             -      -
commissioning            w        w         r    r       w         -        w       -            -             -      -
duty_team                r        r         w    w       w         r        -       r            r             r      -
iro                      r        w         w    r       r         r        -       r            r             r      -
temporary_accommodation  r        w         r    r       r         -        -       -            -             -      -
housing_keyworker        w        w         w    w       w         w        r       w            r             r      -
provider_manager         w        w         w    w       w         w        w       w            r             r      -
gangs_team               r        w         w    w       w         w        -       w            w             -      w
gangs_coordinator        r        w         w    w       w         w        -       w            w             -      w
exploitation_worker      r        r         w    r       w         w        -       w            r             r      r
police                   r        w         w    w       w         w        -       w            r             -      w
safer_neighbourhood      r        w         w    w       w         w        -       w            r             -      w
yos_worker               r        r         w    r       r         w        -       r            w             r      -
any_professional         r        r         w    r       w         w        -       w            -             -      -
data_protection_lead     r        -         -    -       -         -        -       -            -             -      -
young_person             -        -         -    -       -         -        -       -            -             -      -
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """The categories that a role reads and writes, on what lawful basis and for what purpose."""

    reads: tuple[Category, ...]
    writes: tuple[Category, ...]
    basis: Basis
    purpose: str

    def in_words(self) -> str:
        """What it opens: `write risk and missing, and read health`; everything there is, where nothing is left out."""
        written = [category.label.lower() for category in self.writes]
        read = [category.label.lower() for category in self.reads if category not in self.writes]
        parts = [f"{verb} {listed(names)}" for verb, names in (("write", written), ("read", read)) if names]
        return ", and ".join(parts) or "nothing"


def listed(names: list[str]) -> str:
    """`risk, missing and health`."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


BASES: Mapping[str, tuple[Basis, str]] = MappingProxyType(
    {
        "police": (Basis.CRIME, "Keeping the young person and others safe from crime"),
        "safer_neighbourhood": (Basis.CRIME, "Keeping the young person and others safe from crime"),
        "yos_worker": (Basis.LEGAL_OBLIGATION, "Carrying out a youth justice order"),
        "iro": (Basis.LEGAL_OBLIGATION, "Reviewing the care plan"),
        "data_protection_lead": (Basis.LEGAL_OBLIGATION, "Checking how the record was used"),
    }
)
"""Roles whose basis is not the one of everyone else who supports the young person."""

SUPPORT = (Basis.PUBLIC_TASK, "Supporting the young person in their accommodation and keeping them safe")


def _read(table: str) -> Mapping[str, Rule]:
    heading, *lines = (line.split() for line in table.strip().splitlines())
    categories = [Category(name) for name in heading[1:]]
    rules: dict[str, Rule] = {}
    for role, *marks in lines:
        by_mark = list(zip(categories, marks, strict=True))
        basis, purpose = BASES.get(role, SUPPORT)
        rules[role] = Rule(
            reads=tuple(category for category, mark in by_mark if mark in "rw"),
            writes=tuple(category for category, mark in by_mark if mark == "w"),
            basis=basis,
            purpose=purpose,
        )
    return MappingProxyType(rules)


RULES: Mapping[str, Rule] = _read(TABLE)
"""The rule of each role that can work on a record."""
