"""Sessions: what opens one, what ends it, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from waymark.access.middleware import tell_token
from waymark.access.models import Membership
from waymark.access.queries import actor_of_token
from waymark.access.services import add_member
from waymark.accounts.checks import the_demo_is_only_reached_from_this_machine
from waymark.accounts.models import Account, Token
from waymark.accounts.services import digest_of, end_session
from waymark.audit.models import Entry
from waymark.core.database import SERVICE, WEB, login

pytestmark = pytest.mark.usefixtures("db")


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
        lambda actor: Account.objects.filter(pk=actor.account_id).update(is_active=False),
        lambda actor: Membership.objects.filter(pk=actor.membership_id).update(ends_at=F("starts_at") + timedelta(1)),
        lambda actor: Membership.objects.filter(pk=actor.membership_id).update(
            starts_at=F("starts_at") + timedelta(days=36_500)
        ),
    ],
    ids=["session expired", "account closed", "membership ended", "membership not begun"],
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
