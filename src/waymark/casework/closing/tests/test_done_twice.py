"""Pressed twice, or from a page left open: what was closed or opened already is said, and done once."""

from __future__ import annotations

import pytest
from tests.support.pages import text_of

from waymark.access.closing import add_paragraph, declare_conflict, hold_back, restrict_record
from waymark.access.models import Conflict, HeldBack, Membership
from waymark.access.services import NotAsAsked
from waymark.events.models import RETRACTED, Event
from waymark.events.services import record

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def address(young_person):
    return f"/records/{young_person.case_id}"


@pytest.fixture
def entry(allocated_worker, placed, young_person):
    return Event.objects.filter(case=young_person.case).earliest("occurred_at")


@pytest.fixture
def conflict(colleague, allocated_worker, young_person):
    dana = Membership.objects.get(pk=allocated_worker.membership_id).account
    return declare_conflict(actor=colleague, case=young_person.case, account=dana, why="A cousin")


def test_a_conflict_that_is_over_is_said_to_be_over(client_as, colleague, conflict, address):
    client, end = client_as(colleague), f"{address}/closed/conflict/{conflict.pk}/end"
    client.post(end)

    for send in (client.post, client.get):
        assert "This conflict of interest of Dana Whitlock was over already." in text_of(send(end, follow=True))


def test_a_conflict_said_twice_leads_to_the_field_and_is_recorded_once(
    client_as, colleague, allocated_worker, conflict, address
):
    again = {"who": str(allocated_worker.membership_id), "why": "A cousin"}

    page = client_as(colleague).post(f"{address}/closed/conflict", again)

    assert '<a href="#who">This conflict of interest is recorded already</a>' in page.content.decode()
    assert Conflict.objects.count() == 1


def test_a_record_that_is_restricted_already_asks_nothing_before_it_says_so(
    client_as, colleague, young_person, address
):
    restrict_record(actor=colleague, case=young_person.case, why="Her aunt works here", named=[])

    said = text_of(client_as(colleague).get(f"{address}/closed/restrict", follow=True))

    assert "This record is restricted already. You can change here who may open it." in said


def test_whoever_is_named_and_has_a_conflict_is_not_said_to_be_able_to_open_it(
    client_as, colleague, allocated_worker, young_person, address
):
    dana = Membership.objects.get(pk=allocated_worker.membership_id)
    restrict_record(actor=colleague, case=young_person.case, why="Her aunt works here", named=[dana])
    client, said = client_as(colleague), "(cannot now: they have a conflict of interest)"
    assert said not in text_of(client.get(f"{address}/closed"))

    Conflict.objects.create(case=young_person.case, account=dana.account, why="A cousin", starts_at=dana.starts_at)

    page = text_of(client.get(f"{address}/closed"))
    assert f"Dana Whitlock, Leaving Care, Elmbridge Vale Council {said}" in page


def test_an_entry_that_others_may_see_already_is_said_to_be_open(client_as, allocated_worker, entry, address):
    hold_back(entry, actor=allocated_worker, why="It names her aunt", readers=[])
    client, release = client_as(allocated_worker), f"{address}/events/{entry.pk}/release"
    client.post(release)

    for send in (client.post, client.get):
        assert "This entry is not held back" in text_of(send(release, follow=True))


def _paragraph(entry, actor, text="He was seen there"):
    return add_paragraph(entry, text, actor=actor, why="It names her aunt", readers=[])


def test_a_paragraph_is_added_once_unless_it_was_withdrawn(allocated_worker, entry):
    first = _paragraph(entry, allocated_worker)
    with pytest.raises(NotAsAsked, match="You have added this paragraph already"):
        _paragraph(entry, allocated_worker)
    with pytest.raises(NotAsAsked, match="itself a paragraph"):
        _paragraph(first, allocated_worker)

    said = {"event": str(first.pk), "reason": "Of somebody else"}
    record(RETRACTED, case=entry.case, actor=allocated_worker, occurred_at=first.occurred_at, data=said)
    assert _paragraph(entry, allocated_worker).pk != first.pk


def test_a_paragraph_leads_to_its_entry_and_says_when_it_is_open_to_others(client_as, allocated_worker, entry, address):
    paragraph, client = _paragraph(entry, allocated_worker), client_as(allocated_worker)
    own, of_entry = f"{address}/events/{paragraph.pk}", f"{address}/events/{entry.pk}"
    page = client.get(own)
    assert f'Belongs to <a class="govuk-link" href="{of_entry}">' in page.content.decode()
    assert str(entry.pk) not in text_of(page)
    assert "Add a paragraph" not in text_of(page)
    assert "For named people only. He was seen there" in text_of(client.get(of_entry))

    client.post(f"{own}/release")

    assert not HeldBack.objects.current().exists()
    assert "Was for named people only, and is not any more. He was seen there" in text_of(client.get(of_entry))
