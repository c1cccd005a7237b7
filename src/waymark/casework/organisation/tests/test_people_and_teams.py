"""The pages of an agency's administrator: what they show, what they do, and what of another agency is not there."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from tests.support.pages import Filler, text_of

from waymark.access.inviting import invite_member
from waymark.access.models import Grant, Involvement, Membership, Team
from waymark.accounts.models import Account
from waymark.accounts.services.links import account_of_link
from waymark.audit.models import Entry
from waymark.casework.organisation import people as people_pages

pytestmark = pytest.mark.usefixtures("db")
HIDDEN = re.compile(r'name="(?:seen|kept|csrfmiddlewaretoken)" value="[^"]*"')


def _administers(actor_of, membership):
    Membership.objects.filter(pk=membership.pk).update(administers=True)
    return actor_of(Membership.objects.select_related("account", "agency", "team").get(pk=membership.pk))


@pytest.fixture
def ada(member, actor_of, council):
    """The administrator of the council. No record is open to her."""
    return _administers(actor_of, member("Ada Brightwell", council, "commissioning"))


@pytest.fixture
def bo(member, actor_of, provider):
    """The administrator of the provider of the scheme."""
    return _administers(actor_of, member("Bo Renshaw", provider.agency, "provider_manager"))


@pytest.fixture
def dana(allocated_worker):
    """The allocated worker's membership."""
    return Membership.objects.get(pk=allocated_worker.membership_id)


@pytest.fixture
def ravi(member, council, leaving_care_team):
    """Her colleague."""
    return member("Ravi Dhillon", council, "social_worker", leaving_care_team)


def _now(member):
    return Membership.objects.select_related("team").get(pk=member.pk)


# What is shown


def test_moving_somebody_to_where_they_are_is_an_error_that_leads_to_the_field(client_as, ada, dana):
    asked = {"role": dana.role, "team": str(dana.team_id or "")}

    page = client_as(ada).get(f"/people/{dana.pk}/move", asked)

    assert page.status_code == 422
    assert '<a href="#role">They have this role in this team already.' in page.content.decode()


def test_people_are_listed_by_team_with_role_since_review_and_a_number_of_young_people(
    client_as, ada, dana, ravi, keyworker
):
    page = text_of(client_as(ada).get("/people"))

    assert "Leaving Care" in page
    assert "Dana Whitlock Social worker or young person's adviser 1 January 2020 Not yet 1 " in page
    assert "Ravi Dhillon Social worker or young person's adviser 1 January 2020 Not yet 0 " in page
    assert "In no team" in page
    assert "Working here: 3 people" in page
    assert "Joel Abara" not in page


def test_only_administrators_are_offered_the_page_and_may_open_it(client_as, ada, colleague):
    assert 'href="/people"' in client_as(ada).get("/").content.decode()
    assert 'href="/people"' not in client_as(colleague).get("/").content.decode()
    for address in ("/people", "/people/invite", "/people/review", "/people/teams", "/people/teams/new"):
        assert client_as(colleague).get(address).status_code == 403, address


def test_people_are_found_by_name_and_address_within_the_agency(client_as, ada, dana, ravi, keyworker):
    client = client_as(ada)

    assert "Found: 1 person" in text_of(client.get("/people?q=dHiLL"))
    assert "Found: 1 person" in text_of(client.get("/people?q=ravi.dhillon@waymark"))
    assert "Nobody here is called “Joel”" in text_of(client.get("/people?q=Joel"))
    assert Entry.objects.filter(action="search", kind="access.Membership").count() == 3


def test_the_list_asks_no_more_of_the_database_for_more_people(client_as, ada, member, council, queries, monkeypatch):
    client = client_as(ada)
    client.get("/people")
    with queries() as few:
        client.get("/people")
    for number in range(12):
        member(f"Person {number}", council, "iro")
    with queries() as many:
        assert "Working here: 13 people" in text_of(client.get("/people"))
    assert len(many) == len(few)

    monkeypatch.setattr(people_pages, "PEOPLE_ON_A_PAGE", 5)
    assert "Working here: 11 to 13 of 13 people" in text_of(client.get("/people?page=3"))


def test_a_person_is_shown_with_what_may_be_done_and_what_they_were(client_as, ada, dana):
    page = text_of(client_as(ada).get(f"/people/{dana.pk}"))

    assert "dana.whitlock@waymark.example" in page
    assert "Works in person with 1 young person" in page
    assert "Move to another team or role" in page
    own = text_of(client_as(ada).get(f"/people/{ada.membership_id}"))
    assert "This is you." in own
    assert "Suspend" not in own


PAGES = ("", "/link", "/move", "/suspend", "/administrator", "/second-factor", "/end")


@pytest.mark.parametrize("page", PAGES)
def test_somebody_of_another_agency_is_a_404_however_it_is_asked(page, client_as, bo, dana, ravi, settings):
    settings.DEMO = page != "/second-factor"  # which the demo has not
    client = client_as(bo)
    own = client.get(f"/people/{bo.membership_id}/end").content.decode()
    form = {"seen": Filler.read(own).get("seen", ""), "role": "iro", "team": "", "to": str(ravi.pk)}
    before = Membership.objects.filter(pk=dana.pk).values().get()

    for wanted in (dana.pk, uuid.uuid4()):
        address = f"/people/{wanted}{page}"
        assert client.get(address).status_code == 404
        assert client.post(address, form).status_code == 404

    assert Membership.objects.filter(pk=dana.pk).values().get() == before
    assert Entry.objects.filter(action="refusal", kind="access.Membership").count() == 4


@pytest.mark.parametrize("page", ["", "/close"])
def test_a_team_of_another_agency_is_a_404_however_it_is_asked(page, client_as, bo, leaving_care_team):
    client = client_as(bo)

    for wanted in (leaving_care_team.pk, uuid.uuid4()):
        address = f"/people/teams/{wanted}{page}"
        assert client.get(address).status_code == 404
        assert client.post(address, {"name": "Ours", "seen": "Leaving Care"}).status_code == 404
    assert Team.objects.open().filter(pk=leaving_care_team.pk, name="Leaving Care").exists()


# Inviting


def _invite(client, **changes):
    return client.post("/people/invite", {"name": "Kit Marlowe", "email": "kit@council.example", "team": ""} | changes)


def _token(response):
    return re.search(r"/sign-in/link/([\w-]+)", response.content.decode())[1]


def test_whoever_is_invited_is_listed_as_such_and_the_link_is_shown_once(client_as, ada, leaving_care_team):
    client = client_as(ada)

    response = _invite(client, role="social_worker", team=str(leaving_care_team.pk))

    assert account_of_link(_token(response)).email == "kit@council.example"
    member = Membership.objects.get(account__email="kit@council.example")
    assert (member.role, member.team) == ("social_worker", leaving_care_team)
    assert "Kit Marlowe Invited" in text_of(client.get("/people"))
    assert "/sign-in/link/" not in client.get(f"/people/{member.pk}").content.decode()


def test_nothing_on_the_pages_tells_that_somebody_has_an_account_elsewhere(client_as, ada, other_keyworker):
    Account.objects.filter(pk=other_keyworker.account_id).update(name="Oona Byrne")
    client, known = client_as(ada), Account.objects.get(pk=other_keyworker.account_id)

    answers = [
        _invite(client, role="iro", email=email, name="N Ferris") for email in (known.email.upper(), "x@y.example")
    ]

    said = [HIDDEN.sub("", re.sub(r"[0-9a-f-]{36}|link/[\w-]+", "", one.content.decode())) for one in answers]
    assert said[0] == said[1]
    listed = client.get("/people")
    assert text_of(listed).count("N Ferris Invited") == 2
    assert "Oona" not in text_of(listed)
    assert "Nobody here is called" in text_of(client.get("/people?q=Oona"))
    member = Membership.objects.get(account=known, agency=ada.agency_id)
    assert "Oona" not in text_of(client.get(f"/people/{member.pk}"))
    client.post(f"/people/{member.pk}/end", {"seen": Filler(client, f"/people/{member.pk}/end").values["seen"]})
    left = text_of(client.get("/people?show=left"))
    assert "N Ferris" in left
    assert "Oona" not in left


def test_whoever_came_elsewhere_before_is_called_by_their_own_name_once_they_come_here(
    client_as, ada, other_keyworker, token_of, actor_of
):
    email = Account.objects.get(pk=other_keyworker.account_id).email
    member = invite_member(actor=ada, name="N Ferris", email=email, role="iro").member

    token_of(actor_of(member))

    assert "Nell Ferris Independent Reviewing Officer" in text_of(client_as(ada).get("/people"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Enter their name"),
        ({"email": "kit"}, "Enter an e-mail address, such as name@example.org"),
        ({"role": ""}, "Select their role"),
        ({"role": "police"}, "Select one of the choices"),
        ({"email": "dana.whitlock@waymark.example"}, "works at your agency already"),
    ],
)
def test_an_invitation_that_cannot_be_says_why_and_keeps_what_was_typed(changes, said, client_as, ada, dana):
    response = _invite(client_as(ada), **({"role": "iro"} | changes))

    assert response.status_code == 422
    assert said in text_of(response)
    assert Membership.objects.count() == 2


def test_a_link_for_who_cannot_get_in_ends_the_one_before(client_as, ada):
    client = client_as(ada)
    first = _token(_invite(client, role="iro"))
    member = Membership.objects.get(account__email="kit@council.example")
    assert "ring them back" in text_of(client.get(f"/people/{member.pk}/link"))

    second = _token(client.post(f"/people/{member.pk}/link"))

    assert account_of_link(first) is None
    assert account_of_link(second) == member.account


# Changing


def test_suspending_says_what_it_does_and_closes_everything_until_they_are_let_back_in(
    client_as, ada, dana, allocated_worker
):
    client, theirs = client_as(ada), client_as(allocated_worker)
    form = Filler(client, f"/people/{dana.pk}/suspend")
    assert "1 record, stays in their name and waits" in text_of(client.get(form.address))

    assert form.send()["Location"] == f"/people/{dana.pk}"

    assert theirs.get("/records").status_code == 302
    assert "Dana Whitlock Suspended" in text_of(client.get("/people"))
    Filler(client, f"/people/{dana.pk}/suspend").send()
    assert _now(dana).suspended_at is None


def test_the_office_of_administrator_is_given_and_taken_away(client_as, bo, keyworker, actor_of):
    joel = Membership.objects.get(pk=keyworker.membership_id)
    client = client_as(bo)
    assert "They need a second factor" in text_of(client.get(f"/people/{joel.pk}/administrator"))

    Filler(client, f"/people/{joel.pk}/administrator").send()
    assert client_as(actor_of(_now(joel))).get("/people").status_code == 200
    Filler(client, f"/people/{joel.pk}/administrator").send()

    assert client_as(keyworker).get("/people").status_code == 403


def test_a_leavers_work_is_called_by_its_reference_alone_to_an_administrator_who_may_not_read_it(
    client_as, ada, dana, young_person
):
    page = client_as(ada).get(f"/people/{dana.pk}/end")
    assert "They work in person on 1 record." in text_of(page)
    assert "Amira" not in text_of(page)

    entry = Entry.objects.get(action="list", purpose="hand on a member's work")
    assert [*entry.cases] == [young_person.case_id]


def test_work_is_handed_on_as_a_whole_and_one_by_one(
    client_as, ada, dana, ravi, member, council, involved, young_person, other_young_person
):
    mia = member("Mia Tanaka", council, "social_worker")
    involved(other_young_person, "social_worker", membership=dana)
    client = client_as(ada)
    involved(young_person, "commissioning", actor=ada)
    form = Filler(client, f"/people/{dana.pk}/end")
    assert "YP1, Amira Sesay" in text_of(client.get(form.address))
    assert "Tobias" not in form.page
    refused = form.send(to="")
    assert refused.status_code == 422
    assert "Select who takes on their work" in text_of(refused)

    done = form.send(**{"to": str(ravi.pk), f"to-{other_young_person.case_id}": str(mia.pk)})

    assert done["Location"] == f"/people/{dana.pk}"
    holders = dict(Involvement.objects.current().filter(role="social_worker").values_list("case", "membership"))
    assert holders == {young_person.case_id: ravi.pk, other_young_person.case_id: mia.pk}
    assert "Their work has been handed on" in text_of(client.get(f"/people/{dana.pk}"))
    assert "Dana Whitlock" in text_of(client.get("/people?show=left"))
    assert "Dana Whitlock" not in text_of(client.get("/people"))


def test_where_nobody_could_take_it_on_the_page_says_what_to_do_first(client_as, bo, keyworker, young_person):
    page = text_of(client_as(bo).get(f"/people/{keyworker.membership_id}/end"))

    assert "Nobody else here could take it on: no colleague has the role Housing keyworker" in page


def test_moving_says_what_it_takes_away_and_what_it_opens(
    client_as, ada, dana, ravi, involved, other_young_person, gangs_team, leaving_care_team, young_person
):
    involved(other_young_person, "social_worker", team=leaving_care_team)
    client = client_as(ada)
    address = f"/people/{dana.pk}/move"
    assert "Leaving Care" in client.get(address).content.decode()
    what = Filler(client, f"{address}?role=social_worker&team={gangs_team.pk}")
    page = text_of(client.get(what.address))
    assert "They keep what they work on in person: 1 record" in page
    assert "only through Leaving Care, which works on 1 record" in page
    assert "They can open what Integrated Gangs Team works on: 0 records" in page

    done = what.send()

    new = Membership.objects.current().get(account=dana.account_id)
    assert done["Location"] == f"/people/{new.pk}"
    assert (new.team, new.role) == (gangs_team, "social_worker")
    assert Grant.objects.current().get(case=young_person.case).membership == new
    assert "What else they are or were here" in text_of(client.get(f"/people/{new.pk}"))


def test_another_role_asks_who_takes_on_the_work(client_as, ada, dana, ravi):
    client = client_as(ada)
    what = Filler(client, f"/people/{dana.pk}/move?role=iro&team=")
    assert "They give up what they work on in person: 1 record" in text_of(client.get(what.address))

    assert what.send().status_code == 422
    assert what.send(to="team").status_code == 302

    assert Membership.objects.current().get(account=dana.account_id).role == "iro"
    assert Involvement.objects.current().get().team == _now(dana).team


@pytest.mark.parametrize("page", ["suspend", "administrator", "end", "move?role=iro&team="])
def test_what_somebody_else_changed_meanwhile_is_shown_and_nothing_is_done(
    page, client_as, ada, dana, ravi, gangs_team, data_lead
):
    client = client_as(ada)
    form = Filler(client, f"/people/{dana.pk}/{page}")
    Membership.objects.filter(pk=dana.pk).update(team=gangs_team)

    answer = form.send(to=str(ravi.pk))

    assert answer.status_code == 422
    assert "Their team is Integrated Gangs Team, and was Leaving Care" in text_of(answer)
    assert (_now(dana).suspended_at, _now(dana).administers, _now(dana).ends_at) == (None, False, None)
    again = Filler.read(answer.content.decode())
    assert client.post(form.address, form.values | again | {"to": str(ravi.pk)}).status_code == 302


def test_a_form_that_no_page_of_ours_made_changes_nothing(client_as, ada, dana):
    client = client_as(ada)
    for seen in ("", "made:up"):
        answer = client.post(f"/people/{dana.pk}/suspend", {"seen": seen})
        assert answer.status_code == 422
        assert "did not say how it was" in text_of(answer)
    assert _now(dana).suspended_at is None


# Teams


def test_teams_are_added_renamed_and_closed(client_as, ada, leaving_care_team, dana):
    client = client_as(ada)
    assert client.post("/people/teams/new", {"name": "Leaving care", "role": "social_worker"}).status_code == 422
    assert client.post("/people/teams/new", {"name": "Edge of Care", "role": "social_worker"}).status_code == 302
    team = Team.objects.get(name="Edge of Care")

    Filler(client, f"/people/teams/{team.pk}").send(name="Edge of Care North")
    assert "Edge of Care North" in text_of(client.get("/people/teams"))
    assert client.post(f"/people/teams/{team.pk}", {"name": "X", "seen": "Edge of Care"}).status_code == 422
    assert client.post(f"/people/teams/{team.pk}/close").status_code == 302
    assert "Edge of Care North has been closed." in text_of(client.get("/people/teams"))
    assert "Edge of Care North" not in text_of(client.get("/people/invite"))

    refused = client.post(f"/people/teams/{leaving_care_team.pk}/close")
    assert "Somebody is in this team" in text_of(refused)


def test_a_provider_sees_its_schemes(client_as, bo, scheme):
    assert "Tanner House (S1)" in text_of(client_as(bo).get("/people/teams"))


# Still right?


@pytest.fixture
def looked_at(council):
    """Say that members were looked at some days ago, by nobody in particular."""

    def say(days, *members):
        at = datetime.now(UTC) - timedelta(days=days)
        Membership.objects.filter(pk__in=[one.pk for one in members]).update(reviewed_at=at)

    return say


def test_whoever_was_not_looked_at_for_three_months_is_listed_and_ticked_together(
    client_as, ada, dana, ravi, looked_at
):
    own = Membership.objects.get(pk=ada.membership_id)
    looked_at(20, own)
    client = client_as(ada)
    assert "2 people have not been looked at for 3 months" in text_of(client.get("/people"))
    assert "Still right? (2)" in text_of(client.get("/people/teams"))
    form = Filler(client, "/people/review")

    assert form.send().status_code == 422
    client.post("/people/review", form.values | {"right": [str(dana.pk), str(ravi.pk), str(own.pk)]})

    assert {_now(one).reviewed_by_id for one in (dana, ravi)} == {ada.membership_id}
    assert _now(own).reviewed_by_id is None, "the page had not shown her"
    page = text_of(client.get("/people/review"))
    assert "2 people are still right." in page
    assert "Everybody has been looked at within the last 3 months." in page
    assert re.search(r"The next is due on \d+ \w+ 20\d\d\.", page)


def test_who_changed_since_the_page_was_shown_is_not_said_to_be_right(client_as, ada, dana, ravi):
    client = client_as(ada)
    form = Filler(client, "/people/review")
    Membership.objects.filter(pk=dana.pk).update(suspended_at=datetime.now(UTC))

    answer = client.post("/people/review", form.values | {"right": [str(dana.pk), str(ravi.pk)]}, follow=True)

    assert "1 person is still right." in text_of(answer)
    assert "Dana Whitlock was changed by somebody else" in text_of(answer)
    assert (_now(dana).reviewed_at, _now(ravi).reviewed_by_id) == (None, ada.membership_id)
