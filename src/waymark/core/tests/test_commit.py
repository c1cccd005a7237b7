"""The same, over true connections that commit."""

from __future__ import annotations

import logging

import pytest
from django.db import OperationalError, ProgrammingError, connections, transaction
from django.test import Client

from waymark.audit.models import Entry
from waymark.core.database import SERVICE, WEB, login
from waymark.core.errors import Refused
from waymark.events.services import record
from waymark.people.models import YoungPerson

pytestmark = pytest.mark.usefixtures("real_connections")


def test_a_refusal_is_kept_though_the_page_that_asked_is_rolled_back(stranger, young_person, reading_as):
    from datetime import UTC, datetime

    with pytest.raises(Refused), reading_as(stranger):
        record(
            "missing_risk_identified",
            case=young_person.case,
            actor=stranger,
            occurred_at=datetime(2026, 3, 2, tzinfo=UTC),
        )

    assert Entry.objects.get(action="refusal").membership_id == stranger.membership_id


def test_a_view_that_writes_without_a_service_is_stopped_by_the_database(young_person, keyworker, reading_as):
    with pytest.raises(ProgrammingError, match="permission denied"), reading_as(keyworker):
        person = YoungPerson.objects.get()
        person.given_name = "Changed"
        person.save(update_fields=["given_name"])


def test_a_page_sees_what_a_service_has_just_committed(young_person, keyworker, reading_as):
    from waymark.people.services import change_details

    with reading_as(keyworker):
        assert YoungPerson.objects.get().given_name == "Amira"
        from waymark.core.actor import Actor

        change_details(young_person, actor=Actor.system("tests"), given_name="Amirah")
        assert YoungPerson.objects.get().given_name == "Amirah"


def test_nothing_of_a_token_is_left_on_a_connection_that_the_next_request_gets(young_person, keyworker, reading_as):
    with reading_as(keyworker):
        assert YoungPerson.objects.count() == 1

    with login(WEB), transaction.atomic(using=WEB):
        assert YoungPerson.objects.count() == 0


LASTING = {"DateStyle": "SQL, DMY", "statement_timeout": "7s", "TimeZone": "Asia/Tokyo", "waymark.few": "on"}
"""What text that slipped into a query could set for the whole session of a connection."""


@pytest.mark.parametrize("alias", [WEB, SERVICE])
def test_no_setting_outlives_a_request_on_a_connection_that_the_next_one_gets(alias):
    client = Client()
    assert client.get("/health").status_code == 200
    connection = connections[alias]
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    before = _settings(connection)
    for name, value in LASTING.items():
        connection.connection.execute("select set_config(%s, %s, false)", [name, value])
    assert _settings(connection) != before

    connection.health_check_done = False  # as when a server hands over the next request
    connection.close_if_health_check_failed()

    assert connection.connection.info.backend_pid == backend, "it is the same connection"
    assert _settings(connection) == before
    assert before["TimeZone"] == "UTC"


def _settings(connection):
    asked = ("DateStyle", "statement_timeout", "lock_timeout", "TimeZone")
    found = {name: connection.connection.execute(f"show {name}").fetchone()[0] for name in asked}
    few = connection.connection.execute("select nullif(current_setting('waymark.few', true), '')").fetchone()[0]
    return found | {"waymark.few": few}


def test_when_the_database_goes_down_between_two_requests_the_second_says_so(monkeypatch, caplog):
    """A connection is kept from request to request, so being connected proves nothing."""
    client = Client()
    assert client.get("/health").status_code == 200
    connection = connections[WEB]

    def gone():
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "is_usable", lambda: False)
    monkeypatch.setattr(connection, "connect", gone)
    monkeypatch.setattr(connection, "health_check_done", False)

    with caplog.at_level(logging.CRITICAL):
        assert client.get("/health").status_code == 503
