"""Who has looked at a record, by day and person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from uuid import UUID

from waymark.access.models import EmergencyAccess
from waymark.casework.audit.queries import Look
from waymark.casework.audit.words import because
from waymark.casework.presenters import Tag
from waymark.core import formats
from waymark.core.trail import Action
from waymark.events.vocabulary import ROLES

REFUSED = Tag("Refused", "red")
EMERGENCY = Tag("Emergency", "orange")
EMERGENCY_KIND = "access.EmergencyAccess"
THE_TRAIL = "audit.Entry"


@dataclass(slots=True)
class Visitor:
    """What one person did with a record on one day."""

    name: str
    where: str
    when: str
    did: list[str]
    tags: list[Tag] = field(default_factory=list)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """Everybody who looked on one day, whoever came last first."""

    heading: str
    people: list[Visitor]


def days(looks: Sequence[Look], emergencies: Mapping[tuple[UUID | None, date], EmergencyAccess]) -> Iterator[Day]:
    """The looks of a page, which come by day, grouped. `emergencies` are by who opened the record and on which days."""
    for day, of_day in groupby(looks, key=lambda look: look.day):
        people: dict[tuple[UUID | None, str], list[Look]] = {}
        for look in of_day:
            people.setdefault((look.membership_id, look.who), []).append(look)
        yield Day(formats.day(day), [_visitor(found, emergencies) for found in people.values()])


def _visitor(looks: list[Look], emergencies: Mapping[tuple[UUID | None, date], EmergencyAccess]) -> Visitor:
    one = looks[0]
    name, _, where = one.who.partition(", ")
    role = one.role.replace("_", " ")
    if role and where.startswith(role):
        where = ROLES.get(one.role, role) + where[len(role) :]
    opened = emergencies.get((one.membership_id, one.day))
    tags = []
    if opened:
        tags.append(EMERGENCY)
    if any(look.action is Action.REFUSAL for look in looks):
        tags.append(REFUSED)
    return Visitor(name, where, _when(looks), list(_did(looks, opened is not None)), tags, opened.why if opened else "")


def _when(looks: list[Look]) -> str:
    first = min(look.first for look in looks).astimezone(formats.LONDON)
    last = max(look.last for look in looks).astimezone(formats.LONDON)
    begun, ended = f"{first:%H:%M}", f"{last:%H:%M}"
    return begun if begun == ended else f"{begun} to {ended}"


def _did(looks: list[Look], in_emergency: bool) -> Iterator[str]:
    """What they did, refusals first, then by how much it says. `in_emergency` of whoever opened it in one."""
    counted: dict[str, int] = {}
    for look in sorted(looks, key=lambda look: (_ORDER.index(look.action), look.first)):
        words = _words(look, in_emergency)
        counted[words] = counted.get(words, 0) + look.times
    for words, times in counted.items():
        yield f"{words} ({times} times)" if times > 1 else words


_ORDER = [
    Action.REFUSAL,
    Action.EXPORT,
    Action.WRITE,
    Action.READ,
    Action.SEARCH,
    Action.LIST,
    Action.SIGN_IN,
    Action.SIGN_OUT,
]


def _words(look: Look, in_emergency: bool) -> str:
    if look.action is Action.REFUSAL:
        return "Tried to open it, or to do something with it, and was refused"
    if look.kind == THE_TRAIL:
        return "Looked for it in the audit trail" if look.listed else "Read of it in the audit trail"
    if look.listed and look.action is Action.SEARCH:
        return "Found it by searching"
    if look.listed:
        return "Saw it named on a page or in a list"
    if look.action is Action.READ:
        return f"Opened it{_to(look.purpose)}"
    if look.action is Action.EXPORT:
        return "Took a copy"
    if look.action is Action.WRITE and look.kind == EMERGENCY_KIND:
        return "Opened it in an emergency" if in_emergency else "Reviewed or ended an emergency"
    return "Recorded or changed something"


def _to(purpose: str) -> str:
    if not purpose:
        return ""
    return f" {because(purpose)}".replace(" for: ", ": ")
