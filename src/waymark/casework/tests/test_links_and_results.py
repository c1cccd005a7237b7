"""Links beside a form that is open leave it open; the page of an entry names each duty once."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from waymark.duties.models import Duty

pytestmark = pytest.mark.usefixtures("adopted")


def clause_links(page):
    return re.findall(r'<a class="govuk-link waymark-clause-id".*?</a>', page.content.decode())


def open_in_a_new_tab(links):
    wanted = ('target="_blank"', 'rel="noopener"', '<span class="govuk-visually-hidden"> (opens in new tab)</span>')
    return [all(part in link for part in wanted) for link in links]


def test_clauses_beside_a_form_open_in_a_new_tab_so_that_nothing_that_was_typed_is_lost(
    client_as, keyworker, placed, young_person
):
    client = client_as(keyworker)
    for address in (
        f"/records/{young_person.case_id}/record/planning_meeting_held",
        f"/records/{young_person.case_id}/record/move_made",
        f"/records/{young_person.case_id}/events/{placed.pk}/withdraw",
    ):
        links = clause_links(client.get(address))
        assert links, address
        assert all(open_in_a_new_tab(links)), address


def test_clauses_on_other_pages_open_where_they_are(client_as, keyworker, placed, young_person):
    links = clause_links(client_as(keyworker).get(f"/records/{young_person.case_id}"))

    assert links
    assert not any(open_in_a_new_tab(links))


def test_a_duty_that_an_entry_both_began_and_met_is_listed_once(client_as, keyworker, happened, placed, young_person):
    data = {"attended": ["housing_keyworker", "social_worker", "young_person"], "at_placement": True}
    held = happened(young_person, "planning_meeting_held", days_ago=8, by="social_worker", placement="P1", data=data)
    assert Duty.objects.filter(trigger=held, met_by__contains=[held.pk]).exists()

    page = client_as(keyworker).get(f"/records/{young_person.case_id}/events/{held.pk}")

    met = page.content.decode().split("What this met</h2>")[1].split("</ul>")[0]
    listed = Counter(re.findall(r">([A-Z]{3}-\d\d)</a>", met))
    assert set(listed.values()) == {1}, listed
