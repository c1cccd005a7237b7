"""Several people recording at the same moment."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime

import pytest

from waymark.events import handlers
from waymark.events.models import Event
from waymark.events.services import NewEvent, record, record_many

pytestmark = pytest.mark.usefixtures("real_connections")
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def seen_by_handlers():
    """What each call of a handler found stored of its case, in the order of the calls."""
    seen = []
    handlers.register("listener", lambda case, events, now: seen.append(Event.objects.filter(case=case).count()))
    yield seen
    handlers.unregister("listener")


def test_recordings_of_one_case_wait_for_each_other_and_see_each_others_events(
    young_person, system, in_threads, seen_by_handlers
):
    def record_one(_):
        return record("missing_risk_identified", case=young_person.case, actor=system, occurred_at=AT).sequence

    sequences = in_threads(record_one, range(8))

    assert len(set(sequences)) == 8
    assert sorted(seen_by_handlers) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_the_same_identifier_from_several_threads_is_stored_once(young_person, system, in_threads, seen_by_handlers):
    identifier = uuid.uuid4()

    def record_it(_):
        return record("missing_risk_identified", case=young_person.case, actor=system, occurred_at=AT, id=identifier).pk

    assert set(in_threads(record_it, range(8))) == {identifier}
    assert Event.objects.count() == 1
    assert seen_by_handlers == [1]


def test_lists_that_name_the_same_cases_in_opposite_order_never_lock_each_other_out(
    young_person, other_young_person, system, in_threads
):
    cases = [young_person.case, other_young_person.case]
    together = threading.Barrier(6)

    def record_both(number):
        together.wait()
        given = cases if number % 2 else cases[::-1]
        events = [NewEvent(type="missing_risk_identified", case=case, occurred_at=AT) for case in given]
        return len(record_many(events, actor=system).stored)

    assert in_threads(record_both, range(6)) == [2] * 6
    assert Event.objects.count() == 12
