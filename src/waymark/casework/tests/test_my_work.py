"""My work: what is late, due today and due this week; filters, pages, and the form that would meet a duty."""

from __future__ import annotations

import html
import re
import uuid
from datetime import date, timedelta

import pytest
from tests.support.pages import text_of

from waymark.access.models import Involvement
from waymark.access.services import involve_many
from waymark.audit.models import Entry
from waymark.core.formats import moment_with_day
from waymark.duties.models import Duty
from waymark.people.services import NewYoungPerson, add_young_people

pytestmark = pytest.mark.usefixtures("db")


def test_it_is_the_first_page_after_signing_in(client_as, keyworker, adopted):
    response = client_as(keyworker).get("/")

    assert response.status_code == 200
    assert "Nothing is late, and nothing is due in the next 7 days." in text_of(response)


def test_a_late_duty_says_who_what_since_when_which_clause_and_what_is_missing(client_as, allocated_worker, placed):
    page = text_of(client_as(allocated_worker).get("/"))

    assert re.search(r"Late 2 Due Who it is about What is owed Still missing", page)
    assert re.search(r"\d days late End of \w{3} \d+ \w{3} \d{4} Amira Sesay Hold the placement planning", page)
    assert "Hold the placement planning meeting PPM-02 must" in page
    assert "Record: Placement planning meeting held" in page


def test_the_form_that_would_meet_a_duty_is_one_click_away_and_knows_the_placement(
    client_as, allocated_worker, placed, young_person
):
    client = client_as(allocated_worker)
    page = client.get("/").content.decode()
    address = html.unescape(re.search(r'href="(/records/[^"]+/record/planning_meeting_held[^"]*)"', page)[1])

    assert address == f"/records/{young_person.case_id}/record/planning_meeting_held?ref-placement=P1"
    assert re.search(r'value="P1" checked', client.get(address).content.decode())


def test_what_has_a_page_of_its_own_is_called_by_what_is_done_there(
    client_as, allocated_worker, adopted, happened, young_person
):
    happened(young_person, "need_identified", days_ago=0, referral=str(uuid.uuid4()))
    client = client_as(allocated_worker)

    for address in ("/", f"/records/{young_person.case_id}"):
        page = client.get(address).content.decode()
        assert f'href="/records/{young_person.case_id}/referrals/start">Start the referral<' in page
        assert "Record: Referral started" not in page


def test_a_clause_leads_to_what_the_protocol_says(client_as, allocated_worker, placed):
    client = client_as(allocated_worker)

    assert 'href="/protocol/PPM-02"' in client.get("/").content.decode()
    assert client.get("/protocol/PPM-02").status_code == 200


def test_a_manager_begins_with_the_teams_work_and_sees_who_owes_it(client_as, colleague, allocated_worker, placed):
    page = text_of(client_as(colleague).get("/"))

    assert "My team's work" in page
    assert "Social worker or young person's adviser: Dana Whitlock" in page
    assert "My work For me" in text_of(client_as(colleague).get("/?who=me"))


def test_others_see_nothing_of_it(client_as, allocated_worker, placed, other_keyworker, gangs_officer, stranger):
    for actor in (other_keyworker, gangs_officer, stranger):
        for who in ("me", "team"):
            page = text_of(client_as(actor).get(f"/?who={who}&due=later"))
            assert "Amira" not in page
            assert "PPM-02" not in page


def test_it_filters_by_part_of_the_protocol(client_as, allocated_worker, placed, happened, young_person):
    happened(young_person, "team_changed", days_ago=10)
    client = client_as(allocated_worker)

    page = text_of(client.get("/?part=information sharing"))

    assert "INF-06" in page
    assert "PPM-02" not in page


def test_it_filters_by_scheme_and_by_person(client_as, allocated_worker, placed, scheme, other_young_person, involved):
    client = client_as(allocated_worker)

    assert "PPM-02" in text_of(client.get(f"/?scheme={scheme.pk}"))
    assert "PPM-02" in text_of(client.get("/?person=ses"))
    assert "PPM-02" in text_of(client.get("/?person=YP1"))
    assert "PPM-02" not in text_of(client.get("/?person=tobias"))
    assert "Nothing here matches" in text_of(client.get(f"/?scheme={scheme.pk}&person=tobias"))


def test_somebody_who_moved_out_is_no_longer_at_the_scheme(
    client_as, allocated_worker, placed, happened, young_person, scheme
):
    happened(young_person, "team_changed", days_ago=10)
    client = client_as(allocated_worker)
    assert "INF-06" in text_of(client.get(f"/?scheme={scheme.pk}"))

    happened(young_person, "placement_ended", days_ago=1, placement="P1")

    assert "INF-06" not in text_of(client.get(f"/?scheme={scheme.pk}"))


def test_one_time_of_being_due_can_be_asked_for_alone(client_as, allocated_worker, placed):
    client = client_as(allocated_worker)

    assert "REV-01" not in text_of(client.get("/"))
    assert "REV-01" in text_of(client.get("/?due=later&who=team"))
    assert "PPM-02" not in text_of(client.get("/?due=later&who=team"))
    assert "PPM-02" in text_of(client.get("/?due=nonsense"))


def test_what_is_asked_for_in_a_strange_way_is_as_good_as_not_asked(client_as, allocated_worker, placed):
    client = client_as(allocated_worker)

    for query in ("page=minus", "page=99999999999999999999", "scheme=nowhere", "who=everyone", "part=no", "page=7"):
        response = client.get(f"/?{query}", follow=True)
        assert response.status_code == 200, query


def test_a_provider_chooses_among_its_own_schemes(client_as, keyworker, other_keyworker, scheme, adopted):
    assert "Tanner House" in text_of(client_as(keyworker).get("/"))
    assert "Tanner House" in text_of(client_as(other_keyworker).get("/")), "they have none of their own"


def test_fifty_to_a_page(client_as, allocated_worker, placed, young_person, system):
    _many(placed, 120)
    client = client_as(allocated_worker)

    first, last = text_of(client.get("/?due=late")), text_of(client.get("/?due=late&page=3"))

    assert "1 to 50 of 122 duties" in first
    assert "Late 122" in first
    assert "101 to 122 of 122 duties" in last
    assert client.get("/?due=late&page=4").headers["Location"].endswith("page=3"), "a page that has emptied"


def test_however_much_is_late_what_is_due_this_week_stands_on_the_first_page(
    client_as, allocated_worker, placed, happened, young_person
):
    _many(placed, 120)
    happened(young_person, "team_changed")
    client = client_as(allocated_worker)

    response = client.get("/")
    page = text_of(response)

    assert "The first 20 of 122. Show all 122 : late" in page
    assert "INF-06" in page.split("Due this week 1 Due")[1]
    address = html.unescape(re.search(r'href="([^"]+)">Show all 122', response.content.decode())[1])
    assert "1 to 50 of 122 duties" in text_of(client.get(f"/{address}"))


def test_what_is_late_for_more_than_four_weeks_stands_last_and_is_counted_at_the_top_and_in_the_tabs(
    client_as, allocated_worker, placed, happened, young_person
):
    happened(young_person, "placement_started", days_ago=300, placement="P0")
    happened(young_person, "team_changed")
    client = client_as(allocated_worker)

    page = text_of(client.get("/"))

    assert "For me (2 late, 2 for more than 4 weeks) For my team (2 late, 3 for more than 4 weeks)" in page
    assert "2 late 0 due today 1 due this week 2 late for more than 4 weeks" in page
    headings = [
        page.index(words) for words in ("Late 2 Due", "Due this week 1 Due", "Late for more than 4 weeks 2 Each")
    ]
    assert headings == sorted(headings)
    alone = text_of(client.get("/?due=long"))
    assert "Showing only what is late for more than 4 weeks" in alone
    assert "INF-06" not in alone


def test_the_tabs_name_the_one_kind_of_late_there_is(client_as, allocated_worker, happened, young_person):
    happened(young_person, "placement_started", days_ago=300, placement="P0")

    assert "For me (2 late for more than 4 weeks)" in text_of(client_as(allocated_worker).get("/"))


def test_what_falls_to_a_team_says_why_and_what_there_is_to_do(
    client_as, happened, young_person, colleague, allocated_worker
):
    happened(young_person, "address_check_requested", days_ago=3, referral="R1")

    page = text_of(client_as(colleague).get("/"))

    assert "nobody named: Leaving Care (deputy team manager) to bring somebody in" in page
    assert "to bring somebody in" not in text_of(client_as(colleague).get("/?who=me"))


def test_what_a_child_without_a_named_worker_is_owed_says_that_nobody_is_named(
    client_as, happened, young_person, member, actor_of, council, leaving_care_team, involved
):
    involved(young_person, "social_worker", team=leaving_care_team)
    happened(young_person, "placement_started", days_ago=10, placement="P1")
    client = client_as(actor_of(member("Dana Whitlock", council, "social_worker", leaving_care_team)))

    assert "Nothing is late" in text_of(client.get("/"))
    assert "young person's adviser: nobody named, so Leaving Care" in text_of(client.get("/?who=team"))


def test_more_rows_need_no_more_queries(client_as, allocated_worker, placed, borough, system, queries):
    client = client_as(allocated_worker)
    client.get("/")
    with queries() as few:
        client.get("/")
    _many(placed, 40, _cases_of(allocated_worker, borough, system, 40))
    with queries() as many:
        client.get("/")
    assert len(many) == len(few)

    page = text_of(client.get("/?due=late"))
    assert "Given39 Other" in page
    assert "42 duties" in page


def _cases_of(actor, borough, system, count):
    new = [
        NewYoungPerson(
            authority=borough,
            given_name=f"Given{number}",
            family_name="Other",
            date_of_birth=date(2008, 1, 1),
            reference=f"Q{number}",
        )
        for number in range(count)
    ]
    people = add_young_people(new, actor=system)
    involve_many(
        [
            Involvement(
                case=person.case,
                role="social_worker",
                membership_id=actor.membership_id,
                starts_at=person.case.authorities.get().starts_at,
            )
            for person in people
        ],
        actor=system,
    )
    return [person.case for person in people]


def test_showing_the_list_is_audited_with_how_much_was_shown(client_as, allocated_worker, placed):
    client_as(allocated_worker).get("/?person=amira")

    entry = Entry.objects.filter(action="list", kind="duties.Duty").latest("sequence")
    assert entry.membership_id == allocated_worker.membership_id
    assert entry.detail == {"rows": 2, "missing": 0, "filters": ["person"], "team": False}


@pytest.fixture
def gone(happened, now):
    """Record that somebody was found gone, and reported missing an hour later: `gone(person, hours_ago=5)`."""

    def make(person, *, hours_ago, reported=True, episode="E1"):
        at = {"agreed_report_by": (now - timedelta(hours=hours_ago - 1)).isoformat()}
        happened(person, "absence_recorded", days_ago=hours_ago / 24, data=at, episode=episode)
        if reported:
            happened(person, "reported_missing", days_ago=(hours_ago - 1) / 24, episode=episode)

    return make


def test_somebody_who_is_missing_stands_above_everything_else_with_a_way_to_record_their_return(
    client_as, keyworker, placed, young_person, gone, now
):
    gone(young_person, hours_ago=5)
    client = client_as(keyworker)

    response = client.get("/?due=late&person=nobody")
    page = text_of(response)

    since = moment_with_day(now - timedelta(hours=5))
    notice = f"Missing now 1 Amira Sesay Missing since {since} Reported to the police .*. Lives at Tanner House. "
    assert re.search(f"{notice}Record their return : Amira Sesay For me", page)
    address = html.unescape(re.search(r'href="([^"]+)">Record their return', response.content.decode())[1])
    assert address == f"/records/{young_person.case_id}/record/episode_ended?ref-episode=E1"
    assert client.get(address).status_code == 200


def test_an_absence_that_is_not_yet_reported_can_be_reported_from_there(
    client_as, keyworker, placed, young_person, gone
):
    gone(young_person, hours_ago=0.5, reported=False)

    response = client_as(keyworker).get("/")

    assert re.search("Absent now 1 Amira Sesay Absent since .* To be reported missing by", text_of(response))
    assert f"/records/{young_person.case_id}/record/reported_missing?ref-episode=E1" in response.content.decode()
    assert "waymark-absent--urgent" not in response.content.decode()


def test_nothing_is_said_of_the_missing_where_nobody_is_or_where_one_may_not_see_them(
    client_as, keyworker, other_keyworker, stranger, placed, young_person, gone, happened
):
    gone(young_person, hours_ago=5)
    for actor in (other_keyworker, stranger):
        assert "issing now" not in text_of(client_as(actor).get("/"))
    happened(young_person, "episode_ended", episode="E1")

    assert "issing now" not in text_of(client_as(keyworker).get("/"))


def test_many_who_are_missing_are_counted_and_fold_out_and_need_no_more_queries(
    client_as, allocated_worker, placed, borough, system, young_person, gone, queries
):
    client = client_as(allocated_worker)
    gone(young_person, hours_ago=5)
    client.get("/")
    with queries() as few:
        client.get("/")
    for number, case in enumerate(_cases_of(allocated_worker, borough, system, 6)):
        gone(case, hours_ago=6 + number)
    with queries() as many:
        page = text_of(client.get("/"))

    assert "Missing now 7 Given5 Other" in page
    assert "Show 2 more" in page
    assert len(many) == len(few)
    entry = Entry.objects.filter(action="list", kind="duties.Duty").latest("sequence")
    assert entry.detail["missing"] == 7


def test_without_a_protocol_it_says_so(client_as, keyworker):
    assert "No authority has adopted a protocol yet" in text_of(client_as(keyworker).get("/"))


def test_a_young_person_has_no_list_of_work(client_as, member, actor_of, council):
    response = client_as(actor_of(member("Amira", council, "young_person"))).get("/")

    assert response.status_code == 403


def _many(placed, count, cases=()) -> None:
    """Late duties like the one there is: in parts of their own, or one in each of `cases`."""
    model = Duty.objects.get(clause="PPM-02")
    values = {field.attname: getattr(model, field.attname) for field in Duty._meta.concrete_fields}
    Duty.objects.bulk_create(
        Duty(
            **values
            | {"id": uuid.uuid4(), "part": f"part {number}", "due": model.due - timedelta(minutes=number)}
            | ({"case_id": cases[number].pk} if cases else {})
        )
        for number in range(count)
    )


def test_whoever_may_open_a_record_in_an_emergency_is_led_to_it_where_nothing_is_owed(
    client_as, member, actor_of, council, adopted
):
    duty_team = actor_of(member("Naima Okello", council, "duty_team"))
    placements = actor_of(member("Petra Lindqvist", council, "placements_team"))

    assert "Open a record in an emergency" in text_of(client_as(duty_team).get("/"))
    assert "Open a record in an emergency" not in text_of(client_as(placements).get("/"))
