"""Signing in through a council's directory: what it says is checked, and it speaks for its own people only."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from tests.support.pages import text_of

from waymark.accounts.checks import the_directory_says_whom_it_speaks_for
from waymark.accounts.models import Account, DirectoryIdentity, Token
from waymark.accounts.services import directory
from waymark.audit.models import Entry

pytestmark = pytest.mark.usefixtures("db")
ISSUER = "https://directory.example"
CLIENT = "waymark-client"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class _Keys:
    """The directory's public keys."""

    def get_signing_key_from_jwt(self, token):
        return KEY.public_key()


@pytest.fixture
def council_directory(settings, monkeypatch):
    """A directory for waymark.example. What it answers is in `says`, `key` and `algorithm`."""
    settings.DIRECTORY = {
        "name": "your council account",
        "issuer": ISSUER,
        "client_id": CLIENT,
        "client_secret": "secret",
        "domains": ("waymark.example",),
        "vouches": False,
    }
    configuration = {
        "authorization_endpoint": f"{ISSUER}/authorise",
        "token_endpoint": f"{ISSUER}/token",
        "jwks_uri": f"{ISSUER}/keys",
    }
    monkeypatch.setattr(directory, "_configuration", lambda issuer: configuration)
    monkeypatch.setattr(directory, "_keys", lambda address: _Keys())

    class Answers:
        says: dict = {}
        key, algorithm = KEY, "RS256"
        sent: list = []

    answers = Answers()
    answers.says, answers.sent = {}, []

    def fetch(found, code, kept):
        answers.sent.append((code, kept))
        now = int(time.time())
        claims = {
            "iss": ISSUER, "aud": CLIENT, "sub": "s-1", "iat": now, "exp": now + 60, "nonce": kept["nonce"],
            "email_verified": True,
        } | answers.says  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return {"id_token": jwt.encode(claims, answers.key, algorithm=answers.algorithm)}

    monkeypatch.setattr(directory, "fetch_token", fetch)
    return answers


def _come_back(client, **changes):
    """Go to the directory and come back from it."""
    away = client.get("/sign-in/directory?next=/protocol")["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(away).query).items()}
    return client.get("/sign-in/directory/back", {"code": "c", "state": asked["state"]} | changes), asked


def _actor(client):
    return client.get("/nowhere").wsgi_request.actor


def test_somebody_whose_verified_address_we_know_gets_in_and_is_bound(
    client, council_directory, allocated_worker, worker
):
    council_directory.says = {"email": worker.email.upper()}

    response, asked = _come_back(client)
    client.get(response["Location"])

    assert _actor(client) == allocated_worker
    assert DirectoryIdentity.objects.get(account=worker).subject == "s-1"
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert asked["redirect_uri"] == "http://testserver/sign-in/directory/back"
    assert asked["nonce"] == council_directory.sent[0][1]["nonce"]


def test_once_bound_the_directorys_own_name_counts_and_not_the_address(client, council_directory, worker, officer):
    council_directory.says = {"email": worker.email}
    _come_back(client)

    council_directory.says = {"email": officer.email}
    again = Client()
    _come_back(again)

    assert set(Token.objects.filter(ended_at=None).values_list("account", flat=True)) == {worker.pk}


def test_an_address_that_the_directory_gave_to_somebody_new_does_not_open_the_account_of_before(
    client, council_directory, worker
):
    council_directory.says = {"email": worker.email}
    _come_back(client)

    council_directory.says = {"email": worker.email, "sub": "s-2"}
    response, _ = _come_back(Client())

    assert response.status_code == 403


@pytest.mark.parametrize(
    "says",
    [
        {"email": "nobody@waymark.example"},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"iss": "https://another.example"},
        {"aud": "another-client"},
        {"exp": 1},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": "x" * 256},
        {"sub": "a\0b"},
        {"email": "a\0b@waymark.example"},
    ],
    ids=str,
)
def test_whatever_does_not_say_who_it_is_opens_nothing(says, client, council_directory, worker):
    council_directory.says = {"email": worker.email} | says

    response, _ = _come_back(client)

    assert response.status_code == 403
    assert "You could not be signed in" in text_of(response)
    assert not Token.objects.exists()
    assert Entry.objects.get(action="refusal").detail["why"].startswith("directory: ")


def test_a_directory_does_not_speak_for_addresses_of_others(client, council_directory, worker):
    Account.objects.filter(pk=worker.pk).update(email="officer@police.example")
    council_directory.says = {"email": "officer@police.example"}

    assert _come_back(client)[0].status_code == 403


@pytest.mark.parametrize(("key", "algorithm"), [(OTHER_KEY, "RS256"), ("s" * 32, "HS256"), (None, "none")])
def test_what_the_directory_did_not_sign_opens_nothing(key, algorithm, client, council_directory, worker):
    council_directory.says = {"email": worker.email}
    council_directory.key, council_directory.algorithm = key, algorithm

    assert _come_back(client)[0].status_code == 403


def test_an_answer_that_this_browser_did_not_ask_for_opens_nothing(client, council_directory, worker):
    """Somebody who makes another's browser open their own answer would have it work in their account."""
    council_directory.says = {"email": worker.email}
    _, asked = _come_back(Client())

    for state in (asked["state"], "", "nonsense"):
        assert client.get("/sign-in/directory/back", {"code": "c", "state": state}).status_code == 403
    assert _come_back(client, state="")[0].status_code == 403


def test_an_answer_works_once(client, council_directory, worker):
    council_directory.says = {"email": worker.email}
    client.get("/sign-in/directory")
    copy = Client()
    copy.cookies = client.cookies.copy()
    state = client.session["step"]
    assert client.get("/sign-in/directory/back", {"code": "c", "state": state}).status_code == 302

    assert copy.get("/sign-in/directory/back", {"code": "c", "state": state}).status_code == 403


def test_our_second_factor_is_asked_for_unless_the_directory_asked_for_one(client, council_directory, officer, app_of):
    app_of(officer)
    council_directory.says = {"email": officer.email}
    assert _come_back(client)[0]["Location"] == "/sign-in/second-factor"

    council_directory.says = {"email": officer.email, "amr": ["pwd", "mfa"]}
    assert _come_back(Client())[0]["Location"].startswith("/sign-in/acting-as")
    assert Token.objects.get().second_factor


def test_a_directory_out_of_reach_is_no_error_of_ours(client, council_directory, monkeypatch):
    def out_of_reach(*_):
        raise requests.ConnectionError

    monkeypatch.setattr(directory, "fetch_token", out_of_reach)
    assert _come_back(client)[0].status_code == 403
    monkeypatch.setattr(directory, "_configuration", out_of_reach)
    assert client.get("/sign-in/directory").status_code == 403


@pytest.mark.parametrize("address", ["/sign-in/directory", "/sign-in/directory/back?code=x&state=y"])
def test_without_a_directory_there_is_no_such_page(address, client, settings):
    settings.DIRECTORY = {}

    assert client.get(address).status_code == 404
    assert "directory" not in client.get("/sign-in").content.decode()


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, []),
        ({"domains": ()}, ["waymark.E010"]),
        ({"client_secret": ""}, ["waymark.E010"]),
        ({"issuer": "http://directory.example"}, ["waymark.E011"]),
    ],
)
def test_a_directory_that_is_half_set_up_stops_the_server(changes, problems, council_directory, settings):
    settings.DIRECTORY = settings.DIRECTORY | changes

    assert [problem.id for problem in the_directory_says_whom_it_speaks_for(None)] == problems
