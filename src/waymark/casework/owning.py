"""Who owes a duty: one rule, for My work, for the figures of the protocol, and for the words beside a duty.

A clause names roles. For each of them the duty belongs to whoever has that role on the record now: a person, or a team.
Where nobody has it, it falls to that role's team in the authority that is responsible, if the team can see the record.
Where there is no such team, or it works on nothing there (only an involvement lets anybody see a record), the first of
`TAKERS` who does work on it takes it, whose business it is to bring somebody in; and where there is none of those
either, everyone who works on it. It is never nobody.

`any_professional` stands for whoever recorded what started the duty; once they no longer work on the record, everyone
who does takes it. A duty that was taken further is also owed, by the same rule, by whoever it was taken to.

The rule is `owners.sql`, which works it out for many duties in one statement, under row-level security: it says nothing
of records that the reader cannot see.
"""

from __future__ import annotations

from enum import StrEnum
from importlib import resources
from typing import Any

RECORDER = "any_professional"
"""The role that stands for whoever recorded the trigger."""

TAKERS = (
    "deputy_team_manager",
    "service_manager",
    "head_of_service",
    "commissioning",
    "placements_team",
    "sp_referrals",
    "provider_manager",
)
"""Who takes a duty that nobody who can see the record owes, the first of them who works on it: each of these may
bring somebody in, or is responsible for whom the borough buys from."""

NAMED = ("social_worker", "housing_keyworker")
"""Roles that a person is named for on a record. While only a team has one of them, nobody has been named yet."""


class Way(StrEnum):
    """How it comes that somebody owes a duty."""

    HAS = "has"
    """They have the role on the record."""
    TEAM = "team"
    """It is a role that a person is named for, nobody is, and it is this team's."""
    QUEUE = "queue"
    """Nobody has the role there, and it is this team's."""
    TAKEN = "taken"
    """Nobody who owes it works on the record; it is for them to bring somebody in."""
    EVERYONE = "everyone"
    """Nor does anybody who would take it: it is everyone's who works there."""


def text_of(name: str) -> str:
    """An SQL file of this app."""
    return resources.files("waymark.casework").joinpath(name).read_text(encoding="utf-8")


def owners_of_asked(carried: str) -> str:
    """The part of a statement that follows `asked` and gives `owners`: id, case_id, role, further, membership_id,
    team_id, way, and the columns of `asked` that are named in `carried`, separated by commas.
    """
    return text_of("owners.sql").format(carried=carried)


def owners_parameters() -> dict[str, Any]:
    """What that part is run with."""
    return {"recorder": RECORDER, "takers": list(TAKERS), "named": list(NAMED)}
