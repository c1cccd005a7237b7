"""The facts of a case that clauses read: in force from when they are recorded until they change."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from waymark.events.vocabulary.types import Fact

STATUSES = (
    ("cin", "Child in need"),
    ("cla", "Child looked after"),
    ("care_leaver", "Care leaver"),
    ("at_risk", "At risk, and none of these"),
)

_ALL = (
    Fact("date_of_birth", "Date of birth", "date"),
    Fact("status", "Legal status", "choice", STATUSES),
    Fact("gang_risk", "At risk from gangs, or associated with one", "answer", risk=True),
    Fact("exploitation_risk", "At risk of exploitation", "answer", risk=True),
    Fact("missing_risk", "At risk of going missing", "answer", risk=True),
    Fact("yos_order", "On a youth offending order", "answer"),
    Fact("out_of_borough", "Placed, or being placed, out of borough", "answer"),
    Fact("child_concern", "There are concerns about this child or young person", "answer"),
    Fact("gangs_team_open", "Open to the Integrated Gangs Team", "answer"),
    Fact("block_contract", "The provider has a block contract with the borough", "answer"),
    Fact("curfew_capable", "The scheme has staff 24 hours a day and can run a curfew", "answer"),
    Fact("several_tiers", "The provider runs settings for several levels of need", "answer"),
    Fact(
        "covered_from",
        "The record is complete from",
        "date",
        hint="Duties that began earlier are shown as unknown, never as late.",
    ),
)

FACTS: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in _ALL})
"""Every fact by name."""
