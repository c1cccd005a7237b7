"""Every page in every state: nothing for axe to find, nothing wider than the screen, the same without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from playwright.sync_api import expect

from tests.support.routes import route_names
from tests.support.site import NARROW, WIDE, picture
from tests.support.world import FORMS, LONG, NO_PAGES, Visit, World, visits
from waymark.duties.own import own_pack
from waymark.events.vocabulary import EVENT_TYPES
from waymark.events.vocabulary.types import FIELD_KINDS
from waymark.setup import paths

SHARES = 4
"""How many tests the visits are dealt out to, so that processes share them."""

AXE = """async () => {
    const rules = {"target-size": {enabled: true}};
    const found = await axe.run({resultTypes: ["violations"], rules});
    return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)}`));
}"""
"""All of axe's default rules, best practice among them, and the size of targets, which WCAG 2.2 AA asks for."""

TOO_WIDE = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
    [...document.querySelectorAll("body *")]
        .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
        .slice(-2).map(one => `wider than the screen: ${one.outerHTML.slice(0, 160)}`)"""


@pytest.fixture
def walked(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Visit]:
    """The visits, in a world whose lists run to several pages."""
    from waymark.casework.organisation import people, reviewing, teams
    from waymark.casework.views import case, records, work

    monkeypatch.setattr(records, "RECORDS_ON_A_PAGE", 1)
    monkeypatch.setattr(case, "EVENTS_ON_A_PAGE", 4)
    monkeypatch.setattr(case, "DUTIES_ON_A_PAGE", 4)
    monkeypatch.setattr(work, "ROWS", 4)
    monkeypatch.setattr(people, "PEOPLE_ON_A_PAGE", 5)
    monkeypatch.setattr(reviewing, "PEOPLE_ON_A_PAGE", 2)
    monkeypatch.setattr(teams, "TEAMS_ON_A_PAGE", 1)
    return visits(world)


@pytest.fixture
def opened(
    request: pytest.FixtureRequest, signed_in: Callable[..., Any], window: Callable[..., Any], settings: Any
) -> Any:
    """Open a visit, in one window for each person: `opened(visit)` gives the page when it is in its state."""
    windows: dict[str, Any] = {}

    def open_visit(visit: Visit) -> Any:
        page = windows.get(visit.who)
        settings.DEMO = visit.demo
        if page is None:
            page = signed_in(request.getfixturevalue(visit.who)) if visit.who else window()
            page.context.add_init_script(path=paths.AXE)
            windows[visit.who] = page
        page.set_viewport_size({"width": WIDE, "height": 900})
        cookies = page.context.cookies()
        page.goto(visit.address)
        if visit.act:
            visit.act(page)
            page.context.add_cookies(cookies)
        return page

    return open_visit


def test_every_route_is_among_those_that_are_visited(walked):
    """Whoever adds a route adds a visit to tests/support/world.py, or says there why it shows no page."""
    assert {visit.route for visit in walked} | NO_PAGES.keys() == route_names()


def test_every_kind_of_question_is_among_those_that_are_visited():
    asked = {field.kind for name in (*FORMS, "facts_recorded") for field in EVENT_TYPES[name].fields}

    assert asked == FIELD_KINDS


@pytest.mark.browser
@pytest.mark.parametrize("share", range(SHARES))
def test_no_page_has_anything_for_axe_to_find_or_is_wider_than_the_screen(share, opened, walked):
    problems = []
    for visit in walked[share::SHARES]:
        page = opened(visit)
        problems += [f"{visit.route}, {visit.state}, {problem}" for problem in _problems(page, visit)]

    assert not problems, "\n".join(problems)


@pytest.mark.browser
def test_pages_for_when_something_is_wrong_have_nothing_for_axe_to_find_either(opened, world, monkeypatch):
    """An error of ours, a database that is down, somebody who must wait."""
    from waymark.accounts.services import passwords
    from waymark.accounts.services.attempts import TooManyAttempts
    from waymark.casework.protocol import views

    def break_down() -> None:
        raise ArithmeticError("broken on purpose")

    def too_often(*keys: str) -> None:
        raise TooManyAttempts(timedelta(minutes=3))

    problems = []
    with monkeypatch.context() as broken:
        broken.setattr(views, "_today", break_down)
        problems += _problems_at(opened, Visit("Something went wrong", "colleague", "/protocol"))
    with monkeypatch.context() as down:
        down.setattr("waymark.core.middleware.connections", {"default": _Down()})
        problems += _problems_at(opened, Visit("The service is not available", "colleague", "/"))
    with monkeypatch.context() as busy:
        busy.setattr(passwords, "begin_attempt", too_often)
        problems += _problems_at(opened, Visit("Too many attempts", "", "/sign-in", _try_to_sign_in, demo=False))

    assert not problems, "\n".join(problems)


@pytest.mark.browser
def test_pages_of_a_borough_without_a_protocol_have_nothing_for_axe_to_find_either(opened, stranger):
    problems = [
        *_problems_at(opened, Visit("The protocol", "stranger", "/protocol")),
        *_problems_at(opened, Visit("My work", "stranger", "/")),
    ]

    assert not problems, "\n".join(problems)


class _Down:
    """A database that cannot be reached."""

    def close_if_health_check_failed(self) -> None:
        raise OperationalError("connection refused")


def _try_to_sign_in(page: Any) -> None:
    page.get_by_label("E-mail address").fill("somebody@waymark.example")
    page.get_by_label("Password", exact=True).fill("otters juggle teapots")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()


def _problems_at(opened: Any, visit: Visit) -> list[str]:
    """What is wrong with a page that says, in its heading, what its state is called."""
    page = opened(visit)
    expect(page.get_by_role("heading", level=1)).to_have_text(visit.state)
    return [f"{visit.state}, {problem}" for problem in _problems(page, visit)]


def _problems(page: Any, visit: Visit) -> Iterator[str]:
    page.evaluate("document.querySelectorAll('main details').forEach(details => { details.open = true; })")
    headings = page.get_by_role("heading", level=1).count()
    if headings != 1:
        yield f"has {headings} main headings"
    if visit.act and visit.state.endswith("wrong"):
        if not page.title().startswith("Error: "):
            yield "does not say in its title that something is wrong"
        if not page.evaluate("document.activeElement.matches('.govuk-error-summary')"):
            yield "does not begin, for the keyboard, with what is wrong"
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        yield from (f"{width}: {problem}" for problem in page.evaluate(AXE) + page.evaluate(TOO_WIDE))
    if visit.route != "protocol_whole":  # a picture of 163 clauses takes seconds, and is for paper
        picture(page, f"{visit.route} {visit.state.replace('/', ' ')}")


@pytest.mark.browser
def test_every_page_says_the_same_without_javascript(signed_in, request, walked):
    """Apart from the box that narrows a list while one types, and the button that folds the menu away."""
    of_the_demo = [visit for visit in reversed(walked) if visit.demo]  # tests/journeys signs in without JavaScript
    seen = set()
    for who in dict.fromkeys(visit.who for visit in walked if visit.demo and visit.who):
        actor = request.getfixturevalue(who)
        without, with_it = signed_in(actor, width=NARROW, javascript=False), signed_in(actor, width=NARROW)
        own = [visit for visit in of_the_demo if visit.who == who and not visit.act]
        first = {visit.route: visit for visit in own if visit.route not in seen}
        first.pop("account", None)  # it tells which of the two sessions one is in
        for visit in first.values():
            without.goto(visit.address)
            with_it.goto(visit.address)
            assert without.evaluate(TOO_WIDE) == [], visit
            assert _says(without) == _says(with_it), visit
        seen |= first.keys()
    assert seen >= {visit.route for visit in of_the_demo} - {"sign_in", "account", "protocol_whole"}


def _says(page: Any) -> list[str]:
    lines = [line.strip() for line in page.get_by_role("main").inner_text().splitlines()]
    return [line for line in lines if line and line != "Find it by typing"]


@pytest.mark.browser
def test_what_is_printed_has_the_record_and_none_of_the_buttons(signed_in, colleague, world):
    page = signed_in(colleague)
    page.emulate_media(media="print")
    page.goto(f"/records/{world.person}")

    expect(page.get_by_text("Arrange the placement planning meeting").first).to_be_visible()
    expect(page.get_by_text(f"Amira {LONG}").first).to_be_visible()
    expect(page.get_by_text("Record what happened")).to_be_hidden()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.get_by_role("navigation", name="This record")).to_be_hidden()


@pytest.mark.browser
def test_the_whole_protocol_can_be_printed_with_every_clause(signed_in, stranger, world):
    page = signed_in(stranger)
    page.emulate_media(media="print")
    page.goto("/protocol/whole")

    assert page.locator("article.waymark-clause:visible").count() == 163 + len(own_pack().clauses)
    expect(page.get_by_role("navigation", name="Breadcrumb")).to_be_hidden()


@pytest.mark.browser
def test_on_paper_no_link_is_followed_by_the_address_of_a_page_of_waymark(signed_in, colleague, world):
    page = signed_in(colleague)
    page.emulate_media(media="print")
    after = "links => links.map(link => getComputedStyle(link, '::after').content)"
    record = f"/records/{world.person}"
    for address in (record, f"{record}/events", "/records", "/", "/protocol/PPM-02"):
        page.goto(address)
        assert set(page.locator("main a").evaluate_all(after)) <= {"none", "normal"}, address
