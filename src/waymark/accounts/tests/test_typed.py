"""A form that is sent when the session has ended comes back filled in, to the same person and to nobody else."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.support.pages import Filler, text_of

from waymark.access.models import Involvement
from waymark.accounts.models import Step, Token
from waymark.accounts.services import typed
from waymark.accounts.tests.conftest import PASSWORD
from waymark.events.models import Event

pytestmark = pytest.mark.usefixtures("db")
OURS = {"origin": "http://testserver"}
WORDS = 'A <mentor>, from "Elsewhere"'
NOTICE = "Nothing is saved yet"


@pytest.fixture
def address(young_person):
    return f"/records/{young_person.case_id}/record/team_changed"


@pytest.fixture
def signed_out(client_as, keyworker, address):
    """The keyworker's browser, whose form came after the session had ended; and what its page holds for the next."""
    client = client_as(keyworker)
    values = Filler(client, address).values | {"data-change": WORDS}
    Token.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    page = client.post(address, values, headers=OURS)
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    assert "Sign in and go on" in text_of(page)
    return client, {html.unescape(name): html.unescape(value) for name, value in pairs}


def _keep(signed_out, address):
    client, hidden = signed_out
    return client.post(address, hidden | {"keep_and_sign_in": "1"}, headers=OURS)


def _written(page):
    """What stands in the form's box."""
    found = re.search(r'<textarea[^>]*name="data-change"[^>]*>\n?(.*?)</textarea>', page.content.decode(), re.DOTALL)
    return html.unescape(found[1]) if found else None


def _filled_in(client, address):
    return _written(client.get(address))


def test_whoever_signs_in_again_finds_the_form_as_they_had_filled_it_in_and_sends_it(
    signed_out, address, keyworker, with_password
):
    client, _ = signed_out
    account = with_password(keyworker)

    sign_in = _keep(signed_out, address)["Location"]
    response = client.post(sign_in, {"email": account.email, "password": PASSWORD}, follow=True)

    assert response.redirect_chain[-1][0] == address
    assert NOTICE in text_of(response)
    assert not Event.objects.filter(type="team_changed").exists(), "it is for them to send"
    form = Filler.read(response.content.decode()) | {"data-change": _written(response)}
    assert client.post(address, form).status_code == 302
    assert Event.objects.get(type="team_changed").data == {"change": WORDS}
    assert not Step.objects.exists()
    assert _filled_in(client, address) == "", "the next form of the kind is empty"


def test_the_second_factor_on_the_way_changes_nothing(signed_out, address, keyworker, with_password, app_of):
    client, _ = signed_out
    account = with_password(keyworker)
    code = app_of(account)

    sign_in = _keep(signed_out, address)["Location"]
    factor = client.post(sign_in, {"email": account.email, "password": PASSWORD})["Location"]
    response = client.post(factor, {"code": code()}, follow=True)

    assert _written(response) == WORDS


def test_nobody_else_who_signs_in_at_the_machine_is_shown_it(
    signed_out, address, keyworker, allocated_worker, with_password
):
    client, _ = signed_out
    other = with_password(allocated_worker)

    sign_in = _keep(signed_out, address)["Location"]
    response = client.post(sign_in, {"email": other.email, "password": PASSWORD}, follow=True)

    assert response.redirect_chain[-1][0] == address
    assert NOTICE not in text_of(response)
    assert "Elsewhere" not in response.content.decode()
    assert _filled_in(client, address) == ""


def test_nobody_keeps_a_form_in_the_name_of_another(signed_out, address, keyworker, allocated_worker):
    client, hidden = signed_out
    assert hidden["typed_by"].startswith(str(keyworker.account_id))
    forged = hidden["typed_by"].replace(str(keyworker.account_id), str(allocated_worker.account_id))

    client.post(address, hidden | {"keep_and_sign_in": "1", "typed_by": forged}, headers=OURS)

    assert not Step.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"origin": "http://elsewhere.example"}])
def test_what_another_site_sent_is_not_kept(headers, signed_out, address):
    client, hidden = signed_out

    sent = client.post(address, hidden | {"keep_and_sign_in": "1"}, headers=headers)

    assert sent.status_code == 403
    assert not Step.objects.exists()


def _sign_in_again(client, actor, token_of):
    """As if they had signed in, in the same browser."""
    session = client.session
    session["token"] = token_of(actor)
    session.save()
    client.cookies["waymark_session"] = session.session_key


def test_it_is_kept_for_half_an_hour_for_one_address_and_unreadable_without_the_browser(
    signed_out, address, keyworker, token_of
):
    client, _ = signed_out
    _keep(signed_out, address)
    step = Step.objects.get()
    assert timedelta(minutes=29) < step.expires_at - timezone.now() <= typed.LASTS
    assert "Elsewhere" not in str(step.state)
    _sign_in_again(client, keyworker, token_of)

    assert _filled_in(client, f"{address}?ref-placement=P1") == ""
    assert _filled_in(client, address) == WORDS
    assert _filled_in(client, address) == WORDS, "until it is sent"
    other = Client()
    _sign_in_again(other, keyworker, token_of)
    assert _filled_in(other, address) == "", "another browser of theirs"
    Step.objects.update(expires_at=timezone.now())
    assert _filled_in(client, address) == ""


def test_whoever_signed_in_elsewhere_meanwhile_looks_at_it_before_it_is_sent(signed_out, address, keyworker, token_of):
    client, hidden = signed_out
    _sign_in_again(client, keyworker, token_of)

    response = client.post(address, hidden | {"keep_and_sign_in": "1"}, headers=OURS, follow=True)

    assert response.redirect_chain[-1][0] == address
    assert _written(response) == WORDS
    assert not Event.objects.filter(type="team_changed").exists()


def test_a_form_that_does_not_fit_any_more_is_sent_from_a_page_that_carries_it(
    signed_out, address, keyworker, token_of
):
    client, hidden = signed_out
    client.post(address, hidden | {"keep_and_sign_in": "1", "sure": "of something asked once more"}, headers=OURS)
    _sign_in_again(client, keyworker, token_of)

    page = client.get(address)

    assert "Send what you wrote" in text_of(page)
    assert NOTICE not in text_of(page)
    values = {name: html.unescape(value) for name, value in Filler.read(page.content.decode()).items()}
    assert (values["data-change"], values["sure"]) == (WORDS, "of something asked once more")
    client.post(address, {name: value for name, value in values.items() if name != "sure"}, headers=OURS)
    assert Event.objects.filter(type="team_changed").exists()


def test_whoever_has_lost_access_meanwhile_is_shown_their_own_words_on_the_refusal(
    signed_out, address, keyworker, token_of
):
    client, _ = signed_out
    _keep(signed_out, address)
    Involvement.objects.filter(membership=keyworker.membership_id).delete()
    _sign_in_again(client, keyworker, token_of)

    page = client.get(address)

    assert page.status_code == 404
    assert "from &#34;Elsewhere&#34;" in page.content.decode()
    assert NOTICE not in text_of(page)


def test_what_is_too_long_is_not_kept_and_can_still_be_sent_again(
    signed_out, address, monkeypatch, keyworker, token_of
):
    client, hidden = signed_out
    monkeypatch.setattr(typed, "MOST", 10)

    page = client.post(address, hidden | {"keep_and_sign_in": "1"}, headers=OURS)

    assert "Send it again" in text_of(page)
    assert "Sign in and go on" not in text_of(page)
    assert not Step.objects.exists()

    _sign_in_again(client, keyworker, token_of)
    page = client.post(address, hidden | {"keep_and_sign_in": "1"}, headers=OURS)

    assert "Send what you wrote" in text_of(page)
    assert not Event.objects.filter(type="team_changed").exists(), "it was to be looked at first"
