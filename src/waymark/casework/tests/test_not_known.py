"""Duties from before the record begins: neither owed, nor done, nor well done. Nobody can tell."""

from __future__ import annotations

import re

import pytest
from tests.support.pages import text_of

pytestmark = pytest.mark.usefixtures("adopted")
HEADING = "Not known, from before the record begins or the protocol was in use here"


@pytest.fixture
def page(client_as, keyworker, happened, young_person, scheme, now):
    """Amira moved in long before her record counts as complete: `page("?show=done")` gives what is read."""
    from datetime import timedelta

    from waymark.duties.engine.calendar import local_date

    covered_from = local_date(now - timedelta(days=2)).isoformat()
    happened(young_person, "facts_recorded", data={"covered_from": covered_from})
    refs = {"placement": "P1", "scheme": str(scheme.case_id), "provider": str(scheme.provider.case_id)}
    happened(young_person, "placement_started", days_ago=100, **refs)

    def read(query=""):
        return text_of(client_as(keyworker).get(f"/records/{young_person.case_id}{query}"))

    return read


def test_what_is_not_known_has_a_heading_and_a_count_of_its_own_and_is_not_called_done(page):
    counted = re.search(rf"{HEADING} \((\d+)\)", page())

    assert counted
    assert int(counted[1]) > 0
    assert "Done, waived or over (0)" in page()
    unknown = page("?show=unknown")
    assert len(re.findall(r"Not known (?:\S+ ){0,8}PPM-|Hold the placement planning meeting", unknown)) > 0
    assert "The record cannot say whether they were done" in unknown
    assert "Nothing has been done, waived or ended yet" in page("?show=done")


def test_the_first_page_says_how_many_are_not_known_and_leads_to_them(page, client_as, keyworker, young_person):
    response = client_as(keyworker).get(f"/records/{young_person.case_id}")

    assert re.search(r"Not known \d+ duties began before the record begins or the protocol was in use", page())
    assert "?show=unknown" in response.content.decode()


def test_nothing_is_praised_where_nothing_could_be_judged(page):
    failed = page("?show=failed")

    assert "Everything recorded here was done as the protocol says" not in failed
    assert "Nothing that is recorded here could be judged" in failed


def test_a_record_without_such_duties_does_not_speak_of_them(client_as, keyworker, placed, young_person):
    response = client_as(keyworker).get(f"/records/{young_person.case_id}")

    assert "Not known, from before" not in text_of(response)
