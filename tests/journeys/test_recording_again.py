"""Back, then Record again: a browser restores nothing by position, and what is recorded already is asked about."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.site import NARROW, WIDE, picture, violations
from waymark.events.models import Event

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "javascript"), [(WIDE, True), (NARROW, False)])
def test_back_and_record_again_asks_whether_it_is_another_one(
    width, javascript, signed_in, keyworker, young_person, adopted
):
    page = signed_in(keyworker, width=width, javascript=javascript)
    page.goto(f"/records/{young_person.case_id}/record/team_changed")
    page.get_by_label("Who joined or left").fill("A new mentor")
    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_url("**/events/*")
    page.go_back()
    page.get_by_label("Who joined or left").fill("A new mentor")
    page.get_by_role("button", name="Record", exact=True).click()

    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name=re.compile("You recorded the same just now")).click()
    box = page.get_by_role("checkbox", name="Yes, this is another one")
    if javascript:
        expect(box).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    picture(page, f"record-again-{width}")
    assert Event.objects.filter(type="team_changed").count() == 1

    box.check()
    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_url("**/events/*")
    assert Event.objects.filter(type="team_changed").count() == 2


def test_what_is_asked_once_more_has_nothing_for_axe_to_find(signed_in, keyworker, young_person, adopted, happened):
    happened(young_person, "team_changed", data={"change": "A new mentor"})
    page = signed_in(keyworker, width=NARROW)
    page.goto(f"/records/{young_person.case_id}/record/team_changed")
    page.get_by_label("Who joined or left").fill("A new mentor")
    page.get_by_role("button", name="Record", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("The same was recorded just now by Waymark")
    assert violations(page) == []


def test_without_javascript_a_choice_is_not_carried_over_to_whatever_stands_in_its_place(
    signed_in, keyworker, young_person, adopted, happened
):
    happened(young_person, "harm_concern_raised", days_ago=2, concern="C1", data={"concern": "Bruises"})
    page = signed_in(keyworker, javascript=False)
    page.goto(f"/records/{young_person.case_id}/record/harm_concern_raised")
    page.get_by_role("radio", name=re.compile("Bruises")).check()
    page.goto("/")
    happened(young_person, "harm_concern_raised", days_ago=1, concern="C2", data={"concern": "Threats"})
    page.go_back()

    expect(page.get_by_role("radio", name="A new concern")).to_be_checked()
