"""Sharing a record from beginning to end on a small phone without JavaScript, with one answer changed on the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.site import NARROW
from waymark.access.models import Grant, Reason


@pytest.mark.browser
def test_a_worker_shares_a_record_changes_their_mind_about_the_last_day_and_ends_it(
    signed_in, allocated_worker, gangs_officer, young_person
):
    page = signed_in(allocated_worker, width=NARROW, javascript=False)
    officer = signed_in(gangs_officer, width=NARROW, javascript=False)
    record = f"/records/{young_person.case_id}"
    assert officer.goto(record).status == 404

    def go_on():
        page.get_by_role("button", name="Continue").click()

    page.goto(record)
    page.get_by_role("link", name="Who can see this").click()
    page.get_by_role("link", name="Share this record").click()
    page.get_by_role("button", name="Start").click()
    page.get_by_label("Find an agency by name").fill("elmbridge")
    page.get_by_role("button", name="Find").click()
    page.get_by_label("Elmbridge Vale Council").check()
    go_on()
    page.get_by_label("Marcus Oyelaran").check()
    go_on()
    page.get_by_label("Risk").check()
    go_on()
    go_on()
    page.get_by_label("What do they need it for?").fill("To plan with her where she is safe")
    page.get_by_label("Safeguarding of children").check()
    go_on()
    suggested = page.locator("#until-day").input_value()
    assert suggested
    go_on()
    page.get_by_label("No", exact=True).check()
    go_on()
    page.get_by_label("They agreed", exact=True).check()
    go_on()
    for answer in ("To protect them", "Yes, they have been told", "Yes, it does not rest", "Yes, I am sure"):
        page.get_by_label(answer).check()
    page.get_by_role("group", name="Could anybody be harmed").get_by_label("No", exact=True).check()
    page.get_by_label("Yes, it is what they need").check()
    page.get_by_label("Why did you decide to share it?").fill("She asked us to")
    go_on()

    page.get_by_role("link", name="Change Purpose").click()
    page.go_back()
    page.get_by_role("link", name="Change Until").click()
    page.locator("#until-day").fill("40")
    go_on()
    expect(page.get_by_text("Last day must be a real date").first).to_be_visible()
    page.locator("#until-day").fill(suggested)
    go_on()
    assert officer.goto(record).status == 404
    page.get_by_role("button", name="Share", exact=True).click()

    expect(page.get_by_text("Shared with Marcus Oyelaran until")).to_be_visible()
    assert officer.goto(record).status == 200
    officer.get_by_role("link", name="My access").click()
    expect(officer.get_by_text("Decided by Dana Whitlock")).to_be_visible()
    page.get_by_role("link", name="End it for Marcus Oyelaran").click()
    page.get_by_label("Why does it end?").fill("The panel was held")
    page.get_by_role("button", name="End it now").click()
    assert officer.goto(record).status == 404
    assert Grant.objects.get(reason=Reason.SHARE).end_reason == "The panel was held"
