"""What a reader may not see changes nothing that they are shown: no list, count, search, message, query or address.

Each page is opened, then records and entries are added that the reader may not see and that match all that the page
asks for, and it is opened again: the same answer, by the same queries.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

import pytest
from django.apps import apps
from django.db import connections
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from tests.support.pages import Filler
from tests.support.routes import routes
from tests.support.world import FORMS, LONG, visits
from waymark.access import middleware
from waymark.access.closing import hold_back
from waymark.cases.models import Case
from waymark.core.database import WEB
from waymark.events.models import Event
from waymark.people.models import YoungPerson
from waymark.people.services import NewYoungPerson, add_young_person

pytestmark = pytest.mark.usefixtures("db")

READERS = ("colleague", "keyworker", "stranger", "agency_administrator")

UUID = r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
NEW_EACH_TIME = (
    (r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1"),
    (r'(name="ticket" value=")[^"]+', r"\1"),
    (r":\w{6}:[\w-]{43}", ":signed at"),
)
"""What a page says anew each time it is opened, whatever there is to see."""

IN_A_QUERY = (
    (r"(?:\bE)?'(?:[^']|'')*'", "?"),
    (r"\b(?:NULL|true|false)\b", "?"),
    (r"::\w+(?:\[\])?", ""),
    (r'"s\d+_x\d+"', "savepoint"),
    (r"_curs_\d+_sync_\d+", "cursor"),
    (r"\s+", " "),
)
"""What differs between two runs of one query: its values, and names that the driver makes up."""


def _without(text: str, parts: tuple[tuple[str, str], ...]) -> str:
    for pattern, instead in parts:
        text = re.sub(pattern, instead, text)
    return text


@pytest.fixture(autouse=True)
def no_minute_passes(monkeypatch):
    """That a session is in use is written down once a minute, whatever is asked for: here it never is."""
    monkeypatch.setattr(middleware, "touch_session", lambda token: None)


@dataclass(frozen=True)
class Answer:
    """All that somebody could tell two answers apart by."""

    status: int
    headers: dict[str, str]
    body: str
    queries: list[str]


def ask(client, address: str, *, method: str = "get", data: object = None) -> Answer:
    """The answer, without what is new each time."""
    connections[WEB].queries_log.clear()  # it holds the last 9,000: less than all routes together ask
    with CaptureQueriesContext(connections[WEB]) as made:
        response = getattr(client, method)(address, data)
    asked = tuple((re.escape(one), "U") for one in re.findall(UUID, address))
    headers = {
        name: _without(value, asked) for name, value in response.headers.items() if name != "X-Request-ID"
    }  # a redirect may repeat what was asked for
    queries = [_without(query["sql"], IN_A_QUERY) for query in made.captured_queries]
    return Answer(response.status_code, headers, _without(response.content.decode(), NEW_EACH_TIME), queries)


def difference(first: Answer, second: Answer) -> str:
    """What tells two answers apart, "" for nothing. What was asked for may be repeated in them."""
    told = [
        (f"{one.status} {one.headers}", *_without(one.body, ((UUID, "U"),)).splitlines(), *one.queries)
        for one in (first, second)
    ]
    apart = [f"{one!r} / {other!r}" for one, other in zip_longest(*told) if one != other]
    return apart[0] if apart else ""


def _hide(one: YoungPerson, number: int, system) -> YoungPerson:
    """Somebody of the same name, birthday and borough."""
    same = NewYoungPerson(
        authority=one.case.authority,
        given_name=one.given_name,
        family_name=one.family_name,
        date_of_birth=one.date_of_birth,
        reference=f"YP1{number}",
    )
    return add_young_person(same, actor=system)


@pytest.fixture
def hide(system, happened, involved, scheme, allocated_worker, other_keyworker):
    """Add two namesakes with the same story, of another provider's keyworker, and an entry held back from all."""

    def add(world) -> YoungPerson:
        known = YoungPerson.objects.get(case=world.person)
        place = {"scheme": str(scheme.case_id), "provider": str(scheme.provider.case_id)}
        for number in (1, 2):
            hidden = _hide(known, number, system)
            involved(hidden, "housing_keyworker", actor=other_keyworker)
            happened(hidden, "placement_started", days_ago=10, placement=f"H{number}", **place)
            happened(hidden, "reported_missing", days_ago=0.1, episode=f"M{number}")
            incident = {"category": "death_or_injury", "serious": True, "summary": LONG}
            happened(hidden, "incident_recorded", days_ago=1, incident=f"I{number}", data=incident)
        told = happened(known, "missing_risk_identified", days_ago=3, actor=allocated_worker)
        hold_back(told, actor=allocated_worker, why="a source", readers=[])
        return hidden

    return add


@pytest.fixture
def pages(world, client_as, request):
    """A page of each route that somebody of these opens, and each page that asks for something."""
    clients = {who: client_as(request.getfixturevalue(who)) for who in READERS}
    found, opened = {}, set()
    for one in visits(world):
        if one.who in clients and one.demo and ("?" in one.address or one.route not in opened):
            opened.add(one.route)
            found[one.who, one.address] = clients[one.who]
    return found


def test_no_page_changes_when_there_is_more_that_its_reader_may_not_see(world, pages, hide):
    before = {key: ask(client, key[1]) for key, client in pages.items()}
    hide(world)
    after = {key: ask(client, key[1]) for key, client in pages.items()}

    assert {key: apart for key in before if (apart := difference(before[key], after[key]))} == {}
    assert len({resolve(address.split("?")[0]).url_name for _, address in before}) > 25

    links = {link for answer in before.values() for link in _addresses_in(answer.body)}
    assert [link for link in links if re.search(r"/\d+(?:[/?#]|$)", link)] == [], "a number that counts something"
    identifiers = {part for link in links for part in re.findall(UUID, link)}
    assert len(identifiers) > 15
    assert {uuid.UUID(part).version for part in identifiers} == {4}, "one that can be guessed from others"


def _addresses_in(page: str) -> Iterator[str]:
    yield from re.findall(r'(?:href|action|src)="([^"]*)"', page)


OF_RECORDS = [address for address, _ in routes() if "<uuid:" in address]
CALLED_OTHERWISE = {
    "member": "membership",
    "line": "grant",
    "session": "token",
    "draft": "sharedraft",
    "placement": "offer",
}
"""What the part of an address stands for, where it is not called like the model."""


def _model(parameter: str) -> type[Model]:
    """The model whose identifier a part of an address is, `duty_id` a duty's."""
    name = parameter.removesuffix("_id")
    found = [one for one in apps.get_models() if one._meta.model_name == CALLED_OTHERWISE.get(name, name)]
    assert len(found) == 1, f"which model is {parameter}? say so in CALLED_OTHERWISE"
    return found[0]


def _theirs(parameter: str, hidden: YoungPerson) -> uuid.UUID | None:
    """The identifier of something of the hidden record's, or of another's where it is of an account or of nobody."""
    model = _model(parameter)
    if model is Case:
        return hidden.case_id
    rows = model._base_manager.order_by("pk")
    fields = {field.name for field in model._meta.get_fields()}
    if "case" in fields:
        rows = rows.filter(case=hidden.case_id)
    elif "account" in fields:
        rows = rows.exclude(account__name="Priya Solanki")  # the colleague, who asks
    column = "placement" if parameter == "placement" else "pk"  # a placement has no table: an offer names it
    return rows.values_list(column, flat=True).first()


def _address(pattern: str, **identifiers: uuid.UUID | None) -> str:
    """An address with an identifier in each place that takes one; a random one where none is given."""
    filled = re.sub(r"<uuid:(\w+)>", lambda part: str(identifiers.get(part[1]) or uuid.uuid4()), pattern)
    return re.sub(r"<\w+:\w+>", "team_changed", filled)


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_hidden_answers_as_what_is_not_there_on_every_route(world, client_as, colleague, hide, method):
    hidden, client = hide(world), client_as(colleague)
    for pattern in OF_RECORDS:
        names = re.findall(r"<uuid:(\w+)>", pattern)
        theirs = {name: _theirs(name, hidden) for name in names}
        there, not_there = (ask(client, _address(pattern, **parts), method=method) for parts in (theirs, {}))
        assert difference(there, not_there) == "", pattern
        assert there.status in (403, 404, 405), pattern


def test_a_part_of_another_record_answers_as_a_part_that_is_not_there(world, client_as, colleague, hide):
    """The record in the address is the reader's own; what hangs on it in the address is somebody else's."""
    hidden, client = hide(world), client_as(colleague)
    parts = [(pattern, names[1]) for pattern in OF_RECORDS if len(names := re.findall(r"<uuid:(\w+)>", pattern)) > 1]
    for pattern, name in parts:
        here = {"case_id": world.person}
        theirs = here | {name: _theirs(name, hidden)}
        there, not_there = (ask(client, _address(pattern, **known)) for known in (theirs, here))
        assert difference(there, not_there) == "", pattern
    assert len([name for _, name in parts if _theirs(name, hidden)]) > 6


def test_no_form_tells_whether_what_is_named_in_it_exists(world, client_as, colleague, hide):
    hidden, client, named = hide(world), client_as(colleague), 0
    theirs = (hidden.case_id, *Event.objects.filter(case=hidden.case_id).values_list("pk", flat=True)[:1])
    for name in FORMS:
        about = world.scheme if name.startswith(("monthly_log", "log_entry")) else world.person
        form = Filler(client, f"/records/{about}/record/{name}")
        fields = [field for field in form.values if field.startswith("ref-")]
        named += len(fields)
        for identifier in theirs if fields else ():
            there, not_there = (
                ask(client, form.address, method="post", data=form.values | dict.fromkeys(fields, str(one)))
                for one in (identifier, uuid.uuid4())
            )
            assert difference(there, not_there) == "", name
    assert named > 4


def test_no_route_takes_a_number_for_a_record():
    assert [address for address, _ in routes() if "<int:" in address] == []
