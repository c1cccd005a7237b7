"""Choosing whom to be in the demo."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from waymark.access.services import sign_in_to_demo
from waymark.audit.models import Entry

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def demo(settings):
    settings.DEMO = True
    return settings


def test_everyone_is_offered_under_their_agency_and_role(client, keyworker, allocated_worker):
    page = client.get("/sign-in").content.decode()

    order = [
        "Elmbridge Vale Council",
        "Dana Whitlock, Leaving Care",
        "Northlight Housing",
        "Housing keyworker",
        "Joel Abara",
    ]
    assert [text for text in order if text in page] == order
    assert sorted(order, key=page.index) == order


def test_choosing_somebody_signs_one_in_as_them(client, keyworker):
    response = client.post("/sign-in", {"person": keyworker.membership_id, "next": "/protocol"})

    assert (response.status_code, response["Location"]) == (302, "/protocol")
    page = client.get("/nowhere")
    assert page.wsgi_request.actor == keyworker
    assert "Joel Abara, Housing keyworker, Northlight Housing" in page.content.decode()
    assert Entry.objects.get(action="sign_in").membership_id == keyworker.membership_id


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_signing_in_never_leads_to_another_site(client, keyworker, elsewhere):
    response = client.post("/sign-in", {"person": keyworker.membership_id, "next": elsewhere})

    assert response["Location"] == "/"


@pytest.mark.parametrize("person", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_choosing_nobody_is_told_so(client, keyworker, person):
    response = client.post("/sign-in", {"person": person})

    assert response.status_code == 200
    assert "Select who you want to be" in response.content.decode()


def test_signing_out_ends_the_session_even_for_a_copy_of_the_cookie(client, keyworker):
    client.post("/sign-in", {"person": keyworker.membership_id})
    copy = Client()
    copy.cookies = client.cookies.copy()
    assert copy.get("/nowhere").wsgi_request.actor == keyworker

    response = client.post("/sign-out")

    assert response["Location"] == "/sign-in"
    assert copy.get("/nowhere").wsgi_request.actor is None


def test_signing_out_takes_a_form_not_a_link(client):
    assert client.get("/sign-out").status_code == 405


def test_outside_the_demo_nobody_is_shown_and_nobody_gets_in(client, keyworker, demo):
    demo.DEMO = False

    page = client.get("/sign-in").content.decode()
    client.post("/sign-in", {"person": keyworker.membership_id})

    assert "Joel Abara" not in page
    assert "E-mail address" in page
    assert client.get("/nowhere").wsgi_request.actor is None
    with pytest.raises(PermissionDenied):
        sign_in_to_demo(keyworker.membership_id)


def test_a_cookie_that_was_changed_is_nobodys(client, keyworker, demo):
    client.post("/sign-in", {"person": keyworker.membership_id})
    client.cookies[demo.SESSION_COOKIE_NAME] = client.cookies[demo.SESSION_COOKIE_NAME].value[:-1] + "x"

    assert client.get("/nowhere").wsgi_request.actor is None


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client, keyworker, demo):
    response = client.post("/sign-in", {"person": keyworker.membership_id})

    cookie = response.cookies[demo.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
