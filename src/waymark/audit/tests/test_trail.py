"""What the trail holds, and what keeps it whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from waymark.audit.models import Entry, Words
from waymark.audit.services import empty_words, words_digest
from waymark.core import trail
from waymark.core.database import SERVICE
from waymark.core.errors import Refused
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
    for told in ({"at": AT}, {"sequence": 1}, {"transaction": 1}):
        with pytest.raises(DatabaseError, match="permission denied|identity"), transaction.atomic(using=SERVICE):
            Entry.objects.create(action="read", who="x", **told)


def test_an_entry_names_the_person_as_people_would(allocated_worker, keyworker, young_person):
    trail.read(allocated_worker, young_person)
    trail.read(keyworker, young_person)

    assert list(Entry.objects.filter(action="read").order_by("sequence").values_list("who", flat=True)) == [
        "Dana Whitlock, social worker in Leaving Care at Elmbridge Vale Council",
        "Joel Abara, housing keyworker at Northlight Housing",
    ]


def test_a_list_says_whose_cases_it_showed_each_once(keyworker, young_person, other_young_person, reading_as):
    with reading_as(keyworker):
        trail.listed(
            keyworker,
            "duties.Duty",
            cases=[young_person.case_id, other_young_person.case_id, young_person.case_id],
            rows=3,
        )
        trail.searched(keyworker, "cases.Case", rows=0)

    listed, searched = Entry.objects.filter(action__in=["list", "search"]).order_by("sequence")
    assert listed.cases == sorted([young_person.case_id, other_young_person.case_id])
    assert searched.cases is None
    assert list(Entry.objects.about_case(young_person.case_id).filter(action="list")) == [listed]


def test_what_a_person_typed_stands_apart_and_the_entry_keeps_only_its_digest(allocated_worker, young_person):
    reason = "she rang in tears and nobody else was there"
    trail.wrote(allocated_worker, young_person, purpose="emergency", words=reason)
    trail.wrote(allocated_worker, young_person)

    spoken, silent = Entry.objects.filter(kind="people.YoungPerson", membership_id__isnull=False).order_by("sequence")
    kept = Words.objects.get()
    assert (kept.entry_id, kept.text) == (spoken.pk, reason)
    assert spoken.words_digest == words_digest(bytes(kept.salt), reason)
    assert silent.words_digest == ""
    assert reason not in str(Entry.objects.filter(pk=spoken.pk).values())


def test_the_same_words_typed_twice_have_digests_that_do_not_tell_so(allocated_worker, young_person):
    for _ in range(2):
        trail.wrote(allocated_worker, young_person, words="out of hours")

    assert Entry.objects.exclude(words_digest="").values("words_digest").distinct().count() == 2


def test_a_page_cannot_put_words_into_the_trail_by_itself(keyworker, young_person, reading_as):
    with (
        reading_as(keyworker),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        trail.refused(keyworker, "cases.Case", words="let me in")


def test_retention_removes_words_and_no_entry(allocated_worker, young_person, system):
    trail.wrote(allocated_worker, young_person, words="an old reason")
    entries = Entry.objects.count()

    assert empty_words(actor=system, before=datetime.now(UTC) - timedelta(days=1)) == 0
    assert empty_words(actor=system, before=datetime.now(UTC) + timedelta(days=1)) == 1
    assert not Words.objects.exists()
    assert Entry.objects.count() == entries + 2
    assert Entry.objects.latest("sequence").detail["removed"] == 1


def test_only_who_decides_what_is_kept_may_remove_words(allocated_worker, young_person):
    trail.wrote(allocated_worker, young_person, words="my reason")

    with pytest.raises(Refused):
        empty_words(actor=allocated_worker, before=datetime.now(UTC))
    assert Words.objects.exists()


def test_however_many_entries_are_stored_it_is_one_statement(allocated_worker, young_person, queries):
    entries = [trail.written(allocated_worker, young_person, words=words) for words in ("", "a", "b")]

    for some in (entries[:1], entries):
        with queries() as made:
            trail.write(*some)
        assert len(made) == 1


def test_a_page_whose_entry_cannot_be_stored_is_not_shown(client_as, keyworker, young_person, monkeypatch):
    from waymark.audit import services

    client = client_as(keyworker)
    client.raise_request_exception = False
    monkeypatch.setattr(services, "INSERT", services.INSERT.replace("audit_entry", "audit_nowhere"))

    for address in ("/", "/records", "/records?q=amira", f"/records/{young_person.case_id}"):
        response = client.get(address)
        assert response.status_code == 500, address
        assert "Amira" not in response.content.decode()
