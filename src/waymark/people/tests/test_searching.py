"""Looking for somebody before they are registered: who is found, in what order, and that nobody hidden shows."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest
from django.db import connections
from tests.support.cast import LONG_AGO

from waymark.access.models import Conflict, Grant, RestrictedRecord
from waymark.audit.models import Entry
from waymark.people.models import CASE_SYSTEM, NHS
from waymark.people.nhs_numbers import read_nhs_number
from waymark.people.searching import Sought, search, swapped
from waymark.people.services import NewYoungPerson, add_young_people, change_details

pytestmark = pytest.mark.usefixtures("db")

BORN = date(2008, 5, 4)


@pytest.fixture
def registered(borough, system, allocated_worker, involved):
    """Add somebody whom the allocated worker works with: `registered("Noura Halloran")`."""
    numbers = count(1)

    def make(name, born=BORN, *, preferred="", involve=True, **identifiers):
        given, _, family = name.partition(" ")
        new = NewYoungPerson(
            authority=borough,
            given_name=given,
            family_name=family,
            preferred_name=preferred,
            date_of_birth=born,
            identifiers=identifiers,
            reference=f"N{next(numbers)}",
        )
        person = add_young_people([new], actor=system)[0]
        if involve:
            involved(person, "social_worker", actor=allocated_worker)
        return person

    return make


@pytest.fixture
def found(reading_as, allocated_worker):
    """The names that a search finds: `found("Noura Halloran", born=...)`."""

    def look(name="", born=None, number="", actor=allocated_worker):
        given, _, family = name.partition(" ")
        sought = Sought(given_name=given, family_name=family, date_of_birth=born, number=number)
        with reading_as(actor):
            return {match.person.name: match.why for match in search(sought, actor=actor).found}

    return look


def sound(name):
    with connections["service"].cursor() as cursor:
        cursor.execute("select public.waymark_sound(%s)", [name])
        return cursor.fetchone()[0]


ALIKE = """
Mohammed Muhammad|Mohammed Mohamed|Aisha Ayesha|Aisha Aicha|Yusuf Youssef|Joseph Josef|Catherine Kathryn|Stephen Steven
Sean Shaun|Philip Phillip|Zahra Zara|Fatima Fatimah|Hussain Hussein|Ahmed Ahmad|Abdul Abdel|Al-Hassan Hassan
Rebecca Rebekah|Thomas Tomas|Geoffrey Jeffrey|Zoe Zoë|José Jose|Łukasz Lukas|Sara Sarah|Nicola Nikola|Okafor Okaphor
Smith Smyth|Clark Clarke|Thompson Thomson|Nguyen Nguyên|Tariq Tarik|Ibrahim Ebrahim|Khalid Kaled|Mikhail Mikail
Chantel Shantelle|O'Brien OBrien|Wright Right|Jackson Jaxon|Isaac Izaak|Kayleigh Kaylee|Callum Calum
"""
PAIRS = [pair.split() for pair in ALIKE.replace("\n", "|").split("|") if pair]


def test_spellings_that_people_confuse_sound_alike_and_other_names_do_not():
    assert [(one, other) for one, other in PAIRS if sound(one) != sound(other)] == []
    for one, other in (("Noura", "Tobias"), ("Leon", "Liam"), ("Grace", "Joy"), ("Kofi", "Kwame"), ("Ali", "Amir")):
        assert sound(one) != sound(other)
    assert sound("") == sound("--") == ""


@pytest.mark.parametrize(
    ("there", "typed"),
    [
        ("Muhammad Halloran", "Mohamed Haloran"),
        ("Zoë Núñez", "Zoe Nunez"),
        ("William Halloran", "Billy Halloran"),
        ("Bill Halloran", "William Halloran"),
        ("Mary-Jane Halloran", "Maryjane Halloran"),
        ("Halloran Noura", "Noura Halloran"),
    ],
)
def test_a_name_is_found_by_its_sound_its_short_form_and_turned_round(there, typed, registered, found):
    registered(there)
    registered("Tobias Marlow", date(2007, 1, 1))

    assert list(found(typed)) == [there]


def test_a_preferred_name_stands_for_the_given_one(registered, found):
    registered("Noura Halloran", preferred="Mimi")

    assert list(found("Mimi Halloran")) == ["Mimi Halloran"]
    assert list(found("Noura Halloran")) == ["Mimi Halloran"]


def test_with_a_date_of_birth_one_of_the_names_is_enough_also_with_day_and_month_turned_round(registered, found):
    registered("Noura Halloran")

    assert found("Noura Smith", BORN) == {"Noura Halloran": ("a name like it", "the same date of birth")}
    assert found("Noura Smith", date(2008, 4, 5)) == {
        "Noura Halloran": ("a name like it", "day and month of birth changed round")
    }
    assert found("Noura Smith") == {}
    assert found("Tobias Marlow", BORN) == {}


def test_the_nearest_comes_first(registered, found):
    registered("Nourah Halloran", date(2001, 1, 1))
    registered("Noura Halloran")
    registered("Halloran Noura", date(2008, 4, 5))

    assert list(found("Noura Halloran", BORN)) == ["Noura Halloran", "Halloran Noura", "Nourah Halloran"]


def test_a_number_finds_whoever_has_it_however_it_is_spaced(registered, found):
    registered("Noura Halloran", **{NHS: "9434765919", CASE_SYSTEM: "LL-77"})

    assert found(number="943 476 5919") == {"Noura Halloran": ("the same number",)}
    assert found(number="ll-77") == {"Noura Halloran": ("the same number",)}
    assert found(number="943 476 5918") == {}


def test_whoever_is_hidden_looks_exactly_as_if_they_were_not_there(registered, found, allocated_worker, young_person):
    """Nobody works with one, one is restricted to others, of one there is a conflict of interest."""
    number = {NHS: "9434765919"}
    before = found("Tobias Marlow", BORN, "9434765919")
    registered("Tobias Marlow", involve=False, **number)
    restricted = registered("Tobias Marlowe")
    RestrictedRecord.objects.create(case=restricted.case, why="Well known", starts_at=LONG_AGO)
    closed = registered("Toby Marlow")
    Conflict.objects.create(
        case=closed.case, account_id=allocated_worker.account_id, why="Her aunt", starts_at=LONG_AGO
    )

    assert found("Tobias Marlow", BORN, "9434765919") == before == {}
    assert Entry.objects.filter(action="search").last().cases in (None, [])


def test_the_same_is_asked_of_the_database_whether_somebody_is_hidden_or_not_there(
    registered, found, django_assert_num_queries
):
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connections["default"]) as asked:
            found("Tobias Marlow", BORN, "123")
        counts.append(len([one for one in asked.captured_queries if "people_" in one["sql"]]))
        registered("Tobias Marlow", involve=False)

    assert counts[0] == counts[1]


def test_who_was_shown_is_in_the_trail_without_what_was_typed(registered, found):
    person = registered("Noura Halloran")

    found("Noura Halloran", BORN)

    entry = Entry.objects.filter(action="search").last()
    assert (entry.cases, entry.purpose) == ([person.case_id], "before registering")
    assert "Noura" not in str(entry.detail)


def test_a_changed_name_is_found_by_its_new_sound(registered, found, system):
    person = registered("Noura Halloran")
    change_details(person, actor=system, family_name="Okafor")

    assert list(found("Noura Okaphor")) == ["Noura Okafor"]
    assert found("Noura Halloran") == {}


def test_how_names_sound_is_looked_up_in_an_index(registered, reading_as, allocated_worker):
    """By equality, before the database asks who may see a row: that tells nothing of it."""
    registered("Noura Halloran")
    with reading_as(allocated_worker), connections["default"].cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "explain select 1 from people_youngperson where family_name_sound = public.waymark_sound('Halloran')"
        )
        plan = " ".join(line for (line,) in cursor.fetchall())

    assert "Index Cond: ((family_name_sound)" in plan


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("943 476 5919", "9434765919"),
        ("943-476-5919", "9434765919"),
        ("9434765918", None),
        ("943476591", None),
        ("0000000000", None),
        ("94347659190", None),
        ("٩٤٣٤٧٦٥٩١٩", None),
        ("", None),
    ],
)
def test_an_nhs_number_is_read_with_its_check_digit(typed, read):
    assert read_nhs_number(typed) == read


def test_day_and_month_are_changed_round_only_where_there_is_such_a_day():
    assert swapped(date(2008, 5, 4)) == date(2008, 4, 5)
    assert swapped(date(2008, 5, 14)) is None
    assert swapped(date(2008, 5, 5)) is None


def test_the_search_opens_nothing(registered, found, stranger):
    registered("Noura Halloran")
    Grant.objects.all().delete()

    assert found("Noura Halloran", BORN, actor=stranger) == {}


def test_the_code_hides_them_too_where_the_database_would_show_everybody(registered, allocated_worker):
    """As the services' login, which reads every row."""
    registered("Tobias Marlow", involve=False)
    seen = registered("Tobias Marlowe")

    sought = Sought(given_name="Tobias", family_name="Marlow", date_of_birth=BORN)
    assert [match.person for match in search(sought, actor=allocated_worker).found] == [seen]
