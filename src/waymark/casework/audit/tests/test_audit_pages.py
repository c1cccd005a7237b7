"""The trail on the page: each data protection lead reads their own agency's part of it, and looking is kept too."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from uuid import uuid4

import pytest
from tests.support.cast import LONG_AGO
from tests.support.pages import text_of

from waymark.access.closing import declare_conflict
from waymark.accounts.models import Account
from waymark.audit.models import Entry
from waymark.audit.services import empty_words
from waymark.casework.audit import queries as asking
from waymark.casework.audit import views
from waymark.casework.audit.asking import place_read
from waymark.casework.audit.downloading import safe
from waymark.core import trail
from waymark.core.clock import system_clock
from waymark.core.requests import request_id
from waymark.people.services import NewYoungPerson, add_young_person

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def elsewhere(other_borough, system):
    """A young person of another borough."""
    new = NewYoungPerson(
        authority=other_borough,
        given_name="Ruth",
        family_name="Okafor",
        date_of_birth=date(2008, 1, 1),
        reference="YP77",
        starts_at=LONG_AGO,
    )
    return add_young_person(new, actor=system)


def said(client, **query):
    response = client.get("/audit", query)
    assert response.status_code == 200
    return text_of(response)


def test_an_entry_is_a_sentence(client_as, data_lead, keyworker, young_person):
    client_as(keyworker).get(f"/records/{young_person.case_id}")

    page = said(client_as(data_lead))

    assert "Joel Abara, housing keyworker at Northlight Housing, opened the record of YP1, to see duties" in page
    assert "Amira" not in page


def test_what_was_recorded_is_named_as_the_forms_name_it(client_as, data_lead, happened, keyworker, young_person):
    happened(young_person, "planning_meeting_held", placement="P1", data={"has": ["purpose"]}, actor=keyworker)

    page = said(client_as(data_lead), action="write", person="joel")

    assert "recorded “Placement planning meeting held”, an entry in the record of YP1" in page


def test_a_lead_who_has_a_conflict_of_interest_reads_nothing_of_that_record(
    client_as, data_lead, allocated_worker, young_person, system
):
    reader = client_as(allocated_worker)
    reader.get(f"/records/{young_person.case_id}")
    reader.get("/records")
    one = Entry.objects.get(action="read", case_id=young_person.case_id)
    assert re.search(r"YP1\b", said(client_as(data_lead), person="dana"))

    account = Account.objects.get(pk=data_lead.account_id)
    declare_conflict(actor=system, case=young_person.case, account=account, why="Her niece")

    client = client_as(data_lead)
    assert not re.search(r"YP1\b", said(client, person="dana"))
    assert "was shown a list of 1 record" in said(client, person="dana"), "without the names of those in it"
    assert "Dana Whitlock" not in said(client, reference="YP1")
    assert not re.search(r"YP1\b", client.get("/audit/download").content.decode())
    assert client.get(f"/audit/{one.pk}").status_code == 404


def test_a_refusal_is_marked_and_says_what_was_asked_for(client_as, data_lead, other_keyworker, young_person):
    client_as(other_keyworker).get(f"/records/{young_person.case_id}")

    page = said(client_as(data_lead), refusals="only")

    words = "Nell Ferris, housing keyworker at Southgate Homes, asked for the record of YP1 and was refused"
    assert f"Refused {words}, to see duties" in page


def test_each_lead_sees_what_their_own_people_did_and_what_was_done_with_their_own_cases(
    client_as, data_lead, other_data_lead, keyworker, stranger, young_person, elsewhere
):
    trail.read(keyworker, young_person.case, purpose="duties")
    trail.read(keyworker, elsewhere.case, purpose="events")
    trail.listed(stranger, "duties.Duty", rows=7)

    ours, theirs = said(client_as(data_lead)), said(client_as(other_data_lead))

    assert "opened the record of YP1, to see duties" in ours
    assert "YP77" not in ours
    assert "opened the record of YP77, to see what happened" in theirs
    assert "YP1," not in theirs
    assert "Sasha Lindqvist" not in ours + theirs
    assert "Imran Rashford, data protection lead at Elmbridge Vale Council, signed in" in ours
    assert "Imran Rashford" not in theirs


def test_a_sign_in_that_failed_is_seen_by_the_lead_of_whoever_it_was_tried_as(
    client_as, data_lead, other_data_lead, colleague
):
    trail.refused(None, "accounts.Account", object_id=colleague.account_id, purpose="sign in", why="not right")
    trail.refused(None, "accounts.Account", object_id="", purpose="sign in", why="nobody we know")

    page = said(client_as(data_lead), refusals="only")

    assert "Nobody signed in, could not sign in: not right" in page
    assert "nobody we know" not in page
    assert "could not sign in" not in said(client_as(other_data_lead))


@pytest.mark.parametrize(
    "address", ["/audit?person=sasha", "/audit?reference=YP77", "/audit/download?reference=YP77", "/audit?action=read"]
)
def test_no_filter_shows_another_leads_entries(client_as, data_lead, stranger, elsewhere, address):
    trail.read(stranger, elsewhere.case, purpose="duties")
    trail.listed(stranger, "duties.Duty", cases=[elsewhere.case_id])

    assert "Sasha Lindqvist" not in client_as(data_lead).get(address).content.decode()


def test_an_entry_of_another_lead_is_not_there_and_asking_for_it_is_kept(
    client_as, data_lead, other_data_lead, stranger, elsewhere
):
    trail.read(stranger, elsewhere.case)
    theirs = Entry.objects.get(action="read")

    assert client_as(other_data_lead).get(f"/audit/{theirs.pk}").status_code == 200
    assert client_as(data_lead).get(f"/audit/{theirs.pk}").status_code == 404

    refusal = Entry.objects.get(action="refusal")
    assert (refusal.membership_id, refusal.object_id) == (data_lead.membership_id, str(theirs.pk))


def test_a_lists_other_authorities_are_counted_and_not_named(client_as, data_lead, keyworker, young_person, elsewhere):
    trail.listed(keyworker, "duties.Duty", cases=[young_person.case_id, elsewhere.case_id], rows=2)

    page = said(client_as(data_lead), reference="yp1", action="list")

    assert "It showed YP1, 1 other" in page
    assert "YP77" not in page


@pytest.mark.parametrize("who", ["keyworker", "colleague", "allocated_worker"])
@pytest.mark.parametrize("address", ["/audit", "/audit/download", "/audit/00000000-0000-4000-8000-000000000000"])
def test_nobody_else_reads_the_trail(client_as, who, address, request):
    assert client_as(request.getfixturevalue(who)).get(address).status_code == 403


def test_the_menu_offers_it_to_the_lead_alone(client_as, data_lead, keyworker):
    assert 'href="/audit"' in client_as(data_lead).get("/").content.decode()
    assert 'href="/audit"' not in client_as(keyworker).get("/").content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"person": "joel ab"}, {"keyworker"}),
        ({"person": "nobody"}, set()),
        ({"reference": "YP1"}, {"keyworker", "colleague"}),
        ({"reference": "YP404"}, set()),
        ({"action": "write"}, {"colleague"}),
        ({"refusals": "only"}, set()),
        ({"since-day": "1", "since-month": "2", "since-year": "2020"}, {"keyworker", "colleague"}),
        ({"until-day": "1", "until-month": "2", "until-year": "2020"}, set()),
    ],
)
def test_filters(query, expected, client_as, data_lead, keyworker, colleague, young_person):
    trail.read(keyworker, young_person.case, purpose="duties")
    trail.wrote(colleague, young_person.case, purpose="events")

    page = said(client_as(data_lead), **query)

    sentences = {
        "keyworker": "Joel Abara, housing keyworker at Northlight Housing, opened",
        "colleague": "Priya Solanki, deputy team manager in Leaving Care at Elmbridge Vale Council, recorded",
    }
    assert {who for who, words in sentences.items() if words in page} == expected


def test_entries_of_one_agency(client_as, data_lead, keyworker, colleague, young_person):
    for actor in (keyworker, colleague):
        trail.read(actor, young_person.case)

    page = said(client_as(data_lead), agency=str(keyworker.agency_id), action="read")

    assert "1 entry" in page
    assert "Joel Abara" in page


@pytest.mark.parametrize(
    "query",
    [
        {"since-day": "40", "since-month": "1", "since-year": "2026"},
        {
            "since-day": "2",
            "since-month": "1",
            "since-year": "2026",
            "until-day": "1",
            "until-month": "1",
            "until-year": "2026",
        },
        {"action": "nonsense"},
        {"agency": "nonsense"},
    ],
)
@pytest.mark.parametrize("address", ["/audit", "/audit/download"])
def test_what_cannot_be_asked_for_is_said_and_nothing_shown(query, address, client_as, data_lead):
    response = client_as(data_lead).get(address, query)

    assert response.status_code == 422
    assert "There is a problem" in text_of(response)


@pytest.mark.parametrize("place", ["", "x", "1-", "99999999999999999-1", "-1-1", "1-1;drop", "１-１"])
def test_an_address_with_no_place_in_it_begins_at_the_latest(place, client_as, data_lead):
    assert place_read(place) is None
    assert "Imran Rashford" in said(client_as(data_lead), after=place)


def test_pages_follow_one_another_and_no_entry_is_left_out_or_shown_twice(
    client_as, data_lead, keyworker, young_person, monkeypatch
):
    monkeypatch.setattr(views, "ROWS", 4)
    entries = [trail.Entry(action=trail.Action.READ, actor=keyworker, kind="cases.Case", case_id=young_person.case_id)]
    trail.write(*entries * 10)
    expected = {str(pk) for pk in Entry.objects.filter(action="read").values_list("pk", flat=True)}
    client, address, shown, pages = client_as(data_lead), "/audit?action=read", [], 0

    while address:
        page = client.get(address).content.decode()
        shown += re.findall(r'href="/audit/([0-9a-f-]{36})"', page)
        onward = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', page)
        address = "/audit" + onward[1].replace("&amp;", "&") if onward else ""
        pages += 1

    assert pages == 3
    assert sorted(shown) == sorted(expected)


def test_counting_stops_where_it_would_take_long(client_as, data_lead, keyworker, young_person, monkeypatch):
    monkeypatch.setattr(asking, "MOST_COUNTED", 3)
    entries = [trail.Entry(action=trail.Action.READ, actor=keyworker, kind="cases.Case", case_id=young_person.case_id)]
    trail.write(*entries * 5)

    assert "more than 3 entries" in said(client_as(data_lead), action="read")


def test_looking_at_the_trail_is_kept_with_whose_entries_were_asked_for(client_as, data_lead, young_person):
    client = client_as(data_lead)
    said(client, reference="YP1")
    said(client)

    asked, everything = Entry.objects.filter(kind="audit.Entry", action="list").order_by("sequence")
    assert asked.cases == [young_person.case_id]
    assert "reference" in asked.detail["filters"]
    assert "YP1" not in str(asked.detail)
    assert everything.cases is None


def test_one_entry_says_all_that_is_kept_of_it(client_as, data_lead, allocated_worker, young_person, system):
    trail.wrote(allocated_worker, young_person, purpose="an emergency", words="she rang in tears", hours=4)
    entry = Entry.objects.exclude(words_digest="").get()
    client = client_as(data_lead)

    page = text_of(client.get(f"/audit/{entry.pk}"))
    for words in ("she rang in tears", "hours: 4", "for: an emergency", "YP1", "not yet: the worker seals"):
        assert words in page
    kept = Entry.objects.get(kind="audit.Entry", action="read")
    assert (kept.object_id, kept.case_id) == (str(entry.pk), young_person.case_id)

    empty_words(actor=system, before=system_clock.now().replace(year=2100))
    assert "Removed by retention" in text_of(client.get(f"/audit/{entry.pk}"))


def test_an_entry_leads_to_what_else_the_same_request_did(client_as, data_lead, keyworker, young_person):
    token = request_id.set(uuid4())
    trail.read(keyworker, young_person.case, purpose="duties")
    trail.wrote(keyworker, young_person)
    request_id.reset(token)
    trail.searched(keyworker, "cases.Case", rows=5)
    read = Entry.objects.get(action="read")

    page = text_of(client_as(data_lead).get(f"/audit/{read.pk}"))

    beside = page.split("What else the same request did")[1]
    assert "Joel Abara, housing keyworker at Northlight Housing, recorded or changed the record of YP1" in beside
    assert "searched" not in beside


def test_the_file_has_the_same_entries_and_is_kept_as_a_copy_taken(client_as, data_lead, keyworker, young_person):
    client_as(keyworker).get(f"/records/{young_person.case_id}")

    response = client_as(data_lead).get("/audit/download", {"reference": "YP1", "action": "read"})

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    content = response.content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content))
    assert (row["record"], row["agency"], row["did"], row["why"]) == ("YP1", "Northlight Housing", "Opened", "duties")
    assert row["in words"].endswith("opened the record of YP1, to see duties")
    kept = Entry.objects.get(action="export")
    assert (kept.kind, kept.cases, kept.detail["rows"]) == ("audit.Entry", [young_person.case_id], 1)


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\tx", "\rx"])
def test_a_name_that_a_spreadsheet_would_run_is_text_in_the_file(client_as, data_lead, member, actor_of, council, name):
    from waymark.accounts.models import Account

    membership = member("Trick Ster", council, "commissioning")
    Account.objects.filter(pk=membership.account_id).update(name=name)
    membership.account.name = name
    trail.listed(actor_of(membership), "duties.Duty")

    content = client_as(data_lead).get("/audit/download", {"action": "list"}).content.decode("utf-8-sig")

    cells = [cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row]
    assert any(name in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert safe("plain") == "plain"


def test_the_number_of_queries_does_not_grow_with_the_entries(
    client_as, data_lead, keyworker, young_person, other_young_person, queries
):
    client = client_as(data_lead)
    client.get("/audit")
    with queries() as few:
        client.get("/audit")
    for person in (young_person, other_young_person) * 5:
        trail.read(keyworker, person.case)
    with queries() as many:
        client.get("/audit")

    assert len(many) == len(few)
