"""Invitations and forgotten passwords, and which passwords are good enough."""

from __future__ import annotations

import re
import unicodedata

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db.models.functions import Now
from django.test import Client
from tests.support.pages import text_of

from waymark.accounts import rules, tasks
from waymark.accounts.models import Account, Credential, Link, Token
from waymark.accounts.services import invite
from waymark.accounts.services.links import remove_second_factors, reset_link, set_password_by_link
from waymark.accounts.services.sessions import person_of
from waymark.accounts.tests.conftest import PASSWORD
from waymark.core.errors import Refused

pytestmark = pytest.mark.usefixtures("db")
NEW = "gravel hums to herons"


@pytest.fixture
def account(allocated_worker):
    """Somebody without a password."""
    return Account.objects.get(pk=allocated_worker.account_id)


def _set(client, token, password=NEW):
    client.get(f"/sign-in/link/{token}")
    return client.post("/sign-in/set-password", {"password": password})


def test_an_invitation_sets_a_password_with_which_one_signs_in(client, account, system):
    response = _set(client, invite(account, actor=system))

    assert response["Location"] == "/sign-in"
    page = client.post("/sign-in", {"email": account.email, "password": NEW})
    assert page["Location"] == "/sign-in/acting-as"


def test_the_token_of_a_link_leaves_the_address_at_once_and_only_its_digest_is_kept(client, account, system):
    token = invite(account, actor=system)

    assert client.get(f"/sign-in/link/{token}")["Location"] == "/sign-in/set-password"
    assert "Choose a password" in text_of(client.get("/sign-in/set-password"))
    assert token not in str(list(Link.objects.values()))


@pytest.mark.parametrize("over", ["used", "seven days", "newer link", "account closed", "never was"])
def test_a_link_works_once_and_for_a_time(over, client, account, system):
    token = invite(account, actor=system)
    if over == "used":
        _set(Client(), token)
    elif over == "seven days":
        Link.objects.update(expires_at=Now())
    elif over == "newer link":
        invite(account, actor=system)
    elif over == "account closed":
        Account.objects.update(is_active=False)
    else:
        token = "never-was"

    response = _set(client, token, "another good pass phrase")

    assert response.status_code == 404
    assert "This link does not work any more" in text_of(response)


def test_a_weak_password_leaves_the_link_good(client, account, system):
    token = invite(account, actor=system)

    assert "12 characters or more" in text_of(_set(client, token, "short"))
    assert _set(client, token).status_code == 302


def test_a_new_password_ends_every_session(client_as, client, worker, allocated_worker):
    elsewhere = client_as(allocated_worker)

    _set(client, reset_link(worker))

    assert not Token.objects.filter(ended_at=None).exists()
    assert elsewhere.get("/records")["Location"].startswith("/sign-in")


def test_changing_it_ends_every_other_session(client_as, worker, allocated_worker):
    here, elsewhere = client_as(allocated_worker), client_as(allocated_worker)

    assert here.post("/account/password", {"password": NEW})["Location"] == "/account"

    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account")["Location"].startswith("/sign-in")


def test_a_link_does_not_get_round_the_second_factor(client, worker, app_of):
    app_of(worker)
    _set(client, reset_link(worker))

    assert client.post("/sign-in", {"email": worker.email, "password": NEW})["Location"] == "/sign-in/second-factor"


def test_who_may_invite_and_that_nobody_invites_themselves(account, stranger, allocated_worker):
    for actor in (stranger, allocated_worker):
        with pytest.raises(Refused):
            invite(account, actor=actor)
        with pytest.raises(Refused):
            remove_second_factors(account, actor=actor)
    assert not Link.objects.exists()


def test_nobody_sets_the_password_of_somebody_else(worker, officer):
    from waymark.accounts.services.passwords import set_password

    with pytest.raises(Refused):
        set_password(worker, NEW, actor=person_of(officer))


def test_an_operator_invites_the_first_administrator(capsys, council, client):
    call_command(
        "invite",
        "first@waymark.example",
        "--name",
        "Ada First",
        "--agency",
        council.name,
        "--role",
        "head_of_service",
        "--administers",
    )

    said = capsys.readouterr().out
    token = re.search(r"/sign-in/link/(\S+)", said)[1]
    _set(client, token)
    response = client.post("/sign-in", {"email": "first@waymark.example", "password": NEW})
    assert response["Location"] == "/sign-in/acting-as"
    assert Account.objects.get(email="first@waymark.example").memberships.get().administers


def test_an_operator_who_mistypes_is_told_so(council):
    from django.core.management import CommandError

    for wrong in (
        ["nobody@waymark.example"],
        ["new@waymark.example", "--name", "New", "--agency", "No Such Council", "--role", "social_worker"],
        ["new@waymark.example", "--name", "New", "--agency", council.name, "--role", "king"],
        ["no address", "--name", "New", "--agency", council.name, "--role", "social_worker"],
    ):
        with pytest.raises(CommandError):
            call_command("invite", *wrong)
    assert not Account.objects.filter(email__startswith="n").exists()


def test_a_forgotten_password_is_answered_the_same_for_everybody_and_mailed_to_ours_only(client, worker):
    from procrastinate.contrib.django.models import ProcrastinateJob

    pages = [text_of(client.post("/sign-in/forgotten", {"email": email})) for email in (worker.email, "x@y.example")]

    assert pages[0] == pages[1]
    jobs = [job.args["account_id"] for job in ProcrastinateJob.objects.order_by("id")]
    assert jobs[0] == str(worker.pk)
    assert len(jobs) == 2
    for account_id in jobs:
        tasks.send_reset(account_id)
    assert [message.to for message in mail.outbox] == [[worker.email]]
    token = re.search(r"/sign-in/link/(\S+)", mail.outbox[0].body)[1]
    assert set_password_by_link(token, NEW) == worker


def test_without_e_mail_people_are_told_whom_to_ask(client, worker, settings):
    settings.CAN_SEND_EMAIL = False

    assert "This server sends no e-mail" in text_of(client.get("/sign-in/forgotten"))
    client.post("/sign-in/forgotten", {"email": worker.email})
    assert not Link.objects.exists()


def test_asking_again_and_again_has_to_wait(client):
    answers = [client.post("/sign-in/forgotten", {"email": "x@y.example"}).status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "elevenchars",
        "password1234",
        "Password2026!!!",
        "p4ssw0rd1234567",
        "qwertyqwerty",
        "!!!letmein!!!!",
        "iloveyouiloveyou",
        "aaaaaaaaaaaaaaaa",
        "121212121212121",
        "Dana and her dog",
        "whitlock the great",
        "waymark is my job",
        "x" * 201,
    ],
)
def test_passwords_that_are_tried_first_are_refused(password, account):
    with pytest.raises(ValidationError):
        rules.refuse_weak(password, account)


@pytest.mark.parametrize("password", [PASSWORD, NEW, "correct horse battery staple", "éléphant à roulettes"])
def test_long_ones_that_nobody_thinks_of_are_taken_whatever_their_characters(password, account):
    rules.refuse_weak(password, account)


def test_the_list_of_known_passwords_is_here_and_needs_no_network():
    assert len(rules.known_ones()) >= 19_000
    assert "password" in rules.known_ones()


def test_the_same_letters_from_another_keyboard_are_the_same_password(client, account, system):
    composed = unicodedata.normalize("NFC", "élan vital à gogo")
    _set(client, invite(account, actor=system), composed)

    response = client.post("/sign-in", {"email": account.email, "password": unicodedata.normalize("NFD", composed)})

    assert response.status_code == 302
    assert Credential.objects.get().password != composed
