"""What happens once is not recorded twice unnoticed, and what is owed of an event that is recorded is said in words."""

from __future__ import annotations

import re

import pytest
from tests.support.pages import Filler, text_of

from waymark.core import formats
from waymark.duties import presenting
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.events.vocabulary import EVENT_TYPES

pytestmark = pytest.mark.usefixtures("adopted")


@pytest.fixture
def reviewed(happened, placed, young_person, now):
    """A review that was arranged, and held without the gangs team, which works with the young person."""
    happened(young_person, "facts_recorded", days_ago=200, data={"gangs_team_open": True})
    arranged = {"scheduled_for": now.isoformat()}
    happened(young_person, "review_scheduled", days_ago=6, placement="P1", review="R1", data=arranged)
    said = {"attended": ["housing_keyworker"], "combined": False}
    return happened(young_person, "review_held", days_ago=1, placement="P1", review="R1", data=said)


@pytest.fixture
def again(client_as, keyworker, young_person):
    """The form of an event about a thing: `again("review_held", "review", "R1")`."""

    def open_form(name, kind, ref):
        return Filler(client_as(keyworker), f"/records/{young_person.case_id}/record/{name}?ref-{kind}={ref}")

    return open_form


def boxes(sent):
    return re.findall(r'<input[^>]*name="sure"[^>]*value="([^"]*)"', sent.content.decode())


def test_what_is_owed_of_a_review_that_was_held_says_who_had_to_be_there(reviewed):
    duty = Duty.objects.get(clause="LOC-02")

    assert presenting.owed(duty) == ["placement review held with the Integrated Gangs Team there"]
    (doing,) = presenting.doings(duty)
    assert doing.owed == ("with the Integrated Gangs Team there",)


def test_what_must_be_done_in_writing_is_said_so(happened, young_person):
    happened(young_person, "harm_concern_raised", concern="C1")

    duty = Duty.objects.get(clause="INF-01", part="writing")
    assert presenting.owed(duty) == ["concern shared with children's social care in writing"]


def test_a_review_that_was_held_is_not_recorded_as_held_again_unnoticed(reviewed, again):
    opened = again("review_held", "review", "R1")
    asked = opened.send(data_combined="no", data_attended=["gangs_team"])

    assert asked.status_code == 422
    assert (
        f"“Placement review held” is recorded already, for {formats.moment(reviewed.occurred_at)}. To add who was "
        "there, withdraw that entry and record it again. Is this another one?"
    ) in text_of(asked)
    assert f'href="/records/{reviewed.case_id}/events/{reviewed.pk}" target="_blank"' in asked.content.decode()
    assert Event.objects.filter(type="review_held").count() == 1
    sent = opened.send(data_combined="no", data_attended=["gangs_team"], sure=boxes(asked))
    assert sent.status_code == 302
    assert Event.objects.filter(type="review_held").count() == 2


def test_a_review_of_its_own_is_recorded_without_a_question(reviewed, again):
    assert again("review_held", "review", "new").send(data_combined="no").status_code == 302


def test_an_absence_that_began_anew_after_a_return_ends_anew(happened, young_person, again):
    for days, kind in ((9, "reported_missing"), (8, "episode_ended")):
        happened(young_person, kind, days_ago=days, episode="E1")
    assert "is recorded already" in text_of(again("episode_ended", "episode", "E1").send(data_context="Tired"))

    happened(young_person, "reported_missing", days_ago=1, episode="E1")

    assert again("episode_ended", "episode", "E1").send(data_context="Tired").status_code == 302


def test_what_happens_once_happens_to_something_that_its_entry_can_name():
    for schema in EVENT_TYPES.values():
        assert schema.once_of in ("", *schema.all_refs), schema.name
    assert {schema.name for schema in EVENT_TYPES.values() if schema.once_of} >= {
        "review_held",
        "planning_meeting_held",
        "placement_started",
        "placement_ended",
        "assessment_interview_held",
        "panel_held",
        "episode_ended",
    }
