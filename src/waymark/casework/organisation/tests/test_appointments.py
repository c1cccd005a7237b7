"""The pages for what takes two people: proposing, and agreeing."""

from __future__ import annotations

import uuid

import pytest
from tests.support.pages import Filler, text_of

from waymark.access.appointing import propose_new
from waymark.access.models import Appointment, Membership
from waymark.audit.models import Entry

pytestmark = pytest.mark.usefixtures("db")
KIT = {"name": "Kit Marlowe", "email": "kit@council.example", "role": "data_protection_lead"}


@pytest.fixture
def head(member, actor_of, council):
    """The council's head of service, who administers nobody."""
    return actor_of(member("Hester Vane", council, "head_of_service"))


@pytest.fixture
def waiting(agency_administrator, head):
    """Somebody new who is to be data protection lead."""
    return propose_new(actor=agency_administrator, **KIT)


def test_an_invitation_that_takes_two_waits_and_the_proposer_is_told_for_whom(client_as, agency_administrator, head):
    client = client_as(agency_administrator)

    page = client.post("/people/invite", {**KIT, "team": ""}, follow=True)

    said = text_of(page)
    assert "You proposed this. Until somebody else agrees nothing changes. These people can: Hester Vane." in said
    assert "/sign-in/link/" not in page.content.decode()
    assert "I agree" not in said
    assert "To be agreed (1)" in text_of(client.get("/people"))
    assert "Kit Marlowe: Data protection lead Proposed by Ada Brightwell" in text_of(client.get("/people/appointments"))


def test_a_head_of_service_finds_what_waits_in_the_menu_and_agrees(client_as, head, waiting):
    client = client_as(head)
    assert 'href="/people/appointments"' in client.get("/").content.decode()
    address = f"/people/appointments/{waiting.pk}"
    assert "kit@council.example" in text_of(client.get(address))

    said = text_of(client.post(address, {"decision": "agree"}))

    assert "ask whoever runs Waymark to give them one" in said
    assert Membership.objects.current().filter(role="data_protection_lead", account__email=KIT["email"]).exists()
    assert "Nothing waits to be agreed." in text_of(client.get("/people/appointments"))
    for send in (client.get, client.post):  # a page left open, or the button pressed twice
        assert "Kit Marlowe was agreed already by Hester Vane." in text_of(send(address, follow=True))
    assert Membership.objects.filter(account__email=KIT["email"]).count() == 1


def test_my_work_says_to_those_who_may_agree_that_something_waits(client_as, agency_administrator, head, waiting):
    said = "1 appointment waits for somebody to agree"
    assert said in text_of(client_as(head).get("/"))
    assert said not in text_of(client_as(agency_administrator).get("/")), "she proposed it"


def test_what_was_proposed_is_turned_down_or_taken_back(client_as, agency_administrator, head, waiting):
    client = client_as(agency_administrator)
    address = f"/people/appointments/{waiting.pk}"
    assert client.post(address, {"decision": "agree"}).status_code == 422
    assert client.post(address, {}).status_code == 422

    assert client.post(address, {"decision": "turn_down"}).status_code == 302

    assert not Appointment.objects.waiting().exists()
    assert not Membership.objects.filter(role="data_protection_lead").exists()


def test_a_move_and_the_office_of_administrator_wait_and_are_shown_on_the_person(
    client_as, agency_administrator, head, colleague
):
    client = client_as(agency_administrator)
    person = f"/people/{colleague.membership_id}"
    assert "Somebody else has to agree first" in text_of(client.get(f"{person}/administrator"))
    move = Filler(client, f"{person}/move?role=head_of_service&team=")
    assert "Until then they stay what they are" in text_of(client.get(move.address))

    waits = move.send()["Location"]

    assert "has proposed that they become Head of Service" in text_of(client.get(person))
    assert "proposed for them already" in text_of(Filler(client, f"{person}/administrator").send())
    client.post(waits, {"decision": "turn_down"})
    Filler(client, f"{person}/administrator").send()
    waits = f"/people/appointments/{Appointment.objects.waiting().get().pk}"
    client_as(head).post(waits, {"decision": "agree"})
    assert Membership.objects.get(pk=colleague.membership_id).administers


def test_what_waits_at_another_agency_is_a_404_and_a_worker_is_refused(
    client_as, waiting, other_data_lead, allocated_worker
):
    for wanted in (waiting.pk, uuid.uuid4()):
        for send in (client_as(other_data_lead).get, client_as(other_data_lead).post):
            assert send(f"/people/appointments/{wanted}").status_code == 404
    assert "Nothing waits" in text_of(client_as(other_data_lead).get("/people/appointments"))
    assert client_as(allocated_worker).get("/people/appointments").status_code == 403
    assert Entry.objects.filter(action="refusal", kind="access.Appointment").count() == 4


def test_whoever_is_new_is_sent_their_link_once_somebody_agrees(client_as, head, waiting, settings):
    settings.CAN_SEND_EMAIL = True

    said = text_of(client_as(head).post(f"/people/appointments/{waiting.pk}", {"decision": "agree"}))

    assert "It is sent to them by e-mail, and to nobody else." in said
