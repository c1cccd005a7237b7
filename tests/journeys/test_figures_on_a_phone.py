"""Figures on a phone: every number is whole and on the screen, in tables and in charts."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.site import NARROW, WIDE, picture
from waymark.casework.protocol import views
from waymark.casework.protocol.figures import Figures

MANY = Figures(open=63_812, met=1_053_912, late=10_539, breached=638)

CUT_OFF = """() => [...document.querySelectorAll("main td, main tbody th, main dd, main svg, main figure span")]
    .filter(one => {
        const box = one.getBoundingClientRect();
        return one.scrollWidth > one.clientWidth && getComputedStyle(one).display !== "inline"
            || box.right > window.innerWidth || box.left < 0;
    })
    .map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def large(adopted, monkeypatch):
    """A borough with so many duties that a narrow screen has little room for the figures."""
    monkeypatch.setattr(views, "by_clause", lambda *_, **__: {"PPM-02": MANY, "REF-01": MANY})
    monkeypatch.setattr(views, "by_team", lambda *_: {"Leaving Care, Elmbridge Vale Council": MANY})
    monkeypatch.setattr(views, "by_provider", lambda *_: {"Northlight Housing": MANY})
    monkeypatch.setattr(views, "by_month", lambda *_: {date(2026, month, 1): MANY for month in range(1, 13)})


@pytest.mark.browser
@pytest.mark.parametrize(
    "address", ["/protocol", "/protocol/whole", "/protocol/parts/placement-planning", "/protocol/PPM-02"]
)
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_no_figure_is_cut_off_at_any_width(width, address, large, signed_in, colleague):
    page = signed_in(colleague, width=width)
    page.goto(address)

    assert "1,053,912" in page.get_by_role("main").inner_text()
    assert page.evaluate(CUT_OFF) == []
    picture(page, f"figures-{width}-{address.strip('/').replace('/', '-')}")


@pytest.mark.browser
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_each_row_says_its_own_figures_with_their_names(width, large, signed_in, colleague):
    page = signed_in(colleague, width=width)
    page.goto("/protocol")

    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Placement planning"))
    labelled = row.get_by_role("cell").evaluate_all("all => all.map(one => `${one.dataset.label} ${one.innerText}`)")
    assert labelled == [
        "To do 63,812",
        "Done in time 1,053,912",
        "Done late 10,539",
        "Not done in time 638",
        "In time 99%",
    ]


@pytest.mark.browser
def test_the_bars_of_a_chart_are_as_wide_as_a_phone_has_room_for_with_their_totals_beside_them(
    large, signed_in, colleague
):
    page = signed_in(colleague, width=NARROW)
    page.goto("/protocol")

    chart = page.get_by_role("img", name="How each part of the protocol is kept")
    assert chart.locator("svg").first.bounding_box()["width"] > 250
    assert "1,128,901" in chart.inner_text()
    sizes = chart.locator("span").evaluate_all("words => words.map(one => parseFloat(getComputedStyle(one).fontSize))")
    assert sizes
    assert min(sizes) >= 14


@pytest.mark.browser
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_how_much_is_late_and_due_stands_whole_on_my_work(width, adopted, signed_in, colleague):
    """A number stands on one line, and there is room for the words beneath it."""
    page = signed_in(colleague, width=width)
    page.goto("/")
    numbers = page.locator(".waymark-count__number")

    numbers.evaluate_all("all => all.forEach(one => { one.textContent = '1,250'; })")

    assert numbers.count() == 4
    lines = "one => one.scrollHeight / parseFloat(getComputedStyle(one).lineHeight)"
    heights = numbers.evaluate_all(f"all => all.map({lines})")
    assert max(heights) < 1.5, heights
    assert page.locator(".waymark-counts").evaluate(
        "one => [...one.children].every(child => child.getBoundingClientRect().width >= 100)"
    )
