"""Young people: adding them, changing their details, reckoning their age."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError

from waymark.core.errors import Refused
from waymark.people.models import Identifier, YoungPerson
from waymark.people.services import NewYoungPerson, add_young_people, add_young_person, change_details

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 5, 14), date(2026, 5, 13), 17),
        (date(2008, 5, 14), date(2026, 5, 14), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_age_is_in_whole_years_and_a_leap_day_birthday_is_1_march_in_common_years(born, day, age):
    assert YoungPerson(date_of_birth=born).age_on(day) == age


def test_a_person_is_called_by_the_name_they_prefer():
    assert YoungPerson(given_name="Amira", family_name="Sesay").name == "Amira Sesay"
    assert YoungPerson(given_name="Amira", preferred_name="Mimi", family_name="Sesay").name == "Mimi Sesay"
    assert YoungPerson(given_name="Child 1234").name == "Child 1234"


@pytest.mark.usefixtures("db")
def test_adding_a_young_person_opens_a_case_and_keeps_what_others_call_them(borough, system):
    person = add_young_person(
        NewYoungPerson(
            authority=borough, given_name="Leon", date_of_birth=date(2008, 1, 2), identifiers={"ssda903": "771"}
        ),
        actor=system,
    )

    assert (person.case.kind, person.case.authority) == ("young_person", borough)
    assert Identifier.objects.get(kind="ssda903", value="771").case == person.case


@pytest.mark.usefixtures("db")
def test_an_identifier_belongs_to_one_person_of_an_authority(borough, system):
    new = NewYoungPerson(
        authority=borough, given_name="Leon", date_of_birth=date(2008, 1, 2), identifiers={"ssda903": "771"}
    )

    with pytest.raises(IntegrityError, match="identifier_once"):
        add_young_people([new, new], actor=system)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("size", [1, 30])
def test_adding_many_takes_as_many_queries_as_adding_one(size, borough, system, django_assert_num_queries):
    from django.db import connections

    new = [NewYoungPerson(authority=borough, given_name=f"N{n}", date_of_birth=AT.date()) for n in range(size)]

    with django_assert_num_queries(8, connection=connections["service"]):
        add_young_people(new, actor=system)


@pytest.mark.usefixtures("db")
def test_details_are_changed_by_whoever_may_and_is_involved(young_person, allocated_worker, keyworker, stranger):
    assert change_details(young_person, actor=allocated_worker, pronouns="she/her").pronouns == "she/her"
    for actor in (keyworker, stranger):
        with pytest.raises(Refused):
            change_details(young_person, actor=actor, pronouns="they/them")
    assert YoungPerson.objects.get().pronouns == "she/her"


@pytest.mark.usefixtures("db")
def test_only_details_can_be_changed(young_person, system):
    with pytest.raises(ValueError, match="A young person has no case_id"):
        change_details(young_person, actor=system, case_id="x")
