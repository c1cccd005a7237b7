"""The wall: what is not text reaches no view, no form and no table."""

from __future__ import annotations

import html
import re

import pytest

from waymark.events.models import Event

pytestmark = pytest.mark.usefixtures("db")

OURS = {"origin": "http://testserver"}


@pytest.mark.parametrize(
    "address",
    [
        "/records?q=a%00b",
        "/?person=%00",
        "/?%00=x",
        "/protocol/%00",
        "/sign-in?next=%00",
    ],
)
def test_a_null_character_in_an_address_is_turned_away_by_a_page_that_says_so(client_as, keyworker, address):
    response = client_as(keyworker).get(address)

    assert response.status_code == 400
    assert "holds characters that are not text" in response.content.decode()
    assert "Joel Abara" in response.content.decode()


def test_what_somebody_wrote_around_a_null_character_is_kept_to_be_sent_again(client_as, keyworker, young_person):
    address = f"/records/{young_person.case_id}/record/team_changed"
    client = client_as(keyworker)
    ticket = re.search(r'name="ticket" value="([^"]+)"', client.get(address).content.decode())[1]

    refused = client.post(address, {"ticket": ticket, "data-change": "A men\0tor"}, headers=OURS)

    assert refused.status_code == 400
    assert "Nothing was saved" in refused.content.decode()
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', refused.content.decode())
    kept = {html.unescape(name): html.unescape(value) for name, value in hidden}
    assert kept["data-change"] == "A mentor"
    assert not Event.objects.filter(type="team_changed").exists()
    assert client.post(address, kept, headers=OURS).status_code == 302
    assert Event.objects.get(type="team_changed").data == {"change": "A mentor"}


def test_nothing_is_offered_to_be_sent_again_where_it_would_be_turned_away_again_or_came_from_elsewhere(client):
    for address, headers in (("/sign-in?next=%00", OURS), ("/sign-in", {"origin": "http://elsewhere.example"})):
        response = client.post(address, {"person": "x\0"}, headers=headers)

        assert response.status_code == 400
        assert "Send it again" not in response.content.decode()


def test_half_of_a_surrogate_pair_is_turned_away(client):
    """UTF-8 cannot spell it, but UTF-7 can, and Django believes a request that says it is written so."""
    response = client.get("/sign-in?next=%2B2AA-", headers={"content-type": "text/plain; charset=utf-7"})

    assert response.status_code == 400


@pytest.mark.parametrize("charset", ["utf-7", "rot13", "undefined", "idna", "latin-1"])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_the_server_reads_every_request_as_utf_8_whatever_it_says(rf, charset, kind):
    """The test client makes requests of its own. Some of these would break Django before it has one."""
    from waymark.config.wsgi import application

    sent = rf.post("/sign-in?next=%2B2AA-", b"person=%C3%A9", f"{kind}; charset=utf-8").environ
    sent["CONTENT_TYPE"] = f"{kind}; charset={charset}"
    request = application.request_class(sent)

    assert request.GET["next"] == "+2AA-"
    assert request.POST.get("person", "") == ("é" if "form" in kind else "")


def test_letters_of_every_script_pass(client_as, keyworker):
    response = client_as(keyworker).get("/records", {"q": "Åsa 李 محمد \u200f👩\u200d👧 \ufffd"})

    assert response.status_code == 200
    assert "李" in response.content.decode()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"&".join(b"x=1" for _ in range(1_001)), "application/x-www-form-urlencoded"),
        (b"x=" + b"a" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"--x", "multipart/form-data; boundary=\xff"),
    ],
)
def test_what_is_too_long_or_no_form_at_all_gets_a_page_that_says_so(client, content, kind):
    response = client.post("/sign-in", data=content, content_type=kind)

    assert response.status_code == 400
    assert "too long, or is not written as browsers write it" in response.content.decode()
