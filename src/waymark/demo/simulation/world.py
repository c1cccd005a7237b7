"""The people, places and events of the demo borough, as plain data that a file or a database can take."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

NAMESPACE = uuid5(NAMESPACE_URL, "https://thornburyvale.example/demo")
Facts = dict[str, Any]


def identifier(*parts: object) -> str:
    """The same identifier, every time, for the same thing."""
    return str(uuid5(NAMESPACE, "/".join(str(part) for part in parts)))


@dataclass(slots=True)
class Borough:
    """The council that adopts the protocol; `id` is its case."""

    id: str
    name: str
    council: str
    adopted_at: datetime
    pack: str = "islington-supported-accommodation"


@dataclass(slots=True)
class Agency:
    """An organisation that staff belong to: the council, the police, or a housing provider."""

    id: str
    name: str
    kind: str  # council, police or provider
    domain: str


@dataclass(slots=True)
class Provider:
    """A housing provider; `id` is its case and `agency` its organisation. `punctuality` shifts all its staff's."""

    id: str
    agency: Agency
    block_contract: bool
    several_tiers: bool
    out_of_borough: bool
    punctuality: float

    @property
    def name(self) -> str:
        """What the provider is called."""
        return self.agency.name


@dataclass(slots=True)
class Unit:
    """A room or flat that one person lives in."""

    id: str
    name: str
    scheme: str


@dataclass(slots=True)
class Scheme:
    """A building or cluster of homes run by a provider; `id` is its case. `opened_at` is when its contract began."""

    id: str
    name: str
    provider: Provider
    kind: str  # hostel, foyer, shared, self_contained or assessment_centre
    cover: str  # 24_hour or visiting
    need_level: str  # high, medium or low
    address: str
    phone: str
    opened_at: datetime
    units: list[Unit] = field(default_factory=list)

    @property
    def curfew_capable(self) -> bool:
        """Only a scheme with staff day and night can run a curfew (protocol: Placement planning)."""
        return self.cover == "24_hour"


@dataclass(slots=True)
class Team:
    """A group of staff with a shared queue. `role` is the protocol role that the team stands for."""

    id: str
    name: str
    agency: str
    role: str


@dataclass(slots=True)
class Member:
    """Someone who works with young people: an account, with a role at an agency and perhaps a team.

    `punctuality` is the chance that they do a thing in time, `thoroughness` that a record holds all it should.
    """

    id: str
    name: str
    email: str
    phone: str
    agency: str
    role: str
    job: str
    team: str | None
    punctuality: float
    thoroughness: float
    provider: str | None = None
    schemes: tuple[str, ...] = ()
    joined_at: datetime | None = None


@dataclass(slots=True)
class Stay:
    """One person in one unit, from and perhaps to; `placement` is the ref that events carry."""

    placement: str
    unit: Unit
    scheme: Scheme
    started_at: datetime
    ended_at: datetime | None = None
    main: bool = True
    internal_move: bool = False


@dataclass(slots=True)
class Involvement:
    """A role that a member or a team has on a case, from and perhaps to."""

    case: str
    role: str
    member: str | None
    team: str | None
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(slots=True)
class Resident:
    """A young person; `id` is their case. `number` is their place in the simulation."""

    id: str
    number: int
    first_name: str
    last_name: str
    date_of_birth: date
    phone: str
    email: str
    stays: list[Stay] = field(default_factory=list)
    involvements: list[Involvement] = field(default_factory=list)

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(slots=True)
class Event:
    """Something that happened. `member` is who did it; the rest is an event as the protocol reads it."""

    id: str
    case: str
    type: str
    occurred_at: datetime
    recorded_at: datetime
    by: str
    refs: dict[str, str]
    data: dict[str, Any]
    member: str

    def as_dict(self) -> dict[str, Any]:
        """The event as one object of a trace."""
        return {
            "id": self.id,
            "case": self.case,
            "type": self.type,
            "occurred_at": self.occurred_at.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
            "refs": self.refs,
            "by": self.by,
            "data": self.data,
        }

    def as_line(self) -> str:
        """The event as one line of a trace, with its line end."""
        return json.dumps(self.as_dict(), ensure_ascii=False, separators=(",", ":")) + "\n"
