"""Whatever somebody types, in whatever place, is answered by a page of ours: nothing breaks, nothing runs."""

from __future__ import annotations

from itertools import product
from urllib.parse import quote

import pytest
from django.urls import resolve

from tests.support.pages import Filler
from tests.support.world import FORMS, visits

pytestmark = pytest.mark.usefixtures("db")

HOSTILE = {
    "null character": "a\0b",
    "bytes that are not UTF-8": b"\xff\xfe",
    "half of a surrogate pair": b"\xed\xa0\x80",
    "negative": "-1",
    "50 digits": "9" * 50,
    "5,000 digits": "9" * 5_000,
    "100 kB": "A" * 100_000,
    "digits of another script": "٣²",
    "right to left": "\u202eabc\u200f",
    "script": "<script>alert(1)</script>'\"",
    "template": "{{ 7 * 7 }}{% raw %}${7}%s%(x)s",
    "line ends": "a\r\nSet-Cookie: x=y",
    "not a number": "NaN",
    "somebody else's identifier": "00000000-0000-4000-8000-000000000000",
    "no address": "http://[",
    "control characters": "\x01\x1b\x7f\x85\u2028",
}

ASKED_FOR = (
    *("q", "kind", "page", "show", "who", "due", "part", "scheme", "person", "authority", "clause", "next"),
    *(
        "when",
        "by",
        "role",
        "ref-placement",
        "data-has",
        "data-attended",
        "data-chair",
        "data-agreed_report_by",
        "data-month",
    ),
)
"""What addresses of ours may say after the question mark."""
LONGEST_IN_AN_ADDRESS = 200
"""The server takes no longer addresses than 4 kB, and these name many things at once."""


READERS = ("colleague", "keyworker", "stranger", "agency_administrator")
"""As whom the pages are opened; whoever else a visit names is tried as the stranger."""

ON_THE_WAY = (
    *(
        "people",
        "documents",
        "accommodation",
        "risks",
        "referrals",
        "placements",
        "assessments",
        "challenges",
        "walk_ins",
    ),
)
"""The apps that a young person's way from a need to a place leads through."""

TURNS = 2
"""How often each page and form is tried: at each turn another value stands in each place, and all are tried in all."""


def _spread(names, turn):
    """A hostile value for each name, so that after some pages and turns every name has met every value."""
    values = list(HOSTILE.values())
    return {name: values[(place + turn) % len(values)] for place, name in enumerate(names)}


def _survived(response, place):
    """Nothing broke, and no markup that was typed came back as markup."""
    assert response.status_code < 500, place
    assert "<script>alert(1)" not in response.content.decode(), place
    assert "x" not in response.cookies, place


def test_no_address_breaks_a_page_whatever_it_says_after_the_question_mark(world, client_as, request):
    first = {visit.route: visit for visit in reversed(visits(world))}
    clients = {who: client_as(request.getfixturevalue(who)) for who in READERS}

    for number, (visit, turn) in enumerate(product(first.values(), range(TURNS))):
        client, address = clients.get(visit.who, clients["stranger"]), visit.address.split("?")[0]
        asked = {name: quote(value[:LONGEST_IN_AN_ADDRESS]) for name, value in _spread(ASKED_FOR, number).items()}
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        odd = asked[ASKED_FOR[0]]
        _survived(client.get(f"{address}?{query}&{odd}[]={odd}"), (visit.route, turn))
        _survived(client.get(f"{address}/{odd.replace('/', '%2F')}"), (visit.route, odd))


@pytest.fixture
def forms(world, client_as, colleague, agency_administrator):
    """Every form that asks its own questions, as the colleague opens it, and those about people and teams."""
    client, record = client_as(colleague), f"/records/{world.person}"
    of_events = [
        f"/records/{world.scheme if name.startswith(('monthly_log', 'log_entry')) else world.person}/record/{name}"
        for name in FORMS
    ]
    team = [f"{record}/team/bring-in", f"{record}/team/bring-in?role=social_worker"]
    others = [
        *team,
        f"{record}/facts",
        f"{record}/events/{world.held}/withdraw",
        f"{record}/duties/{world.meeting_due}/waive",
    ]
    own, worker = client_as(agency_administrator), f"/people/{world.members.working}"
    moved = f"{worker}/move?role=iro&team={world.members.team}"
    team_pages = ("/people/teams/new", f"/people/teams/{world.members.team}")
    of_people = ("/people/invite", "/people/review", *team_pages, moved, f"{worker}/end", f"{worker}/suspend")
    return [
        *(Filler(client, address) for address in (*of_events, *others)),
        *(Filler(own, address) for address in of_people),
    ]


def test_no_form_breaks_whatever_stands_in_all_of_its_fields(forms):
    for number, (form, turn) in enumerate(product(forms, range(TURNS))):
        values = _spread(form.values, number * TURNS) | {"ticket": form.values.get("ticket", "")}

        _survived(form.client.post(form.address, values), (form.address, turn))


def test_no_form_on_the_way_from_a_need_to_a_place_breaks_either(world, client_as, request):
    """Each form that anybody is shown on the way, sent by whoever it is for, with something else in every field."""
    clients, sent = {}, 0
    for number, visit in enumerate(_on_the_way(world)):
        client = clients.setdefault(visit.who, client_as(request.getfixturevalue(visit.who)))
        form = Filler(client, visit.address)
        if 'method="post"' not in form.page.partition("<main")[2]:  # a page to read, a file, or led elsewhere
            continue
        for turn in range(TURNS):
            values = _spread(form.values, number * TURNS + turn) | {"ticket": form.values.get("ticket", "")}
            _survived(client.post(form.address, values), (visit.route, turn))
        sent += 1
    assert sent > 30


def _on_the_way(world):
    """The visits of pages of people, documents, accommodation, risks, referrals, placements and after, each once."""
    seen = {}
    for visit in visits(world):
        module = resolve(visit.address.split("?")[0]).func.__module__.split(".")[1]
        if visit.who and not visit.act and module in ON_THE_WAY:
            seen.setdefault(visit.address.split("?")[0], visit)
    return seen.values()


@pytest.mark.parametrize("what", ["50 digits", "right to left"])
def test_no_form_breaks_whatever_stands_in_one_of_its_fields(what, forms):
    """With all others in order, so that what is typed there gets further than the form."""
    for form in forms[::2]:
        for name in form.values:
            _survived(form.client.post(form.address, form.values | {name: HOSTILE[what]}), (form.address, name))


def test_nobody_signs_in_or_out_or_breaks_anything_by_sending_nonsense(client, keyworker):
    for address, (what, value) in product(("/sign-in", "/sign-out"), HOSTILE.items()):
        sent = client.post(address, {"person": value, "next": value}, headers={"referer": "http://["})

        _survived(sent, (address, what))
        assert client.get("/sign-in").wsgi_request.actor is None
