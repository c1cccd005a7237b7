"""The pages on which somebody is looked for, registered and described."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connections
from tests.support.cast import LONG_AGO
from tests.support.pages import Filler, text_of

from waymark.access.models import RestrictedRecord
from waymark.audit.models import Entry
from waymark.core.errors import Refused
from waymark.events.models import Event
from waymark.people.models import Identifier, Needs, OwnWords, Status, Supporter, YoungPerson
from waymark.people.words import WORDS, say_own_words

pytestmark = pytest.mark.usefixtures("db")

BORN = {"date_of_birth-day": "14", "date_of_birth-month": "5", "date_of_birth-year": "2008"}
TOBY = {"given_name": "Toby", "family_name": "Okafor"} | BORN


@pytest.fixture
def client(client_as, allocated_worker, council):
    """The social worker's browser, in a database whose next reference nobody has."""
    with connections["service"].cursor() as cursor:
        cursor.execute("select nextval('cases_reference') from generate_series(1, 10)")
    return client_as(allocated_worker)


@pytest.fixture
def about(young_person):
    return f"/records/{young_person.case_id}/about"


def day(name, value):
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}


def test_the_list_of_records_leads_to_registering_for_whoever_may(client, client_as, keyworker):
    assert "Register a young person" in text_of(client.get("/records"))
    assert "Register a young person" not in text_of(client_as(keyworker).get("/records"))
    assert client_as(keyworker).get("/register").status_code == 403


def test_somebody_who_is_here_is_found_and_leads_to_their_record(client, young_person):
    found = client.post("/register", {"given_name": "Amirah", "family_name": "Sessay"} | BORN)

    said = text_of(found)
    assert "Is it one of these?" in said
    assert "Amira Sesay YP1 14 May 2008" in said
    assert "A name like it, the same date of birth" in said
    assert f'href="/records/{young_person.case_id}"' in found.content.decode()


def test_from_nobody_found_to_a_record_of_ones_own_without_typing_twice(client, allocated_worker, borough):
    searched = client.post("/register", TOBY | {"number": "943 476 5919"})
    assert "Nobody like that is among the records you may see" in text_of(searched)
    carried = Filler.read(searched.content.decode().split('action="/register/new"')[1])

    form = client.post("/register/new", carried | {"begin": "1"})
    values = Filler.read(form.content.decode().split('action="/register/new"')[1])
    assert (values["given_name"], values["family_name"], values["nhs_number"]) == ("Toby", "Okafor", "943 476 5919")
    assert (values["date_of_birth-day"], values["date_of_birth-year"]) == ("14", "2008")
    done = client.post("/register/new", values, follow=True)

    person = YoungPerson.objects.get(family_name="Okafor")
    assert f"Registered: Toby Okafor, {person.case.reference}. You work on this record." in text_of(done)
    assert person.case.authority == borough
    assert Identifier.objects.get(case=person.case).value == "9434765919"
    assert client.get(f"/records/{person.case_id}").status_code == 200


def test_nothing_that_was_typed_stands_in_an_address(client):
    form = client.post("/register", TOBY).content.decode()

    assert "?" not in "".join(part.split('"')[0] for part in form.split('action="')[1:])
    assert client.get("/register/new").headers["Location"] == "/register"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Enter both names, a name with the date of birth, or a number"),
        ({"given_name": "Toby"}, "Enter both names, a name with the date of birth, or a number"),
        ({"given_name": "Toby"} | BORN | {"date_of_birth-day": "41"}, "Date of birth"),
    ],
)
def test_a_search_for_too_little_says_what_is_missing(typed, words, client):
    answer = client.post("/register", typed)

    assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert not Entry.objects.filter(action="search").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"given_name": ""}, "Enter the given name"),
        ({"date_of_birth-year": "2999"}, "The date of birth must be in the past"),
        ({"date_of_birth-year": "1950"}, "Check the year: they would be over 40"),
        ({"nhs_number": "943 476 5918"}, "This is no NHS number"),
    ],
)
def test_what_cannot_be_is_said_and_nobody_is_registered(changes, words, client):
    answer = client.post("/register/new", TOBY | changes)

    assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert not YoungPerson.objects.filter(family_name="Okafor").exists()


@pytest.mark.parametrize("turned_round", [False, True])
def test_a_true_double_that_may_be_seen_leads_to_the_record(turned_round, client, young_person):
    names = ("Sesay", "Amira") if turned_round else ("Amira", "Sesay")
    answer = client.post("/register/new", dict(zip(("given_name", "family_name"), names, strict=True)) | BORN)

    assert answer.status_code == 422
    assert "is here already" in text_of(answer)
    assert "Open the record" in text_of(answer)
    assert YoungPerson.objects.count() == 1


def test_a_double_by_nhs_number_is_one_whatever_the_name(client, allocated_worker):
    client.post("/register/new", TOBY | {"nhs_number": "9434765919"})

    answer = client.post("/register/new", BORN | {"given_name": "Zed", "nhs_number": "943 476 5919"})

    assert "with this NHS number, is here already" in text_of(answer)
    assert not YoungPerson.objects.filter(given_name="Zed").exists()


def test_a_double_that_is_hidden_shows_nothing_in_the_search_and_leads_to_the_front_door(client, young_person):
    absent = client.post("/register", {"given_name": "Nobody", "family_name": "Else"} | BORN)
    RestrictedRecord.objects.create(case=young_person.case, why="Well known", starts_at=LONG_AGO)

    hidden = client.post("/register", {"given_name": "Amira", "family_name": "Sesay"} | BORN)
    assert "Nobody like that is among the records you may see" in text_of(hidden)
    assert abs(len(hidden.content) - len(absent.content)) < 20, "but for the names that were typed"

    refused = client.post("/register/new", {"given_name": "Amira", "family_name": "Sesay"} | BORN)
    assert refused.status_code == 403
    assert "Ask the front door" in text_of(refused)
    for secret in ("YP1", "exist", "already", "restricted"):
        assert secret not in text_of(refused)


def test_a_second_click_registers_once(client):
    client.post("/register/new", TOBY)

    again = client.post("/register/new", TOBY)

    assert "Open the record" in text_of(again)
    assert YoungPerson.objects.filter(family_name="Okafor").count() == 1


def test_whoever_works_for_no_council_is_told_what_to_do(client_as, stranger):
    answer = client_as(stranger).post("/register/new", TOBY)

    assert (answer.status_code, "Ask whoever runs this service" in text_of(answer)) == (409, True)


# About them


def test_a_status_is_added_and_ended_and_the_protocols_follows(client, about):
    began = {"kind": "looked_after", "legal_status": "section_20"} | day("starts_on", date(2026, 1, 5))
    assert "Looked after: Accommodated (section 20), since 5 January 2026" in text_of(
        client.post(f"{about}/statuses/add", began, follow=True)
    )
    assert Event.objects.get(type="facts_recorded").data == {"status": "cla"}

    status = Status.objects.get()
    ended = client.post(f"{about}/statuses/{status.pk}/end", day("ends_on", date(2026, 2, 5)), follow=True)
    assert "Looked after: Accommodated (section 20), 5 January 2026 to 5 February 2026" in text_of(ended)


def test_a_status_that_cannot_be_is_said_at_its_question(client, about):
    answer = client.post(f"{about}/statuses/add", {"kind": "looked_after"} | day("starts_on", date(2026, 1, 5)))

    assert answer.status_code == 422
    assert 'href="#legal_status"' in answer.content.decode()
    assert not Status.objects.exists()


def test_what_we_know_does_not_ask_for_the_status_where_statuses_say_it(client, about):
    facts = about.replace("/about", "/facts")
    assert 'name="data-status"' in client.get(facts).content.decode()

    client.post(f"{about}/statuses/add", {"kind": "child_in_need"} | day("starts_on", date(2026, 1, 5)))

    page = client.get(facts)
    assert 'name="data-status"' not in page.content.decode()
    assert "Legal status follows from the statuses" in text_of(page)


def test_their_own_words_are_kept_with_what_was_said_before(client, about):
    client.post(f"{about}/words", {"gender": "Woman", "language": "Tigrinya"})
    values = Filler(client, f"{about}/words").values
    assert values["gender"] == "Woman"

    said = text_of(client.post(f"{about}/words", values | {"gender": "Non-binary"}, follow=True))

    assert "Non-binary" in said
    rows = [(row.gender, row.ends_at is None) for row in OwnWords.objects.order_by("starts_at")]
    assert rows == [("Woman", False), ("Non-binary", True)]


def test_of_two_who_change_it_at_once_the_second_sees_both_and_loses_nothing(client, about, young_person, colleague):
    first = Filler(client, f"{about}/words")
    say_own_words(
        young_person.case,
        dict.fromkeys(WORDS, "") | {"language": "Twi"},
        actor=colleague,
        seen=None,
    )

    answer = client.post(f"{about}/words", first.values | {"gender": "Woman"})

    assert answer.status_code == 422
    said = text_of(answer)
    assert "Somebody else has changed this since you opened the page" in said
    assert "Languages they speak best: Twi" in said
    kept = Filler.read(answer.content.decode().split('<form method="post" novalidate>')[1])
    assert kept["gender"] == "Woman"
    client.post(f"{about}/words", kept | {"language": "Twi"})
    assert OwnWords.objects.get(ends_at=None).gender == "Woman"


def test_needs_are_health_and_shown_to_whoever_reads_that(
    client, about, client_as, member, actor_of, involved, council, young_person, reading_as
):
    client.post(f"{about}/needs", {"communication": "Short sentences", "access": "No stairs"})
    assert "Short sentences" in text_of(client.get(about))
    membership = member("Rae Holt", council, "any_professional")
    involved(young_person, "any_professional", membership=membership)
    without = actor_of(membership)

    said = text_of(client_as(without).get(about))
    assert "Short sentences" not in said
    assert "What they need to take part" not in said
    with reading_as(without):
        assert list(Needs.objects.all()) == []


def test_the_people_around_them_come_and_go_with_whether_it_is_safe_to_get_in_touch(client, about):
    aunt = {
        "name": "Leila Sesay",
        "relation": "family",
        "what": "Aunt",
        "reach": "07700 900123",
        "safety": "ask_first",
        "safety_words": "Lives with her brother",
    } | day("starts_on", date(2020, 1, 1))
    for _ in range(2):
        added = client.post(f"{about}/people/add", aunt, follow=True)
    said = text_of(added)
    assert "Leila Sesay, family" in said
    assert "Only after asking the young person. Lives with her brother" in said
    somebody = Supporter.objects.get()

    gone = client.post(f"{about}/people/{somebody.pk}/end", day("ends_on", date(2026, 2, 1)), follow=True)

    assert "Until 1 February 2026" in text_of(gone)


def test_a_keyworker_reads_about_them_and_changes_nothing(client_as, keyworker, about):
    browser = client_as(keyworker)

    assert "Add a status" not in text_of(browser.get(about))
    for page in ("statuses/add", "words", "needs", "people/add"):
        assert browser.get(f"{about}/{page}").status_code == 403


def test_a_stranger_finds_nothing(client_as, stranger, about):
    assert client_as(stranger).get(about).status_code == 404


def test_only_whoever_may_change_details_says_own_words(young_person, keyworker):
    with pytest.raises(Refused):
        say_own_words(young_person.case, dict.fromkeys(WORDS, "x"), actor=keyworker, seen=None)


def test_the_page_asks_as_much_of_the_database_for_many_as_for_one(client, about):
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in range(5):
        said = {"name": f"Friend {number}", "relation": "friend", "safety": "safe"} | day("starts_on", date(2020, 1, 1))
        client.post(f"{about}/people/add", said)
        if number in (0, 4):
            with CaptureQueriesContext(connections["default"]) as asked:
                client.get(about)
            counts.append(len(asked))

    assert counts[0] == counts[1]
