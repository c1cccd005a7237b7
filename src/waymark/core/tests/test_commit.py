"""The same, over true connections that commit."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, transaction

from waymark.audit.models import Entry
from waymark.core.database import WEB, login
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
