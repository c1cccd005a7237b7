"""Withdrawing a mistake and waiving a duty: who may, what is said beforehand, and what it does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.support.pages import text_of

from waymark.access.closing import hold_back
from waymark.casework.services import Outcome, waive
from waymark.casework.views import corrections
from waymark.casework.views.recording import outcome_words
from waymark.core import formats
from waymark.core.clock import FixedClock
from waymark.core.errors import Refused
from waymark.duties.models import Duty
from waymark.duties.rows import Change, Identity
from waymark.events.models import Event
from waymark.events.services import retract

pytestmark = pytest.mark.usefixtures("adopted")


@pytest.fixture
def held(happened, placed, young_person):
    """The planning meeting, which met PPM-02."""
    return happened(young_person, "planning_meeting_held", days_ago=8, placement="P1")


def _withdraw(event):
    return f"/records/{event.case_id}/events/{event.pk}/withdraw"


def test_before_an_entry_is_withdrawn_the_page_says_what_that_changes_and_changes_nothing(client_as, keyworker, held):
    page = text_of(client_as(keyworker).get(_withdraw(held))).replace(" (opens in new tab)", "")

    assert re.search(r"Hold the placement planning meeting PPM-02 done late, or not as the protocol says", page)
    assert re.search(r"PPM-09 (to do|late, or not as the protocol says) not there", page)
    assert Duty.objects.get(clause="PPM-02").state == "met"


def test_withdrawing_needs_a_reason(client_as, keyworker, held):
    sent = client_as(keyworker).post(_withdraw(held), {"reason": "  "})

    assert sent.status_code == 422
    assert '<a href="#reason">Enter what was wrong with it</a>' in sent.content.decode()
    assert not Event.objects.filter(type="event_retracted").exists()


def test_a_withdrawn_entry_meets_nothing_any_more_and_says_why(client_as, keyworker, held):
    client = client_as(keyworker)
    sent = client.post(_withdraw(held), {"reason": "It was cancelled"})

    assert sent["Location"] == f"/records/{held.case_id}/events/{held.pk}"
    assert Duty.objects.get(clause="PPM-02").state == "breached"
    page = text_of(client.get(sent["Location"]))
    assert "Withdrawn. Duties:" in page
    assert "It was cancelled" in page
    assert "recorded by mistake" not in page


def test_duties_that_go_with_an_entry_are_counted(client_as, keyworker, happened, young_person):
    event = happened(young_person, "harm_concern_raised", concern="C1")
    begun = Duty.objects.count()
    client = client_as(keyworker)

    sent = client.post(_withdraw(event), {"reason": "Another record"})

    assert Duty.objects.count() == 0
    assert begun > 1
    assert f"Withdrawn. Duties: {begun} are no longer there." in text_of(client.get(sent["Location"]))


@pytest.mark.parametrize(
    ("changed", "gone", "words"),
    [
        ({}, 0, "No duty changes."),
        ({}, 1, "Duties: 1 is no longer there."),
        ({"open": 2}, 0, "Duties: 2 to do."),
        ({"met": 1, "open": 3}, 2, "Duties: 1 done, 3 to do. 2 are no longer there."),
    ],
)
def test_what_an_entry_did_is_told_in_words(changed, gone, words):
    assert outcome_words(Outcome(Event(), changed, gone)) == words


def test_an_entry_withdrawn_in_another_tab_says_by_whom_and_is_withdrawn_once(
    client_as, keyworker, allocated_worker, held
):
    client_as(keyworker).post(_withdraw(held), {"reason": "It was cancelled"})
    retraction = Event.objects.get(type="event_retracted")
    client = client_as(allocated_worker)

    for ask in (client.get, client.post):
        answer = ask(_withdraw(held), {"reason": "Again"})
        assert answer["Location"] == f"/records/{held.case_id}/events/{held.pk}"
        page = text_of(client.get(answer["Location"]))
        by = f"Joel Abara, Northlight Housing, {formats.moment(retraction.recorded_at)}"
        assert f"Important This entry was withdrawn already, by {by}." in page
        assert "Success" not in page
    assert Event.objects.filter(type="event_retracted").count() == 1


def test_two_who_withdraw_an_entry_at_once_withdraw_it_once(
    real_connections, client_as, keyworker, allocated_worker, held, in_threads
):
    clients = [client_as(actor) for actor in (keyworker, allocated_worker) for _ in range(2)]

    answers = in_threads(lambda client: client.post(_withdraw(held), {"reason": "It was cancelled"}), clients)

    assert {answer["Location"] for answer in answers} == {f"/records/{held.case_id}/events/{held.pk}"}
    assert Event.objects.filter(type="event_retracted").count() == 1
    told = [text_of(client.get(answers[0]["Location"])) for client in clients]
    assert sum("Withdrawn. Duties" in page for page in told) == 1
    assert sum("This entry was withdrawn already, by" in page for page in told) == 3


def test_an_entry_whose_withdrawal_was_withdrawn_can_be_withdrawn_again(client_as, keyworker, held):
    client = client_as(keyworker)
    client.post(_withdraw(held), {"reason": "It was cancelled"})
    retract(Event.objects.get(type="event_retracted"), "It was held after all", keyworker)

    assert client.get(_withdraw(held)).status_code == 200
    client.post(_withdraw(held), {"reason": "No, it was not"})
    assert Duty.objects.get(clause="PPM-02").state == "breached"


def test_a_withdrawal_is_no_entry_to_withdraw(client_as, keyworker, held):
    client = client_as(keyworker)
    client.post(_withdraw(held), {"reason": "It was cancelled"})

    assert client.get(_withdraw(Event.objects.get(type="event_retracted"))).status_code == 404


def test_an_entry_that_changes_no_duty_says_so(client_as, keyworker, happened, young_person):
    event = happened(young_person, "statutory_review_held", days_ago=1)

    assert "No duty changes." in text_of(client_as(keyworker).get(_withdraw(event)))


def test_those_who_do_not_work_on_the_record_cannot_withdraw(client_as, stranger, other_keyworker, gangs_officer, held):
    for actor in (stranger, other_keyworker, gangs_officer):
        assert client_as(actor).post(_withdraw(held), {"reason": "Mischief"}).status_code == 404
    assert Duty.objects.get(clause="PPM-02").state == "met"


def test_an_entry_of_another_record_cannot_be_withdrawn_through_ones_own(
    client_as, keyworker, young_person, other_young_person, happened
):
    elsewhere = happened(other_young_person, "team_changed")
    sent = client_as(keyworker).post(
        f"/records/{young_person.case_id}/events/{elsewhere.pk}/withdraw", {"reason": "Mischief"}
    )

    assert sent.status_code == 404
    assert not Event.objects.filter(type="event_retracted").exists()


@pytest.fixture
def to_do(happened, young_person):
    """A duty that is still to do: to hold the planning meeting of a placement that began just now."""
    happened(young_person, "placement_started", placement="P5")
    return Duty.objects.get(clause="PPM-02")


def _waive(duty):
    return f"/records/{duty.case_id}/duties/{duty.pk}/waive"


def test_a_manager_waives_a_duty_with_a_reason(client_as, colleague, to_do):
    client = client_as(colleague)
    assert "Waive Hold the placement planning meeting" in text_of(client.get(f"/records/{to_do.case_id}"))

    sent = client.post(_waive(to_do), {"reason": "Moved on the next day"})

    assert sent["Location"] == f"/records/{to_do.case_id}"
    assert Duty.objects.get(pk=to_do.pk).state == "waived"
    assert "Waived: Hold the placement planning meeting." in text_of(client.get(sent["Location"]))
    event = Event.objects.get(type="duty_waived")
    assert event.data == {"clause": "PPM-02", "reason": "Moved on the next day"}
    assert event.refs == {"placement": "P5"}


def test_others_are_not_offered_it_and_are_refused(client_as, keyworker, allocated_worker, stranger, to_do):
    for actor in (keyworker, allocated_worker):
        client = client_as(actor)
        assert "Waive" not in text_of(client.get(f"/records/{to_do.case_id}"))
        assert client.post(_waive(to_do), {"reason": "Why not"}).status_code == 403
        with pytest.raises(Refused):
            waive(to_do, "Why not", actor=actor)
    assert client_as(stranger).post(_waive(to_do), {"reason": "Why not"}).status_code == 403
    assert Duty.objects.get(pk=to_do.pk).state == "open"


def test_a_manager_who_does_not_work_on_the_record_finds_no_duty_to_waive(client_as, member, actor_of, council, to_do):
    outsider = actor_of(member("Lena Okafor", council, "service_manager"))

    assert client_as(outsider).post(_waive(to_do), {"reason": "Why not"}).status_code == 404


def test_a_late_duty_can_only_be_done(client_as, colleague, placed):
    late = Duty.objects.get(clause="PPM-02")
    client = client_as(colleague)

    assert "Waive Hold the placement planning meeting" not in text_of(client.get(f"/records/{late.case_id}"))
    assert "Only a duty that is still to do" in text_of(client.post(_waive(late), {"reason": "Too late"}))
    with pytest.raises(ValueError, match="still to do"):
        waive(late, "Too late", actor=colleague)
    assert Duty.objects.get(pk=late.pk).state == "breached"


def test_a_duty_whose_time_is_over_cannot_be_waived_though_nobody_has_noticed(colleague, to_do, now):
    with pytest.raises(ValueError, match="still to do"):
        waive(to_do, "Too late", actor=colleague, clock=FixedClock(now + timedelta(days=6)))
    assert Duty.objects.get(pk=to_do.pk).state == "open"


def test_waiving_needs_a_reason(client_as, colleague, to_do):
    sent = client_as(colleague).post(_waive(to_do), {"reason": ""})

    assert sent.status_code == 422
    assert "Enter why it need not be done" in text_of(sent)


def test_a_waiver_that_is_withdrawn_leaves_the_duty_to_do(client_as, colleague, keyworker, to_do):
    client_as(colleague).post(_waive(to_do), {"reason": "Moved on the next day"})

    retract(Event.objects.get(type="duty_waived"), "They came back", keyworker)

    assert Duty.objects.get(pk=to_do.pk).state == "open"


def test_foreseeing_agrees_with_what_then_happens(held, keyworker, reading_as, now):
    from waymark.casework.views.corrections import _if_withdrawn

    with reading_as(keyworker):
        foreseen = {change["clause"] for change in _if_withdrawn(keyworker, held.case, held.pk)}
    before = dict(Duty.objects.values_list("clause", "state"))
    retract(held, "It was cancelled", keyworker)
    after = dict(Duty.objects.values_list("clause", "state"))

    assert foreseen == {clause for clause in before.keys() | after.keys() if before.get(clause) != after.get(clause)}
    assert now - timedelta(days=9) < held.occurred_at


def test_what_would_change_is_worked_out_from_the_whole_record_also_for_who_does_not_see_it_all(
    client_as, keyworker, allocated_worker, happened, held, young_person
):
    """The planning meeting is held back from the keyworker: the duty that it met is done all the same."""
    hold_back(held, actor=allocated_worker, why="Source", readers=[])
    mistake = happened(young_person, "team_changed", days_ago=1, data={"change": "Ravi"}, actor=keyworker)

    page = text_of(client_as(keyworker).get(_withdraw(mistake)))

    assert "PPM-02" not in page


def test_and_says_nothing_of_duties_of_what_they_do_not_see(
    client_as, keyworker, allocated_worker, happened, held, young_person, monkeypatch
):
    began = happened(young_person, "harm_concern_raised", days_ago=2, concern="C1", actor=allocated_worker)
    hold_back(began, actor=allocated_worker, why="Source", readers=[])
    told = Duty.objects.filter(trigger=began).first()
    change = Change(began.case_id, Identity(told.clause, str(began.pk), told.part), None, None)
    monkeypatch.setattr(corrections, "foreseen", lambda case, more, now: [change])

    assert told.clause in text_of(client_as(allocated_worker).get(_withdraw(held)))
    assert told.clause not in text_of(client_as(keyworker).get(_withdraw(held)))
