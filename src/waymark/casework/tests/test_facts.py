"""What we know: filled in with what is recorded, and only what changed is recorded anew."""

from __future__ import annotations

from datetime import date

import pytest
from tests.support.pages import Filler, text_of

from waymark.events.models import Event
from waymark.people.models import YoungPerson

pytestmark = pytest.mark.usefixtures("adopted")


@pytest.fixture
def form(client_as, young_person):
    """The page as somebody opens it."""
    return lambda actor, about=young_person: Filler(client_as(actor), f"/records/{about.case_id}/facts")


def test_it_shows_what_is_known_and_leaves_open_what_nobody_has_said(form, allocated_worker, happened, young_person):
    happened(
        young_person, "facts_recorded", days_ago=3, data={"status": "cla", "gang_risk": "unknown", "yos_order": False}
    )

    values = form(allocated_worker).values

    assert values["data-status"] == "cla"
    assert values["data-gang_risk"] == "unknown"
    assert values["data-yos_order"] == "no"
    assert "data-missing_risk" not in values
    assert (values["data-date_of_birth-day"], values["data-date_of_birth-year"]) == ("14", "2008")


def test_only_what_changed_is_recorded(form, allocated_worker, happened, young_person):
    happened(young_person, "facts_recorded", days_ago=3, data={"status": "cla", "date_of_birth": "2008-05-14"})

    form(allocated_worker).send(data_gang_risk="unknown", data_status="care_leaver")

    recorded = Event.objects.filter(type="facts_recorded").order_by("sequence")[1:]
    assert [(event.category, event.data) for event in recorded] == [
        ("identity", {"status": "care_leaver"}),
        ("risk", {"gang_risk": "unknown"}),
    ], "one entry for each category, so that each is read by whoever may read it"


def test_the_date_of_birth_that_no_fact_gives_is_recorded_as_one(form, allocated_worker, young_person):
    form(allocated_worker).send()

    assert Event.objects.get(type="facts_recorded").data == {"date_of_birth": "2008-05-14"}


def test_nothing_changed_is_no_entry(form, allocated_worker, happened, young_person):
    happened(young_person, "facts_recorded", days_ago=3, data={"date_of_birth": "2008-05-14"})

    sent = form(allocated_worker).send()

    assert sent.status_code == 422
    assert "Nothing here differs from what is recorded already" in text_of(sent)
    assert Event.objects.filter(type="facts_recorded").count() == 1


def test_a_date_of_birth_put_right_is_put_right_everywhere(form, allocated_worker, young_person):
    form(allocated_worker).send(**{"data-date_of_birth-day": "15"})

    assert YoungPerson.objects.get().date_of_birth == date(2008, 5, 15)
    assert Event.objects.get(type="facts_recorded").data == {"date_of_birth": "2008-05-15"}


def test_a_date_of_birth_that_is_none_is_explained(form, allocated_worker, young_person):
    sent = form(allocated_worker).send(**{"data-date_of_birth-month": "13"})

    assert '<a href="#data-date_of_birth-day">Date of birth must be a real date</a>' in sent.content.decode()
    assert YoungPerson.objects.get().date_of_birth == date(2008, 5, 14)


def test_a_keyworker_is_not_asked_for_the_date_of_birth(form, keyworker, young_person):
    opened = form(keyworker)
    assert "data-date_of_birth-day" not in opened.values

    opened.send(data_missing_risk="yes", **{"data-date_of_birth-day": "1", "data-date_of_birth-month": "1"})

    assert Event.objects.get(type="facts_recorded").data == {"missing_risk": True}


def test_what_a_placement_brings_is_shown_and_not_asked(form, keyworker, happened, young_person):
    happened(young_person, "facts_recorded", days_ago=3, data={"block_contract": True})

    opened = form(keyworker)

    assert "data-block_contract" not in opened.page
    assert "The provider has a block contract with the borough" in opened.page


def test_a_provider_is_asked_about_itself(form, member, actor_of, involved, provider, council):
    membership = member("Ines Calloway", council, "commissioning")
    involved(provider, "commissioning", membership=membership)

    opened = form(actor_of(membership), provider)
    opened.send(data_block_contract="yes")

    assert "data-gang_risk" not in opened.page
    assert Event.objects.get(type="facts_recorded").data == {"block_contract": True}


def test_others_find_no_such_page(client_as, stranger, young_person):
    assert client_as(stranger).get(f"/records/{young_person.case_id}/facts").status_code == 404
