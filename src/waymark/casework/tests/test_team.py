"""Who works on a record: who may bring somebody in and end it, what that grants, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.support.pages import Filler, text_of

from waymark.access.models import Involvement, Membership
from waymark.accounts.models import Account
from waymark.audit.models import Entry

pytestmark = pytest.mark.usefixtures("db")
LOST = "You will not be able to open it any more"


@pytest.fixture
def address(young_person):
    return f"/records/{young_person.case_id}/team"


@pytest.fixture
def choose(client_as, address):
    """Bring a membership or team in as somebody: `choose(colleague, "gangs_team", gangs_team)`."""

    def send(actor, role, holder):
        return client_as(actor).post(f"{address}/bring-in", {"role": role, "who": str(getattr(holder, "pk", holder))})

    return send


def _involvement(actor):
    return Involvement.objects.get(membership=actor.membership_id)


def test_whoever_is_brought_in_works_on_the_record_from_now_and_the_trail_says_who_did_it(
    client_as, colleague, gangs_officer, address, young_person, choose
):
    theirs = client_as(gangs_officer)
    assert theirs.get(f"/records/{young_person.case_id}").status_code == 404

    response = choose(colleague, "gangs_team", gangs_officer.membership_id)

    assert (response.status_code, response["Location"]) == (302, address)
    page = text_of(client_as(colleague).get(address))
    assert "Marcus Oyelaran" in page
    assert theirs.get(f"/records/{young_person.case_id}").status_code == 200
    entry = Entry.objects.filter(kind="access.Involvement", membership_id=colleague.membership_id).get()
    assert (entry.case_id, entry.detail) == (young_person.case_id, {"role": "gangs_team"})


def test_a_whole_team_is_brought_in(client_as, colleague, gangs_officer, gangs_team, young_person, choose):
    assert choose(colleague, "gangs_team", gangs_team).status_code == 302

    assert client_as(gangs_officer).get(f"/records/{young_person.case_id}").status_code == 200


def test_the_pages_lead_from_the_team_to_the_role_to_those_who_have_it_by_agency_and_say_what_it_grants(
    client_as, colleague, gangs_officer, other_keyworker, address
):
    client = client_as(colleague)
    assert f'href="{address}/bring-in"' in client.get(address).content.decode()
    roles = client.get(f"{address}/bring-in")
    assert "They will be able to read and write what their role here is for" in text_of(roles)
    assert 'value="gangs_team"' in roles.content.decode()
    assert 'value="young_person"' not in roles.content.decode()

    who = client.get(f"{address}/bring-in?role=gangs_team")

    assert "From now on they will be able to write placement and plan, risk, missing, incidents" in text_of(who)
    assert '<optgroup label="Elmbridge Vale Council">' in who.content.decode()
    assert "Integrated Gangs Team (the whole team), Elmbridge Vale Council" in text_of(who)
    assert "Marcus Oyelaran, Integrated Gangs Team, Elmbridge Vale Council" in text_of(who)
    assert "Nell Ferris" not in text_of(who)
    filled = Filler(client, f"{address}/bring-in?role=gangs_team").send(who=str(gangs_officer.membership_id))
    assert filled["Location"] == address


def test_a_new_allocated_worker_takes_over_from_the_one_before(
    colleague, allocated_worker, member, council, young_person, choose
):
    ravi = member("Ravi Dhillon", council, "social_worker")

    choose(colleague, "social_worker", ravi)

    current = Involvement.objects.current().filter(case=young_person.case, role="social_worker")
    assert [one.membership for one in current] == [ravi]
    assert _involvement(allocated_worker).ends_at is not None


def test_whoever_works_on_it_in_this_role_already_is_not_brought_in_again(colleague, keyworker, choose):
    response = choose(colleague, "housing_keyworker", keyworker.membership_id)

    assert response.status_code == 422
    assert "Joel Abara works on this record already, as Housing keyworker" in text_of(response)
    assert _involvement(keyworker)


@pytest.mark.parametrize("how", ["the membership has ended", "the account is closed"])
def test_whoever_has_left_is_neither_offered_nor_brought_in(how, client_as, colleague, gangs_officer, address, choose):
    if how == "the account is closed":
        Account.objects.filter(pk=gangs_officer.account_id).update(is_active=False)
    else:
        ended = datetime.now(UTC) - timedelta(days=1)
        Membership.objects.filter(pk=gangs_officer.membership_id).update(ends_at=ended)

    assert "Marcus Oyelaran" not in text_of(client_as(colleague).get(f"{address}/bring-in?role=gangs_team"))
    response = choose(colleague, "gangs_team", gangs_officer.membership_id)

    assert response.status_code == 422
    assert "whoever you chose may have left" in text_of(response)
    assert not Involvement.objects.filter(membership=gangs_officer.membership_id).exists()


@pytest.mark.parametrize("role", ["young_person", "parent", "neighbour", ""])
def test_a_role_that_nobody_may_be_brought_in_with_is_refused(role, colleague, gangs_officer, choose):
    response = choose(colleague, role, gangs_officer.membership_id)

    assert response.status_code == 422
    assert not Involvement.objects.filter(membership=gangs_officer.membership_id).exists()


def test_somebody_is_brought_in_only_in_the_role_that_they_have(colleague, gangs_officer, stranger, choose):
    assert choose(colleague, "social_worker", gangs_officer.membership_id).status_code == 422

    assert not Involvement.objects.filter(membership=gangs_officer.membership_id).exists()


def test_two_allocated_workers_at_once_are_refused_in_a_sentence(
    colleague, allocated_worker, member, council, young_person, choose
):
    """Whoever is to end on a day to come is not ended by the next one, and the database refuses two."""
    until = datetime.now(UTC) + timedelta(days=5)
    Involvement.objects.filter(membership=allocated_worker.membership_id).update(ends_at=until)

    response = choose(colleague, "social_worker", member("Ravi Dhillon", council, "social_worker"))

    assert response.status_code == 422
    assert "There is another allocated worker at that time" in text_of(response)


def test_a_keyworker_is_offered_neither_and_may_do_neither(client_as, keyworker, gangs_officer, address, choose):
    page = client_as(keyworker).get(address).content.decode()
    assert "bring-in" not in page
    assert "/end" not in page

    assert choose(keyworker, "gangs_team", gangs_officer.membership_id).status_code == 403
    assert client_as(keyworker).post(f"{address}/{_involvement(keyworker).pk}/end").status_code == 403

    assert not Involvement.objects.filter(membership=gangs_officer.membership_id).exists()
    assert _involvement(keyworker).ends_at is None


def test_to_a_manager_who_does_not_work_on_it_the_pages_are_not_there(
    client_as, member, actor_of, council, keyworker, gangs_officer, address, choose
):
    elsewhere = actor_of(member("Bea Norrington", council, "deputy_team_manager"))
    client = client_as(elsewhere)

    for page in (address, f"{address}/bring-in", f"{address}/{_involvement(keyworker).pk}/end"):
        assert (client.get(page).status_code, client.post(page).status_code) == (404, 404), page
    assert choose(elsewhere, "gangs_team", gangs_officer.membership_id).status_code == 404
    assert _involvement(keyworker).ends_at is None


def test_an_involvement_of_another_record_cannot_be_ended_from_this_one(
    client_as, colleague, keyworker, gangs_officer, other_young_person, involved, address
):
    theirs = involved(
        other_young_person, "gangs_team", membership=Membership.objects.get(pk=gangs_officer.membership_id)
    )

    assert client_as(colleague).post(f"{address}/{theirs.pk}/end").status_code == 404

    theirs.refresh_from_db()
    assert theirs.ends_at is None


def test_ending_asks_first_and_then_takes_the_record_away(client_as, colleague, keyworker, address, young_person):
    client, end = client_as(colleague), f"{address}/{_involvement(keyworker).pk}/end"
    page = text_of(client.get(end))
    assert "Joel Abara" in page
    assert LOST not in page
    assert _involvement(keyworker).ends_at is None

    assert client.post(end)["Location"] == address

    assert "Ended: Joel Abara, Housing keyworker." in text_of(client.get(address))
    assert client_as(keyworker).get(f"/records/{young_person.case_id}").status_code == 404


def test_what_has_ended_is_not_ended_again(client_as, colleague, keyworker, address):
    client, end = client_as(colleague), f"{address}/{_involvement(keyworker).pk}/end"
    client.post(end)
    ended = _involvement(keyworker).ends_at

    assert "This had ended already" in text_of(client.post(end, follow=True))
    assert "They do not work on this record now" in text_of(client.get(end))

    assert _involvement(keyworker).ends_at == ended


def test_whoever_would_end_their_own_way_in_is_warned_and_led_to_their_records(
    client_as, colleague, keyworker, leaving_care_team, address
):
    end = f"{address}/{Involvement.objects.get(team=leaving_care_team).pk}/end"
    client = client_as(colleague)
    assert LOST in text_of(client.get(end))

    assert client.post(end)["Location"] == "/records"

    assert client.get(address).status_code == 404


def test_the_last_who_works_on_a_record_stays_until_somebody_else_does(
    client_as, colleague, leaving_care_team, address
):
    end = f"{address}/{Involvement.objects.get(team=leaving_care_team).pk}/end"
    client = client_as(colleague)
    assert "Nobody else works on this record" in text_of(client.get(end))

    assert "Nobody else works on this record" in text_of(client.post(end, follow=True))

    assert Involvement.objects.get(team=leaving_care_team).ends_at is None


def test_a_duty_of_a_role_that_nobody_has_leads_whoever_may_to_bringing_somebody_in(
    client_as, colleague, keyworker, gangs_officer, happened, young_person
):
    happened(young_person, "address_check_requested", referral="R1")
    record = f"/records/{young_person.case_id}"
    link = f'href="{record}/team/bring-in?role=gangs_team"'

    assert link in client_as(colleague).get(record).content.decode()
    assert link not in client_as(keyworker).get(record).content.decode()

    involvement = {"role": "gangs_team", "who": str(gangs_officer.membership_id)}
    client_as(colleague).post(f"{record}/team/bring-in", involvement)
    page = client_as(colleague).get(record)
    assert "Integrated Gangs Team: Marcus Oyelaran" in text_of(page)
    assert link not in page.content.decode()
