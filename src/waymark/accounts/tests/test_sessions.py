"""Sessions: what opens one, what ends it, and what is kept of it."""

from __future__ import annotations

import importlib
import os
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from tests.support.pages import text_of

from waymark.access.middleware import tell_token
from waymark.access.models import Membership
from waymark.access.queries import actor_of_token
from waymark.access.services import add_member
from waymark.accounts.browser import browser_of
from waymark.accounts.checks import the_demo_is_only_reached_from_this_machine
from waymark.accounts.models import Account, Token
from waymark.accounts.services import digest_of, end_all_sessions, end_session
from waymark.accounts.services.sessions import act_in, touch_session
from waymark.audit.models import Entry
from waymark.config import wsgi
from waymark.core.database import SERVICE, WEB, login
from waymark.core.errors import Refused
from waymark.setup.errors import SetupError
from waymark.setup.serve import refuse_to_show_the_demo

pytestmark = pytest.mark.usefixtures("some_database")


def _who(token: str):
    with login(WEB), transaction.atomic(using=WEB):
        tell_token(token)
        return actor_of_token()


def test_the_token_of_a_session_stands_for_whoever_opened_it(keyworker, token_of):
    assert _who(token_of(keyworker)) == keyworker


def test_only_a_digest_of_the_token_is_kept(keyworker, token_of):
    token = token_of(keyworker)

    assert list(Token.objects.values_list("digest", flat=True)) == [digest_of(token)]
    assert token not in str(list(Token.objects.values()))


def test_a_session_that_was_ended_stands_for_nobody(keyworker, token_of):
    token = token_of(keyworker)

    end_session(token, actor=keyworker)

    assert _who(token) is None
    assert list(Entry.objects.filter(kind="accounts.Token").order_by("sequence").values_list("action", flat=True)) == [
        "sign_in",
        "sign_out",
    ]


def test_ending_a_session_twice_or_one_that_never_was_does_nothing(keyworker, token_of):
    token = token_of(keyworker)
    end_session(token, actor=keyworker)
    ended = Token.objects.get().ended_at

    end_session(token, actor=keyworker)
    end_session("no such token", actor=None)

    assert Token.objects.get().ended_at == ended


@pytest.mark.parametrize(
    "change",
    [
        lambda actor: Token.objects.update(expires_at=F("created_at")),
        lambda actor: Token.objects.update(last_seen_at=F("created_at"), expires_at=Now()),
        lambda actor: Account.objects.filter(pk=actor.account_id).update(is_active=False),
        lambda actor: Membership.objects.filter(pk=actor.membership_id).update(ends_at=F("starts_at") + timedelta(1)),
        lambda actor: Membership.objects.filter(pk=actor.membership_id).update(
            starts_at=F("starts_at") + timedelta(days=36_500)
        ),
    ],
    ids=["session expired", "session idle", "account closed", "membership ended", "membership not begun"],
)
def test_a_session_stands_for_nobody_once(change, keyworker, token_of):
    token = token_of(keyworker)
    assert _who(token) is not None

    change(keyworker)

    assert _who(token) is None


def test_an_email_address_belongs_to_one_account_whatever_its_case(system, council):
    first = _member(system, council, "dana@waymark.example")
    again = _member(system, council, "Dana@waymark.example")

    assert first.account_id == again.account_id
    with pytest.raises(IntegrityError, match="account_email_once"), transaction.atomic(using=SERVICE):
        Account.objects.create(name="Dana", email="DANA@waymark.example")


def _ages(**by):
    """Make every session so much older, as the database sees it."""
    Token.objects.update(**{name: F(name) - interval for name, interval in by.items()})


def test_a_session_waits_fifteen_minutes_and_using_it_makes_it_wait_anew(client_as, keyworker):
    client = client_as(keyworker)
    minutes = timedelta(minutes=14)
    _ages(created_at=minutes, last_seen_at=minutes, expires_at=minutes, ends_by=minutes)

    assert client.get("/records").status_code == 200
    session = Token.objects.get()

    assert timedelta(minutes=14, seconds=59) < session.expires_at - session.last_seen_at <= timedelta(minutes=15)
    assert session.last_seen_at - session.created_at >= minutes


def test_a_session_that_nobody_used_for_fifteen_minutes_is_over_and_stays_so(client_as, keyworker):
    client = client_as(keyworker)
    minutes = timedelta(minutes=15)
    _ages(created_at=minutes, last_seen_at=minutes, expires_at=minutes, ends_by=minutes)

    for _ in range(2):
        assert client.get("/records")["Location"].startswith("/sign-in")
    assert client.post("/account/sessions/end-others")["Location"] == "/sign-in"


def test_however_much_it_is_used_a_session_ends_after_ten_hours(client_as, keyworker):
    client = client_as(keyworker)
    long = timedelta(hours=9, minutes=55)
    _ages(created_at=long, ends_by=long, last_seen_at=timedelta(seconds=61))

    assert client.get("/records").status_code == 200

    session = Token.objects.get()
    assert session.expires_at == session.ends_by
    assert session.ends_by - session.created_at == timedelta(hours=10)


def test_within_a_minute_reading_writes_nothing_about_the_session(client_as, keyworker):
    client = client_as(keyworker)
    before = Token.objects.get().last_seen_at

    client.get("/records")

    assert Token.objects.get().last_seen_at == before


def test_a_session_that_ended_is_not_brought_back_by_using_it(keyworker, token_of):
    token = token_of(keyworker)
    _ages(last_seen_at=timedelta(hours=1), expires_at=timedelta(hours=1))

    touch_session(token)

    assert _who(token) is None


def test_the_page_lists_ones_own_sessions_and_marks_this_one(client_as, keyworker, other_keyworker, token_of):
    here = client_as(keyworker)
    token_of(keyworker)
    token_of(other_keyworker)

    page = text_of(here.get("/account"))

    assert page.count("Firefox on Windows Since") + page.count("Firefox on Windows This one") == 2
    assert page.count("This one") == 1


def test_one_session_or_all_others_can_be_ended(client_as, keyworker, token_of):
    here, first, second = client_as(keyworker), token_of(keyworker), token_of(keyworker)

    here.post(f"/account/sessions/{Token.objects.get(digest=digest_of(first)).pk}/end")
    assert (_who(first), _who(second)) == (None, keyworker)
    here.post("/account/sessions/end-others")

    assert _who(second) is None
    assert here.get("/account").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(client_as, keyworker, other_keyworker, token_of):
    theirs = token_of(other_keyworker)

    response = client_as(keyworker).post(f"/account/sessions/{Token.objects.get(digest=digest_of(theirs)).pk}/end")

    assert response.status_code == 404
    assert _who(theirs) == other_keyworker


def test_whoever_looks_after_people_ends_all_sessions_of_a_leaver_and_others_may_not(
    system, keyworker, token_of, stranger
):
    token = token_of(keyworker)
    account = Account.objects.get(pk=keyworker.account_id)

    with pytest.raises(Refused):
        end_all_sessions(account, actor=stranger)
    assert _who(token) == keyworker
    assert end_all_sessions(account, actor=system) == 1

    assert _who(token) is None


@pytest.mark.usefixtures("db")
def test_a_cookie_for_tls_is_for_this_host_alone():
    import subprocess
    import sys

    names = "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE"
    code = f"from waymark.config import settings as s; print({names})"
    environment = {**os.environ, "WAYMARK_DEMO": "0", "WAYMARK_SECRET_KEY": "x"}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["__Host-waymark_session", "__Host-csrftoken", "True"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0", "Firefox on Linux"),
        ("<script>", "Another browser"),
        ("", "Another browser"),
    ],
)
def test_browsers_are_told_apart_roughly(rf, said, shown):
    assert browser_of(rf.get("/", headers={"User-Agent": said})) == shown


def _member(system, council, email):
    from tests.support.cast import LONG_AGO

    return add_member(actor=system, name="Dana", email=email, agency=council, role="social_worker", starts_at=LONG_AGO)


@pytest.mark.parametrize(
    ("demo", "hosts", "refused"),
    [
        (True, ["localhost", "127.0.0.1"], False),
        (True, ["localhost", "waymark.example"], True),
        (True, ["*"], True),
        (False, ["waymark.example"], False),
    ],
)
def test_the_demo_does_not_start_where_others_could_reach_it(settings, demo, hosts, refused):
    settings.DEMO, settings.ALLOWED_HOSTS = demo, hosts

    problems = the_demo_is_only_reached_from_this_machine(None)

    assert [problem.id for problem in problems] == (["waymark.E004"] if refused else [])


def test_the_web_server_does_not_start_with_such_a_demo(settings):
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["waymark.example"]

    with pytest.raises(ImproperlyConfigured, match=r"waymark\.E004"):
        importlib.reload(wsgi)


@pytest.mark.parametrize(
    ("demo", "address", "refused"),
    [(True, "0.0.0.0", True), (True, "192.0.2.7", True), (True, "127.0.0.1", False), (False, "0.0.0.0", False)],  # noqa: S104
)
def test_the_demo_does_not_listen_where_others_could_reach_it(settings, demo, address, refused):
    settings.DEMO = demo

    with pytest.raises(SetupError) if refused else nullcontext():
        refuse_to_show_the_demo(address)


@pytest.mark.usefixtures("real_connections")
def test_no_session_slips_past_the_end_of_all(keyworker, token_of, system, in_threads):
    """Somebody changes whom they act as at the moment when all their sessions are ended."""
    account = Account.objects.get(pk=keyworker.account_id)
    tokens = [token_of(keyworker) for _ in range(3)]
    deeds = [
        lambda token=token: act_in(token, actor=keyworker, membership_id=keyworker.membership_id) for token in tokens
    ]
    deeds.insert(1, lambda: end_all_sessions(account, actor=system))

    in_threads(lambda deed: deed(), deeds)

    assert not Token.objects.filter(ended_at=None).exists()
