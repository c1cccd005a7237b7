"""Nothing that was typed is lost, and nobody else can have it sent."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

pytestmark = pytest.mark.usefixtures("db")

OURS = {"origin": "http://testserver"}


def _hidden(response):
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode())
    return [
        (html.unescape(name), html.unescape(value))
        for name, value in pairs
        if name not in ("csrfmiddlewaretoken", "typed_by")
    ]


@pytest.fixture
def strict(client_as, keyworker):
    """A browser signed in as the keyworker, whose forms need their token."""
    signed_in = client_as(keyworker)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies
    return strict


def test_a_form_that_is_too_old_keeps_every_value_and_can_be_sent_again(strict):
    sent = strict.post(
        "/records?x=1", {"csrfmiddlewaretoken": "old", "many": ["a", "b"], "words": '<"&>'}, headers=OURS
    )

    assert sent.status_code == 403
    assert _hidden(sent) == [("many", "a"), ("many", "b"), ("words", '<"&>')]
    assert 'action="/records?x=1"' in sent.content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', sent.content.decode())
    again = strict.post("/records", {"csrfmiddlewaretoken": token[1], "words": "x"}, headers=OURS)
    assert again.status_code != 403


@pytest.mark.parametrize("name", ["password", "code", "answer"])
def test_what_proves_who_somebody_is_is_not_written_into_the_page(name):
    sent = Client(enforce_csrf_checks=True).post(
        "/sign-in", {"email": "a@b.example", name: "otters 7 juggle"}, headers=OURS
    )

    assert _hidden(sent) == [("email", "a@b.example")]
    assert "otters 7 juggle" not in sent.content.decode()


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://elsewhere.example"}, {"referer": "http://elsewhere.example/"}, {"referer": "http://["}, {}],
)
def test_what_another_site_sent_is_not_offered_to_be_sent_again(strict, headers):
    sent = strict.post("/records", {"words": "mischief"}, headers=headers)

    assert sent.status_code == 403
    assert "mischief" not in sent.content.decode()
    assert "Send it again" not in sent.content.decode()


def test_signed_out_says_where_to_sign_in_and_keeps_the_rest(client, young_person):
    address = f"/records/{young_person.case_id}/record/team_changed"
    sent = client.post(address, {"data-change": "A mentor"}, headers=OURS)

    assert _hidden(sent) == [("data-change", "A mentor")]
    assert f"/sign-in?next={address.replace('/', '%2F')}" in sent.content.decode()


@pytest.fixture
def left_open(client_as, keyworker, young_person):
    """A form of the keyworker's that came after their session had ended: what the page has them send again."""
    from waymark.accounts.models import Token

    address = f"/records/{young_person.case_id}/record/team_changed"
    client = client_as(keyworker)
    Token.objects.update(expires_at="2020-01-01T00:00Z")
    kept = client.post(address, {"data-change": "A mentor"}, headers=OURS).content.decode()
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', kept)
    return address, {html.unescape(name): html.unescape(value) for name, value in pairs}


def test_the_next_person_at_the_machine_cannot_send_what_somebody_else_typed(left_open, client_as, allocated_worker):
    address, hidden = left_open

    sent = client_as(allocated_worker).post(address, hidden)

    assert sent.status_code == 403
    assert "Somebody else wrote this" in sent.content.decode()
    assert "A mentor" not in sent.content.decode()


def test_whoever_typed_it_sends_it_again(left_open, client_as, keyworker):
    address, hidden = left_open

    sent = client_as(keyworker).post(address, hidden)

    assert "A mentor" in sent.content.decode()
    assert "Somebody else wrote this" not in sent.content.decode()


def test_who_typed_it_cannot_be_made_up(left_open, client_as, allocated_worker, keyworker):
    address, hidden = left_open
    assert hidden["typed_by"].startswith(str(keyworker.account_id))
    forged = hidden["typed_by"].replace(str(keyworker.account_id), str(allocated_worker.account_id))

    assert client_as(allocated_worker).post(address, hidden | {"typed_by": forged}).status_code == 403
