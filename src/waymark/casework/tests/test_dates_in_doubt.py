"""Dates that cannot be are refused; dates that are likely slips of the pen are asked about, and stored if they hold."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from tests.support.pages import Filler, text_of

from waymark.access.models import Adoption
from waymark.core import formats
from waymark.core.formats import LONDON
from waymark.events.models import Event
from waymark.people.models import YoungPerson

pytestmark = pytest.mark.usefixtures("adopted")


@pytest.fixture
def form(client_as, young_person):
    """The form for an event of the young person: `form(keyworker, "team_changed")`."""
    return lambda actor, name: Filler(client_as(actor), f"/records/{young_person.case_id}/record/{name}")


@pytest.fixture
def facts(client_as, young_person):
    """The page of what is known of the young person, as somebody opens it."""
    return lambda actor: Filler(client_as(actor), f"/records/{young_person.case_id}/facts")


def at(instant, name="when"):
    """A date and time as it is typed."""
    local = instant.astimezone(LONDON)
    parts = {"day": local.day, "month": local.month, "year": local.year, "time": f"{local:%H:%M}"}
    return {f"{name}-{part}": str(value) for part, value in parts.items()}


def boxes(sent):
    """The values of the boxes that confirm what is asked once more."""
    return re.findall(r'<input[^>]*name="sure"[^>]*value="([^"]*)"', sent.content.decode())


def of_type(name):
    return Event.objects.filter(type=name).count()


def test_what_happened_before_somebody_was_born_is_refused(form, keyworker):
    sent = form(keyworker, "team_changed").send(**at(datetime(1926, 11, 22, 9, tzinfo=LONDON)))

    assert sent.status_code == 422
    assert '<a href="#when-day">When it happened must be after Amira Sesay was born</a>' in sent.content.decode()
    assert boxes(sent) == []
    assert of_type("team_changed") == 0


def test_what_happened_before_the_record_begins_is_asked_about_and_recorded_if_it_holds(
    form, keyworker, happened, young_person
):
    happened(young_person, "facts_recorded", data={"covered_from": "2026-04-01"})
    typed = at(datetime(2025, 11, 22, 9, tzinfo=LONDON))
    opened = form(keyworker, "team_changed")
    asked = opened.send(**typed)

    assert asked.status_code == 422
    assert (
        "22 November 2025 at 09:00 is before Waymark’s record of Amira Sesay begins, on 1 April 2026. "
        "Is the year right? What is owed from it will not be known."
    ) in text_of(asked)
    assert "Yes, 22 November 2025 at 09:00 is right" in text_of(asked)
    assert of_type("team_changed") == 0
    assert opened.send(**typed, sure=boxes(asked)).status_code == 302
    assert of_type("team_changed") == 1


def test_what_happened_before_the_protocol_was_in_use_is_asked_about(form, keyworker, adopted):
    Adoption.objects.filter(pk=adopted.pk).update(starts_on=date(2026, 6, 1))
    sent = form(keyworker, "team_changed").send(**at(datetime(2026, 5, 31, 9, tzinfo=LONDON)))

    assert "is before the protocol was in use here, from 1 June 2026. Is the year right?" in text_of(sent)


def test_what_happened_more_than_a_year_ago_is_asked_about_though_what_is_owed_is_known(form, keyworker, now):
    then = now - timedelta(days=400)
    sent = form(keyworker, "team_changed").send(**at(then))

    assert f"{formats.moment(then)} is more than a year ago. Is the year right?" in text_of(sent)
    assert "will not be known" not in text_of(sent)


def test_what_happened_within_the_year_is_recorded_without_a_question(form, keyworker, now):
    assert form(keyworker, "team_changed").send(**at(now - timedelta(days=360))).status_code == 302


def test_a_date_confirmed_is_confirmed_for_that_date_only(form, keyworker, now):
    opened = form(keyworker, "team_changed")
    confirmed = boxes(opened.send(**at(now - timedelta(days=400))))

    sent = opened.send(**at(now - timedelta(days=4000)), sure=confirmed)

    assert sent.status_code == 422
    assert set(boxes(sent)).isdisjoint(confirmed)
    assert of_type("team_changed") == 0


def test_each_doubt_has_a_box_and_those_confirmed_stay_ticked(form, keyworker, now):
    then, ahead = at(now - timedelta(days=400)), at(now + timedelta(days=900), "data-agreed_report_by")
    opened = form(keyworker, "absence_recorded")
    both = opened.send(**then, **ahead)
    assert len(boxes(both)) == 2
    assert 'href="#sure-2"' in both.content.decode()
    assert 'id="sure-2"' in both.content.decode()

    one = opened.send(**then, **ahead, sure=boxes(both)[:1])

    assert one.status_code == 422
    assert 'href="#sure-2"' in one.content.decode()
    assert 'href="#sure"' not in one.content.decode()
    ticked = re.findall(r'<input[^>]*name="sure"[^>]* checked[^>]*>', one.content.decode())
    assert len(ticked) == 1
    assert opened.send(**then, **ahead, sure=boxes(both)).status_code == 302


@pytest.mark.parametrize(
    ("name", "field", "hours", "problem"),
    [
        ("absence_recorded", "agreed_report_by", -30, "is before this happened. Is the date right?"),
        ("absence_recorded", "agreed_report_by", 24 * 1000, "is more than 2 years ahead. Is the year right?"),
        ("panel_invitation", "scheduled_for", -30, "When the panel will be:"),
        ("action_assigned", "due", 24 * 1000, "By when:"),
        ("return_expected", "expected_at", -30, "When they are expected:"),
    ],
)
def test_what_is_arranged_for_the_past_or_years_ahead_is_asked_about(
    name, field, hours, problem, form, keyworker, happened, young_person, now
):
    if name == "return_expected":
        happened(young_person, "reported_missing", episode="E1")
    opened = form(keyworker, name)
    typed = at(now + timedelta(hours=hours), f"data-{field}")
    asked = opened.send(**typed)

    assert asked.status_code == 422
    assert problem in text_of(asked)
    assert of_type(name) == 0
    assert opened.send(**typed, sure=boxes(asked)).status_code == 302
    assert of_type(name) == 1


@pytest.mark.parametrize("year", ["9999", "3000", "1899", "0001"])
def test_a_year_that_no_casework_is_about_is_refused_even_when_it_is_said_to_be_right(year, form, keyworker):
    typed = {
        f"data-agreed_report_by-{part}": value for part, value in [("day", "31"), ("month", "12"), ("time", "23:59")]
    }
    typed["data-agreed_report_by-year"] = year
    opened = form(keyworker, "absence_recorded")
    asked = opened.send(**typed)
    assert asked.status_code == 422

    sent = opened.send(**typed, sure=boxes(asked))

    assert sent.status_code == 422
    assert "Must be in the years 1900 to 2999" in text_of(sent)
    assert of_type("absence_recorded") == 0


@pytest.mark.parametrize("year", ["9999", "0001", "1850"])
@pytest.mark.parametrize("field", ["data-date_of_birth", "data-covered_from", "when"])
def test_no_year_however_odd_breaks_the_page_of_what_is_known(year, field, facts, allocated_worker):
    typed = {f"{field}-day": "1", f"{field}-month": "1", f"{field}-year": year}
    if field == "when":
        typed["when-time"] = "00:00"
    opened = facts(allocated_worker)
    asked = opened.send(**typed)

    assert asked.status_code == 422
    assert opened.send(**typed, sure=boxes(asked)).status_code == 422
    assert of_type("facts_recorded") == 0


@pytest.mark.parametrize("hours", [0, 1, 24 * 700])
def test_what_is_arranged_for_some_time_within_2_years_is_taken_as_it_is(hours, form, keyworker, now):
    typed = at(now + timedelta(hours=hours), "data-agreed_report_by")

    assert form(keyworker, "absence_recorded").send(**typed).status_code == 302


def born(day):
    return {f"data-date_of_birth-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def test_a_date_of_birth_to_come_is_refused(facts, allocated_worker):
    sent = facts(allocated_worker).send(**born(date(2030, 1, 1)))

    assert '<a href="#data-date_of_birth-day">Date of birth must be in the past</a>' in sent.content.decode()
    assert YoungPerson.objects.get().date_of_birth == date(2008, 5, 14)


@pytest.mark.parametrize(("year", "age"), [(1950, 76), (2017, 9), (1999, 27)])
def test_a_date_of_birth_of_no_young_person_is_asked_about(year, age, facts, allocated_worker, time_machine):
    time_machine.move_to(datetime(2026, 11, 22, 9, tzinfo=LONDON))
    opened = facts(allocated_worker)
    asked = opened.send(**born(date(year, 5, 14)))

    assert f"This makes Amira Sesay {age} years old. Is the date of birth right?" in text_of(asked)
    assert YoungPerson.objects.get().date_of_birth == date(2008, 5, 14)
    assert opened.send(**born(date(year, 5, 14)), sure=boxes(asked)).status_code == 302
    assert YoungPerson.objects.get().date_of_birth == date(year, 5, 14)


@pytest.mark.parametrize("year", [2016, 2000])
def test_a_date_of_birth_from_10_to_26_years_ago_is_taken_as_it_is(year, facts, allocated_worker, time_machine):
    time_machine.move_to(datetime(2026, 11, 22, 9, tzinfo=LONDON))

    assert facts(allocated_worker).send(**born(date(year, 5, 14))).status_code == 302


def test_what_was_so_before_the_record_begins_is_asked_about_without_a_word_of_what_is_owed(
    facts, keyworker, happened, young_person
):
    happened(young_person, "facts_recorded", data={"covered_from": "2026-04-01"})
    sent = facts(keyworker).send(data_status="cla", **at(datetime(2025, 3, 1, 9, tzinfo=LONDON)))

    assert "is before Waymark’s record of Amira Sesay begins" in text_of(sent)
    assert "What is owed" not in text_of(sent)


def test_nothing_can_have_been_so_before_somebody_was_born(facts, keyworker):
    sent = facts(keyworker).send(data_status="cla", **at(datetime(2007, 3, 1, 9, tzinfo=LONDON)))

    assert "From when this was so must be after Amira Sesay was born" in text_of(sent)


def test_a_date_of_birth_put_right_counts_for_the_date_beside_it(facts, allocated_worker):
    typed = at(datetime(2008, 2, 1, 9, tzinfo=LONDON))
    opened = facts(allocated_worker)
    asked = opened.send(**typed, **born(date(2007, 5, 14)))

    assert "must be after Amira Sesay was born" not in text_of(asked)
    assert opened.send(**typed, **born(date(2007, 5, 14)), sure=boxes(asked)).status_code == 302
