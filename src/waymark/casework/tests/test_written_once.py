"""What is written down in answer to one question is not ticked in another: the words show the item."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from tests.support.pages import Filler, text_of

from waymark.core.formats import LONDON
from waymark.duties.engine.calendar import add_months
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.events.vocabulary import CONTENT_ITEMS, EVENT_TYPES, item_choices

pytestmark = pytest.mark.usefixtures("adopted")

SHOWN = {
    ("episode_ended", "context"): "context",
    ("refusal_made", "reason"): "explanation",
    ("weekly_log_requested", "reason"): "justification",
    ("support_plan_written", "review_on"): "review_date",
}


@pytest.fixture
def form(client_as, young_person):
    """The form for an event of the young person: `form(keyworker, "episode_ended")`."""
    return lambda actor, name: Filler(client_as(actor), f"/records/{young_person.case_id}/record/{name}")


def recorded(name):
    return Event.objects.get(type=name)


@pytest.fixture
def gone(happened, young_person):
    """Amira was reported missing yesterday."""
    return happened(young_person, "reported_missing", days_ago=1, episode="E1")


def test_what_was_noticed_on_a_return_is_its_context(form, keyworker, gone):
    form(keyworker, "episode_ended").send(data_context="Tired, and wearing somebody else's coat")

    data = recorded("episode_ended").data
    assert data == {"has": ["context"], "context": "Tired, and wearing somebody else's coat"}
    assert Duty.objects.get(clause="MIS-10").state == "met"


@pytest.mark.parametrize("words", ["", "   "])
def test_where_nothing_was_written_the_context_is_missing(words, form, keyworker, gone):
    form(keyworker, "episode_ended").send(data_context=words)

    assert recorded("episode_ended").data == {}
    assert Duty.objects.get(clause="MIS-10").state == "breached"


def test_it_is_asked_once_with_the_clause_that_looks_for_it(form, keyworker, gone):
    page = html.unescape(form(keyworker, "episode_ended").page)

    assert "What was noticed (MIS-10)" in page
    assert CONTENT_ITEMS["context"].label in page
    assert 'name="data-has"' not in page
    assert "What was recorded" not in page


def test_the_other_items_can_still_be_ticked(form, keyworker, placed, now):
    review = (now + timedelta(days=60)).astimezone(LONDON)
    typed = {f"data-review_on-{part}": str(getattr(review, part)) for part in ("day", "month", "year")}
    opened = form(keyworker, "support_plan_written")
    assert 'value="review_date"' not in opened.page

    opened.send(data_has=["outcomes", "actions"], **typed)

    assert recorded("support_plan_written").data == {
        "has": ["outcomes", "actions", "review_date"],
        "review_on": review.date().isoformat(),
    }


@pytest.mark.parametrize(("days", "is_shown"), [(0, True), (1, False)])
def test_a_review_date_is_what_the_protocol_looks_for_only_within_3_months(
    days, is_shown, form, keyworker, placed, now
):
    review = add_months(now.astimezone(LONDON).date(), 3) + timedelta(days=days)
    typed = {f"data-review_on-{part}": str(getattr(review, part)) for part in ("day", "month", "year")}

    form(keyworker, "support_plan_written").send(**typed)

    assert ("review_date" in recorded("support_plan_written").data.get("has", [])) is is_shown


def test_an_item_that_words_show_cannot_be_ticked_without_them(form, keyworker, gone, placed):
    sent = form(keyworker, "support_plan_written").send(data_has=["review_date"])
    assert sent.status_code == 422
    assert "Select one of the choices" in text_of(sent)

    form(keyworker, "episode_ended").send(data_has=["context"])
    assert recorded("episode_ended").data == {}


def test_every_item_that_an_answer_shows_is_one_that_the_event_holds():
    found = {
        (name, field.name): field.shows
        for name, schema in EVENT_TYPES.items()
        for field in schema.fields
        if field.shows
    }

    assert found == SHOWN
    assert all(item in dict(item_choices(name)) for (name, _), item in found.items())


def test_a_return_that_comes_from_elsewhere_is_taken_as_it_is(happened, young_person, gone):
    happened(young_person, "episode_ended", episode="E1", data={"has": ["context"]})

    assert Duty.objects.get(clause="MIS-10").state == "met"
