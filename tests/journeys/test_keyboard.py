"""Through the pages by keyboard alone: every stop can be seen, none is a trap, and the way past the menu is short."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.site import NARROW, WIDE
from tests.support.world import visits

pytestmark = pytest.mark.browser

MOST_STOPS = 250

STOP = """() => {
    const here = document.activeElement;
    if (here === document.body) return null;
    const dark = style => style.boxShadow.includes("rgb(11, 12, 12)") || style.borderColor.includes("rgb(11, 12, 12)");
    const chosen = here.matches("[type=radio], [type=checkbox]");
    const style = chosen ? getComputedStyle(here.labels[0], "::before") : getComputedStyle(here);
    const yellow = style.backgroundColor === "rgb(255, 221, 0)";
    const ring = (style.outlineColor + style.boxShadow).includes("rgb(255, 221, 0)");
    return {
        what: here.outerHTML.slice(0, 120),
        seen: yellow || (ring && dark(style)),
        ordered: here.tabIndex === 0,
        inMain: document.querySelector("main").contains(here),
    };
}"""
"""Where the keyboard is, and whether one can see it: on yellow, or in a yellow ring with a dark one inside."""


@pytest.fixture
def pages(world):
    """A page of each kind, as addresses."""
    wanted = {"my work", "records", "owed", "facts", "choose", "incident_recorded", "waive", "protocol", "clause"}
    return {visit.state: visit.address for visit in visits(world) if visit.state in wanted and visit.who == "colleague"}


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_stop_on_the_way_through_a_page_can_be_seen_and_the_way_ends(width, signed_in, colleague, pages):
    page = signed_in(colleague, width=width)
    _walk(page, {state: pages[state] for state in pages if width == WIDE or state != "choose"})  # a long list of links


TO_A_PLACE = {
    "colleague": {"task list", "section why", "known risks", "answer an offer"},
    "placements_officer": {"looking for a place"},
    "provider_manager": {"inbox", "assessment", "part need", "offer a place"},
    "commissioner": {"vacancies"},
}
"""Pages on the way from a need to a place, and whose they are."""


@pytest.mark.parametrize("who", TO_A_PLACE)
def test_on_the_way_from_a_need_to_a_place_every_stop_can_be_seen_and_the_way_ends(who, signed_in, world, request):
    wanted = {one.state: one.address for one in visits(world) if one.who == who and one.state in TO_A_PLACE[who]}
    assert wanted.keys() == TO_A_PLACE[who]
    _walk(signed_in(request.getfixturevalue(who)), wanted)


def _walk(page, addresses):
    """From stop to stop through each page."""
    for state, address in addresses.items():
        page.goto(address)
        stops = []
        for _ in range(MOST_STOPS):
            page.keyboard.press("Tab")
            stop = page.evaluate(STOP)
            if stop is None or stops[:1] == [stop]:  # out at the end, or round to the beginning
                break
            stops.append(stop)

        assert len(stops) < MOST_STOPS, f"{state}: no way out"
        assert [stop["what"] for stop in stops if not stop["seen"]] == [], state
        assert [stop["what"] for stop in stops if not stop["ordered"]] == [], state
        assert len(stops) > 5, state


def test_the_skip_link_is_the_first_stop_of_every_page_and_leads_past_the_menu(signed_in, colleague, pages):
    page = signed_in(colleague)
    for state, address in pages.items():
        page.goto(address)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("main")).to_be_focused()
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        round_again = stop is None or "govuk-skip-link" in stop["what"]  # a page to read, with nothing to stop at
        assert round_again or stop["inMain"], state


def test_folded_parts_open_and_close_from_the_keyboard(signed_in, colleague, pages):
    page = signed_in(colleague)
    page.goto(pages["my work"])
    filters = page.locator("summary", has_text="Filter")

    filters.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Part of the protocol")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Part of the protocol")).to_be_focused()
    filters.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Part of the protocol")).to_be_hidden()


def test_on_a_narrow_screen_the_menu_opens_from_the_keyboard(signed_in, colleague, world):
    page = signed_in(colleague, width=NARROW)
    page.goto("/records")
    menu = page.get_by_role("button", name="Menu")

    menu.focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="My work")).to_be_focused()


def test_after_recording_the_keyboard_is_at_what_came_of_it(signed_in, colleague, world):
    page = signed_in(colleague)
    page.goto(f"/records/{world.person}/record/team_changed")
    page.get_by_label("Who joined or left").fill("A new mentor")
    page.get_by_role("button", name="Record", exact=True).press("Enter")

    page.wait_for_url("**/events/*")
    expect(page.get_by_role("alert")).to_be_focused()
