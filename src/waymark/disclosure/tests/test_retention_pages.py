"""The pages of retention: what is due and why, what is in the way, and the decision that somebody else takes."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
from tests.support.keeping import happened_on
from tests.support.pages import text_of

from waymark.cases.models import Case
from waymark.disclosure.models import Certificate, LegalHold, Proposal

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def due(grown_up, system):
    """Winifred, born in 1980, never looked after, whose case was closed in 2008."""
    person = grown_up(date(1980, 3, 2))
    happened_on(person, date(2001, 1, 1), "facts_recorded", system, status="cin")
    happened_on(person, date(2008, 1, 1), "case_closed", system)
    return person


@pytest.fixture
def lead(client_as, data_lead):
    """The lead's browser."""
    return client_as(data_lead)


@pytest.fixture
def head(client_as, head_of_service):
    """The head of service's browser."""
    return client_as(head_of_service)


def test_what_is_due_is_listed_with_the_rule_and_the_day(lead, due, young_person):
    page = text_of(lead.get("/retention"))

    assert "YP9 Child in need or at risk, and never looked after: until the 25th birthday" in page
    assert "Since 1 January 2014." in page
    assert "YP1" not in page
    assert "Winifred" not in page
    assert "Law: Care Planning, Placement and Case Review (England) Regulations 2010, regulation 50(1)" in page
    assert "Local decision (default)" in page


def test_a_record_is_proposed_decided_by_somebody_else_and_leaves_a_certificate(lead, head, due):
    address = f"/retention/records/{due.case_id}"

    assert "Proposed. Another data protection lead or the head" in text_of(lead.post(address, follow=True))
    proposal = f"/retention/proposals/{Proposal.objects.get().pk}"
    own = lead.post(proposal, {"decision": "approve", "why": ""})
    assert own.status_code == 422
    assert "You proposed this yourself" in text_of(own)
    assert "Dispose of YP9?" in text_of(head.get("/retention"))
    gone = head.post(proposal, {"decision": "approve", "why": ""}, follow=True)

    assert "The record is gone. This is the certificate." in text_of(gone)
    assert "Winifred" not in text_of(gone)
    assert not Case.objects.filter(pk=due.case_id).exists()
    assert head.get(proposal).status_code == lead.get(address).status_code == 404
    file = head.get(f"/retention/certificates/{Certificate.objects.get().pk}/file")
    words = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.content)).pages)
    assert Certificate.objects.get().digest[:20] in words.replace("\n", "")
    assert "Oona Castellan" in words
    assert "Winifred" not in words


def test_keeping_a_record_needs_a_reason(lead, head, due):
    lead.post(f"/retention/records/{due.case_id}")
    proposal = f"/retention/proposals/{Proposal.objects.get().pk}"

    assert "Enter why the record is kept" in text_of(head.post(proposal, {"decision": "turn_down", "why": " "}))
    assert "Select whether to dispose of it" in text_of(head.post(proposal, {}))
    head.post(proposal, {"decision": "turn_down", "why": "her sister asked"})

    assert Proposal.objects.get().turned_down_why == "her sister asked"
    assert Case.objects.filter(pk=due.case_id).exists()
    for send in (head.get, lead.post):  # a page left open, or pressed twice: who decided, and why
        page = text_of(send(proposal, follow=True))
        assert "It was decided already to keep this record." in page
        assert "to keep it. Why: her sister asked" in page
        assert "Oona Castellan decided on" in page


def test_what_is_in_the_way_is_told_and_there_is_nothing_to_press(lead, young_person, allocated_worker):
    address = f"/retention/records/{young_person.case_id}"
    page = text_of(lead.get(address))

    assert "They are younger than 25." in page
    assert "Somebody works on the record." in page
    assert "Propose to dispose of it" not in page
    assert "cannot be proposed" in text_of(lead.post(address))


def test_a_hold_is_placed_with_its_last_day_and_ended_with_a_reason(lead, due):
    place = f"/retention/records/{due.case_id}/hold"
    day = {"until-day": "1", "until-month": "2", "until-year": "2020"}

    assert "Enter why the record must be kept" in text_of(lead.post(place, {"why": ""}))
    assert "must not be over already" in text_of(lead.post(place, {"why": "a claim", **day}))
    assert "There is a legal hold on the record" in text_of(lead.post(place, {"why": "a claim"}, follow=True))
    assert "until the end of 1 February 2100" in text_of(
        lead.post(place, {"why": "an inquiry", **day, "until-year": "2100"}, follow=True)
    )
    hold = LegalHold.objects.get(ends_at=None)
    end = f"/retention/holds/{hold.pk}/end"
    assert "Enter why it need not be held" in text_of(lead.post(end, {"why": ""}))
    assert "The hold has ended" in text_of(lead.post(end, {"why": "it was settled"}, follow=True))
    assert lead.get(end).status_code == 404


def test_others_are_answered_as_if_there_were_nothing(client_as, lead, due, other_data_lead, head, keyworker):
    lead.post(f"/retention/records/{due.case_id}")
    proposal = Proposal.objects.get()
    elsewhere = client_as(other_data_lead)

    for page in (f"records/{due.case_id}", f"records/{due.case_id}/hold", f"proposals/{proposal.pk}"):
        assert elsewhere.get(f"/retention/{page}").status_code == 404, page
        assert elsewhere.post(f"/retention/{page}", {"decision": "approve", "why": "x"}).status_code == 404, page
    assert "YP9" not in text_of(elsewhere.get("/retention"))
    assert head.get(f"/retention/records/{due.case_id}/hold").status_code == 403
    assert head.post(f"/retention/records/{due.case_id}").status_code == 403
    assert client_as(keyworker).get("/retention").status_code == 403


def test_the_list_asks_as_much_of_the_database_for_many_as_for_one(lead, due, grown_up, system, queries):
    lead.get("/retention")
    with queries() as one:
        lead.get("/retention")
    for number in range(3):
        other = grown_up(date(1970, 1, 1 + number), f"YP8{number}")
        happened_on(other, date(2001, 1, 1), "facts_recorded", system, status="cin")
        happened_on(other, date(2008, 1, 1), "case_closed", system)
    with queries() as many:
        assert "YP82" in text_of(lead.get("/retention"))

    assert len(many) == len(one)
