"""Opening a record in an emergency, on the pages: what whoever opened it, and whoever reviews it, is led to."""

from __future__ import annotations

import pytest
from tests.support.pages import text_of

from waymark.access.emergency import break_glass
from waymark.access.models import EmergencyAccess
from waymark.accounts.models import Attempts
from waymark.audit.models import Entry

pytestmark = pytest.mark.usefixtures("db", "adopted")
WHY = "Missing since nine, the police ask where she may be"


@pytest.fixture
def opened(on_call, data_lead, young_person):
    """The record is open to the Emergency Duty Team's Noor, and to be reviewed by the lead."""
    return break_glass(young_person.case, actor=on_call, why=WHY, hours=1)


@pytest.fixture
def address(opened):
    return f"/records/{opened.case_id}/emergencies/{opened.grant_id}"


def test_each_page_of_the_record_says_until_when_it_is_open_and_leads_to_where_it_ends(
    client_as, on_call, opened, address
):
    client = client_as(on_call)
    for page in ("", "/events", "/team", "/access"):
        shown = client.get(f"/records/{opened.case_id}{page}")
        assert "Open to you in an emergency, until" in text_of(shown), page
        assert f'href="{address}"' in shown.content.decode(), page

    ended = text_of(client.post(f"{address}/end", follow=True))

    assert "The record is not open to you any more" in ended


def test_nobody_else_is_told_that_it_is_open_to_them_in_an_emergency(client_as, allocated_worker, data_lead, opened):
    for reader in (allocated_worker, data_lead):
        assert "Open to you in an emergency" not in text_of(client_as(reader).get(f"/records/{opened.case_id}"))


def test_the_lead_is_led_from_the_duty_to_the_review_and_whoever_opened_it_is_not(
    client_as, data_lead, on_call, opened, address
):
    to_review = f'href="{address}">Record: Opening in an emergency reviewed'

    for page in ("/?due=week", f"/records/{opened.case_id}"):
        assert to_review in client_as(data_lead).get(page).content.decode(), page
    assert to_review not in client_as(on_call).get(f"/records/{opened.case_id}").content.decode()


def _look(client, given_name="Nobody"):
    said = {"given_name": given_name, "family_name": "Sesay", "why": WHY, "hours": "1"}
    born = {"born-day": "14", "born-month": "5", "born-year": "2008"}
    return client.post("/emergency", said | born)


def test_whoever_looks_for_one_after_another_has_to_wait_and_is_told_whom_to_ring(
    client_as, on_call, gangs_officer, young_person, data_lead
):
    client = client_as(on_call)
    for _ in range(10):
        assert "No record was opened" in text_of(_look(client))

    there, not_there = _look(client, "Amira"), _look(client)

    for answer in (there, not_there):
        assert answer.status_code == 422
        assert "Wait 1 min, or ring the front door" in text_of(answer)
    assert not EmergencyAccess.objects.exists()
    assert Entry.objects.filter(
        action="refusal", detail__why="too many attempts", account_id=on_call.account_id
    ).exists()
    assert _look(client_as(gangs_officer), "Amira").status_code == 302, "nobody else has to wait for it"


def test_opening_what_is_there_does_not_wipe_out_the_guesses_before(client_as, on_call, young_person, data_lead):
    client = client_as(on_call)
    for _ in range(9):
        _look(client)

    assert _look(client, "Amira").status_code == 302

    assert Attempts.objects.get(key=f"emergency:{on_call.account_id}").count == 9
