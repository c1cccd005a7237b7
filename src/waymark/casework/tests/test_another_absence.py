"""Recording that somebody has gone while they are away already: asked about, with a way to record the return."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from tests.support.pages import Filler, text_of

from waymark.core import formats
from waymark.core.formats import LONDON
from waymark.events.models import Event

pytestmark = pytest.mark.usefixtures("adopted")


@pytest.fixture
def gone(client_as, keyworker, young_person, now):
    """Send the form that says the young person is gone, as the keyworker."""
    opened = Filler(client_as(keyworker), f"/records/{young_person.case_id}/record/absence_recorded")
    tonight = (now + timedelta(hours=6)).astimezone(LONDON)
    parts = {"day": tonight.day, "month": tonight.month, "year": tonight.year, "time": f"{tonight:%H:%M}"}
    typed = {f"data-agreed_report_by-{part}": str(value) for part, value in parts.items()}
    return lambda **more: opened.send(**{"ref_episode": "new", **typed, **more})


def recorded():
    return Event.objects.filter(type="absence_recorded").count()


@pytest.fixture
def away(happened, young_person, now):
    """An absence of two days ago that nobody has said is over."""
    agreed = {"agreed_report_by": (now - timedelta(days=1)).isoformat()}
    return happened(young_person, "absence_recorded", days_ago=2, episode="E1", data=agreed)


def test_an_absence_while_another_is_open_is_asked_about_and_the_return_can_be_recorded(away, gone, young_person):
    sent = gone()

    assert sent.status_code == 422
    assert recorded() == 1
    since = formats.moment(away.occurred_at)
    question = f"Amira Sesay has been recorded absent since {since} and not as returned. Is this another absence?"
    assert f'<a href="#sure">{question}</a>' in sent.content.decode()
    link = f"/records/{young_person.case_id}/record/episode_ended?ref-episode=E1"
    assert re.search(rf'href="{re.escape(link)}"[^>]*>Record the return', sent.content.decode())


def test_once_it_is_said_to_be_another_absence_it_is_recorded(away, gone):
    boxes = re.findall(r'<input[^>]*name="sure"[^>]*value="([^"]*)"', gone().content.decode())

    assert gone(sure=boxes).status_code == 302
    assert recorded() == 2


def test_somebody_reported_missing_is_called_missing(away, gone, happened, young_person):
    happened(young_person, "reported_missing", days_ago=1, episode="E1")

    assert "Amira Sesay has been recorded missing since" in text_of(gone())


def test_after_the_return_nothing_is_asked(away, gone, happened, young_person):
    happened(young_person, "episode_ended", days_ago=1, episode="E1")

    assert gone().status_code == 302


def test_the_report_of_the_open_absence_is_not_another_absence(away, client_as, keyworker, young_person):
    opened = Filler(client_as(keyworker), f"/records/{young_person.case_id}/record/reported_missing")

    assert opened.send(ref_episode="E1").status_code == 302


def test_a_report_of_yet_another_absence_is_asked_about(away, client_as, keyworker, young_person):
    opened = Filler(client_as(keyworker), f"/records/{young_person.case_id}/record/reported_missing")

    assert "Is this another absence?" in text_of(opened.send(ref_episode="new"))


def test_the_same_form_sent_twice_is_not_another_absence(gone):
    first, second = gone(), gone()

    assert (first.status_code, second.status_code) == (302, 302)
    assert recorded() == 1


def test_the_same_recorded_again_is_asked_about_once(gone, client_as, keyworker, young_person):
    assert gone().status_code == 302
    opened = Filler(client_as(keyworker), f"/records/{young_person.case_id}/record/absence_recorded")
    said = Event.objects.get(type="absence_recorded").data["agreed_report_by"]
    agreed = datetime.fromisoformat(said).astimezone(LONDON)
    parts = {"day": agreed.day, "month": agreed.month, "year": agreed.year, "time": f"{agreed:%H:%M}"}
    asked = opened.send(**{f"data-agreed_report_by-{part}": str(value) for part, value in parts.items()})

    assert "You recorded the same" in text_of(asked)
    assert "Is this another absence?" not in text_of(asked)
