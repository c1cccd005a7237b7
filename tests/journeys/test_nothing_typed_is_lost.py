"""A section of a referral in the hands of a bad day: a crash, no connection, a session that ends, another person."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.referring import referral
from waymark.accounts.models import Token
from waymark.referrals.models import Draft, SectionVersion

__all__ = ["referral"]

pytestmark = pytest.mark.browser

WHY = "Why is supported accommodation right for them now?"


@pytest.fixture
def address(referral):
    return f"/referrals/{referral.pk}/sections/why"


def _type(page, address, text):
    page.goto(address)
    page.get_by_label(WHY).press_sequentially(text)


def test_after_a_crash_what_was_typed_is_there(signed_in, allocated_worker, address):
    page = signed_in(allocated_worker)
    _type(page, address, "To be near college")
    expect(page.get_by_role("status")).to_contain_text("Kept at")
    again = page.context.new_page()
    page.close()

    again.goto(address)

    expect(again.get_by_label(WHY)).to_have_value("To be near college")
    expect(again.get_by_text("did not save is in the form")).to_be_visible()
    again.get_by_role("button", name="Save", exact=True).click()
    expect(again.get_by_role("alert")).to_contain_text("Saved")
    assert SectionVersion.objects.get().answers == {"why": "To be near college"}
    assert not Draft.objects.exists()


def test_without_a_connection_it_stays_on_the_device_for_its_writer_only(
    signed_in, allocated_worker, colleague, address, token_of, settings
):
    page = signed_in(allocated_worker)
    page.goto(address)
    page.context.set_offline(True)
    page.get_by_label(WHY).press_sequentially("Typed in a lift")
    expect(page.get_by_role("status")).to_contain_text("No connection")
    sealed = page.evaluate("JSON.stringify(localStorage)")
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    assert "lift" not in sealed and len(sealed) > 40

    own_cookies = again.context.cookies()
    again.context.add_cookies(signed_in(colleague).context.cookies())
    again.goto(address)
    expect(again.get_by_label(WHY)).to_have_value("")

    again.context.add_cookies(own_cookies)
    again.goto(address)
    expect(again.get_by_label(WHY)).to_have_value("Typed in a lift")
    expect(again.get_by_role("status")).to_contain_text("Kept at")
    assert Draft.objects.get().typed[0] == ["why", "Typed in a lift"]


def test_left_open_until_the_session_ends_it_comes_back_filled_in(signed_in, allocated_worker, address):
    page = signed_in(allocated_worker)
    _type(page, address, "Left over night")
    expect(page.get_by_role("status")).to_contain_text("Kept at")
    Token.objects.update(expires_at="2020-01-01T00:00:00Z")

    page.get_by_label(WHY).press_sequentially(" and a word more")
    expect(page.get_by_role("status")).to_contain_text("signed out")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).first.click()
    page.wait_for_url("**/sign-in*")
    page.get_by_role("button", name=re.compile("Dana Whitlock")).click()

    expect(page.get_by_label(WHY)).to_have_value("Left over night and a word more")


def test_two_people_in_one_section_see_both_answers(signed_in, allocated_worker, colleague, address):
    mine, theirs = signed_in(allocated_worker), signed_in(colleague)
    for page in (mine, theirs):
        page.goto(address)
    theirs.get_by_label(WHY).fill("Theirs")
    theirs.get_by_role("button", name="Save", exact=True).click()
    expect(theirs.get_by_role("alert")).to_contain_text("Saved")
    mine.get_by_label(WHY).fill("Mine")
    mine.get_by_role("button", name="Save", exact=True).click()

    expect(mine.get_by_role("alert")).to_contain_text("Somebody else saved this part")
    expect(mine.get_by_label(WHY)).to_have_value("Mine")
    expect(mine.locator(".waymark-theirs")).to_contain_text("Theirs")
    mine.get_by_label(WHY).fill("Theirs, and mine")
    mine.get_by_role("button", name="Save", exact=True).click()
    expect(mine.get_by_role("alert")).to_contain_text("Saved")
    assert SectionVersion.objects.order_by("number").last().answers == {"why": "Theirs, and mine"}
