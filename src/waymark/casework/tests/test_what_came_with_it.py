"""What an entry brings over from the scheme goes with it when it is withdrawn, and is set against what held then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.pages import Filler, text_of

from waymark.casework.history import History
from waymark.casework.services import take_back
from waymark.core.formats import LONDON
from waymark.events.models import Event
from waymark.events.services import retract

pytestmark = pytest.mark.usefixtures("adopted")


@pytest.fixture
def block(provider):
    """The provider is under a block contract."""
    type(provider).objects.filter(pk=provider.pk).update(block_contract=True)


@pytest.fixture
def form(client_as, keyworker, young_person):
    """The form that says where the young person moved in, as the keyworker opens it."""
    return Filler(client_as(keyworker), f"/records/{young_person.case_id}/record/placement_started")


@pytest.fixture
def moved_in(block, form, scheme):
    """The placement, recorded on its form, with what came from the scheme."""
    form.send(ref_scheme=str(scheme.case_id))
    return Event.objects.get(type="placement_started")


def known(young_person):
    return History(Event.objects.filter(case=young_person.case)).facts


def withdraw(event):
    return f"/records/{event.case_id}/events/{event.pk}/withdraw"


def test_what_came_from_the_scheme_is_withdrawn_with_the_entry_that_brought_it(
    client_as, keyworker, moved_in, young_person
):
    assert known(young_person)["block_contract"] is True

    client_as(keyworker).post(withdraw(moved_in), {"reason": "The wrong scheme"})

    assert known(young_person) == {}
    entry, brought = Event.objects.filter(type="event_retracted").order_by("sequence")
    assert entry.data == {"event": str(moved_in.pk), "reason": "The wrong scheme"}
    assert brought.data["event"] == str(Event.objects.get(type="facts_recorded").pk)
    assert brought.data["reason"].startswith("It came with an entry that was withdrawn: Placement started, ")
    assert brought.data["reason"].endswith(". The wrong scheme")


def test_before_it_is_withdrawn_the_page_says_what_goes_with_it(client_as, keyworker, moved_in):
    page = text_of(client_as(keyworker).get(withdraw(moved_in)))

    assert "What it brought over from the scheme is withdrawn with it." in page
    assert "Block contract" in page or "block contract" in page


def test_an_entry_that_brought_nothing_says_nothing_of_it(client_as, keyworker, placed):
    assert "What came with it" not in text_of(client_as(keyworker).get(withdraw(placed)))


def test_both_withdrawals_are_foreseen(client_as, keyworker, moved_in, monkeypatch):
    from waymark.casework.views import corrections

    asked = []
    monkeypatch.setattr(corrections, "foreseen", lambda case, more, now: asked.extend(more) or [])
    client_as(keyworker).get(withdraw(moved_in))

    facts = Event.objects.get(type="facts_recorded")
    assert {one.data["event"] for one in asked} == {str(moved_in.pk), str(facts.pk)}


def test_what_was_withdrawn_by_itself_before_is_not_withdrawn_again(keyworker, moved_in):
    retract(Event.objects.get(type="facts_recorded"), "Not so", keyworker)

    take_back(moved_in, "The wrong scheme", actor=keyworker)

    assert Event.objects.filter(type="event_retracted").count() == 2


def test_what_the_scheme_says_is_set_against_what_held_at_the_time_not_what_was_said_since(
    block, form, scheme, happened, young_person, now
):
    happened(
        young_person,
        "facts_recorded",
        days_ago=2,
        data={"block_contract": True, "several_tiers": False, "curfew_capable": False},
    )
    then = (now - timedelta(days=10)).astimezone(LONDON)
    form.send(
        ref_scheme=str(scheme.case_id),
        when_day=str(then.day),
        when_month=str(then.month),
        when_year=str(then.year),
        when_time=f"{then:%H:%M}",
    )

    placement = Event.objects.get(type="placement_started")
    brought = Event.objects.get(type="facts_recorded", occurred_at=placement.occurred_at)
    assert brought.data["block_contract"] is True
