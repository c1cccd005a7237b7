"""Signing in with a password: who gets in, what others are told, and how little they learn."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.support.pages import text_of

from waymark.accounts.models import Account, Token
from waymark.accounts.services import digest_of
from waymark.accounts.tests.conftest import PASSWORD
from waymark.audit.models import Entry
from waymark.core.database import SERVICE

pytestmark = pytest.mark.usefixtures("db")


def _actor(client):
    return client.get("/nowhere").wsgi_request.actor


def _follow(client, response):
    while response.status_code == 302 and response["Location"].startswith("/sign-in/"):
        response = client.get(response["Location"])
    return response


def test_the_right_password_opens_a_session_of_ours(client, sign_in, worker, allocated_worker):
    response = _follow(client, sign_in(worker.email.upper(), next="/protocol"))

    assert (response.status_code, response["Location"]) == (302, "/protocol")
    assert _actor(client) == allocated_worker
    assert Entry.objects.filter(action="sign_in").values_list("account_id", flat=True)[0] == worker.pk


def test_the_browser_holds_a_token_and_nothing_of_django(client, sign_in, worker):
    _follow(client, sign_in(worker.email))

    assert set(client.session.keys()) == {"token"}
    live = Token.objects.get(ended_at=None)
    assert live.digest == digest_of(client.session["token"])


@pytest.mark.parametrize(
    ("who", "password"),
    [("worker", "not the password"), ("nobody", PASSWORD), ("closed", PASSWORD), ("without", PASSWORD)],
)
def test_whoever_does_not_get_in_is_told_the_same_and_the_server_does_the_same(
    who, password, client, sign_in, worker, keyworker, officer, monkeypatch
):
    from waymark.accounts.services import passwords

    Account.objects.filter(pk=officer.pk).update(is_active=False)
    emails = {
        "worker": worker.email,
        "nobody": "nobody@waymark.example",
        "closed": officer.email,
        "without": Account.objects.get(pk=keyworker.account_id).email,
    }
    hashed = []
    real = passwords.check_password
    monkeypatch.setattr(passwords, "check_password", lambda *given: hashed.append(given) or real(*given))
    sign_in("somebody.else@waymark.example")  # the first computes what later ones are compared with
    hashed.clear()

    response, statements = _statements_of(sign_in, emails[who], password)
    stranger, expected = _statements_of(sign_in, "yet.another@waymark.example", password)

    assert (response.status_code, len(hashed)) == (200, 2)
    assert statements == expected
    assert text_of(response) == text_of(stranger)
    assert "E-mail address or password is not right" in text_of(response)
    assert _actor(client) is None


def _statements_of(sign_in, email, password):
    """The answer, and what the database was asked for it, without the values and the names of savepoints."""
    with CaptureQueriesContext(connections[SERVICE]) as made:
        response = sign_in(email, password)
    return response, [re.sub(r"'[^']*'|\"s\d+_x\d+\"|\d+", "?", query["sql"]) for query in made]


def test_every_refusal_is_audited_without_what_was_typed(sign_in, worker):
    sign_in(worker.email, "my secret that is wrong")
    sign_in("hunter2-is-my-password", "another secret")

    known, unknown = Entry.objects.filter(action="refusal").order_by("sequence")
    assert (known.object_id, unknown.object_id) == (str(worker.pk), "")
    said = str(list(Entry.objects.values()))
    assert not [word for word in ("secret", "hunter2") if word in said]


def test_whoever_has_no_membership_now_is_told_so_and_gets_no_session(client, sign_in, worker, allocated_worker):
    from django.db.models import F

    from waymark.access.models import Membership

    Membership.objects.filter(pk=allocated_worker.membership_id).update(ends_at=F("starts_at"))

    response = _follow(client, sign_in(worker.email))

    assert response.status_code == 403
    assert "You are not a member of any agency now" in text_of(response)
    assert not Token.objects.filter(ended_at=None).exists()
    assert "token" not in client.session


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/\\x"]
)
def test_signing_in_never_leads_to_another_site(client, sign_in, worker, elsewhere):
    assert _follow(client, sign_in(worker.email, next=elsewhere))["Location"] == "/"


def test_a_session_that_was_planted_in_the_browser_is_not_the_one_that_is_opened(
    client, sign_in, worker, keyworker, token_of
):
    planted = token_of(keyworker)
    session = client.session
    session["token"] = planted
    session.save()
    client.cookies["waymark_session"] = session.session_key

    _follow(client, sign_in(worker.email))

    assert client.session["token"] != planted
    assert Token.objects.get(digest=digest_of(planted)).ended_at is not None
    assert _actor(client).account_id == worker.pk


def test_the_token_of_before_a_role_was_chosen_opens_nothing_afterwards(client, sign_in, worker):
    sign_in(worker.email)
    copy = Client()
    copy.cookies = client.cookies.copy()
    client.get("/sign-in/acting-as")

    assert _actor(client) is not None
    assert copy.get("/sign-in/acting-as")["Location"] == "/sign-in"
    assert _actor(copy) is None


def test_a_session_without_a_role_reads_nothing(client, sign_in, worker, young_person):
    sign_in(worker.email)

    response = client.get(f"/records/{young_person.case_id}")

    assert response["Location"].startswith("/sign-in")


def test_a_form_from_another_site_signs_nobody_in(worker):
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/sign-in", {"email": worker.email, "password": PASSWORD})

    assert response.status_code == 403
    assert not Token.objects.exists()


def test_nothing_of_signing_in_is_kept_by_the_process(sign_in, worker):
    """Another process knows all that this one does: what is counted or used up is in the database."""
    sign_in(worker.email, "wrong")

    assert not getattr(cache, "_cache", {})


@pytest.mark.parametrize("route", ["/sign-in/passkey", "/sign-in/forgotten", "/sign-in/second-factor", "/account/app"])
def test_the_demo_has_none_of_the_pages_of_real_sign_in(client, settings, route):
    settings.DEMO = True

    assert client.get(route).status_code == 404
    assert client.post(route).status_code == 404


def test_outside_the_demo_a_name_opens_nothing(client, keyworker):
    response = client.post("/sign-in", {"person": keyworker.membership_id})

    assert "Enter your e-mail address" in text_of(response)
    assert _actor(client) is None


def test_forms_that_somebody_else_left_open_are_too_old_and_ones_own_are_not(client, sign_in, worker, officer):
    sign_in(worker.email)
    client.get("/sign-in/passkey")
    before = client.cookies["csrftoken"].value
    Token.objects.update(expires_at="2020-01-01T00:00Z")

    sign_in(worker.email)
    assert client.cookies["csrftoken"].value == before

    sign_in(officer.email)
    assert client.cookies["csrftoken"].value != before
