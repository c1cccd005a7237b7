"""Restricting a record, naming one more person and taking a name away: what the pages say before they do it."""

from __future__ import annotations

import pytest
from tests.support.pages import Filler, text_of

from waymark.access.closing import restrict_record
from waymark.access.emergency import break_glass
from waymark.access.models import Grant, Involvement, Membership, RestrictedRecord
from waymark.people.models import YoungPerson

pytestmark = pytest.mark.usefixtures("db")
MEETING = "Hold the placement planning meeting"
WHY = "Her aunt works here"
NOBODY = "Nobody who is named owes this:"


@pytest.fixture
def address(young_person):
    return f"/records/{young_person.case_id}/closed"


@pytest.fixture
def restricted(colleague, keyworker, young_person):
    """The record is open to Priya and Joel alone."""
    named = Membership.objects.get(pk=keyworker.membership_id)
    return restrict_record(actor=colleague, case=young_person.case, why=WHY, named=[named])


def _check(client, address, *named):
    return client.post(f"{address}/restrict", {"named": [str(one.membership_id) for one in named], "why": WHY})


def _named(case):
    return set(Grant.objects.current().filter(case=case, named=True).values_list("membership", flat=True))


def test_before_a_record_is_restricted_the_page_says_what_nobody_would_see(
    client_as, colleague, keyworker, allocated_worker, placed, address
):
    client = client_as(colleague)

    page = text_of(_check(client, address))

    assert "Check before you restrict this record" in page
    before, owed = page.split(MEETING)[0], page.split(MEETING)[1]
    assert "no longer see what is theirs to do" in before
    assert owed.split("Owed by ")[1].startswith("Dana Whitlock (social worker or young person's adviser)")
    assert NOBODY in before
    assert not RestrictedRecord.objects.exists()


def test_what_somebody_who_is_named_owes_is_not_listed(
    client_as, colleague, keyworker, allocated_worker, placed, address
):
    client = client_as(colleague)

    assert MEETING not in text_of(_check(client, address, allocated_worker))
    assert "Joel Abara (housing keyworker)" in text_of(_check(client, address, allocated_worker))
    everybody = text_of(_check(client, address, allocated_worker, keyworker))
    assert "is owed by anybody who would be shut out" in everybody


def test_what_waits_for_a_team_is_seen_while_one_of_its_members_is_named(
    client_as, colleague, allocated_worker, placed, address
):
    """The meeting is then the leaving care team's, whose manager names herself in any case."""
    Involvement.objects.filter(membership=allocated_worker.membership_id).delete()

    assert MEETING not in text_of(_check(client_as(colleague), address))


def test_whoever_has_an_emergency_to_review_is_among_those_who_may_open_it(
    client_as, colleague, on_call, placed, address, young_person, member, council
):
    member("Gwen Tolliver", council, "data_protection_lead")
    break_glass(young_person.case, actor=on_call, why="Missing since nine, the police ask")

    page = text_of(_check(client_as(colleague), address))

    assert "Gwen Tolliver" in page.split("What others owe here")[0]
    assert "Review why a record was opened" not in page


def test_it_is_restricted_when_the_page_that_was_checked_is_sent(
    client_as, colleague, keyworker, placed, address, young_person
):
    client = client_as(colleague)
    checked = _check(client, address, keyworker)
    form = Filler.read(checked.content.decode())

    response = client.post(f"{address}/restrict", form, follow=True)

    assert "Only the people you named can open this record now" in text_of(response)
    assert RestrictedRecord.objects.get().why == WHY
    assert _named(young_person.case) == {colleague.membership_id, keyworker.membership_id}


def test_a_duty_that_came_meanwhile_is_shown_before_anything_is_done(
    client_as, colleague, keyworker, allocated_worker, placed, happened, young_person, address
):
    client = client_as(colleague)
    form = Filler.read(_check(client, address, keyworker).content.decode())
    happened(young_person, "placement_started", days_ago=1, placement="P2")

    again = client.post(f"{address}/restrict", form)

    assert "has changed since you looked" in text_of(again)
    assert not RestrictedRecord.objects.exists()
    client.post(f"{address}/restrict", Filler.read(again.content.decode()))
    assert RestrictedRecord.objects.exists()


def test_who_is_named_can_be_changed_and_nothing_typed_is_lost(client_as, colleague, keyworker, placed, address):
    client = client_as(colleague)
    form = Filler.read(_check(client, address, keyworker).content.decode())

    page = client.post(f"{address}/restrict", form | {"change": "1"})

    assert WHY in page.content.decode()
    assert f'value="{keyworker.membership_id}" checked' in page.content.decode()
    assert not RestrictedRecord.objects.exists()


def test_a_restricted_record_says_who_may_open_it_and_what_others_owe(
    client_as, colleague, keyworker, allocated_worker, placed, restricted, address
):
    page = text_of(client_as(colleague).get(address))

    assert "Joel Abara, Northlight Housing Take their name away" in page
    assert page.count("Take their name away") == 1, "nobody takes their own"
    assert "Owed by people who may not open it" in page
    assert MEETING in page
    assert "Take their name away" not in text_of(client_as(keyworker).get(address))


def test_a_further_person_is_named_and_can_open_the_record(
    client_as, colleague, keyworker, allocated_worker, placed, restricted, address, young_person
):
    client = client_as(colleague)
    assert client_as(allocated_worker).get(address).status_code == 404
    page = client.get(f"{address}/named").content.decode()
    assert str(keyworker.membership_id) not in page, "they are named already"

    response = client.post(f"{address}/named", {"who": str(allocated_worker.membership_id)}, follow=True)

    assert "Dana Whitlock can open this record now" in text_of(response)
    assert client_as(allocated_worker).get(address).status_code == 200
    assert MEETING not in text_of(client.get(address))


def test_nobody_can_be_named_who_is_not_offered(client_as, colleague, keyworker, restricted, address, stranger):
    for who in (stranger, keyworker):
        response = client_as(colleague).post(f"{address}/named", {"who": str(who.membership_id)})
        assert response.status_code == 422
    assert not Grant.objects.filter(membership=stranger.membership_id).exists()


def test_a_name_is_taken_away_after_saying_what_that_person_owes(
    client_as, colleague, keyworker, allocated_worker, placed, restricted, address, young_person, reading_as
):
    client = client_as(colleague)
    there = f"{address}/named/{keyworker.membership_id}/take-away"
    page = Filler(client, there)
    assert "Joel Abara (housing keyworker)" in text_of(client.get(there))

    assert "has changed since you looked" in text_of(client.post(there, {"told": "something else"}))
    assert "cannot open this record any more" in text_of(client.post(there, page.values, follow=True))

    with reading_as(keyworker):
        assert not YoungPerson.objects.filter(pk=young_person.pk).exists()
    assert "not named any more" in text_of(client.post(there, page.values, follow=True))


def test_nobody_takes_their_own_name_away(client_as, colleague, restricted, address, young_person):
    client = client_as(colleague)

    response = client.post(f"{address}/named/{colleague.membership_id}/take-away", follow=True)

    assert "Nobody takes their own name away" in text_of(response)
    assert colleague.membership_id in _named(young_person.case)


@pytest.mark.parametrize("page", ["restrict", "named"])
def test_only_managers_who_may_open_the_record_restrict_it_and_name_others(
    page, client_as, keyworker, stranger, gangs_officer, restricted, address
):
    assert client_as(keyworker).get(f"{address}/{page}").status_code == 403
    assert client_as(gangs_officer).get(f"{address}/{page}").status_code == 403
    other = Membership.objects.get(pk=stranger.membership_id)
    Membership.objects.filter(pk=other.pk).update(role="deputy_team_manager")
    assert client_as(stranger).post(f"{address}/{page}").status_code in (403, 404)


def test_on_a_record_that_is_not_restricted_nobody_is_named(client_as, colleague, keyworker, young_person, address):
    client = client_as(colleague)

    assert client.get(f"{address}/named").status_code == 404
    assert client.post(f"{address}/named/{keyworker.membership_id}/take-away").status_code == 404


def test_the_page_asks_no_more_of_the_database_for_more_duties(
    client_as, colleague, keyworker, placed, happened, young_person, address, queries
):
    client = client_as(colleague)
    _check(client, address)
    with queries() as few:
        _check(client, address)
    for number in range(4):
        happened(young_person, "placement_started", days_ago=1, placement=f"P{number + 2}")
    with queries() as many:
        _check(client, address)
    assert len(many) <= len(few)
