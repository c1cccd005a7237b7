"""A date long before anything known of the thing that was chosen, and a report to the police without an absence."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.support.pages import Filler, text_of

from waymark.core import formats
from waymark.core.formats import LONDON
from waymark.events.models import Event

pytestmark = pytest.mark.usefixtures("adopted")

INCIDENT = {"data_category": "other", "data_serious": "no", "data_changes_risk": "no"}


@pytest.fixture
def form(client_as, keyworker, young_person):
    """The form for an event of the young person, as the keyworker opens it."""
    return lambda name: Filler(client_as(keyworker), f"/records/{young_person.case_id}/record/{name}")


def at(instant):
    local = instant.astimezone(LONDON)
    parts = {"day": local.day, "month": local.month, "year": local.year, "time": f"{local:%H:%M}"}
    return {f"when-{part}": str(value) for part, value in parts.items()}


def boxes(sent):
    return re.findall(r'<input[^>]*name="sure"[^>]*value="([^"]*)"', sent.content.decode())


def test_what_happened_long_before_anything_known_of_the_placement_is_asked_about(form, placed, now):
    then = now - timedelta(days=30)
    opened = form("incident_recorded")
    asked = opened.send(**INCIDENT, **at(then), ref_placement="P1")

    assert asked.status_code == 422
    assert (
        f"{formats.moment(then)} is before anything recorded of Placement at Tanner House from "
        f"{formats.day(placed.occurred_at)}. Is the date right, and is this the placement?"
    ) in text_of(asked)
    assert not Event.objects.filter(type="incident_recorded").exists()
    assert opened.send(**INCIDENT, **at(then), ref_placement="P1", sure=boxes(asked)).status_code == 302


def test_what_happened_shortly_before_is_recorded_without_a_question(form, placed, now):
    assert (
        form("incident_recorded").send(**INCIDENT, **at(now - timedelta(days=20)), ref_placement="P1").status_code
        == 302
    )


def test_what_is_about_no_placement_is_recorded_without_a_question(form, placed, now):
    sent = form("incident_recorded").send(**INCIDENT, **at(now - timedelta(days=60)), ref_placement="none")

    assert sent.status_code == 302


def test_a_report_to_the_police_without_an_absence_is_asked_about_with_a_way_to_record_the_absence(form, young_person):
    opened = form("reported_missing")
    asked = opened.send()

    assert asked.status_code == 422
    assert (
        "No absence is recorded. Record the absence first, because that is what begins telling the worker (MIS-05)."
    ) in text_of(asked)
    assert "Yes, record the report without it" in text_of(asked)
    link = f"/records/{young_person.case_id}/record/absence_recorded"
    assert f'href="{link}" target="_blank" rel="noopener">Record the absence' in asked.content.decode()
    assert opened.send(sure=boxes(asked)).status_code == 302
    assert Event.objects.get(type="reported_missing").refs.keys() == {"episode"}


def test_a_report_of_a_recorded_absence_is_recorded_without_a_question(form, happened, young_person, now):
    happened(young_person, "absence_recorded", days_ago=1, episode="E1", data={"agreed_report_by": now.isoformat()})

    opened = form("reported_missing")

    assert opened.values["ref-episode"] == "E1"
    assert opened.send().status_code == 302


def test_an_absence_recorded_after_its_report_is_of_that_episode_unless_somebody_says_otherwise(
    form, happened, young_person
):
    happened(young_person, "reported_missing", days_ago=1, episode="E1")

    assert form("absence_recorded").values["ref-episode"] == "E1"


def test_an_absence_after_a_return_is_a_new_one(form, happened, young_person):
    happened(young_person, "reported_missing", days_ago=2, episode="E1")
    happened(young_person, "episode_ended", days_ago=1, episode="E1")

    assert form("absence_recorded").values["ref-episode"] == "new"
