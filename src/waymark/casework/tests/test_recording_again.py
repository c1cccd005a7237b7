"""Recording the same again: asked about before it is stored, and stored when somebody says that it is another one."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from tests.support.pages import Filler, text_of

from waymark.core import formats
from waymark.core.formats import LONDON
from waymark.events.models import Event
from waymark.events.services import retract

pytestmark = pytest.mark.usefixtures("adopted")


@pytest.fixture
def form(client_as, young_person):
    """The form for an event of the young person, as somebody opens it: `form(keyworker, "team_changed")`."""

    def open_form(actor, name, query="", about=young_person):
        return Filler(client_as(actor), f"/records/{about.case_id}/record/{name}{query}")

    return open_form


@pytest.fixture
def mentor(form, keyworker):
    """A change of the team that the keyworker recorded just now."""
    form(keyworker, "team_changed").send(data_change="A mentor")
    return Event.objects.get(type="team_changed")


def boxes(sent):
    """The boxes that confirm what is asked once more, as they stand on a page: value and whether ticked."""
    tags = re.findall(r'<input[^>]*name="sure"[^>]*>', sent.content.decode())
    return {re.search(r'value="([^"]*)"', tag)[1]: " checked" in tag for tag in tags}


def changes():
    return Event.objects.filter(type="team_changed").count()


def test_another_form_that_says_the_same_is_asked_about_and_nothing_is_stored(form, keyworker, mentor):
    sent = form(keyworker, "team_changed").send(data_change="A mentor")

    assert sent.status_code == 422
    assert changes() == 1
    question = (
        "You recorded the same just now: Team around the young person changed, "
        f"{formats.moment(mentor.occurred_at)}. Is this another one?"
    )
    assert f'<a href="#sure">{question}</a>' in sent.content.decode()
    assert 'id="sure"' in sent.content.decode()
    assert text_of(sent).index("Who did it?") < text_of(sent).index("Yes, this is another one")
    assert f'href="/records/{mentor.case_id}/events/{mentor.pk}"' in sent.content.decode()
    assert ">A mentor</textarea>" in sent.content.decode()
    assert boxes(sent) and not any(boxes(sent).values())


def test_once_it_is_said_to_be_another_one_it_is_recorded(form, keyworker, mentor):
    opened = form(keyworker, "team_changed")
    asked = opened.send(data_change="A mentor")

    sent = opened.send(data_change="A mentor", sure=list(boxes(asked)))

    assert sent.status_code == 302
    assert changes() == 2


def test_what_somebody_else_recorded_is_asked_about_by_name(form, allocated_worker, mentor):
    sent = form(allocated_worker, "team_changed").send(data_change="A mentor")

    assert "The same was recorded just now by Joel Abara, Northlight Housing: Team around" in text_of(sent)


@pytest.mark.parametrize("said", [{"data_change": "A youth worker"}, {"data_change": ""}])
def test_what_says_something_else_is_recorded_without_a_question(said, form, keyworker, mentor):
    assert form(keyworker, "team_changed").send(**said).status_code == 302
    assert changes() == 2


def test_what_was_written_down_longer_ago_and_happened_at_another_time_is_no_repetition(
    form, keyworker, mentor, time_machine
):
    time_machine.move_to(mentor.recorded_at + timedelta(minutes=31))

    assert form(keyworker, "team_changed").send(data_change="A mentor").status_code == 302


def test_within_the_half_hour_the_question_says_how_long_ago(form, keyworker, mentor, time_machine):
    time_machine.move_to(mentor.recorded_at + timedelta(minutes=29))

    assert "You recorded the same 29 minutes ago" in text_of(
        form(keyworker, "team_changed").send(data_change="A mentor")
    )


def test_what_happened_in_the_very_same_minute_is_asked_about_whenever_it_was_written_down(
    form, keyworker, mentor, time_machine
):
    time_machine.move_to(mentor.recorded_at + timedelta(days=3))
    happened = mentor.occurred_at.astimezone(LONDON)
    sent = form(keyworker, "team_changed").send(
        data_change="A mentor",
        when_day=str(happened.day),
        when_month=str(happened.month),
        when_year=str(happened.year),
        when_time=f"{happened:%H:%M}",
    )

    assert f"You recorded the same on {formats.moment(mentor.recorded_at)}" in text_of(sent)
    assert changes() == 1


def test_what_was_withdrawn_is_no_repetition(form, keyworker, mentor):
    retract(mentor, "Somebody else's", keyworker)

    assert form(keyworker, "team_changed").send(data_change="A mentor").status_code == 302


def test_a_thing_that_each_form_begins_anew_counts_as_the_same(form, keyworker, time_machine, now):
    def raise_concern():
        new = {"ref_concern": "new", "data_concern": "Unexplained bruises"}
        return form(keyworker, "harm_concern_raised").send(**new)

    assert raise_concern().status_code == 302
    time_machine.move_to(now + timedelta(days=2))
    assert raise_concern().status_code == 302, "two days later it is another one"

    assert "You recorded the same just now: Concern about harm raised" in text_of(raise_concern())
    assert Event.objects.filter(type="harm_concern_raised").count() == 2


def test_the_same_about_another_thing_is_another_entry(form, keyworker, happened, young_person):
    for concern in ("C1", "C2"):
        happened(young_person, "harm_concern_raised", days_ago=2, concern=concern, data={"concern": concern})
    for concern in ("C1", "C2"):
        assert form(keyworker, "concern_shared").send(ref_concern=concern).status_code == 302

    assert "You recorded the same" in text_of(form(keyworker, "concern_shared").send(ref_concern="C2"))


def test_the_first_of_its_kind_sent_twice_leads_to_the_one_entry(form, keyworker):
    opened = form(keyworker, "police_informed")
    assert "ref-incident" in opened.page
    begun = form(keyworker, "gang_concern_raised")
    assert "ref-concern" not in begun.page, "it can only begin one"

    first, second = begun.send(), begun.send()

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Event.objects.filter(type="gang_concern_raised").count() == 1


def test_a_confirmation_holds_for_the_entry_it_was_asked_about_and_no_other(form, keyworker, mentor):
    opened = form(keyworker, "team_changed")
    confirmed = list(boxes(opened.send(data_change="A mentor")))
    form(keyworker, "team_changed").send(data_change="A youth worker")

    sent = opened.send(data_change="A youth worker", sure=confirmed)

    assert sent.status_code == 422
    assert "You recorded the same just now" in text_of(sent)
    assert set(boxes(sent)).isdisjoint(confirmed)
    assert changes() == 2


def test_a_confirmation_does_not_hold_in_another_form(form, keyworker, mentor):
    confirmed = list(boxes(form(keyworker, "team_changed").send(data_change="A mentor")))

    sent = form(keyworker, "team_changed").send(data_change="A mentor", sure=confirmed)

    assert sent.status_code == 422
    assert changes() == 1


@pytest.mark.parametrize("sure", [["yes"], ["on", ""], ["same", "0" * 32]])
def test_a_confirmation_that_nobody_was_shown_confirms_nothing(sure, form, keyworker, mentor):
    sent = form(keyworker, "team_changed").send(data_change="A mentor", sure=sure)

    assert sent.status_code == 422
    assert changes() == 1


def test_a_confirmation_of_what_is_not_doubted_is_ignored(form, keyworker):
    assert form(keyworker, "team_changed").send(data_change="A mentor", sure=["yes"]).status_code == 302


def test_with_a_forged_ticket_nothing_is_asked_and_nothing_stored(form, keyworker, mentor):
    opened = form(keyworker, "team_changed")
    forged = opened.values["ticket"][:-2] + "xx"
    sent = opened.send(data_change="A mentor", ticket=forged)

    assert sent.status_code == 422
    assert "This form was opened by somebody else" in text_of(sent)
    assert boxes(sent) == {}
    assert changes() == 1


def test_the_form_of_an_entry_that_was_withdrawn_since_records_a_new_one(form, keyworker):
    opened = form(keyworker, "team_changed")
    opened.send(data_change="A mentro")
    first = Event.objects.get(type="team_changed")
    retract(first, "Spelt wrong", keyworker)

    sent = opened.send(data_change="A mentor")

    assert sent.status_code == 302
    assert UUID(sent["Location"].rsplit("/", 1)[1]) != first.pk


def test_browsers_are_told_not_to_restore_what_was_chosen_by_its_place(form, keyworker, client_as, young_person):
    assert re.search(r'<form method="post" novalidate autocomplete="off">', form(keyworker, "team_changed").page)
    facts = client_as(keyworker).get(f"/records/{young_person.case_id}/facts").content.decode()
    assert re.search(r'<form method="post" novalidate autocomplete="off">', facts)


def test_of_forms_that_say_the_same_and_arrive_at_once_one_is_stored_and_the_others_are_asked_about(
    real_connections, form, keyworker, allocated_worker, in_threads
):
    opened = [form(actor, "team_changed") for actor in (keyworker, allocated_worker) for _ in range(3)]

    sent = in_threads(lambda one: one.client.post(one.address, one.values | {"data-change": "A mentor"}), opened)

    assert sorted(response.status_code for response in sent) == [302, *[422] * 5]
    assert changes() == 1
    place, asked = next((place, one) for place, one in enumerate(sent) if one.status_code == 422)
    assert re.search("(You recorded the same|The same was recorded) just now", text_of(asked))
    assert opened[place].send(data_change="A mentor", sure=list(boxes(asked))).status_code == 302
    assert changes() == 2


def test_the_time_of_a_form_sent_again_does_not_hide_that_it_is_the_same(form, keyworker, mentor):
    earlier = datetime.now(LONDON) - timedelta(hours=3)
    sent = form(keyworker, "team_changed").send(
        data_change="A mentor",
        when_day=str(earlier.day),
        when_month=str(earlier.month),
        when_year=str(earlier.year),
        when_time=f"{earlier:%H:%M}",
    )

    assert "You recorded the same just now" in text_of(sent)
