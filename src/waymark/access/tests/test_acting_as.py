"""Whom one acts as: chosen where there are several, and never somebody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from tests.support.pages import text_of

from waymark.access.acting import WITH_SECOND_FACTOR, choose_membership
from waymark.access.models import Membership
from waymark.access.roles import ROLE_PERMISSIONS
from waymark.access.services import acting_as, add_member
from waymark.accounts.models import Account, Token
from waymark.accounts.services import digest_of, open_session
from waymark.accounts.services.sessions import Proof, person_of
from waymark.audit.models import Entry
from waymark.core.permissions import Permission

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def not_the_demo(settings):
    settings.DEMO = False


@pytest.fixture
def second(system, allocated_worker, provider):
    """The social worker manages a provider's scheme at week-ends."""
    from tests.support.cast import LONG_AGO

    account = Account.objects.get(pk=allocated_worker.account_id)
    return add_member(
        actor=system,
        name=account.name,
        email=account.email,
        agency=provider.agency,
        role="provider_manager",
        starts_at=LONG_AGO,
    )


@pytest.fixture
def half_in(client, allocated_worker):
    """A browser in which the social worker has proved who they are."""

    def make(second_factor=False):
        account = Account.objects.get(pk=allocated_worker.account_id)
        proof = Proof(how="password", second_factor=second_factor)
        session = client.session
        session["token"] = open_session(account, actor=person_of(account), proof=proof)
        session.save()
        client.cookies["waymark_session"] = session.session_key
        return client

    return make


def _actor(client):
    return client.get("/nowhere").wsgi_request.actor


def test_whoever_has_several_is_asked_and_acts_as_the_one_they_choose(half_in, second, allocated_worker):
    client = half_in()
    page = text_of(client.get("/sign-in/acting-as?next=/protocol"))
    assert "Who are you acting as?" in page
    assert "Provider manager" in page or "manager" in page
    assert _actor(client) is None

    response = client.post("/sign-in/acting-as", {"membership": second.pk, "next": "/protocol"})

    assert response["Location"] == "/protocol"
    assert _actor(client) == acting_as(second)
    assert Entry.objects.filter(action="sign_in", membership_id=second.pk).count() == 1


def test_switching_later_ends_the_token_of_before_and_keeps_its_limit(half_in, second, allocated_worker):
    client = half_in()
    client.post("/sign-in/acting-as", {"membership": second.pk})
    before = client.session["token"]
    Token.objects.update(created_at=F("created_at") - timedelta(hours=9), ends_by=F("ends_by") - timedelta(hours=9))

    client.post("/sign-in/acting-as", {"membership": allocated_worker.membership_id})

    assert _actor(client) == allocated_worker
    old, new = Token.objects.get(digest=digest_of(before)), Token.objects.get(ended_at=None)
    assert old.ended_at is not None
    assert (new.created_at, new.ends_by) == (old.created_at, old.ends_by)


@pytest.mark.parametrize("whose", ["somebody else's", "ended", "suspended", "nonsense", ""])
def test_only_a_current_membership_of_ones_own_can_be_chosen(whose, half_in, second, keyworker, allocated_worker):
    client = half_in()
    changes = {"ended": {"ends_at": Now()}, "suspended": {"suspended_at": Now()}}.get(whose)
    if changes:
        Membership.objects.filter(pk=second.pk).update(**changes)
    chosen = {"somebody else's": keyworker.membership_id, "nonsense": "nonsense", "": ""}.get(whose, second.pk)

    response = client.post("/sign-in/acting-as", {"membership": chosen})

    assert "Select whom you are acting as" in text_of(response)
    assert _actor(client) is None


def test_a_token_of_somebody_else_is_not_changed_into_ones_own(half_in, second, keyworker, token_of, allocated_worker):
    theirs = token_of(keyworker)

    assert choose_membership(theirs, allocated_worker.account_id, allocated_worker.membership_id) is None
    assert Token.objects.get(digest=digest_of(theirs)).ended_at is None


def test_a_session_that_has_ended_chooses_nobody(half_in, second, allocated_worker):
    client = half_in()
    token = client.session["token"]
    Token.objects.update(expires_at=Now())

    assert client.post("/sign-in/acting-as", {"membership": second.pk})["Location"] == "/sign-in"
    assert choose_membership(token, allocated_worker.account_id, second.pk) is None


def test_a_role_that_needs_a_second_factor_is_not_entered_by_switching(half_in, second):
    Membership.objects.filter(pk=second.pk).update(role="police")
    client = half_in()

    response = client.post("/sign-in/acting-as", {"membership": second.pk})

    assert response["Location"] == "/account/second-factor"
    assert _actor(client) is None


def test_a_session_of_two_factors_enters_it(half_in, second):
    Membership.objects.filter(pk=second.pk).update(role="police")
    client = half_in(second_factor=True)

    client.post("/sign-in/acting-as", {"membership": second.pk})

    assert _actor(client).role == "police"


def test_a_role_that_comes_to_need_one_in_the_middle_of_a_session_closes_it(half_in, second, allocated_worker):
    client = half_in()
    client.post("/sign-in/acting-as", {"membership": second.pk})
    assert _actor(client) is not None

    Membership.objects.filter(pk=second.pk).update(administers=True)

    assert _actor(client) is None
    assert client.get("/records")["Location"].startswith("/sign-in")


def test_every_role_that_needs_a_second_factor_is_a_role():
    assert ROLE_PERMISSIONS.keys() >= WITH_SECOND_FACTOR


@pytest.mark.parametrize(
    "permission",
    [
        Permission.VIEW_AUDIT,
        Permission.REVIEW_EMERGENCY,
        Permission.APPROVE_DISPOSAL,
        Permission.ANSWER_SUBJECT_ACCESS,
        Permission.AGREE_TO_APPOINTMENT,
    ],
)
def test_whoever_decides_over_what_others_did_needs_a_second_factor(permission):
    assert {role for role, held in ROLE_PERMISSIONS.items() if permission in held} <= WITH_SECOND_FACTOR


def test_a_head_of_service_with_a_password_alone_acts_as_nobody_until_they_have_set_one_up(
    client_as, member, actor_of, council
):
    client = client_as(actor_of(member("Hester Vane", council, "head_of_service")))
    assert client.get("/retention").status_code == 200, "with two factors"

    Token.objects.update(second_factor=False)

    answer = client.get("/retention")
    assert answer.status_code == 302
    assert answer.wsgi_request.actor is None


def test_the_demo_has_no_such_page(half_in, settings):
    client = half_in()
    settings.DEMO = True

    assert client.get("/sign-in/acting-as").status_code == 404
