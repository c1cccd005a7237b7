"""Guessing: how many guesses are judged, however they come, and what whoever guesses is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import F
from django.test import Client, RequestFactory
from tests.support.pages import text_of

from waymark.accounts.models import Attempts, Token
from waymark.accounts.services import attempts, passwords
from waymark.accounts.services.attempts import (
    FREE,
    TooManyAttempts,
    begin_attempt,
    forget_old_attempts,
    forgive,
    key_for_email,
    network_of,
    wait_after,
)
from waymark.accounts.tests.conftest import PASSWORD
from waymark.audit.models import Entry
from waymark.core.database import SERVICE


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("email", ["worker", "nobody@waymark.example"])
def test_after_five_wrong_passwords_the_right_one_is_not_looked_at_either(email, sign_in, worker):
    email = worker.email if email == "worker" else email
    for _ in range(FREE["email"]):
        assert sign_in(email, "wrong").status_code == 200

    refused = sign_in(email, PASSWORD)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 30
    assert "Too many attempts" in text_of(refused)
    assert not Token.objects.exists()
    assert Entry.objects.filter(action="refusal", detail__why="too many attempts").count() == 1


@pytest.mark.usefixtures("db")
def test_other_browsers_and_other_spellings_are_counted_with_it(sign_in, worker):
    for number in range(FREE["email"]):
        sign_in(worker.email.upper() if number % 2 else f" {worker.email} ", "wrong", browser=Client())

    assert sign_in(worker.email, PASSWORD, browser=Client()).status_code == 429


@pytest.mark.usefixtures("db")
def test_letters_that_the_database_takes_for_the_same_are_counted_as_the_same():
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(
            "select chr(n), upper(chr(n)) from generate_series(1, 65535) n"
            " where n not between 55296 and 57343 and upper(chr(n)) ~ '^[A-Z0-9@._+-]$'"
        )
        same = cursor.fetchall()

    assert {"ı", "ſ"} < {letter for letter, _ in same}
    assert [letter for letter, plain in same if key_for_email(f"a{letter}") != key_for_email(f"a{plain}")] == []


@pytest.mark.usefixtures("db")
def test_each_wait_is_longer_up_to_an_hour():
    waits = [wait_after("email", FREE["email"] + over) for over in range(12)]

    assert waits[:4] == [timedelta(seconds=30 * 2**over) for over in range(4)]
    assert waits[-1] == timedelta(hours=1)
    assert wait_after("email", FREE["email"] - 1) is None
    assert wait_after("email", 10**9) == timedelta(hours=1)


@pytest.mark.usefixtures("db")
def test_after_the_wait_the_right_password_gets_in_and_nothing_stands_against_the_person(sign_in, worker):
    for _ in range(FREE["email"]):
        sign_in(worker.email, "wrong")
    Attempts.objects.update(blocked_until=F("last_at"))

    assert sign_in(worker.email).status_code == 302
    assert not Attempts.objects.filter(key__startswith="email:").exists()


@pytest.mark.usefixtures("db")
def test_an_address_that_tries_many_accounts_has_to_wait_and_an_own_account_does_not_clear_it(
    sign_in, worker, monkeypatch
):
    monkeypatch.setitem(FREE, "address", 4)
    for number in range(3):
        sign_in(f"somebody{number}@waymark.example", "wrong")
    assert sign_in(worker.email).status_code == 302  # their own account, which takes back its own attempt only

    sign_in("somebody9@waymark.example", "wrong")

    assert sign_in("another@waymark.example", "wrong").status_code == 429


@pytest.mark.usefixtures("db")
def test_attempts_of_a_whole_council_from_one_address_wear_off(monkeypatch):
    monkeypatch.setitem(FREE, "address", 3)
    begin_attempt("address:192.0.2.1")
    begin_attempt("address:192.0.2.1")
    Attempts.objects.update(last_at=F("last_at") - timedelta(minutes=2))

    for _ in range(3):
        begin_attempt("address:192.0.2.1")

    with pytest.raises(TooManyAttempts):
        begin_attempt("address:192.0.2.1")


@pytest.mark.usefixtures("db")
def test_what_was_typed_as_an_address_is_not_kept(sign_in):
    sign_in("hunter2-is-my-password", "wrong")

    assert "hunter2" not in str(list(Attempts.objects.values()))


@pytest.mark.usefixtures("db")
def test_counts_of_days_ago_go():
    begin_attempt("email:x")
    begin_attempt("email:y")
    Attempts.objects.filter(key="email:x").update(last_at=F("last_at") - timedelta(days=2))

    assert forget_old_attempts() == 1
    assert list(Attempts.objects.values_list("key", flat=True)) == ["email:y"]


@pytest.mark.usefixtures("db")
def test_forgiving_what_was_never_counted_does_nothing():
    forgive("email:nobody", "address:nowhere")

    assert not Attempts.objects.exists()


@pytest.mark.usefixtures("real_connections")
def test_of_thirty_guesses_at_once_five_are_judged(worker, in_threads, monkeypatch):
    """Counted after judging, all thirty would be: each would read the count before any other had written it."""
    judged = []
    real = passwords.check_password
    monkeypatch.setattr(passwords, "check_password", lambda *given: judged.append(given) or real(*given))

    def guess(number):
        try:
            passwords.account_with_password(worker.email, f"guess {number}", address="address:192.0.2.1")
        except TooManyAttempts:
            return "wait"
        return "wrong"

    passwords._nobodys_password()
    answers = in_threads(guess, list(range(30)))

    assert answers.count("wrong") == FREE["email"]
    assert len(judged) == FREE["email"]


@pytest.mark.parametrize(
    ("behind", "remote", "forwarded", "counted"),
    [
        (False, "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (True, "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (True, "127.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (True, "127.0.0.1", "nonsense", "unknown"),
        (False, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
    ],
)
def test_the_address_that_counts_is_the_one_that_nobody_can_make_up(behind, remote, forwarded, counted, settings):
    settings.BEHIND_PROXY = behind
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert network_of(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers)) == counted


def test_the_key_of_an_account_is_the_same_however_it_is_typed(settings):
    assert key_for_email(" Dana@Waymark.example ") == key_for_email("dana@waymark.example")
    settings.SECRET_KEY = "another"
    assert key_for_email("dana@waymark.example") != key_for_email("Dana")
    assert attempts.FREE["factor"] == 5
