"""Passkeys: the whole ceremony with a passkey of our own, and everything that must not pass for one."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.test import Client
from tests.support.pages import text_of

from waymark.accounts.models import Account, Passkey, Token
from waymark.accounts.tests.authenticator import PRESENT, VERIFIED, Authenticator
from waymark.audit.models import Entry

pytestmark = pytest.mark.usefixtures("db")


def _options(page):
    return html.unescape(re.search(r'data-options="([^"]*)"', page.content.decode())[1])


def _actor(client):
    return client.get("/nowhere").wsgi_request.actor


@pytest.fixture
def device(client_as, gangs_officer):
    """The officer's passkey, set up as they would."""
    device = Authenticator()
    client = client_as(gangs_officer)
    answer = device.create(_options(client.get("/account/passkeys/new")))
    assert client.post("/account/passkeys/new", {"name": "Phone", "answer": answer})["Location"] == (
        "/account/recovery-codes"
    )
    return device


def _try(client, device, **how):
    """Sign in with the passkey alone."""
    options = _options(client.get("/sign-in/passkey?next=/protocol"))
    return client.post("/sign-in/passkey", {"answer": device.sign(options, **how), "next": "/protocol"})


def test_a_passkey_alone_opens_a_session_with_two_factors(client, device, gangs_officer):
    response = _try(client, device)

    assert response["Location"] == "/sign-in/acting-as?next=%2Fprotocol"
    assert client.get(response["Location"])["Location"] == "/protocol"
    assert _actor(client) == gangs_officer
    assert set(Token.objects.filter(ended_at=None, how="passkey").values_list("second_factor", flat=True)) == {True}
    assert Passkey.objects.get().last_used_at is not None


def test_a_passkey_finishes_a_sign_in_that_began_with_a_password(client, device, sign_in, officer, gangs_officer):
    sign_in(officer.email)

    answer = device.sign(_options(client.get("/sign-in/second-factor")), flags=PRESENT)
    client.get(client.post("/sign-in/second-factor", {"answer": answer})["Location"])

    assert _actor(client) == gangs_officer


@pytest.mark.parametrize(
    "how",
    [
        {"challenge": "AAAA"},
        {"type": "webauthn.create"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"count": 0},
        {"signature": "AAAA"},
        {"userHandle": "AAAA"},
        {"authenticatorData": "AAAA"},
        {"clientDataJSON": "AAAA"},
    ],
    ids=lambda how: next(iter(how.items())).__repr__(),
)
def test_what_only_looks_like_a_signature_is_refused(how, client, device):
    _try(client, device)
    client.post("/sign-out")

    response = _try(client, device, **how)

    assert "This passkey could not be used" in text_of(response)
    assert _actor(client) is None
    assert Entry.objects.filter(action="refusal", purpose="sign in").exists()


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "https://testserver", "http://testserver:81"])
def test_a_signature_for_another_site_is_refused(origin, client, device):
    device.origin = origin

    assert "This passkey could not be used" in text_of(_try(client, device))


def test_a_signature_works_once_and_for_the_browser_that_was_asked(client, device):
    options = _options(client.get("/sign-in/passkey"))
    held = client.cookies.copy()
    answer = device.sign(options)
    other = Client()
    other.get("/sign-in/passkey")

    assert "could not be used" in text_of(other.post("/sign-in/passkey", {"answer": answer}))
    assert client.post("/sign-in/passkey", {"answer": answer}).status_code == 302
    replay = Client()
    replay.cookies = held
    assert "could not be used" in text_of(replay.post("/sign-in/passkey", {"answer": answer}))


def test_the_passkey_of_one_person_is_no_second_factor_for_another(client, device, sign_in, worker, app_of):
    app_of(worker)
    Passkey.objects.create(
        account=worker,
        name="x",
        credential_id=b"x",
        credential=bytes(Passkey.objects.get().credential),
        created_at="2026-01-01T00:00Z",
    )
    sign_in(worker.email)

    answer = device.sign(_options(client.get("/sign-in/second-factor")))

    assert "could not be used" in text_of(client.post("/sign-in/second-factor", {"answer": answer}))


def test_a_passkey_of_a_closed_account_or_one_that_was_removed_opens_nothing(client, device, client_as, gangs_officer):
    Account.objects.filter(pk=gangs_officer.account_id).update(is_active=False)
    assert "could not be used" in text_of(_try(client, device))
    Account.objects.filter(pk=gangs_officer.account_id).update(is_active=True)

    client_as(gangs_officer).post(f"/account/passkeys/{Passkey.objects.get().pk}/remove")

    assert "could not be used" in text_of(_try(client, device))


def test_nobody_removes_the_passkey_of_somebody_else(device, client_as, allocated_worker):
    client_as(allocated_worker).post(f"/account/passkeys/{Passkey.objects.get().pk}/remove")

    assert Passkey.objects.count() == 1


def test_a_passkey_proves_once_more_who_one_is(device, client_as, gangs_officer):
    client = client_as(gangs_officer)
    Token.objects.update(proved_at="2020-01-01T00:00Z")
    page = client.get("/account/confirm?next=/account/password")

    response = client.post("/account/confirm", {"answer": device.sign(_options(page)), "next": "/account/password"})

    assert response["Location"] == "/account/password"
    assert client.get("/account/password").status_code == 200


def test_the_answer_to_an_old_question_adds_no_passkey(client_as, allocated_worker):
    client = client_as(allocated_worker)
    answer = Authenticator().create(_options(client.get("/account/passkeys/new")))
    client.get("/account/passkeys/new")

    response = client.post("/account/passkeys/new", {"name": "Phone", "answer": answer})

    assert "No passkey was added" in text_of(response)
    assert not Passkey.objects.exists()


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "{}",
        "nonsense",
        '{"rawId": 1}',
        '{"rawId": "AA", "response": 3}',
        "[" * 19_000,
        '{"id": "\\ud800"}',
    ],
)
def test_nonsense_for_an_answer_breaks_nothing(answer, client, client_as, device, allocated_worker):
    own = client_as(allocated_worker)
    for browser, address in ((client, "/sign-in/passkey"), (own, "/account/passkeys/new"), (own, "/account/confirm")):
        browser.get(address)
        assert browser.post(address, {"name": "x", "answer": answer}).status_code == 200, address
    assert Passkey.objects.count() == 1


def test_an_answer_that_is_nested_without_end_breaks_nothing(client_as, allocated_worker):
    client = client_as(allocated_worker)
    answer = json.loads(Authenticator().create(_options(client.get("/account/passkeys/new"))))
    answer["response"]["attestationObject"] = "gYGB" * 4_000  # in CBOR, lists in lists

    response = client.post("/account/passkeys/new", {"name": "x", "answer": json.dumps(answer)})

    assert "No passkey was added" in text_of(response)


def test_every_part_of_an_answer_may_be_of_any_kind(client, device):
    """Whatever JSON stands where, it is refused and nothing breaks."""
    odd = [None, 1, "é", "A", [], {}]
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for value in odd:
            response = _try(client, device, **{part: value})
            if response.status_code == 302:  # a passkey need not say whose it is
                assert part == "userHandle"
                assert not isinstance(value, str)
                client.post("/sign-out")
            else:
                assert response.status_code == 200, (part, value)
    for part in ("id", "rawId", "type", "response", "clientExtensionResults"):
        for value in odd:
            answer = json.loads(device.sign(_options(client.get("/sign-in/passkey"))))
            assert client.post("/sign-in/passkey", {"answer": json.dumps(answer | {part: value})}).status_code in (
                200,
                302,
            )
