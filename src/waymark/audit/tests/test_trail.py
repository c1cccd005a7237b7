"""What the trail holds, and what keeps it whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction

from waymark.audit.models import Entry
from waymark.core import trail
from waymark.core.database import SERVICE
from waymark.events.services import record, retract
from waymark.people.services import change_details

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_every_recording_leaves_an_entry_with_who_what_and_whose(keyworker, young_person):
    event = record("missing_risk_identified", case=young_person.case, actor=keyworker, occurred_at=AT)

    entry = Entry.objects.get(kind="events.Event")
    assert (entry.action, entry.object_id, entry.case_id) == ("write", str(event.pk), young_person.case_id)
    assert (entry.membership_id, entry.account_id) == (keyworker.membership_id, keyworker.account_id)
    assert (entry.agency_id, entry.role) == (keyworker.agency_id, "housing_keyworker")


def test_the_system_says_in_the_trail_why_it_acted(young_person, system):
    record("missing_risk_identified", case=young_person.case, actor=system, occurred_at=AT)

    assert Entry.objects.get(kind="events.Event").who == "Waymark, tests"


def test_the_words_of_a_record_are_not_in_the_trail(keyworker, allocated_worker, young_person):
    said = "went to stay with a friend in Harlow"
    event = record("missing_risk_identified", case=young_person.case, actor=keyworker, occurred_at=AT)
    retract(event, said, keyworker)
    change_details(young_person, actor=allocated_worker, preferred_name=said)

    everything = " ".join(str(row) for row in Entry.objects.values_list("detail", "kind", "object_id", "purpose"))
    assert said not in everything
    assert Entry.objects.filter(detail={"fields": ["preferred_name"]}).exists()


def test_when_the_entry_cannot_be_stored_neither_is_the_event(keyworker, young_person, monkeypatch):
    from waymark.audit import services
    from waymark.events.models import Event

    monkeypatch.setattr(services, "INSERT", services.INSERT.replace("audit_entry", "audit_nowhere"))

    with pytest.raises(DatabaseError, match="audit_nowhere"):
        record("missing_risk_identified", case=young_person.case, actor=keyworker, occurred_at=AT)
    assert Event.objects.count() == 0


def test_a_page_writes_to_the_trail_in_the_name_of_whoever_reads_and_of_nobody_else(
    keyworker, other_keyworker, young_person, reading_as
):
    with reading_as(keyworker):
        trail.read(keyworker, young_person)
        trail.listed(keyworker, "people.YoungPerson", rows=1)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            trail.read(other_keyworker, young_person)

    entries = Entry.objects.filter(action__in=["read", "list"]).order_by("sequence")
    assert [(entry.action, entry.kind, entry.detail) for entry in entries] == [
        ("read", "people.YoungPerson", {}),
        ("list", "people.YoungPerson", {"rows": 1}),
    ]


def test_a_page_cannot_read_the_trail(keyworker, reading_as):
    with reading_as(keyworker), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Entry.objects.count()


def test_entries_are_numbered_and_timed_by_the_database(young_person, system):
    record("missing_risk_identified", case=young_person.case, actor=system, occurred_at=AT)

    entries = list(Entry.objects.order_by("sequence"))
    assert [entry.sequence for entry in entries] == sorted({entry.sequence for entry in entries})
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    with pytest.raises(DatabaseError, match="identity|sequence"), transaction.atomic(using=SERVICE):
        Entry.objects.create(at=AT, action="read", who="x", sequence=1)
