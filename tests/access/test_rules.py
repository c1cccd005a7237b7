"""The table of what a role reads and writes, against the protocol: nobody owes what they may not see or do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from tests.support.story import PACK
from waymark.access.closing import PARAGRAPH
from waymark.access.emergency import EMERGENCY_OPENED, EMERGENCY_REVIEWED
from waymark.access.models import Basis
from waymark.access.roles import ROLE_PERMISSIONS
from waymark.access.rules import RULES
from waymark.core.categories import Category
from waymark.core.permissions import Permission
from waymark.duties.engine import parse_pack
from waymark.duties.engine.pack import Duty
from waymark.duties.engine.wording import ROLE_JOIN
from waymark.events.categories import OF_FACT, OF_GROUP, OF_TYPE, category_of
from waymark.events.models import RETRACTED
from waymark.events.vocabulary import EVENT_TYPES, FACTS, GROUPS, RECORDING_ROLES

OTHERWISE = {RETRACTED, PARAGRAPH, EMERGENCY_OPENED, EMERGENCY_REVIEWED}
"""A withdrawal and a paragraph are of the category of an entry; an emergency is recorded by the system."""

GATHER_INTELLIGENCE = {"gangs_team", "gangs_coordinator", "police", "safer_neighbourhood"}


@cache
def _duties() -> list[Duty]:
    clauses = parse_pack(PACK.read_bytes(), file=PACK.name).clauses.values()
    return [clause for clause in clauses if isinstance(clause, Duty)]


def _category(event_type: str) -> Category:
    return category_of(event_type, EVENT_TYPES[event_type].group, {})


def _roles(clause: Duty) -> set[str]:
    """Everybody who may owe it. What somebody's age decides is owed by one or the other."""
    named = clause.who.choices if clause.who else ()
    return {role for _, roles in named for role in roles.split(ROLE_JOIN)}


def _owed() -> Iterator[tuple[str, str, set[str], set[str]]]:
    """Each clause and role that owes it, with the types of event that begin it and those that meet it."""
    for clause in _duties():
        begin = {need.type for need in clause.after.needs} if clause.after else set()
        meet = {need.type for part in clause.parts for need in part.done_by.needs}
        for role in sorted(_roles(clause)):
            yield clause.id, role, begin, meet


def test_there_is_a_rule_for_every_role_and_for_no_other():
    assert set(RULES) == set(RECORDING_ROLES)


@pytest.mark.parametrize(
    ("clause", "role", "begin", "meet"), [pytest.param(*one, id=f"{one[0]} {one[1]}") for one in _owed()]
)
def test_whoever_owes_a_duty_reads_what_begins_it_and_writes_what_meets_it(clause, role, begin, meet):
    rule = RULES[role]

    assert {_category(event_type) for event_type in begin} <= set(rule.reads)
    assert {_category(event_type) for event_type in meet} <= set(rule.writes)


def test_the_duties_of_the_protocol_are_looked_at():
    assert len(list(_owed())) > 60


def test_whoever_usually_records_something_may():
    """The young person has pages of their own, later."""
    kept_from = {
        (role, name)
        for name, schema in EVENT_TYPES.items()
        for role in schema.by
        if _category(name) not in RULES[role].writes and role != "young_person" and name not in OTHERWISE
    }

    assert kept_from == set()


def test_intelligence_is_read_by_those_who_gather_it_and_by_the_exploitation_worker():
    readers = {role for role, rule in RULES.items() if Category.INTELLIGENCE in rule.reads}
    writers = {role for role, rule in RULES.items() if Category.INTELLIGENCE in rule.writes}

    assert readers == GATHER_INTELLIGENCE | {"exploitation_worker"}
    assert writers == GATHER_INTELLIGENCE


@pytest.mark.parametrize("role", RULES)
def test_whatever_is_written_may_be_read_and_identity_comes_with_anything(role):
    rule = RULES[role]

    assert set(rule.writes) <= set(rule.reads)
    assert Category.IDENTITY in rule.reads or not rule.reads
    assert isinstance(rule.basis, Basis)
    assert rule.purpose


def test_a_role_that_may_read_records_has_something_to_read_there():
    reading = {role for role, held in ROLE_PERMISSIONS.items() if Permission.VIEW_CASE in held}

    assert reading == {role for role, rule in RULES.items() if rule.reads}


def test_every_event_and_fact_has_a_category():
    assert set(OF_GROUP) == {*GROUPS, "own"}
    assert set(OF_TYPE) <= set(EVENT_TYPES)
    assert set(OF_FACT) <= set(FACTS)


def test_an_entry_that_holds_several_facts_is_as_grave_as_the_gravest():
    assert category_of("facts_recorded", "record", {"status": "cla"}) is Category.IDENTITY
    assert category_of("facts_recorded", "record", {"status": "cla", "gang_risk": True}) is Category.RISK
    assert category_of("facts_recorded", "record", {"yos_order": True, "gang_risk": True}) is Category.YOUTH_JUSTICE
