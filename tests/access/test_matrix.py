"""Every role, in every relation to a record, for every kind of information: page, code and database must say the same.

`docs/access.md` says what is meant. What the code decides and what the database shows to hand-written SQL must be it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from tests.support.cast import LONG_AGO
from waymark.access.emergency import READS as EMERGENCY_READS
from waymark.access.emergency import WRITES as EMERGENCY_WRITES
from waymark.access.models import Agency, Basis, Conflict, Grant, Involvement, Membership, Reason, RestrictedRecord
from waymark.access.services import acting_as, add_team, end_involvement, involve
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.database import WEB
from waymark.core.permissions import Permission
from waymark.events.models import Event
from waymark.events.services import NewEvent, record_many
from waymark.events.vocabulary import RECORDING_ROLES, ROLES
from waymark.people.models import YoungPerson
from waymark.setup import paths

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
PAGE = (paths.ROOT / "docs" / "access.md").read_text(encoding="utf-8")

Open = tuple[frozenset[Category], frozenset[Category]]
"""What is open to read, and to write."""
NOTHING: Open = (frozenset(), frozenset())
SHARED: Open = (frozenset({Category.IDENTITY, Category.RISK}), frozenset())
SAFETY: Open = (frozenset(EMERGENCY_READS), frozenset(EMERGENCY_WRITES))


def _table(heading: str) -> list[list[str]]:
    """The rows of the table under a heading of the page, the first row its head."""
    part = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    return [rows[0], *rows[2:]]


def _by_role() -> dict[str, Open]:
    head, *rows = _table("What working on a record opens, by role")
    categories = [next(one for one in Category if one.label == label) for label in head[1:]]
    names = {label: role for role, label in ROLES.items()}
    found = {}
    for label, *cells in rows:
        assert set(cells) <= {"read", "write", "no"}
        of = dict(zip(categories, cells, strict=True))
        reads = frozenset(category for category, cell in of.items() if cell != "no")
        found[names[label]] = (reads, frozenset(category for category, cell in of.items() if cell == "write"))
    return found


BY_ROLE = _by_role()
RELATIONS = {row[0]: row[2] for row in _table("What each relation to the record leaves of that")[1:]}


@dataclass
class Place:
    """Where the people of the matrix stand: a record with an entry of each category, and agencies round it."""

    person: Any
    system: Actor
    council: Agency
    elsewhere: Agency
    other_agency: Agency


@pytest.fixture
def place(young_person, system, council, stranger, other_provider):
    new = [
        NewEvent(type="case_closed", case=young_person.case, occurred_at=AT, category=category) for category in Category
    ]
    record_many(new, actor=system)
    elsewhere = Agency.objects.get(pk=stranger.agency_id)
    return Place(young_person, system, council, elsewhere, other_provider.agency)


Make = Callable[[Place, Membership, str], None]


def _works(place: Place, member: Membership, role: str, starts_at: datetime = LONG_AGO) -> Involvement:
    return involve(actor=place.system, case=place.person.case, role=role, membership=member, starts_at=starts_at)


def _allocated(place: Place, member: Membership, role: str) -> None:
    _works(place, member, role)


def _same_team(place: Place, member: Membership, role: str) -> None:
    """A team of the role's own: what a team may read, all its members may."""
    team = add_team(actor=place.system, agency=place.council, name=f"Team of {role}", role=role)
    Membership.objects.filter(pk=member.pk).update(team=team)
    involve(actor=place.system, case=place.person.case, role=role, team=team, starts_at=LONG_AGO)


def _role_at_agency(place: Place, member: Membership, role: str) -> None:
    reads, writes = SHARED
    Grant.objects.create(
        case=place.person.case,
        agency=place.council,
        role=role,
        reads=sorted(reads),
        writes=sorted(writes),
        reason=Reason.SHARE,
        basis=Basis.SAFEGUARDING,
        purpose="For the test",
        starts_at=LONG_AGO,
    )


def _elsewhere(place: Place, member: Membership, role: str) -> None:
    Membership.objects.filter(pk=member.pk).update(agency=place.elsewhere)


def _other_agency(place: Place, member: Membership, role: str) -> None:
    Membership.objects.filter(pk=member.pk).update(agency=place.other_agency)


def _same_agency(place: Place, member: Membership, role: str) -> None:
    """Nothing more than to work there."""


def _not_begun(place: Place, member: Membership, role: str) -> None:
    _works(place, member, role, starts_at=datetime.now(UTC) + timedelta(days=1))


def _ended(place: Place, member: Membership, role: str) -> None:
    end_involvement(_works(place, member, role), actor=place.system, at=datetime.now(UTC) - timedelta(seconds=1))


def _suspended(place: Place, member: Membership, role: str) -> None:
    _works(place, member, role)
    Membership.objects.filter(pk=member.pk).update(suspended_at=datetime.now(UTC))


def _conflicted(place: Place, member: Membership, role: str) -> None:
    _works(place, member, role)
    Conflict.objects.create(case=place.person.case, account=member.account, why="x", starts_at=LONG_AGO)


def _restricted(place: Place, member: Membership, role: str) -> None:
    _works(place, member, role)
    RestrictedRecord.objects.get_or_create(case=place.person.case, defaults={"why": "x", "starts_at": LONG_AGO})


def _named(place: Place, member: Membership, role: str) -> None:
    _restricted(place, member, role)
    Grant.objects.filter(membership=member).update(named=True)


def _emergency(place: Place, member: Membership, role: str) -> None:
    reads, writes = SAFETY
    Grant.objects.create(
        case=place.person.case,
        membership=member,
        reads=sorted(reads),
        writes=sorted(writes),
        reason=Reason.EMERGENCY,
        basis=Basis.VITAL_INTERESTS,
        purpose="For the test",
        starts_at=LONG_AGO,
        ends_at=datetime.now(UTC) + timedelta(hours=1),
    )


ASKED_ONE_BY_ONE = {"deputy_team_manager", "iro", "gangs_team"}
"""Roles of which the permission is asked for each kind of information: nearly all, some, and intelligence."""

MAKE: dict[str, Make] = {
    "allocated": _allocated,
    "same team": _same_team,
    "role at the agency": _role_at_agency,
    "same agency": _same_agency,
    "other agency": _other_agency,
    "other authority": _elsewhere,
    "not begun": _not_begun,
    "ended": _ended,
    "suspended": _suspended,
    "conflicted": _conflicted,
    "restricted": _restricted,
    "named": _named,
    "emergency": _emergency,
}
OPEN: dict[str, Callable[[str], Open]] = {
    "the table above": BY_ROLE.__getitem__,
    "what was shared": lambda role: SHARED,
    "what bears on safety": lambda role: SAFETY,
    "nothing": lambda role: NOTHING,
}


def test_the_page_has_every_role_relation_and_kind_of_information():
    assert set(BY_ROLE) == {role for role in ROLES if role in BY_ROLE} == set(RECORDING_ROLES)
    assert set(RELATIONS) == set(MAKE)
    assert set(RELATIONS.values()) <= set(OPEN)


@pytest.mark.parametrize("relation", RELATIONS)
def test_for_every_role_the_page_the_code_and_the_database_agree(relation, place, member, reading_as):
    for role in RECORDING_ROLES:
        _check(place, relation, role, member, reading_as)


def _check(place: Place, relation: str, role: str, member: Any, reading_as: Any) -> None:
    membership = member(f"Somebody {role.replace('_', ' ')}", place.council, role)
    MAKE[relation](place, membership, role)
    membership = Membership.objects.select_related("account", "agency", "team").get(pk=membership.pk)
    actor = acting_as(membership)
    expected = OPEN[RELATIONS[relation]](role)

    if relation != "suspended":  # to the code, somebody suspended is nobody: they have no session to act in
        assert _by_code(actor, place) == expected, f"the code, {role}, {relation}"
    assert _by_database(actor, place, reading_as) == expected, f"the database, {role}, {relation}"


def _by_code(actor: Actor, place: Place) -> Open:
    """What the code decides where the database would show everything. A role that records nothing writes nothing."""
    case = place.person.case
    reads = Event.objects.visible_to(actor).filter(case=case).values_list("category", flat=True)
    lines = Grant.objects.opening_for(actor).filter(case=case)
    by_lines = frozenset(Category(one) for line in lines for one in line.writes)
    if actor.role in ASKED_ONE_BY_ONE:
        asked = {one for one in Category if actor.may(Permission.RECORD_EVENT, Event(case=case, category=one))}
        assert asked == by_lines
    assert YoungPerson.objects.visible_to(actor).filter(case=case).exists() is bool(reads)
    return frozenset(map(Category, reads)), by_lines


def _by_database(actor: Actor, place: Place, reading_as: Any) -> Open:
    """What hand-written SQL finds with the login of the pages."""
    case = place.person.case_id
    with reading_as(actor), connections[WEB].cursor() as cursor:
        cursor.execute("select category from events_event where case_id = %s", [case])
        reads = frozenset(Category(row[0]) for row in cursor.fetchall())
        cursor.execute("select distinct unnest(writes) from access_reach where case_id = %s", [case])
        writes = frozenset(Category(row[0]) for row in cursor.fetchall())
        cursor.execute("select count(*) from people_youngperson where case_id = %s", [case])
        assert cursor.fetchone()[0] == bool(reads)
    return reads, writes


def test_the_page_says_in_words_what_the_two_other_ways_in_open():
    said = dict(re.findall(r"\*\*(What [^*]+)\*\* is(.*?)(?=\*\*|\n\n)", PAGE, re.DOTALL))

    for label, (reads, writes) in (("What was shared", SHARED), ("What bears on safety", SAFETY)):
        words = " ".join(said[label].split()).lower()
        read, _, written = words.partition("to write")
        assert {one for one in Category if one.label.lower() in read} == reads, label
        assert {one for one in Category if one.label.lower() in written} == writes, label
