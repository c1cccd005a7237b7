"""Who is missing now: on the record, and for whoever works on many."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.support.pages import text_of

from waymark.casework.history import history_of
from waymark.casework.missing import absences, missing_now, missing_since
from waymark.core.formats import moment_with_day
from waymark.events.services import retract

pytestmark = pytest.mark.usefixtures("adopted")


@pytest.fixture
def absent(happened, now):
    """Record an absence, to be reported two hours after it began: `absent(person, hours_ago=5, episode="E1")`."""

    def make(person, *, hours_ago, episode="E1"):
        report_by = now - timedelta(hours=hours_ago - 2)
        data = {"agreed_report_by": report_by.isoformat()}
        return happened(person, "absence_recorded", days_ago=hours_ago / 24, data=data, episode=episode)

    return make


@pytest.fixture
def reported(happened):
    """Report somebody missing to the police."""

    def make(person, *, hours_ago, episode="E1"):
        return happened(person, "reported_missing", days_ago=hours_ago / 24, episode=episode)

    return make


@pytest.fixture
def back(happened):
    """They are back."""

    def make(person, *, hours_ago, episode="E1"):
        return happened(person, "episode_ended", days_ago=hours_ago / 24, episode=episode)

    return make


def _open(actor, person):
    return absences(history_of(actor, person.case))


def _page(client, person, rest=""):
    return text_of(client.get(f"/records/{person.case_id}{rest}"))


def test_an_absence_is_absent_until_it_is_reported_to_the_police_and_then_missing(
    keyworker, young_person, absent, reported, now
):
    absent(young_person, hours_ago=1)
    (before,) = _open(keyworker, young_person)
    assert before.words == f"Absent since {moment_with_day(now - timedelta(hours=1))}"
    assert before.next_words(now) == f"To be reported missing by {moment_with_day(now + timedelta(hours=1))}"

    reported(young_person, hours_ago=0.5)
    (after,) = _open(keyworker, young_person)
    assert after.words == f"Missing since {moment_with_day(now - timedelta(hours=1))}"
    assert after.next_words(now) == f"Reported to the police on {moment_with_day(now - timedelta(hours=0.5))}"


def test_an_absence_past_the_agreed_time_says_that_the_police_were_to_be_told(keyworker, young_person, absent, now):
    absent(young_person, hours_ago=5)

    (absence,) = _open(keyworker, young_person)

    assert absence.is_overdue(now)
    assert absence.next_words(now) == f"Was to be reported missing by {moment_with_day(now - timedelta(hours=3))}"


def test_a_return_ends_it_and_withdrawing_the_return_does_not(
    keyworker, young_person, absent, back, system, now, happened
):
    absent(young_person, hours_ago=5)
    ended = back(young_person, hours_ago=1)
    assert missing_since(history_of(keyworker, young_person.case)) is None
    assert missing_now(keyworker, now) == []

    retract(ended, "Somebody else came back", system)

    assert missing_since(history_of(keyworker, young_person.case)) == now - timedelta(hours=5)
    assert [one.name for one in missing_now(keyworker, now)] == ["Amira Sesay"]


def test_a_withdrawn_absence_is_none(keyworker, young_person, absent, system, now):
    retract(absent(young_person, hours_ago=5), "It was somebody else", system)

    assert _open(keyworker, young_person) == []
    assert missing_now(keyworker, now) == []


def test_a_return_before_the_absence_does_not_end_it(keyworker, young_person, absent, back, now):
    absent(young_person, hours_ago=5)
    back(young_person, hours_ago=24 * 300)

    assert missing_since(history_of(keyworker, young_person.case)) == now - timedelta(hours=5)
    assert len(missing_now(keyworker, now)) == 1


def test_a_report_made_after_they_were_back_unnoticed_is_answered_by_the_return_written_down_later(
    keyworker, young_person, absent, reported, back, now
):
    absent(young_person, hours_ago=5)
    reported(young_person, hours_ago=2)
    back(young_person, hours_ago=3)

    assert _open(keyworker, young_person) == []
    assert missing_now(keyworker, now) == []


def test_somebody_who_goes_again_in_the_same_episode_is_missing_from_then_on(
    keyworker, young_person, absent, reported, back, now
):
    absent(young_person, hours_ago=30)
    back(young_person, hours_ago=20)
    reported(young_person, hours_ago=4)

    assert missing_since(history_of(keyworker, young_person.case)) == now - timedelta(hours=4)
    assert len(missing_now(keyworker, now)) == 1


def test_of_several_open_absences_a_reported_one_comes_first_and_the_earliest_is_since_when(
    keyworker, young_person, absent, reported, now
):
    absent(young_person, hours_ago=50, episode="E1")
    absent(young_person, hours_ago=9, episode="E2")
    reported(young_person, hours_ago=8, episode="E2")

    assert [one.episode for one in _open(keyworker, young_person)] == ["E2", "E1"]
    assert missing_since(history_of(keyworker, young_person.case)) == now - timedelta(hours=50)


def test_only_records_within_reach_are_listed_reported_first(
    keyworker, stranger, colleague, young_person, other_young_person, involved, leaving_care_team, absent, reported, now
):
    involved(other_young_person, "deputy_team_manager", team=leaving_care_team)
    absent(young_person, hours_ago=50)
    reported(other_young_person, hours_ago=3)

    assert [one.name for one in missing_now(colleague, now)] == ["Tobias Marlow", "Amira Sesay"]
    assert [one.name for one in missing_now(keyworker, now)] == ["Amira Sesay"]
    assert missing_now(stranger, now) == []


def test_more_people_who_are_missing_need_no_more_queries(
    colleague, young_person, other_young_person, involved, leaving_care_team, reported, queries, now
):
    reported(young_person, hours_ago=3)
    with queries() as few:
        missing_now(colleague, now)
    involved(other_young_person, "deputy_team_manager", team=leaving_care_team)
    for number in range(5):
        reported(other_young_person, hours_ago=number, episode=f"E{number}")
    with queries() as many:
        found = missing_now(colleague, now)

    assert [len(one.absences) for one in found] == [5, 1]
    assert len(many) == len(few) == 2


@pytest.mark.parametrize("page", ["", "?show=done", "/events", "/team", "/facts", "/record", "/record/team_changed"])
def test_every_page_of_a_record_says_that_they_are_missing_with_a_way_to_record_the_return(
    page, client_as, keyworker, young_person, reported, now
):
    reported(young_person, hours_ago=3)

    response = client_as(keyworker).get(f"/records/{young_person.case_id}{page}")

    assert f"Missing since {moment_with_day(now - timedelta(hours=3))}" in text_of(response)
    address = f"/records/{young_person.case_id}/record/episode_ended?ref-episode=E1"
    assert f'href="{address}"' in response.content.decode()
    assert "Report them missing" not in text_of(response)


def test_the_page_of_an_entry_says_it_too(client_as, keyworker, young_person, reported):
    event = reported(young_person, hours_ago=3)
    client = client_as(keyworker)

    assert "Missing since" in _page(client, young_person, f"/events/{event.pk}")
    assert "Missing since" in _page(client, young_person, f"/events/{event.pk}/withdraw")


def test_somebody_absent_can_be_reported_missing_from_every_page(client_as, keyworker, young_person, absent):
    absent(young_person, hours_ago=1)

    response = client_as(keyworker).get(f"/records/{young_person.case_id}")

    assert re.search(r"Absent since .* To be reported missing by .* Report them missing", text_of(response))
    assert f"/records/{young_person.case_id}/record/reported_missing?ref-episode=E1" in response.content.decode()


def test_somebody_who_is_back_is_not_said_to_be_missing(client_as, keyworker, young_person, absent, back):
    absent(young_person, hours_ago=5)
    back(young_person, hours_ago=1)

    page = _page(client_as(keyworker), young_person)

    assert "Absent since" not in page
    assert "Missing since" not in page
