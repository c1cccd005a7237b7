"""Back, then Record again: a browser restores nothing by position, and what is recorded already is asked about."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.support.site import NARROW, WIDE, picture, violations
from waymark.core.formats import LONDON
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


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_several_doubts_and_refusals_stand_on_pages_in_which_axe_finds_nothing(
    width, signed_in, allocated_worker, young_person, happened, now
):
    agreed = {"agreed_report_by": (now - timedelta(days=599)).isoformat()}
    happened(young_person, "absence_recorded", days_ago=600, episode="E1", data=agreed)
    page = signed_in(allocated_worker, width=width)

    def problems(address, **typed):
        """How many problems the form is sent back with."""
        page.goto(f"/records/{young_person.case_id}/{address}")
        for name, instant in typed.items():
            for part, text in _parts(instant).items():
                if page.locator(f"[id='{name}-{part}']").count():
                    page.locator(f"[id='{name}-{part}']").fill(text)
        page.locator("main form button").last.click()
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        assert violations(page) == []
        assert picture(page, f"{address.split('/')[-1]}-asked-{width}")[0] == width
        return page.locator(".govuk-error-summary a").count()

    long_ago, longer_ago = now - timedelta(days=500), now - timedelta(days=700)
    assert problems("record/absence_recorded", when=long_ago, **{"data-agreed_report_by": longer_ago}) == 3
    assert problems("record/incident_recorded") == 3
    assert problems("record/episode_ended", when=longer_ago) == 1
    assert problems("facts", **{"data-date_of_birth": now - timedelta(days=365 * 36)}) == 1


def _parts(instant):
    local = instant.astimezone(LONDON)
    return {"day": str(local.day), "month": str(local.month), "year": str(local.year), "time": f"{local:%H:%M}"}


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
