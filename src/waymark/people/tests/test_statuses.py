"""Statuses over time, several at once, and the one fact of the protocol that follows from them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from waymark.core.clock import FixedClock
from waymark.core.errors import Refused
from waymark.events.models import Event
from waymark.events.services import record, retract
from waymark.people.models import LegalStatus, Status, StatusKind
from waymark.people.statuses import NewStatus, NotPossible, add_status, bring_in_statuses, end_status, fact_on

pytestmark = pytest.mark.usefixtures("db")
CLOCK = FixedClock(datetime(2026, 3, 20, 12, tzinfo=UTC))
MARCH = date(2026, 3, 1)


@pytest.fixture
def begin(young_person, allocated_worker):
    """Record a status: `begin(StatusKind.CHILD_IN_NEED, date(2026, 3, 1))`."""

    def make(kind, starts_on=MARCH, legal_status=None, *, by=None, **given):
        new = NewStatus(kind=kind, starts_on=starts_on, legal_status=legal_status, **given)
        return add_status(young_person.case, new, actor=by or allocated_worker, clock=CLOCK)

    return make


def facts():
    """What was recorded of the protocol's status, from when."""
    told = Event.objects.filter(type="facts_recorded").order_by("occurred_at", "sequence")
    return [(event.occurred_at.date(), event.data["status"]) for event in told]


def test_several_statuses_hold_at_once_and_the_strongest_is_the_protocols(begin, young_person):
    begin(StatusKind.CHILD_IN_NEED)
    begin(StatusKind.UNACCOMPANIED)
    begin(StatusKind.LOOKED_AFTER, date(2026, 3, 10), LegalStatus.SECTION_20)

    assert Status.objects.on(date(2026, 3, 12)).count() == 3
    assert facts() == [(date(2026, 3, 1), "cin"), (date(2026, 3, 10), "cla")]


@pytest.mark.parametrize(
    ("kind", "legal_status", "fact"),
    [
        (StatusKind.LOOKED_AFTER, LegalStatus.SECTION_31, "cla"),
        (StatusKind.RELEVANT, None, "care_leaver"),
        (StatusKind.FORMER_RELEVANT, None, "care_leaver"),
        (StatusKind.QUALIFYING, None, "care_leaver"),
        (StatusKind.CHILD_IN_NEED, None, "cin"),
        (StatusKind.HOMELESS_16_17, None, "at_risk"),
        (StatusKind.PREVENTION_DUTY, None, "at_risk"),
        (StatusKind.RELIEF_DUTY, None, "at_risk"),
        (StatusKind.UNACCOMPANIED, None, None),
    ],
)
def test_each_status_says_what_the_protocol_calls_it(kind, legal_status, fact, begin):
    begin(kind, legal_status=legal_status)

    assert facts() == ([(MARCH, fact)] if fact else [])


def test_when_a_status_ends_what_was_behind_it_counts_from_the_next_day(begin, allocated_worker):
    begin(StatusKind.CHILD_IN_NEED)
    looked_after = begin(StatusKind.LOOKED_AFTER, date(2026, 3, 5), LegalStatus.SECTION_20)

    end_status(looked_after, on=date(2026, 3, 14), actor=allocated_worker, clock=CLOCK)

    assert facts()[-1] == (date(2026, 3, 15), "cin")


def test_what_the_record_says_already_is_not_recorded_again(begin, young_person, allocated_worker):
    told = {"case": young_person.case, "actor": allocated_worker, "data": {"status": "cla"}}
    known = record("facts_recorded", occurred_at=datetime(2026, 2, 1, tzinfo=UTC), **told)
    begin(StatusKind.LOOKED_AFTER, legal_status=LegalStatus.SECTION_20)
    assert facts() == [(date(2026, 2, 1), "cla")]

    retract(known, "A mistake", allocated_worker)
    begin(StatusKind.UNACCOMPANIED, date(2026, 3, 2))

    assert facts()[-1] == (date(2026, 3, 2), "cla"), "what was withdrawn is not known any more"


def test_another_way_of_being_looked_after_ends_the_one_before(begin):
    first = begin(StatusKind.LOOKED_AFTER, legal_status=LegalStatus.SECTION_20)

    begin(StatusKind.LOOKED_AFTER, date(2026, 3, 10), LegalStatus.SECTION_31)

    first.refresh_from_db()
    assert first.ends_on == date(2026, 3, 9)
    assert facts() == [(MARCH, "cla")]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": StatusKind.CHILD_IN_NEED, "starts_on": date(2026, 3, 21)}, "first day must be today or in the past"),
        ({"kind": StatusKind.CHILD_IN_NEED, "ends_on": date(2026, 2, 28)}, "must not be before the first"),
        ({"kind": StatusKind.CHILD_IN_NEED, "ends_on": date(2026, 3, 21)}, "last day must be today or in the past"),
        ({"kind": StatusKind.LOOKED_AFTER}, "how they are looked after"),
        ({"kind": StatusKind.RELEVANT, "legal_status": LegalStatus.SECTION_20}, "how they are looked after"),
    ],
)
def test_what_cannot_be_is_said_in_words_and_not_stored(given, words, begin):
    with pytest.raises(NotPossible, match=words):
        begin(**{"starts_on": MARCH} | given)

    assert not Status.objects.exists()
    assert facts() == []


def test_one_status_does_not_hold_twice_at_once_whoever_asks(begin, young_person):
    begin(StatusKind.CHILD_IN_NEED)
    with pytest.raises(NotPossible, match="at that time already"):
        begin(StatusKind.CHILD_IN_NEED, date(2026, 2, 1))

    same = {"case": young_person.case, "kind": "child_in_need", "starts_on": MARCH, "recorded_at": CLOCK.now()}
    with pytest.raises(IntegrityError, match="status_goes_on_once"), transaction.atomic(using="service"):
        Status.objects.create(**same)


def test_a_status_ends_once_and_not_before_it_began(begin, allocated_worker):
    status = begin(StatusKind.CHILD_IN_NEED)
    for on, words in ((MARCH - timedelta(days=1), "before the first"), (date(2026, 3, 21), "in the past")):
        with pytest.raises(NotPossible, match=words):
            end_status(status, on=on, actor=allocated_worker, clock=CLOCK)
    end_status(status, on=MARCH, actor=allocated_worker, clock=CLOCK)
    with pytest.raises(NotPossible, match="ended already"):
        end_status(status, on=MARCH, actor=allocated_worker, clock=CLOCK)


def test_only_whoever_may_change_a_persons_details_records_them(begin, keyworker, stranger):
    for actor in (keyworker, stranger):
        with pytest.raises(Refused):
            begin(StatusKind.CHILD_IN_NEED, by=actor)


def test_remand_is_youth_justice_for_readers_of_the_page_and_of_the_database(
    begin, reading_as, allocated_worker, member, actor_of, involved, council, young_person
):
    begin(StatusKind.LOOKED_AFTER, legal_status=LegalStatus.REMAND)
    begin(StatusKind.UNACCOMPANIED)
    membership = member("Rae Holt", council, "any_professional")
    involved(young_person, "any_professional", membership=membership)
    without = actor_of(membership)

    for actor, kinds in ((allocated_worker, {"looked_after", "unaccompanied"}), (without, {"unaccompanied"})):
        with reading_as(actor):
            assert {one.kind for one in Status.objects.visible_to(actor)} == kinds
            assert {one.kind for one in Status.objects.all()} == kinds


def test_what_is_brought_in_leaves_the_facts_as_they_are(young_person, system, allocated_worker):
    new = NewStatus(kind=StatusKind.CHILD_IN_NEED, starts_on=MARCH)

    assert bring_in_statuses([(young_person.case, new)], actor=system, clock=CLOCK) == 1

    assert facts() == []
    assert fact_on(Status.objects.all(), MARCH) == "cin"
    with pytest.raises(ValueError, match="one by one"):
        bring_in_statuses([(young_person.case, new)], actor=allocated_worker)
