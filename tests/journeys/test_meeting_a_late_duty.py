"""The main job: sign in, see what is late, record it from there, see it met; with JavaScript and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.site import NARROW, WIDE, picture
from waymark.duties.models import Duty
from waymark.events.models import Event

pytestmark = pytest.mark.browser


@pytest.fixture
def late_handbook(placed, happened, young_person, keyworker):
    """The planning meeting was held eight days ago, and the keyworker has not given the handbook since."""
    happened(young_person, "planning_meeting_held", days_ago=8, placement="P1", by="social_worker")
    return Duty.objects.get(clause="PPM-09")


@pytest.mark.parametrize(("width", "javascript"), [(WIDE, True), (NARROW, False)])
def test_a_keyworker_signs_in_sees_late_work_records_it_and_sees_it_met(width, javascript, window, late_handbook):
    page = window(width=width, javascript=javascript)
    page.goto("/")
    page.get_by_role("button", name="Joel Abara").click()
    expect(page.get_by_role("heading", name="My work", level=1)).to_be_visible()
    late = page.get_by_role("region", name=re.compile("^Late"))
    row = late.get_by_role("row").filter(has_text="Give the young person the moving-in handbook")
    assert "Amira Sesay" in row.inner_text()
    assert re.search(r"\d days late", row.inner_text())
    picture(page, f"my-work-{width}")

    row.get_by_role("link", name="Record: Moving-in handbook given").click()
    expect(page.get_by_role("radio", name=re.compile("Placement at Tanner House"))).to_be_checked()
    picture(page, f"record-{width}")
    page.get_by_role("button", name="Record", exact=True).click()

    expect(page.get_by_role("heading", name="What this met")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Give the young person the moving-in handbook")
    picture(page, f"recorded-{width}")
    page.get_by_role("main").get_by_role("link", name="My work").click()
    expect(page.get_by_text("moving-in handbook")).to_be_hidden()

    event = Event.objects.get(type="handbook_given")
    assert event.refs == {"placement": "P1"}
    late_handbook.refresh_from_db()
    assert (late_handbook.state, late_handbook.late) == ("met", True)


def test_a_double_click_records_once(signed_in, keyworker, young_person, adopted):
    page = signed_in(keyworker, javascript=False)
    page.goto(f"/records/{young_person.case_id}/record/team_changed")
    page.get_by_label("Who joined or left").fill("A new mentor")

    page.get_by_role("button", name="Record", exact=True).dblclick()
    page.wait_for_url("**/events/*")

    assert Event.objects.filter(type="team_changed").count() == 1
    expect(page.get_by_role("heading", name="Team around the young person changed")).to_be_visible()


def test_the_whole_form_can_be_filled_in_and_sent_from_the_keyboard(signed_in, keyworker, placed, young_person):
    page = signed_in(keyworker)
    page.goto(f"/records/{young_person.case_id}/record/team_changed")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "data-change":
            break
    page.keyboard.type("A new mentor")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "by"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**/events/*")
    assert Event.objects.get(type="team_changed").data == {"change": "A new mentor"}


def test_what_is_wrong_is_said_first_and_leads_to_where_it_is(signed_in, keyworker, placed, young_person):
    page = signed_in(keyworker)
    page.goto(f"/records/{young_person.case_id}/record/absence_recorded")
    page.get_by_label("Time").first.fill("25:99")
    page.get_by_role("button", name="Record", exact=True).click()

    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="When it happened must have a time such as 14:30").click()
    expect(page.locator("#when-time")).to_be_focused()
    expect(page.locator("#when-time")).to_have_value("25:99")


def test_typing_narrows_what_can_be_recorded_and_says_how_many_are_left(signed_in, keyworker, placed, young_person):
    page = signed_in(keyworker)
    page.goto(f"/records/{young_person.case_id}/record")
    page.get_by_label("Find it by typing").fill("missing pol")

    expect(page.get_by_text("1 found")).to_be_visible()
    choices = page.locator("#choices")
    expect(choices.get_by_role("link", name="Reported missing to the police")).to_be_visible()
    expect(choices.get_by_role("link", name="Moving-in handbook given")).to_be_hidden()


def test_without_javascript_there_is_no_box_to_type_in_and_everything_can_be_reached(
    signed_in, keyworker, placed, young_person
):
    page = signed_in(keyworker, javascript=False)
    page.goto(f"/records/{young_person.case_id}/record")

    expect(page.get_by_label("Find it by typing")).to_be_hidden()
    page.get_by_text("Everything else").click()
    page.get_by_role("link", name="Risk assessment updated").click()
    expect(page.get_by_role("heading", name="Risk assessment updated", level=1)).to_be_visible()


def test_a_session_that_ended_overnight_loses_nothing(signed_in, keyworker, placed, young_person):
    page = signed_in(keyworker)
    page.goto(f"/records/{young_person.case_id}/record/team_changed")
    page.get_by_label("Who joined or left").fill('A new mentor, from "Elsewhere"')
    cookies = [one for one in page.context.cookies() if one["name"] == "waymark_session"]
    page.context.clear_cookies(name="waymark_session")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("heading", name="You have been signed out")).to_be_visible()

    page.context.add_cookies(cookies)
    page.get_by_role("button", name="Send it again").click()

    page.wait_for_url("**/events/*")
    assert Event.objects.get(type="team_changed").data == {"change": 'A new mentor, from "Elsewhere"'}


def test_a_mistake_is_withdrawn_and_its_duty_is_late_again(signed_in, keyworker, placed, happened, young_person):
    happened(young_person, "planning_meeting_held", days_ago=8, placement="P1")
    page = signed_in(keyworker, width=NARROW, javascript=False)
    page.goto(f"/records/{young_person.case_id}/events")
    page.get_by_role("link", name=re.compile("What it did ?: Placement planning meeting held")).click()
    page.get_by_role("link", name="This was recorded by mistake").click()
    expect(page.get_by_role("table")).to_contain_text("Hold the placement planning meeting")
    page.get_by_label("What was wrong with it?").fill("It was cancelled")
    page.get_by_role("button", name="Withdraw this entry").click()

    expect(page.get_by_role("heading", name="(withdrawn)")).to_be_visible()
    page.get_by_role("link", name="Amira Sesay", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Hold the placement planning meeting")
    assert Duty.objects.get(clause="PPM-02").state == "breached"
