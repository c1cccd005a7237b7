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
    return [(html.unescape(name), html.unescape(value)) for name, value in pairs if name != "csrfmiddlewaretoken"]


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
