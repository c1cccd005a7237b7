"""No table and no column of the database escapes a subject access report: a new one fails here until somebody says."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connections

from waymark.core.database import SERVICE
from waymark.disclosure.gathering import gather
from waymark.disclosure.tables import HELD, HOLDS_NOTHING

pytestmark = pytest.mark.usefixtures("db")

# Not from information_schema, which leaves out what the login that asks has no right to.
COLUMNS = """
    select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'm', 'f')
        and a.attnum > 0 and a.attgenerated = '' and not a.attisdropped
"""


def columns():
    """Every column of every table, as the database has them, but for those that it derives from the others."""
    found: dict[str, set[str]] = {}
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, column in cursor.fetchall():
            found.setdefault(table, set()).add(column)
    return found


def test_every_table_is_gathered_or_is_said_to_hold_nothing_and_why():
    gathered = {held.table for held in HELD}

    assert columns().keys() - gathered - HOLDS_NOTHING.keys() == set(), "say in disclosure/tables.py what these hold"
    assert gathered & HOLDS_NOTHING.keys() == set()
    assert (gathered | HOLDS_NOTHING.keys()) - columns().keys() == set(), "there are no such tables any more"
    assert len(gathered) > 15


def test_a_table_that_holds_nothing_says_why():
    assert [table for table, why in HOLDS_NOTHING.items() if len(why.split()) < 3] == []


def test_a_table_that_names_a_case_or_a_young_person_is_gathered():
    """By a column `case_id`, or by a reference to a record of any name; which council a row belongs to is neither."""
    named = {table for table, names in columns().items() if {"case_id", "cases"} & names}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            target = field.related_model._meta.label if field.related_model else ""
            if target == "people.YoungPerson":
                named.add(model._meta.db_table)

    excepted = {"access_agency", "accommodation_provider", "accommodation_scheme", "disclosure_disposing"}
    assert named - {held.table for held in HELD} == excepted
    assert excepted <= HOLDS_NOTHING.keys()


def test_every_column_of_a_covered_table_is_in_what_is_gathered(file_on_amira, now):
    known = columns()
    gathered = gather(file_on_amira.case, now)

    for part in gathered.parts:
        assert {field.column for field in part.held.fields} == known[part.held.table]
        for row in part.rows:
            assert row.values.keys() == known[part.held.table], part.held.table
    assert {part.held.model for part in gathered.parts if part.rows} >= {
        "people.YoungPerson",
        "events.Event",
        "duties.Duty",
        "access.Grant",
        "access.Conflict",
        "access.HeldBack",
        "access.EmergencyAccess",
        "audit.Entry",
    }


def test_what_is_said_of_columns_is_said_of_columns_that_there_are():
    for held in HELD:
        names = {field.attname for field in held.of._meta.concrete_fields}
        assert held.plain | held.withheld.keys() <= names, held.model
