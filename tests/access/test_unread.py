"""An entry that is held back does not vanish with the last of its readers."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.support.pages import text_of
from waymark.access.administering import Seen
from waymark.access.closing import hold_back
from waymark.access.handing_on import BACK_TO_TEAM, HandOn, end_member
from waymark.access.models import AgencyKind, Grant, HeldBack, Membership
from waymark.access.services import NotAsAsked, add_agency
from waymark.access.unread import name_reader_of_entry, unread_entries
from waymark.audit.models import Entry
from waymark.core.errors import Refused
from waymark.events.models import Event
from waymark.events.services import record

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def held(young_person, allocated_worker):
    """An entry that its writer alone reads."""
    entry = record(
        "harm_concern_raised", case=young_person.case, actor=allocated_worker, occurred_at=AT, refs={"concern": "C1"}
    )
    return hold_back(entry, actor=allocated_worker, why="Source", readers=[])


@pytest.fixture
def ravi(member, council, leaving_care_team):
    return member("Ravi Dhillon", council, "social_worker", leaving_care_team)


@pytest.fixture
def leave(agency_administrator):
    """The administrator ends somebody, whose work goes to whom is said."""

    def end(actor, taker):
        member = Membership.objects.select_related("team").get(pk=actor.membership_id)
        seen = Seen.of(member, datetime.now(UTC))
        end_member(member.pk, actor=agency_administrator, seen=seen, hand_on=HandOn(taker))

    return end


def _member(actor):
    return Membership.objects.select_related("account").get(pk=actor.membership_id)


def _readers(held):
    return {*held.readers.values_list("membership", flat=True)}


def test_whoever_takes_on_the_work_of_its_last_reader_reads_it(held, allocated_worker, ravi, leave, actor_of):
    leave(allocated_worker, ravi.pk)

    assert ravi.pk in _readers(held)
    assert Event.objects.visible_to(actor_of(ravi)).filter(pk=held.item).exists()


def test_where_somebody_else_reads_it_still_whoever_takes_on_the_work_does_not(
    young_person, allocated_worker, colleague, ravi, leave
):
    entry = record(
        "harm_concern_raised", case=young_person.case, actor=allocated_worker, occurred_at=AT, refs={"concern": "C1"}
    )
    held = hold_back(entry, actor=allocated_worker, why="About a colleague", readers=[_member(colleague)])

    leave(allocated_worker, ravi.pk)

    assert ravi.pk not in _readers(held)


def test_where_nobody_is_left_a_manager_is_told_that_there_is_one_and_not_what_it_says(
    held, young_person, allocated_worker, colleague, ravi, leave, client_as
):
    address = f"/records/{young_person.case_id}/closed"
    assert unread_entries(young_person.case, actor=colleague) == []
    assert "nobody is left" not in text_of(client_as(colleague).get(address))

    leave(allocated_worker, BACK_TO_TEAM)

    assert [one.id for one in unread_entries(young_person.case, actor=colleague)] == [held.pk]
    page = text_of(client_as(colleague).get(address))
    assert "Entries that nobody is left to read" in page
    assert "Held back by Dana Whitlock on " in page
    assert "Source" not in page


def test_whoever_is_suspended_is_no_reader(held, young_person, allocated_worker, colleague):
    Membership.objects.filter(pk=allocated_worker.membership_id).update(suspended_at=AT)

    assert [one.id for one in unread_entries(young_person.case, actor=colleague)] == [held.pk]


def test_whoever_works_on_the_record_no_more_is_no_reader_either(young_person, keyworker, colleague, happened):
    entry = happened(young_person, "harm_concern_raised", concern="C2", actor=keyworker)
    held = hold_back(entry, actor=keyworker, why="Source", readers=[])

    Grant.objects.filter(membership=keyworker.membership_id).update(ends_at=datetime.now(UTC))

    assert [one.id for one in unread_entries(young_person.case, actor=colleague)] == [held.pk]


def test_a_manager_names_somebody_who_reads_it_and_it_is_on_the_trail(
    held, young_person, allocated_worker, colleague, keyworker, leave, client_as, ravi
):
    leave(allocated_worker, BACK_TO_TEAM)
    address = f"/records/{young_person.case_id}/closed/entries/{held.pk}"
    client = client_as(colleague)
    assert client.post(address, {"who": ""}).status_code == 422

    assert client.post(address, {"who": str(keyworker.membership_id)}).status_code == 302

    assert Event.objects.visible_to(keyworker).filter(pk=held.item).exists()
    assert Entry.objects.filter(detail__reader=str(keyworker.membership_id), case_id=young_person.case_id).exists()
    assert client.get(address).status_code == 404, "somebody reads it now"


def test_nobody_opens_it_to_themselves_or_to_whoever_may_not_read_its_kind(
    held, young_person, allocated_worker, colleague, other_keyworker, leave, ravi
):
    leave(allocated_worker, BACK_TO_TEAM)
    about = {"actor": colleague, "case": young_person.case}

    with pytest.raises(NotAsAsked, match="Name somebody else"):
        name_reader_of_entry(held.pk, member=_member(colleague), **about)
    with pytest.raises(NotAsAsked, match="may not read this kind"):
        name_reader_of_entry(held.pk, member=_member(other_keyworker), **about)
    with pytest.raises(NotAsAsked, match="Somebody can read"):
        name_reader_of_entry(uuid4(), member=_member(other_keyworker), **about)


def test_while_somebody_reads_it_no_manager_learns_that_it_is_there(
    held, young_person, colleague, keyworker, client_as
):
    for wanted in (held.pk, uuid4()):
        assert client_as(colleague).get(f"/records/{young_person.case_id}/closed/entries/{wanted}").status_code == 404
    with pytest.raises(NotAsAsked, match="Somebody can read"):
        name_reader_of_entry(held.pk, actor=colleague, case=young_person.case, member=_member(keyworker))


def test_only_managers_of_the_responsible_council_are_told_and_name_somebody(
    held, young_person, allocated_worker, keyworker, member, actor_of, other_borough, system, involved
):
    elsewhere = add_agency(actor=system, name="Marl Council", kind=AgencyKind.LOCAL_AUTHORITY, case=other_borough)
    theirs = actor_of(member("Una Pratt", elsewhere, "service_manager"))
    involved(young_person, "service_manager", actor=theirs)
    Membership.objects.filter(pk=allocated_worker.membership_id).update(suspended_at=AT)

    for actor in (theirs, keyworker):
        assert unread_entries(young_person.case, actor=actor) == []
        with pytest.raises(Refused):
            name_reader_of_entry(held.pk, actor=actor, case=young_person.case, member=_member(keyworker))
    assert HeldBack.objects.get().readers.count() == 1
