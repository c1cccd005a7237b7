"""Recording one event: what is stored, what is refused, who is told."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from waymark.core.clock import FixedClock
from waymark.core.errors import Refused
from waymark.events import handlers
from waymark.events.errors import RecordRefused
from waymark.events.models import Event
from waymark.events.services import TOLERANCE, NewEvent, record, record_many, retract

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
NOW = FixedClock(datetime(2026, 3, 3, 9, tzinfo=UTC))


@pytest.fixture
def start(keyworker, young_person):
    """Record that the placement P1 started, with whatever a test changes."""

    def make(type="placement_started", **changes):
        given = {"case": young_person.case, "actor": keyworker, "occurred_at": AT, "refs": {"placement": "P1"}}
        return record(type, **(given | {"clock": NOW} | changes))

    return make


@pytest.fixture
def listener():
    """A handler that remembers what it was told, and then does what `then` says."""

    class Listener:
        told: list = []

        def __call__(self, case, events, now):
            self.told.append((case, events, now))
            self.then()

        def then(self):
            return None

    heard = Listener()
    heard.told = []
    handlers.register("listener", heard)
    yield heard
    handlers.unregister("listener")


def test_what_a_keyworker_records_is_stored_with_who_and_in_which_role(start, keyworker, young_person):
    event = start()

    stored = Event.objects.get(pk=event.pk)
    assert (stored.case, stored.type, stored.refs) == (young_person.case, "placement_started", {"placement": "P1"})
    assert (stored.occurred_at, stored.recorded_at) == (AT, NOW.instant)
    assert (stored.by, stored.actor) == ("housing_keyworker", keyworker.membership_id)
    assert stored.sequence == event.sequence > 0


def test_somebody_may_record_what_another_role_did(start):
    assert start(by="provider_manager").by == "provider_manager"


def test_a_time_with_another_offset_is_the_same_instant(start):
    assert start(occurred_at=datetime.fromisoformat("2026-03-02T12:00:00+02:00")).occurred_at == AT


def test_events_of_one_instant_keep_the_order_in_which_they_were_recorded(start, young_person):
    recorded = [start("placement_started"), start("handbook_given"), start("placement_ended")]

    assert list(Event.objects.filter(case=young_person.case).in_order()) == recorded


def test_the_same_identifier_with_the_same_content_is_stored_once(start, listener):
    identifier = uuid.uuid4()

    first = start(id=identifier)
    again = start(id=identifier, clock=FixedClock(NOW.instant + timedelta(days=1)))

    assert first == again
    assert Event.objects.count() == 1
    assert len(listener.told) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"occurred_at": AT + timedelta(minutes=1)},
        {"refs": {"placement": "P2"}},
        {"by": "provider_manager"},
        {"data": {"unit": "U4"}},
        {"type": "placement_ended"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_same_identifier_with_other_content_is_refused(start, change):
    identifier = uuid.uuid4()
    start(id=identifier)

    with pytest.raises(RecordRefused, match="id: .* recorded already, with other content"):
        start(id=identifier, **change)
    assert Event.objects.get().occurred_at == AT


def test_the_same_identifier_in_another_case_is_refused(start, other_young_person, system):
    identifier = uuid.uuid4()
    start(id=identifier, actor=system, by="housing_keyworker")

    with pytest.raises(RecordRefused, match="recorded already"):
        start(id=identifier, actor=system, by="housing_keyworker", case=other_young_person.case)


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"type": "placement_begun"}, "type", "no event type called 'placement_begun'"),
        ({"occurred_at": datetime(2026, 3, 2, 10)}, "occurred_at", "has no offset"),  # noqa: DTZ001
        ({"occurred_at": NOW.instant + TOLERANCE * 2}, "occurred_at", "has not happened yet"),
        ({"refs": {}}, "refs.placement", "say which placement"),
        ({"refs": {"placement": ""}}, "refs.placement", "must be an identifier"),
        ({"refs": {"placement": "P1", "home": "H"}}, "refs.home", "not a kind of thing"),
        ({"by": "neighbour"}, "by", "'neighbour' is not a role"),
        ({"data": {"colour": "red"}}, "data.colour", "not something that placement_started holds"),
        ({"type": "event_retracted", "data": {}}, "data.event", "is missing"),
        ({"type": "event_retracted", "data": {"event": "e7"}}, "data.event", "no such event"),
        ({"type": "event_retracted", "data": {"event": str(uuid.uuid4())}}, "data.event", "no such event"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_not_well_formed_is_refused_naming_the_field(start, change, field, problem):
    with pytest.raises(RecordRefused) as refusal:
        start(**change)

    assert refusal.value.field == field
    assert problem in refusal.value.problem
    assert Event.objects.count() == 0


def test_a_waiver_names_its_clause_and_says_why(young_person, colleague):
    for missing in ("clause", "reason"):
        data = {"clause": "PPM-02", "reason": "They moved on the same day"}
        del data[missing]
        with pytest.raises(RecordRefused, match=f"data.{missing}: is missing"):
            record("duty_waived", case=young_person.case, actor=colleague, occurred_at=AT, data=data, clock=NOW)


def test_a_clock_that_runs_a_little_ahead_of_ours_is_believed(start):
    assert start(occurred_at=NOW.instant + TOLERANCE).occurred_at == NOW.instant + TOLERANCE


def test_only_the_system_may_say_when_something_was_written_down(young_person, keyworker, system):
    new = NewEvent(
        type="missing_risk_identified", case=young_person.case, occurred_at=AT, recorded_at=AT + timedelta(hours=1)
    )

    with pytest.raises(RecordRefused, match="recorded_at: only the system"):
        record_many([new], actor=keyworker, clock=NOW)
    assert record_many([new], actor=system, clock=NOW).stored[0].recorded_at == AT + timedelta(hours=1)


def test_a_retraction_names_an_event_of_its_own_case(start, keyworker, young_person):
    mistake = start()

    retraction = retract(mistake, "Wrong young person", keyworker, clock=NOW)

    assert retraction.case == young_person.case
    assert retraction.data == {"event": str(mistake.pk), "reason": "Wrong young person"}
    assert Event.objects.filter(pk=mistake.pk).exists()


def test_another_cases_event_is_as_unknown_as_one_that_never_was(start, other_young_person, system):
    theirs = record("missing_risk_identified", case=other_young_person.case, actor=system, occurred_at=AT, clock=NOW)

    with pytest.raises(RecordRefused) as of_theirs:
        start("event_retracted", data={"event": str(theirs.pk), "reason": "Mistake"})
    with pytest.raises(RecordRefused) as of_nothing:
        start("event_retracted", data={"event": str(uuid.uuid4()), "reason": "Mistake"})
    assert str(of_theirs.value) == str(of_nothing.value)


def test_whoever_is_not_involved_may_record_nothing(start, stranger):
    with pytest.raises(Refused, match="You may not record what happened here"):
        start(actor=stranger)
    assert Event.objects.count() == 0


def test_a_keyworker_may_not_waive_a_duty_but_a_manager_may(start, keyworker, colleague):
    data = {"clause": "PPM-02", "reason": "They moved on the same day"}

    with pytest.raises(Refused, match="You may not waive a duty here"):
        start("duty_waived", data=data)
    assert start("duty_waived", data=data, actor=colleague).by == "deputy_team_manager"


def test_handlers_are_told_in_the_same_transaction(start, listener, young_person):
    event = start()

    assert listener.told == [(young_person.case, [event], NOW.instant)]


def test_when_a_handler_fails_nothing_is_stored(start, listener):
    def fail():
        raise ArithmeticError("a pack that cannot be evaluated")

    listener.then = fail

    with pytest.raises(ArithmeticError):
        start()
    assert Event.objects.count() == 0


def test_the_engine_is_told_through_the_handler_that_the_duties_app_registers():
    assert "duties" not in handlers.missing()

    registration = handlers._registered["duties"]
    handlers.unregister("duties")
    try:
        assert handlers.missing() == ["duties"]
    finally:
        handlers._registered["duties"] = registration


@pytest.mark.parametrize("year", [1, 1899])
def test_a_year_that_no_casework_is_about_is_refused(young_person, system, year):
    with pytest.raises(RecordRefused, match="1900 to 2999") as refused:
        record(
            "missing_risk_identified",
            case=young_person.case,
            actor=system,
            occurred_at=datetime(year, 1, 1, 12, tzinfo=UTC),
            by="social_worker",
        )
    assert refused.value.field == "occurred_at"
