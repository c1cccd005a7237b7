"""Recording many events at once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from waymark.audit.models import Entry
from waymark.core.clock import FixedClock
from waymark.core.errors import Refused
from waymark.events import handlers
from waymark.events.errors import RecordRefused
from waymark.events.models import Event
from waymark.events.services import NewEvent, record, record_many

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
NOW = FixedClock(datetime(2026, 3, 3, 9, tzinfo=UTC))


@pytest.fixture
def new(young_person):
    """An event to be recorded, a second after the one before."""
    seconds = iter(range(10_000))

    def make(type="missing_risk_identified", **changes):
        given = {"case": young_person.case, "occurred_at": AT + timedelta(seconds=next(seconds))}
        return NewEvent(type=type, **(given | changes))

    return make


@pytest.fixture
def bulk_listener():
    """A handler that remembers what it was told at once, and what one by one."""
    told = {"one": [], "many": []}
    handlers.register(
        "listener",
        lambda case, events, now: told["one"].append((case, events)),
        bulk=lambda batch, now: told["many"].append(list(batch)),
    )
    yield told
    handlers.unregister("listener")


def test_events_of_several_cases_are_stored_in_the_order_given(new, young_person, other_young_person, system):
    given = [new(), new(case=other_young_person.case), new()]

    stored = record_many(given, actor=system, clock=NOW).stored

    assert [event.case_id for event in stored] == [event.case.pk for event in given]
    assert list(Event.objects.order_by("sequence")) == stored


def test_handlers_that_can_are_told_of_all_cases_at_once(new, young_person, other_young_person, system, bulk_listener):
    given = [new(), new(case=other_young_person.case), new()]

    first, second, third = record_many(given, actor=system, clock=NOW).stored

    assert bulk_listener["one"] == []
    assert bulk_listener["many"] == [
        [(young_person.case, [first, third]), (other_young_person.case, [second])],
    ]


def test_recording_the_same_list_twice_adds_nothing(new, system, bulk_listener):
    given = [new(id=uuid.uuid4()), new(id=uuid.uuid4())]

    first = record_many(given, actor=system, clock=NOW)
    again = record_many(given, actor=system, clock=NOW)

    assert (again.stored, again.known) == ([], first.stored)
    assert Event.objects.count() == 2
    assert len(bulk_listener["one"]) == 1


def test_an_event_given_twice_in_one_list_is_stored_once(new, system):
    event = new(id=uuid.uuid4())

    assert len(record_many([event, event], actor=system, clock=NOW).stored) == 1


def test_one_bad_event_stores_none_and_says_which_it_was(new, system):
    with pytest.raises(RecordRefused) as refusal:
        record_many([new(), new(type="placement_begun"), new()], actor=system, clock=NOW)

    assert (refusal.value.position, refusal.value.field) == (1, "type")
    assert Event.objects.count() == 0


def test_a_retraction_may_name_an_event_of_the_same_list(new, system):
    mistake = new(id=uuid.uuid4())
    retraction = new("event_retracted", data={"event": str(mistake.id), "reason": "Mistake"})

    assert len(record_many([mistake, retraction], actor=system, clock=NOW).stored) == 2


def test_a_retraction_of_another_cases_event_in_the_same_list_is_refused(new, other_young_person, system):
    theirs = new(case=other_young_person.case, id=uuid.uuid4())
    retraction = new("event_retracted", data={"event": str(theirs.id), "reason": "Mistake"})

    with pytest.raises(RecordRefused, match="no such event"):
        record_many([theirs, retraction], actor=system, clock=NOW)


def test_a_person_may_record_only_where_they_are_involved_in_every_case(new, keyworker, other_young_person):
    with pytest.raises(Refused):
        record_many([new(), new(case=other_young_person.case)], actor=keyworker, clock=NOW)
    assert Event.objects.count() == 0


def test_the_trail_counts_the_events_of_each_case(new, other_young_person, young_person, system):
    record_many([new(), new(), new(case=other_young_person.case)], actor=system, clock=NOW)

    entries = Entry.objects.filter(detail__has_any_keys=["events", "type"]).order_by("sequence")
    assert [(entry.case_id, entry.detail) for entry in entries] == [
        (young_person.case_id, {"events": 2}),
        (other_young_person.case_id, {"type": "missing_risk_identified"}),
    ]


def test_recording_nothing_is_no_error(system):
    assert record_many([], actor=system).stored == []


@pytest.mark.parametrize("size", [1, 50])
def test_the_number_of_queries_does_not_grow_with_the_events(new, system, size, django_assert_num_queries):
    from django.db import connections

    registered = handlers._registered.copy()
    handlers._registered.clear()  # what handlers ask is their own affair
    try:
        with django_assert_num_queries(5, connection=connections["service"]):
            # savepoint, lock, insert, trail, release
            record_many([new() for _ in range(size)], actor=system, clock=NOW)
    finally:
        handlers._registered.update(registered)


def test_one_event_takes_the_same_path_as_many(new, system, young_person):
    single = record("missing_risk_identified", case=young_person.case, actor=system, occurred_at=AT, clock=NOW)
    among_many = record_many([new(occurred_at=AT)], actor=system, clock=NOW).stored[0]

    assert single.sequence + 1 == among_many.sequence


def test_only_the_system_may_say_who_wrote_something_down(young_person, allocated_worker, keyworker, system):
    from waymark.events.services import NewEvent

    def told(by):
        return NewEvent(
            type="missing_risk_identified",
            case=young_person.case,
            occurred_at=datetime(2026, 3, 2, tzinfo=UTC),
            by="social_worker",
            recorded_by=by.membership_id,
        )

    stored = record_many([told(allocated_worker)], actor=system).stored
    assert stored[0].actor == allocated_worker.membership_id
    with pytest.raises(RecordRefused) as refused:
        record_many([told(keyworker)], actor=allocated_worker)
    assert refused.value.field == "recorded_by"
