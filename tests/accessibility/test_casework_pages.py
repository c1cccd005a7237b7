"""Every page of casework: nothing for axe to find, nothing wider than the screen, and the same without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.site import NARROW, WIDE, picture, violations
from waymark.duties.models import Duty

pytestmark = pytest.mark.browser


@pytest.fixture
def pages(placed, happened, young_person, scheme, keyworker, allocated_worker, colleague, involved, system):
    """Addresses of every page of casework, with something on each. The colleague may open them all."""
    from waymark.access.models import Involvement
    from waymark.events.services import retract

    case = young_person.case_id
    happened(
        young_person,
        "facts_recorded",
        days_ago=9,
        data={"status": "cla", "gang_risk": True, "missing_risk": "unknown", "block_contract": True},
    )
    held = happened(
        young_person, "planning_meeting_held", days_ago=8, placement="P1", data={"has": ["purpose"]}, actor=keyworker
    )
    mistake = happened(young_person, "team_changed", days_ago=7, data={"change": "Wrong"}, actor=keyworker)
    retract(mistake, "It was somebody else", keyworker)
    happened(young_person, "address_check_requested", referral="R1")
    happened(
        young_person,
        "absence_recorded",
        days_ago=0.5,
        data={"agreed_report_by": "2026-01-01T02:00:00+00:00"},
        episode="E1",
    )
    happened(young_person, "reported_missing", days_ago=0.2, episode="E2")
    happened(young_person, "placement_started", placement="P2")
    happened(scheme, "scheme_opened", days_ago=70, scheme=str(scheme.case_id))
    Involvement.objects.create(
        case=scheme.case,
        role="deputy_team_manager",
        membership_id=colleague.membership_id,
        starts_at="2020-01-01T00:00Z",
    )
    to_do = Duty.objects.get(clause="PPM-02", refs={"placement": "P2"})
    record = f"/records/{case}"
    return {
        "work": "/",
        "work-of-one": "/?who=me",
        "work-filtered": f"/?who=team&person=amira&scheme={scheme.pk}&due=late",
        "work-later": "/?due=later",
        "records": "/records",
        "records-places": "/records?kind=place",
        "records-none": "/records?q=nobody",
        "duties": record,
        "duties-done": f"{record}?show=done",
        "duties-failed": f"{record}?show=failed",
        "events": f"{record}/events",
        "team": f"{record}/team",
        "facts": f"{record}/facts",
        "scheme": f"/records/{scheme.case_id}",
        "choose": f"{record}/record",
        "record-meeting": f"{record}/record/planning_meeting_held?ref-placement=P1",
        "record-absence": f"{record}/record/absence_recorded",
        "record-log": f"/records/{scheme.case_id}/record/monthly_log_submitted",
        "event": f"{record}/events/{held.pk}",
        "event-withdrawn": f"{record}/events/{mistake.pk}",
        "withdraw": f"{record}/events/{held.pk}/withdraw",
        "waive": f"{record}/duties/{to_do.pk}/waive",
        "sign-in": "/sign-in",
        "not-found": "/records/00000000-0000-4000-8000-000000000000",
    }


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_page_has_anything_for_axe_to_find_or_is_wider_than_the_screen(width, signed_in, colleague, pages):
    page = signed_in(colleague, width=width)
    found: dict[str, list[str]] = {}
    for name, address in pages.items():
        page.goto(address)
        for details in page.locator("main details").all():
            details.evaluate("details => details.open = true")
        problems = violations(page)
        if picture(page, f"{name}-{width}")[0] > width or page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append("wider than the screen")
        if page.get_by_role("heading", level=1).count() != 1:
            problems.append("has not one main heading")
        found[name] = problems

    assert {name: problems for name, problems in found.items() if problems} == {}


def test_a_form_with_errors_has_nothing_for_axe_to_find(signed_in, colleague, pages):
    page = signed_in(colleague, width=NARROW)
    for name in ("record-absence", "withdraw", "waive"):
        page.goto(pages[name])
        if name == "record-absence":
            page.get_by_label("Time").first.fill("late")
        page.locator("main form button").first.click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert violations(page) == []
        picture(page, f"{name}-errors-{NARROW}")


def test_every_page_says_the_same_without_javascript(signed_in, colleague, pages):
    """Apart from the box that narrows a list while one types, and the button that folds the menu away."""
    without, with_it = signed_in(colleague, width=NARROW, javascript=False), signed_in(colleague, width=NARROW)
    for name, address in pages.items():
        without.goto(address)
        with_it.goto(address)
        assert picture(without, f"{name}-{NARROW}-without-javascript")[0] == NARROW, name
        assert _says(without) == _says(with_it), name


def _says(page) -> list[str]:
    lines = [line.strip() for line in page.get_by_role("main").inner_text().splitlines()]
    return [line for line in lines if line and line != "Find it by typing"]


def test_what_is_printed_has_the_record_and_none_of_the_buttons(signed_in, colleague, pages):
    page = signed_in(colleague)
    page.emulate_media(media="print")
    page.goto(pages["duties"])

    expect(page.get_by_text("Hold the placement planning meeting").first).to_be_visible()
    expect(page.get_by_text("Amira Sesay").first).to_be_visible()
    expect(page.get_by_text("Record what happened")).to_be_hidden()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.get_by_role("navigation", name="This record")).to_be_hidden()


def test_on_paper_no_link_is_followed_by_the_address_of_a_page_of_waymark(signed_in, colleague, pages):
    page = signed_in(colleague)
    page.emulate_media(media="print")
    after = "links => links.map(link => getComputedStyle(link, '::after').content)"
    for name in ("duties", "events", "records", "work"):
        page.goto(pages[name])
        assert set(page.locator("main a").evaluate_all(after)) <= {"none", "normal"}, name
    page.goto("/protocol/PPM-02")
    assert set(page.locator("main a").evaluate_all(after)) <= {"none", "normal"}
