"""One record: duties with their reasons, the story of what happened, the team; and what others get."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import resolve
from tests.support.pages import text_of

from waymark.access.models import Involvement
from waymark.access.services import end_involvement
from waymark.audit.models import Entry
from waymark.core.formats import moment
from waymark.duties.models import Duty, State
from waymark.events.services import record, retract

pytestmark = pytest.mark.usefixtures("adopted")

PAGES = ("", "/events", "/team", "/facts", "/record", "/record/team_changed")


def _page(client, record, rest=""):
    return client.get(f"/records/{record.case_id}{rest}")


@pytest.mark.parametrize("page", PAGES)
def test_everyone_who_works_on_the_record_may_read_it(page, client_as, allocated_worker, colleague, keyworker, placed):
    for actor in (allocated_worker, colleague, keyworker):
        response = client_as(actor).get(f"/records/{placed.case_id}{page}")
        assert response.status_code == 200
        assert "Amira Sesay" in text_of(response)


@pytest.mark.parametrize("page", PAGES)
def test_to_anybody_else_it_is_not_there_and_their_asking_is_audited(
    page, client_as, other_keyworker, gangs_officer, stranger, placed
):
    for actor in (other_keyworker, gangs_officer, stranger):
        client = client_as(actor)
        theirs, nobodys = client.get(f"/records/{placed.case_id}{page}"), client.get(f"/records/{uuid.uuid4()}{page}")
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert "Amira" not in text_of(theirs)
        entry = Entry.objects.filter(action="refusal", membership_id=actor.membership_id, case_id=placed.case_id).get()
        assert entry.detail == {"exists": True, "page": resolve(f"/records/{placed.case_id}{page}").url_name}


def test_nobody_signed_in_is_sent_to_sign_in(client, young_person):
    response = _page(client, young_person)

    assert (response.status_code, response["Location"]) == (302, f"/sign-in?next=%2Frecords%2F{young_person.case_id}")


def test_the_bar_says_who_how_old_of_what_status_where_they_live_and_what_to_mind(
    client_as, keyworker, placed, happened, young_person
):
    happened(
        young_person,
        "facts_recorded",
        days_ago=9,
        data={"status": "cla", "gang_risk": True, "missing_risk": "unknown", "exploitation_risk": False},
    )
    page = text_of(_page(client_as(keyworker), young_person))

    assert re.search(r"Amira Sesay YP1 Age 1\d Legal status Child looked after Lives at Tanner House", page)
    assert "At risk from gangs, or associated with one" in page
    assert "At risk of going missing: not known" in page
    assert "exploitation" not in page


def test_a_withdrawn_fact_is_not_known(client_as, keyworker, happened, young_person, system):
    event = happened(young_person, "facts_recorded", days_ago=9, data={"gang_risk": True})
    retract(event, "Somebody else", system)

    assert "gangs" not in text_of(_page(client_as(keyworker), young_person))


def test_a_duty_says_how_it_stands_who_owes_it_and_why(client_as, keyworker, allocated_worker, placed, young_person):
    page = text_of(_page(client_as(keyworker), young_person))

    assert re.search(r"Hold the placement planning meeting Late \d days late , end of", page)
    assert "Who Social worker or young person's adviser: Dana Whitlock" in page
    assert re.search(
        r"Why Placement started on \w+ \d+ \w+ \d+, so the social worker or young person's adviser must", page
    )
    assert "PPM-02" in page


def test_a_role_that_nobody_has_names_whom_it_falls_to(client_as, keyworker, colleague, happened, young_person):
    happened(young_person, "address_check_requested", referral="R1")

    page = text_of(_page(client_as(keyworker), young_person))

    assert "Integrated Gangs Team: nobody named: Leaving Care (deputy team manager) to bring somebody in" in page


def test_what_any_professional_owes_names_who_recorded_it(client_as, keyworker, colleague, happened, young_person):
    happened(young_person, "harm_concern_raised", actor=keyworker, concern="C1")

    page = text_of(_page(client_as(colleague), young_person))

    assert "Who Whoever recorded what began it: Joel Abara" in page


def test_what_is_done_is_behind_a_link(client_as, keyworker, happened, placed, young_person):
    happened(young_person, "handbook_given", days_ago=8, placement="P1")
    happened(young_person, "planning_meeting_held", days_ago=8, placement="P1")
    client = client_as(keyworker)

    assert "Hold the placement planning meeting" not in text_of(_page(client, young_person))
    done = text_of(_page(client, young_person, "?show=done"))
    assert re.search(r"Hold the placement planning meeting Done", done)


def test_what_was_not_done_as_the_protocol_says_is_not_owed_and_is_counted_with_a_link(
    client_as, keyworker, happened, placed, young_person
):
    happened(young_person, "planning_meeting_held", days_ago=8, placement="P1", data={"has": ["purpose"]})
    client = client_as(keyworker)

    owed = _page(client, young_person)

    assert "how long it is meant to last" not in text_of(owed)
    assert "Not as the protocol says" not in text_of(owed)
    assert re.search(
        r"Not done as the protocol says \d times something that the protocol looks for was not there", text_of(owed)
    )
    assert f'href="/records/{young_person.case_id}?show=failed">See what' in owed.content.decode()


def test_what_was_not_done_as_the_protocol_says_says_what_was_missing_and_what_can_be_done(
    client_as, keyworker, happened, placed, young_person
):
    event = happened(young_person, "planning_meeting_held", days_ago=8, placement="P1", data={"has": ["purpose"]})

    response = _page(client_as(keyworker), young_person, "?show=failed")

    page = text_of(response)
    assert re.search(r"Not as the protocol says PPM-07 should .* Missing .*how long it is meant to last", page)
    assert "withdraw the entry and record it again with what was left out" in page
    assert "Hold the placement planning meeting Done" not in page
    addresses = response.content.decode()
    assert f'href="/records/{young_person.case_id}/events/{event.pk}"' in addresses
    assert f'href="/records/{young_person.case_id}/events/{event.pk}/withdraw"' in addresses


def test_a_gate_that_was_passed_unmet_leads_to_recording_what_had_happened_before(
    client_as, keyworker, happened, young_person
):
    happened(young_person, "refusal_made", days_ago=3, referral="R1")

    response = _page(client_as(keyworker), young_person, "?show=failed")

    assert "If it did happen before, record it with the time when it happened." in text_of(response)
    address = f"/records/{young_person.case_id}/record/refusal_discussed?ref-referral=R1"
    assert f'href="{address}"' in response.content.decode()
    happened(young_person, "refusal_discussed", days_ago=4, referral="R1")
    assert "HAS-07" not in text_of(_page(client_as(keyworker), young_person, "?show=failed"))


def test_what_was_never_wrong_is_said_to_be_so_once_something_was_judged(client_as, keyworker, happened, young_person):
    client = client_as(keyworker)

    assert "Not done as the protocol says (0)" in text_of(_page(client, young_person))
    nothing = text_of(_page(client, young_person, "?show=failed"))
    assert "Nothing that is recorded here could be judged by the protocol yet." in nothing

    happened(young_person, "refusal_made", days_ago=3, referral="R1")
    assert Duty.objects.filter(timed=False).update(state=State.MET, missing=[]) > 0
    praised = text_of(_page(client, young_person, "?show=failed"))
    assert "Everything recorded here was done as the protocol says." in praised


def test_what_is_done_is_told_latest_first_with_when_it_was_done(
    client_as, keyworker, happened, placed, young_person, now
):
    happened(young_person, "handbook_given", days_ago=9, placement="P1")
    happened(young_person, "harm_concern_raised", days_ago=8, concern="C1")
    happened(young_person, "planning_meeting_held", days_ago=6, placement="P1")
    happened(young_person, "concern_shared", days_ago=2, concern="C1", data={"how": ["writing"]})

    page = text_of(_page(client_as(keyworker), young_person, "?show=done"))

    order = [page.index(title) for title in ("Tell children", "Hold the placement planning meeting", "handbook")]
    assert order == sorted(order)
    assert f"Hold the placement planning meeting Done {moment(now - timedelta(days=6))} , due end of" in page


def test_asking_to_be_shown_what_there_is_not_is_as_good_as_not_asking(client_as, keyworker, placed, young_person):
    client = client_as(keyworker)

    for odd in ("everything", "%20", "done&show="):
        page = text_of(_page(client, young_person, f"?show={odd}"))
        assert "What is owed" in page
        assert "Hold the placement planning meeting Late" in page


def test_the_story_tells_the_latest_first_with_who_recorded_it_and_when(
    client_as, keyworker, happened, placed, young_person
):
    happened(young_person, "team_changed", days_ago=2, actor=keyworker, data={"change": "A new mentor"})

    page = text_of(_page(client_as(keyworker), young_person, "/events"))

    assert page.index("Team around the young person changed") < page.index("Placement started")
    assert "A new mentor" in page
    assert re.search(r"Recorded by Joel Abara, Northlight Housing, \d+ \w+ \d+ at", page), "recorded two days later"
    assert "Placement at Tanner House" not in page, "the first entry about a thing does not repeat it"


def test_an_entry_that_nobody_wrote_down_says_that_it_was_imported(client_as, keyworker, happened, young_person):
    event = happened(young_person, "team_changed", data={"change": "A new mentor"})
    client = client_as(keyworker)

    for page in ("/events", f"/events/{event.pk}"):
        assert "Recorded by Waymark, from an import" in text_of(_page(client, young_person, page))


def test_a_withdrawn_entry_stays_struck_through_with_the_reason(client_as, keyworker, happened, young_person):
    event = happened(young_person, "team_changed", data={"change": "A new mentor"})
    retract(event, "It was somebody else's mentor", keyworker)

    response = _page(client_as(keyworker), young_person, "/events")

    assert "<s>Team around the young person changed</s> (withdrawn)" in response.content.decode()
    assert re.search(
        r"Withdrawn by Joel Abara, Northlight Housing, .* It was somebody else's mentor", text_of(response)
    )
    assert "Entry withdrawn" not in text_of(response)


def test_a_withdrawal_that_was_itself_withdrawn_withdraws_nothing(client_as, keyworker, happened, young_person, now):
    event = happened(young_person, "team_changed", data={"change": "A new mentor"})
    first = retract(event, "Wrong", keyworker)
    retract(first, "It was right after all", keyworker)

    assert "withdrawn" not in text_of(_page(client_as(keyworker), young_person, "/events"))


def test_the_story_is_told_in_pages_and_longer_ones_need_no_more_queries(
    client_as, keyworker, happened, young_person, queries
):
    client = client_as(keyworker)
    happened(young_person, "team_changed", actor=keyworker)
    _page(client, young_person, "/events")
    with queries() as few:
        _page(client, young_person, "/events")
    for number in range(30):
        happened(young_person, "team_changed", days_ago=number / 10, data={"change": f"change {number}"})
    with queries() as many:
        page = text_of(_page(client, young_person, "/events"))

    assert "1 to 25 of 31 entries" in page
    assert len(many) == len(few)
    assert "26 to 31 of 31 entries" in text_of(_page(client, young_person, "/events?page=2"))


def test_more_duties_need_no_more_queries(client_as, keyworker, allocated_worker, placed, young_person, queries):
    from waymark.casework.tests.test_my_work import _many

    client = client_as(keyworker)
    _page(client, young_person)
    with queries() as few:
        _page(client, young_person)
    _many(placed, 40)
    with queries() as many:
        page = text_of(_page(client, young_person))

    assert page.count("Hold the placement planning meeting (part") == 40
    assert len(many) == len(few)


def test_the_team_is_who_works_here_now_and_who_did(
    client_as, keyworker, allocated_worker, colleague, young_person, system, now
):
    involvement = Involvement.objects.get(case=young_person.case, role="social_worker")
    end_involvement(involvement, actor=system, at=now - timedelta(days=1))

    page = text_of(_page(client_as(keyworker), young_person, "/team"))

    current, former = page.split("Before")
    assert "Joel Abara" in current
    assert "The whole team Leaving Care, Elmbridge Vale Council" in current
    assert "Dana Whitlock" in former


def test_reading_a_record_is_audited_with_what_for(client_as, keyworker, young_person):
    _page(client_as(keyworker), young_person, "/events")

    entry = Entry.objects.filter(action="read", case_id=young_person.case_id).latest("sequence")
    assert (entry.membership_id, entry.purpose) == (keyworker.membership_id, "events")


def test_a_scheme_a_provider_and_the_borough_have_records_too(
    client_as, member, actor_of, involved, happened, scheme, provider, borough, council
):
    membership = member("Ines Calloway", council, "commissioning")
    for about in (scheme, provider, borough):
        involved(about, "commissioning", membership=membership)
    happened(scheme, "scheme_opened", days_ago=3, scheme=str(scheme.case_id))
    happened(provider, "provider_contracted", days_ago=3, provider=str(provider.case_id))
    happened(borough, "protocol_adopted", days_ago=3, borough=str(borough.pk))
    client = client_as(actor_of(membership))

    assert "Tanner House S1 Provider Northlight Housing" in text_of(client.get(f"/records/{scheme.case_id}"))
    assert "Northlight Housing" in text_of(client.get(f"/records/{provider.case_id}"))
    assert "Elmbridge Vale Council" in text_of(client.get(f"/records/{borough.pk}/events"))
    assert "What is owed" in text_of(client.get(f"/records/{borough.pk}"))


def test_that_a_scheme_has_a_record_is_no_secret_and_what_is_in_it_is(client_as, keyworker, stranger, scheme, happened):
    happened(scheme, "scheme_opened", days_ago=3, scheme=str(scheme.case_id))

    for actor in (keyworker, stranger):
        for page in ("", "/events", "/team"):
            assert client_as(actor).get(f"/records/{scheme.case_id}{page}").status_code == 404
        assert "Tanner House" not in text_of(client_as(actor).get("/records?kind=place"))


def test_a_placement_recorded_by_mistake_is_where_nobody_lives(client_as, keyworker, young_person, scheme, placed):
    retract(placed, "Another young person", keyworker)
    client = client_as(keyworker)

    assert "Tanner House" not in text_of(client.get("/records"))
    assert "No placement recorded" in text_of(_page(client, young_person))


def test_an_end_recorded_by_mistake_ends_nothing(client_as, keyworker, young_person, placed, happened):
    ended = happened(young_person, "placement_ended", days_ago=1, placement="P1")
    client = client_as(keyworker)
    assert "Tanner House" not in text_of(client.get("/records"))

    retract(ended, "They came back", keyworker)

    assert "Tanner House" in text_of(client.get("/records"))


def test_the_list_of_records_holds_only_those_the_reader_works_on(
    client_as, keyworker, stranger, young_person, other_young_person, placed
):
    mine = text_of(client_as(keyworker).get("/records"))
    theirs = text_of(client_as(stranger).get("/records"))

    assert re.search(r"Amira Sesay YP1 1\d Tanner House", mine)
    assert "Tobias" not in mine
    assert "Amira" not in theirs
    assert "You do not work on any of these yet." in theirs


def test_a_list_too_long_to_count_says_so_and_leads_on(
    client_as, keyworker, young_person, other_young_person, involved, monkeypatch
):
    involved(other_young_person, "housing_keyworker", actor=keyworker)
    monkeypatch.setattr("waymark.govuk.pages.MOST_COUNTED", 1)
    monkeypatch.setattr("waymark.casework.views.records.RECORDS_ON_A_PAGE", 1)
    client = client_as(keyworker)

    first, second = text_of(client.get("/records")), text_of(client.get("/records?page=2"))

    assert "1 to 1 of more than 1 records" in first
    assert "Next" in first
    assert "2 to 2 of 2 records" in second
    assert "Next" not in second
    assert ("Amira" in first) != ("Amira" in second)


def test_the_list_of_places_has_no_column_for_where_they_live(client_as, member, actor_of, involved, scheme, council):
    membership = member("Ines Calloway", council, "commissioning")
    involved(scheme, "commissioning", membership=membership)
    client = client_as(actor_of(membership))

    page = text_of(client.get("/records?kind=place"))

    assert "Tanner House S1 Scheme" in page
    assert "Lives at" not in page
    found = text_of(client.get("/records?q=tanner"))
    assert "Tanner House S1 Scheme" in found
    assert "Lives at" not in found


def test_records_are_found_by_name_or_reference_and_the_words_stay_out_of_the_trail(
    client_as, keyworker, young_person, other_young_person
):
    client = client_as(keyworker)

    for words in ("amira", "SES", "yp1", "Amira Sesay"):
        assert "Found: 1 record" in text_of(client.get(f"/records?q={words}")), words
    assert "No record that you work on is called “Tobias”" in text_of(client.get("/records?q=Tobias"))
    entry = Entry.objects.filter(action="search").latest("sequence")
    assert entry.detail == {"rows": 0}


def test_a_preferred_name_is_used_and_found(client_as, keyworker, young_person, system):
    from waymark.people.services import change_details

    change_details(young_person, actor=system, preferred_name="Mimi", pronouns="they/them")
    client = client_as(keyworker)

    assert "Mimi Sesay" in text_of(client.get("/records?q=mimi"))
    assert "Pronouns they/them" in text_of(_page(client, young_person))


def test_a_duty_for_one_young_person_of_a_log_names_them_to_whoever_may_know(
    client_as, member, actor_of, involved, happened, scheme, young_person, other_young_person, council
):
    placements = member("Ravi Thorne", council, "placements_team")
    involved(scheme, "placements_team", membership=placements)
    involved(young_person, "placements_team", membership=placements)
    people = [str(young_person.case_id), str(other_young_person.case_id)]
    happened(
        scheme,
        "monthly_log_submitted",
        scheme=str(scheme.case_id),
        log="L1",
        data={"month": "2026-01", "young_people": people},
    )
    client = client_as(actor_of(placements))

    page = text_of(_page(client, scheme))
    assert "(Amira Sesay)" in page
    assert "(a young person)" in page
    assert "Tobias" not in page
    story = text_of(_page(client, scheme, "/events"))
    assert "Amira Sesay A young person" in story


def test_the_keyworker_who_has_left_no_longer_reads_the_record(client_as, keyworker, young_person, system, now):
    client = client_as(keyworker)
    assert _page(client, young_person).status_code == 200

    involvement = Involvement.objects.get(case=young_person.case, role="housing_keyworker")
    end_involvement(involvement, actor=system, at=now - timedelta(minutes=1))

    assert _page(client, young_person).status_code == 404


def test_an_entry_of_another_record_cannot_be_read_through_ones_own(
    client_as, keyworker, young_person, other_young_person, happened
):
    elsewhere = happened(other_young_person, "team_changed", data={"change": "Secret"})

    response = client_as(keyworker).get(f"/records/{young_person.case_id}/events/{elsewhere.pk}")

    assert response.status_code == 404
    assert "Secret" not in text_of(response)


def test_an_entry_of_a_type_nobody_knows_any_more_is_still_shown(client_as, keyworker, young_person, system, now):
    event = record("team_changed", case=young_person.case, actor=system, occurred_at=now)
    from waymark.casework.presenters import details

    event.type, event.data = "quarterly_return_sent", {"copies": 3}

    assert details(event, {}) == [("Copies", "3")]


@pytest.mark.parametrize("page", ["0", "-1", "abc", "9999", "9" * 50])
def test_a_page_of_a_list_that_is_not_there_leads_to_one_that_is(client_as, keyworker, placed, young_person, page):
    client = client_as(keyworker)

    for address in ("/records", f"/records/{young_person.case_id}", f"/records/{young_person.case_id}/events"):
        response = client.get(address, {"page": page})
        assert (response.status_code, response.get("Location")) == (302, "?page=1"), address
        assert client.get(address, {"page": "1"}).status_code == 200
