"""Nothing ends before it began: what cannot be is refused with the time it began, what may be is asked about."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.support.pages import Filler, text_of

from waymark.casework.history import ENDINGS
from waymark.casework.order import begins
from waymark.core import formats
from waymark.core.formats import LONDON
from waymark.events.models import Event
from waymark.events.vocabulary import EVENT_TYPES

pytestmark = pytest.mark.usefixtures("adopted")


@pytest.fixture
def form(client_as, young_person):
    """The form for an event of the young person: `form(keyworker, "episode_ended")`."""
    return lambda actor, name: Filler(client_as(actor), f"/records/{young_person.case_id}/record/{name}")


def at(instant):
    """When it happened, as it is typed."""
    local = instant.astimezone(LONDON)
    parts = {"day": local.day, "month": local.month, "year": local.year, "time": f"{local:%H:%M}"}
    return {f"when-{part}": str(value) for part, value in parts.items()}


def of_type(name):
    return Event.objects.filter(type=name).count()


def test_a_return_before_the_absence_is_refused_with_the_time_the_absence_began(
    form, keyworker, happened, young_person, now
):
    gone = happened(young_person, "reported_missing", days_ago=1, episode="E1")
    sent = form(keyworker, "episode_ended").send(**at(now - timedelta(days=2)))

    assert sent.status_code == 422
    error = (
        f"When it happened must be the same as or after {formats.moment(gone.occurred_at)}, "
        "when the missing episode began"
    )
    assert f'<a href="#when-day">{error}</a>' in sent.content.decode()
    assert of_type("episode_ended") == 0


def test_a_return_in_the_very_minute_of_the_absence_is_recorded(form, keyworker, happened, young_person):
    gone = happened(young_person, "reported_missing", days_ago=1, episode="E1")

    assert form(keyworker, "episode_ended").send(**at(gone.occurred_at)).status_code == 302


def test_a_return_after_the_absence_is_recorded(form, keyworker, happened, young_person, now):
    happened(young_person, "reported_missing", days_ago=2, episode="E1")

    assert form(keyworker, "episode_ended").send(**at(now - timedelta(days=1))).status_code == 302


def test_an_absence_that_was_withdrawn_began_nothing(form, keyworker, happened, young_person, now):
    from waymark.events.services import retract

    happened(young_person, "worker_notified", days_ago=3, episode="E1")
    retract(happened(young_person, "reported_missing", days_ago=1, episode="E1"), "Never gone", keyworker)

    assert form(keyworker, "episode_ended").send(**at(now - timedelta(days=2))).status_code == 302


def test_a_placement_that_ends_before_it_started_is_refused_though_it_was_agreed_before(
    form, keyworker, happened, young_person, placed, now
):
    happened(young_person, "placement_agreed", days_ago=30, placement="P1")
    sent = form(keyworker, "placement_ended").send(**at(now - timedelta(days=20)))

    assert f"must be the same as or after {formats.moment(placed.occurred_at)}, when the placement began" in text_of(
        sent
    )
    assert of_type("placement_ended") == 0


def test_a_placement_agreed_that_never_started_can_end(form, keyworker, happened, young_person, now):
    happened(young_person, "placement_agreed", days_ago=3, placement="P1")

    assert form(keyworker, "placement_ended").send(**at(now - timedelta(days=4))).status_code == 302


def test_a_placement_cannot_start_after_it_ended(form, keyworker, happened, young_person, now):
    happened(young_person, "placement_agreed", days_ago=30, placement="P1")
    ended = happened(young_person, "placement_ended", days_ago=5, placement="P1")
    opened = form(keyworker, "placement_started")

    late = opened.send(ref_placement="P1", **at(now - timedelta(days=4)))
    assert f"must be the same as or before {formats.moment(ended.occurred_at)}, when the placement ended" in text_of(
        late
    )
    assert opened.send(ref_placement="P1", **at(now - timedelta(days=20))).status_code == 302


def test_an_episode_may_begin_again_after_a_return(form, keyworker, happened, young_person, now):
    agreed = {"agreed_report_by": (now - timedelta(days=3)).isoformat()}
    happened(young_person, "absence_recorded", days_ago=4, episode="E1", data=agreed)
    happened(young_person, "reported_missing", days_ago=3, episode="E1")
    happened(young_person, "episode_ended", days_ago=2, episode="E1")

    again = {"ref_episode": "E1", "data_reference": "CAD 12", **at(now - timedelta(days=1))}
    assert form(keyworker, "reported_missing").send(**again).status_code == 302


def test_what_is_about_the_thing_only_by_the_way_is_asked_about(form, keyworker, happened, young_person, now):
    """Somebody may move in at once, and the referral be written afterwards."""
    begun = happened(young_person, "referral_started", days_ago=5, referral="R1")
    opened = form(keyworker, "placement_started")
    typed = {"ref_referral": "R1", **at(now - timedelta(days=6))}
    asked = opened.send(**typed)

    assert asked.status_code == 422
    assert f"is before the referral began, {formats.moment(begun.occurred_at)}. Is that right?" in text_of(asked)
    boxes = re.findall(r'<input[^>]*name="sure"[^>]*value="([^"]*)"', asked.content.decode())
    assert opened.send(**typed, sure=boxes).status_code == 302


def test_a_move_made_before_it_was_agreed_can_be_recorded_as_it_was(form, keyworker, happened, young_person, now):
    """MOV-02 is there to show it, so it must not be refused."""
    happened(young_person, "move_agreed", days_ago=1, move="M1", data={"by": ["young_person"], "internal": True})
    opened = form(keyworker, "move_made")
    typed = {"ref_move": "M1", "data_internal": "yes", **at(now - timedelta(days=3))}
    asked = opened.send(**typed)

    assert "is before the move began" in text_of(asked)
    boxes = re.findall(r'<input[^>]*name="sure"[^>]*value="([^"]*)"', asked.content.decode())
    assert opened.send(**typed, sure=boxes).status_code == 302


@pytest.mark.parametrize("kind", ENDINGS)
def test_for_every_kind_of_thing_that_ends_something_is_known_to_begin_it(kind):
    assert any(begins(name, kind) for name in EVENT_TYPES)
    assert not any(begins(name, kind) for name in ENDINGS[kind])


@pytest.mark.parametrize(
    ("beginning", "ending", "kind"),
    [
        ("challenge_raised", "challenge_resolved", "challenge"),
        ("panel_invitation", "panel_cancelled", "panel"),
        ("action_assigned", "action_done", "action"),
    ],
)
def test_each_thing_that_ends_is_held_to_its_beginning(
    beginning, ending, kind, form, keyworker, happened, now, young_person
):
    soon = {"scheduled_for": now.isoformat(), "due": now.isoformat()}
    fields = {field.name for field in EVENT_TYPES[beginning].fields}
    data = {name: value for name, value in soon.items() if name in fields}
    happened(young_person, beginning, days_ago=1, data=data, **{kind: "T1"})
    opened = form(keyworker, ending)
    opened.values[f"ref-{kind}"] = "T1"

    assert opened.send(**at(now - timedelta(days=2))).status_code == 422
    assert opened.send(**at(now - timedelta(hours=2))).status_code == 302
