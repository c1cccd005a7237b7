"""Finding what to record by the words that people use for it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from waymark.casework.everyday_words import EVERYDAY_WORDS
from waymark.events.vocabulary import EVENT_TYPES

LOOKED_FOR = {
    "missing": ("Absence recorded", "Reported missing to the police", "Missing young person returned or found"),
    "absent": ("Absence recorded",),
    "not home": ("Absence recorded",),
    "home late": ("Absence recorded",),
    "AWOL": ("Absence recorded", "Reported missing to the police"),
    "run away": ("Absence recorded",),
    "came back": ("Missing young person returned or found",),
    "fight": ("Incident recorded",),
    "self-harm": ("Incident recorded",),
    "moved out": ("Placement ended",),
    "welcome pack": ("Moving-in handbook given",),
}


def test_everyday_words_belong_to_events_that_there_are():
    assert set(EVERYDAY_WORDS) <= set(EVENT_TYPES)
    assert len(EVERYDAY_WORDS) >= 20


@pytest.mark.browser
def test_what_happened_is_found_by_the_words_that_people_use(signed_in, keyworker, young_person, adopted):
    page = signed_in(keyworker)
    page.goto(f"/records/{young_person.case_id}/record")
    box = page.get_by_label("Find it by typing")

    for typed, wanted in LOOKED_FOR.items():
        box.fill(typed)
        shown = page.locator("#choices [data-filter-item]:visible")
        assert set(wanted) <= set(shown.all_inner_texts()), typed
        expect(page.get_by_role("status")).to_have_text(f"{shown.count()} found")


@pytest.mark.browser
def test_when_nothing_is_found_the_page_says_so_and_shows_the_whole_list(signed_in, keyworker, young_person, adopted):
    page = signed_in(keyworker)
    page.goto(f"/records/{young_person.case_id}/record")
    everything = page.locator("#choices [data-filter-item]").count()

    page.get_by_label("Find it by typing").fill("zebra")

    expect(page.get_by_role("status")).to_have_text("Nothing found. Try another word, or see all below.")
    assert page.locator("#choices [data-filter-item]:visible").count() == everything


@pytest.mark.browser
def test_no_heading_stands_over_nothing(signed_in, keyworker, young_person, adopted):
    page = signed_in(keyworker)
    page.goto(f"/records/{young_person.case_id}/record")

    page.get_by_label("Find it by typing").fill("case closed")

    expect(page.locator("#choices [data-filter-item]:visible")).to_have_count(1)
    expect(page.locator("#choices h3:visible")).to_have_count(1)
    expect(page.locator("#choices h2:visible")).to_have_count(0)
