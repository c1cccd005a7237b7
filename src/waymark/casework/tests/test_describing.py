"""What the things of a record are called: never two the same, where somebody has to choose between them."""

from __future__ import annotations

import pytest
from tests.support.pages import text_of

from waymark.casework.history import history_of
from waymark.casework.views.case import describer_for

pytestmark = pytest.mark.usefixtures("adopted")


@pytest.fixture
def names(keyworker, young_person):
    """What the things of one kind are called, in the order in which they began."""

    def make(kind):
        history = history_of(keyworker, young_person.case)
        describer = describer_for(keyworker, history)
        return [describer.describe(thing) for thing in history.things.values() if thing.kind == kind]

    return make


@pytest.fixture
def now(now):
    """Noon of today, so that what happened some hours apart happened on one day."""
    return now.replace(hour=12, minute=0, second=0, microsecond=0)


def test_one_of_a_day_is_called_by_its_day(happened, young_person, names):
    happened(young_person, "referral_started", days_ago=3, referral="R1")
    happened(young_person, "referral_started", days_ago=5, referral="R2")

    assert all(" at " not in name for name in names("referral"))


@pytest.mark.parametrize(
    ("kind", "event"),
    [("referral", "referral_started"), ("incident", "incident_reported"), ("review", "review_held")],
)
def test_two_of_one_day_are_told_apart_by_the_time_of_day(kind, event, happened, young_person, names, placed):
    more = {"placement": "P1"} if kind == "review" else {}
    happened(young_person, event, days_ago=3 + 2 / 24, **{kind: "A"}, **more)
    happened(young_person, event, days_ago=3, **{kind: "B"}, **more)

    first, second = names(kind)
    assert first != second
    assert " at " in first
    assert first.split(" at ")[0] == second.split(" at ")[0]


def test_two_of_one_minute_are_told_apart_by_what_was_said_of_them(happened, young_person, names):
    for ref, category in (("A", "threats"), ("B", "hospital_admission")):
        happened(young_person, "incident_recorded", days_ago=3, data={"category": category}, incident=ref)

    first, second = names("incident")
    assert first != second
    assert first.split(",")[0] == second.split(",")[0]
    assert first.endswith(", serious threats")


def test_two_that_nothing_tells_apart_are_numbered_in_their_order(happened, young_person, names):
    for ref in "ABC":
        happened(young_person, "referral_started", days_ago=3, referral=ref)

    assert [name[-10:] for name in names("referral")] == [", number 1", ", number 2", ", number 3"]


def test_only_those_that_would_be_called_the_same_are_told_more_of(happened, young_person, names):
    happened(young_person, "referral_started", days_ago=9, referral="A")
    for ref in "BC":
        happened(young_person, "referral_started", days_ago=3, referral=ref)

    alone, *others = names("referral")
    assert " at " not in alone
    assert len({alone, *others}) == 3


def test_the_form_offers_no_two_choices_of_the_same_name(client_as, keyworker, happened, young_person):
    for ref in ("A", "B"):
        happened(young_person, "incident_recorded", days_ago=3, data={"serious": False}, incident=ref)

    page = text_of(client_as(keyworker).get(f"/records/{young_person.case_id}/record/incident_reported"))

    assert "number 1" in page
    assert "number 2" in page
