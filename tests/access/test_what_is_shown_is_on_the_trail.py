"""Every page that shows a young person's name has said so on the trail: read, or among those whom a list showed."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.pages import text_of
from tests.support.world import Visit, World, visits
from waymark.audit.models import Entry

COUNTED = {"move_person", "end_person"}
"""Pages that look at each record of somebody who leaves, and say only how many where nobody can take them on."""


@pytest.fixture
def told(db: None, world: World, request: pytest.FixtureRequest, client_as):
    """Open each visit as whoever it is for. Gives, by visit, what it said and whose cases the trail says were shown."""
    browsers = {}
    different = {(visit.route, visit.who, visit.address, bool(visit.act)): visit for visit in visits(world)}

    def ask(visit: Visit, method: str) -> tuple[str, set[UUID]]:
        if visit.who not in browsers:
            browsers[visit.who] = client_as(request.getfixturevalue(visit.who))
        response = getattr(browsers[visit.who], method)(visit.address)
        entries = Entry.objects.filter(request_id=response["X-Request-ID"]).exclude(action="refusal")
        shown = {entry.case_id for entry in entries} | {case for entry in entries for case in entry.cases or ()}
        return text_of(response), shown - {None}

    asked = [visit for visit in different.values() if visit.who and visit.demo]
    return [(visit, *ask(visit, "post" if visit.act else "get")) for visit in asked]


def test_a_page_that_shows_a_young_persons_name_leaves_an_entry_that_names_their_case_and_no_other_page_does(
    told, world
):
    """What is said too much of would make who has looked at a record useless."""
    marks = {world.person: ("Amira", "YP1"), world.nothing: ("Tobias", "YP2")}
    shows = {visit.route for visit, text, _ in told if any(name in text for name, _ in marks.values())}
    unaudited = [
        f"{visit.route} ({visit.state}) shows {name} to {visit.who}"
        for visit, text, shown in told
        for case, (name, _) in marks.items()
        if name in text and case not in shown
    ]
    made_up = [
        f"{visit.route} ({visit.state}) does not show {marks[case][0]}"
        for visit, text, shown in told
        for case in shown & marks.keys()
        if visit.route not in COUNTED and not any(mark in text for mark in marks[case])
    ]

    assert (unaudited, made_up) == ([], [])
    assert {"my_work", "records", "case", "case_events", "event", "record_event"} <= shows
