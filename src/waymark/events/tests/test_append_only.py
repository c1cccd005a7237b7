"""What is recorded stays as it was recorded, whoever asks and however."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, ProgrammingError, connections, transaction

from waymark.core.database import OWNER, SERVICE, WEB
from waymark.events.models import Event
from waymark.events.services import record

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
CHANGES = [
    "update {table} set {column} = {column}",
    "delete from {table}",
    "truncate {table} cascade",
]
TABLES = {"events_event": "type", "audit_entry": "kind"}


@pytest.mark.usefixtures("real_connections")
@pytest.mark.parametrize("alias", [WEB, SERVICE, OWNER])
def test_no_login_may_change_or_remove_events_or_the_trail(alias, young_person, system):
    record("missing_risk_identified", case=young_person.case, actor=system, occurred_at=AT)

    for table, column in TABLES.items():
        for change in CHANGES:
            with (
                pytest.raises(ProgrammingError, match=r"permission denied|rows are never changed or removed"),
                connections[alias].cursor() as cursor,
            ):
                cursor.execute(change.format(table=table, column=column))
    assert Event.objects.count() == 1


@pytest.mark.usefixtures("db")
def test_the_trigger_refuses_even_where_the_right_was_given_by_mistake(young_person, system):
    record("missing_risk_identified", case=young_person.case, actor=system, occurred_at=AT)
    underneath = connections["tests"]

    for change in CHANGES:
        with pytest.raises(ProgrammingError, match="rows are never changed or removed"), transaction.atomic("tests"):
            underneath.connection.execute("set constraints all immediate; reset role")
            with underneath.cursor() as cursor:
                cursor.execute(change.format(table="events_event", column="type"))


@pytest.mark.usefixtures("db")
def test_an_event_that_is_saved_once_more_is_refused(young_person, system):
    event = record("missing_risk_identified", case=young_person.case, actor=system, occurred_at=AT)
    event.type = "missing_risk_assessed"

    with pytest.raises(DatabaseError), transaction.atomic(using=SERVICE):
        event.save()
    assert Event.objects.get().type == "missing_risk_identified"


@pytest.mark.usefixtures("db")
def test_there_is_no_way_in_beside_record(young_person):
    with pytest.raises(DatabaseError), transaction.atomic(using=SERVICE):
        Event.objects.create(
            case=young_person.case, type="placement_started", occurred_at=AT, recorded_at=AT, sequence=1
        )
