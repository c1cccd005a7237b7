"""Nobody is registered twice by a person; and nobody learns of a record they may not see by trying to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from waymark.access.models import Conflict, Grant, RestrictedRecord
from waymark.audit.models import Entry
from waymark.people.duplicates import AskTheFrontDoor, RegisteredAlready
from waymark.people.models import YoungPerson
from waymark.people.services import NewYoungPerson, add_young_people, add_young_person

pytestmark = pytest.mark.usefixtures("some_database")
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
BORN = date(2008, 5, 14)


@pytest.fixture
def again(borough):
    """Amira, to be registered again; `changes` are what is written otherwise."""

    def make(**changes):
        same = {"given_name": "Amira", "family_name": "Sesay", "date_of_birth": BORN, "reference": "YP9"}
        return NewYoungPerson(authority=borough, **same | changes)

    return make


def test_whoever_may_see_the_record_is_told_which_it_is(again, young_person, allocated_worker):
    with pytest.raises(RegisteredAlready, match="Amira Sesay, born on the same day, has a record already: YP1") as told:
        add_young_person(again(), actor=allocated_worker)

    assert told.value.person == young_person
    assert YoungPerson.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"given_name": " AMIRA", "family_name": "Sésay "},
        {"given_name": "Mira", "preferred_name": "Amira"},
        {"given_name": "Ami ra"},
    ],
)
def test_another_spelling_is_the_same_name(changes, again, young_person, allocated_worker):
    with pytest.raises(RegisteredAlready):
        add_young_person(again(**changes), actor=allocated_worker)


@pytest.mark.parametrize("changes", [{"date_of_birth": date(2008, 5, 15)}, {"given_name": "Amina"}])
def test_another_name_or_date_of_birth_is_another_person(changes, again, young_person, stranger):
    assert add_young_person(again(**changes), actor=stranger)


def test_whoever_may_not_see_it_is_sent_to_the_front_door_in_the_same_words_whatever_the_reason(
    again, young_person, stranger, allocated_worker
):
    said = []

    def try_as(actor):
        with pytest.raises(AskTheFrontDoor) as refusal:
            add_young_person(again(), actor=actor)
        said.append(str(refusal.value))

    try_as(stranger)
    restricted = RestrictedRecord.objects.create(case=young_person.case, why="Well known", starts_at=YESTERDAY)
    try_as(allocated_worker)
    restricted.delete()
    Conflict.objects.create(
        case=young_person.case, account_id=allocated_worker.account_id, why="Her aunt", starts_at=YESTERDAY
    )
    try_as(allocated_worker)
    Grant.objects.all().delete()
    try_as(stranger)

    assert len(set(said)) == 1
    for secret in ("Amira", "Sesay", "YP1", "record", "restricted", "exist", "already", str(young_person.case_id)):
        assert secret not in said[0]
    assert YoungPerson.objects.count() == 1


def test_the_attempt_is_in_the_trail_with_the_record_it_would_have_doubled(again, young_person, stranger):
    with pytest.raises(AskTheFrontDoor):
        add_young_person(again(), actor=stranger)

    entry = Entry.objects.get(action="refusal")
    assert (entry.membership_id, entry.case_id) == (stranger.membership_id, young_person.case_id)
    assert entry.detail == {"permission": "MANAGE_PEOPLE"}


def test_of_many_none_is_added_when_one_is_there_already(again, young_person, stranger):
    with pytest.raises(AskTheFrontDoor):
        add_young_people([again(given_name="Zed"), again()], actor=stranger)

    assert YoungPerson.objects.count() == 1


def test_imports_look_for_people_themselves(again, young_person, system):
    assert add_young_person(again(), actor=system)


def test_of_two_who_register_the_same_person_at_once_one_is_told(real_connections, again, stranger, in_threads):
    def register(_):
        try:
            return add_young_person(again(), actor=stranger)
        except RegisteredAlready as told:
            return told.person

    people = in_threads(register, range(4))

    assert {person.pk for person in people} == {YoungPerson.objects.get().pk}
