"""Whoever has an account does not act for an agency that invites it before they have used that agency's link."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from tests.support.pages import text_of

from waymark.access.acting import choose_membership
from waymark.access.handing_on import HandOn, end_member, move_member
from waymark.access.inviting import invite_member, new_link, works_elsewhere
from waymark.access.models import Agency, AgencyKind, Membership
from waymark.access.queries import memberships_of
from waymark.access.services import NotAsAsked
from waymark.accounts.models import Account, AuthenticatorApp, Passkey
from waymark.accounts.services import open_session
from waymark.accounts.services.links import account_of_link, join, leads_to_joining, set_password_by_link
from waymark.accounts.services.sessions import person_of

pytestmark = pytest.mark.usefixtures("db")
EMAIL = "jane@police.example"
PASSWORD = "gravel hums to herons"  # noqa: S105


@pytest.fixture(autouse=True)
def not_the_demo(settings):
    settings.DEMO = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def theirs(administrator, other_provider):
    """The administrator of a provider, who would like to be a police officer."""
    return administrator(other_provider.agency, name="Basil Crane", role="provider_manager")


@pytest.fixture
def police(administrator):
    """The administrator of the police."""
    agency = Agency.objects.create(name="Elmbridge police", kind=AgencyKind.POLICE)
    return administrator(agency, name="Ida Falk", role="police")


@pytest.fixture
def planted(theirs):
    """The officer's address, invited by the provider first, with a password of its administrator's."""
    invited = invite_member(actor=theirs, name="Jane", email=EMAIL, role="housing_keyworker")
    set_password_by_link(invited.token, PASSWORD)
    return invited.member


def _places():
    return {one.agency.name for one in memberships_of(Account.objects.get(email=EMAIL).pk)}


def _sign_in(client):
    return client.post("/sign-in", {"email": EMAIL, "password": PASSWORD})


def test_whoever_was_given_the_account_by_another_agency_does_not_act_as_a_police_officer(planted, police):
    invited = invite_member(actor=police, name="Jane", email=EMAIL, role="police")
    session = open_session(planted.account, actor=person_of(planted.account))

    assert _places() == {"Southgate Homes"}
    assert choose_membership(session, planted.account_id, invited.member.pk) is None
    client = Client()
    _sign_in(client)
    client.get("/sign-in/acting-as")
    assert client.post("/sign-in/acting-as", {"membership": str(invited.member.pk)}).status_code != 403
    assert client.get("/").wsgi_request.actor.agency_name == "Southgate Homes"


def test_whoever_opens_the_link_and_signs_in_as_always_has_joined(planted, police, client):
    invited = invite_member(actor=police, name="Jane", email=EMAIL, role="police")

    client.get(f"/sign-in/link/{invited.token}")
    page = client.get("/sign-in/set-password")
    assert page.status_code == 200
    assert "sign in as you always do" in text_of(page)
    assert _sign_in(client).status_code == 302

    assert _places() == {"Southgate Homes", "Elmbridge police"}
    assert not leads_to_joining(invited.token), "it works once"


def test_a_link_to_join_sets_no_password_and_is_for_one_account(planted, police, theirs):
    invited = invite_member(actor=police, name="Jane", email=EMAIL, role="police")
    other = Account.objects.get(pk=theirs.account_id)

    assert account_of_link(invited.token) is None
    assert set_password_by_link(invited.token, "seven lamps hum quietly") is None
    join(invited.token, other)
    assert _places() == {"Southgate Homes"}


def test_a_newer_link_to_join_ends_the_one_before_and_none_of_another_agency(planted, police):
    first = invite_member(actor=police, name="Jane", email=EMAIL, role="police")
    second = new_link(first.member.pk, actor=police)

    assert not leads_to_joining(first.token)
    assert leads_to_joining(second.token)
    join(second.token, planted.account)
    assert not leads_to_joining(new_link(first.member.pk, actor=police).token), "they have a way in"
    assert _places() == {"Southgate Homes", "Elmbridge police"}


def test_who_left_the_agency_that_gave_them_the_account_begins_anew(planted, theirs, police, seen):
    """Their password may be the other administrator's, and so may be the app and the passkeys."""
    account = planted.account
    AuthenticatorApp.objects.create(account=account, secret="x", created_at=planted.starts_at)
    Passkey.objects.create(account=account, name="x", credential_id=b"x", credential=b"x", created_at=planted.starts_at)
    end_member(planted.pk, actor=theirs, seen=seen(planted), hand_on=HandOn())
    invited = invite_member(actor=police, name="Jane", email=EMAIL, role="police")
    assert _places() == set()

    set_password_by_link(invited.token, "seven lamps hum quietly")

    assert _places() == {"Elmbridge police"}
    assert not AuthenticatorApp.objects.exists()
    assert not Passkey.objects.exists()


def test_who_is_moved_before_they_have_joined_still_has_to(planted, police, seen):
    invited = invite_member(actor=police, name="Jane", email=EMAIL, role="police").member

    role = "safer_neighbourhood"
    move_member(invited.pk, actor=police, seen=seen(invited), role=role, team_id=None, hand_on=HandOn())

    assert _places() == {"Southgate Homes"}


def test_an_agency_does_not_take_anothers_people_out_of_its_hands_by_inviting_them(police, theirs):
    jane = invite_member(actor=police, name="Jane", email=EMAIL, role="police")
    set_password_by_link(jane.token, PASSWORD)
    theirs_now = invite_member(actor=theirs, name="Jane", email=EMAIL, role="housing_keyworker")

    assert not works_elsewhere(jane.member)
    assert account_of_link(new_link(jane.member.pk, actor=police).token) == jane.member.account
    assert account_of_link(theirs_now.token) is None
    assert _places() == {"Elmbridge police"}, "which a new link for a lost password does not change"


def test_the_link_that_sets_the_password_is_of_the_agency_that_invited_first(police, theirs):
    first = invite_member(actor=police, name="Jane", email=EMAIL, role="police")
    second = invite_member(actor=theirs, name="Jane", email=EMAIL, role="housing_keyworker")

    assert account_of_link(second.token) is None
    assert account_of_link(new_link(second.member.pk, actor=theirs).token) is None
    assert account_of_link(first.token) == first.member.account, "and it still works"


def test_who_was_made_a_member_from_the_command_line_has_joined(police, capsys):
    about = {"name": "Jane", "agency": "Elmbridge police", "role": "police"}
    call_command("invite", EMAIL, **about)

    assert _places() == {"Elmbridge police"}


@pytest.mark.parametrize("email", ["jane@po\u017fice.example", "\u017fam@police.example", "prıya@police.example"])
def test_an_address_that_the_database_takes_for_another_is_not_invited(email, police):
    with pytest.raises(NotAsAsked, match="plain letters"):
        invite_member(actor=police, name="Jane", email=email, role="police")
    assert Membership.objects.filter(invited_at__isnull=False).count() == 0


# A link that an administrator is shown


def test_whoever_had_a_link_made_for_them_is_told_at_their_next_sign_in_and_on_their_account(police, client):
    jane = invite_member(actor=police, name="Jane", email=EMAIL, role="police")
    set_password_by_link(jane.token, PASSWORD)
    _sign_in(client)
    assert "made a link" not in text_of(client.get("/sign-in/acting-as")), "nor of the one they came in by"

    new_link(jane.member.pk, actor=police)
    again = Client()
    _sign_in(again)

    said = text_of(again.get("/sign-in/acting-as", follow=True))
    assert "Ida Falk, Elmbridge police, made a link for a new password for you on" in said
    assert "If you did not ask for it, tell your manager" in said


def test_an_account_lists_the_links_that_were_made_for_it(police, client_as, actor_of, administrator, settings):
    settings.DEMO = True
    jane = invite_member(actor=police, name="Jane", email=EMAIL, role="police").member

    page = text_of(client_as(actor_of(jane)).get("/account"))

    assert "by Ida Falk, Elmbridge police: not used" in page


def test_other_administrators_are_shown_which_links_were_made(police, administrator, client_as, settings, theirs):
    settings.DEMO = True
    other = administrator(Agency.objects.get(pk=police.agency_id), name="Bo Falk", role="police")
    jane = invite_member(actor=police, name="Jane", email=EMAIL, role="police").member
    assert "could not get in" not in text_of(client_as(other).get("/people"))

    new_link(jane.pk, actor=police)

    assert "Jane : by Ida Falk, police at Elmbridge police, " in text_of(client_as(other).get("/people"))
    assert "could not get in" not in text_of(client_as(theirs).get("/people")), "at another agency"
