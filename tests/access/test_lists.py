"""Lists are looked up one way for a reader of few records and another for one of very many: both see the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connections

from waymark.access.closing import declare_conflict, hold_back, restrict_record
from waymark.access.models import Membership, OwnLine
from waymark.accounts.models import Account
from waymark.core.database import WEB
from waymark.events.models import Event
from waymark.events.services import record
from waymark.people.models import YoungPerson

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(params=[0, 3_000], ids=["many", "few"])
def listed(request, monkeypatch, reading_as):
    """The given names of a list of young people, as a page of the actor's shows it."""
    monkeypatch.setattr("waymark.access.ledger.FEW_LINES", request.param)

    def ask(actor, *, by=None):
        with reading_as(by or actor):
            return [person.given_name for person in YoungPerson.objects.listed_for(actor).order_by("given_name")]

    return ask


def test_whoever_works_on_a_record_finds_it_in_their_list_and_nobody_else(
    listed, keyworker, allocated_worker, stranger, other_keyworker, young_person, other_young_person
):
    assert listed(keyworker) == ["Amira"]
    assert listed(allocated_worker) == ["Amira"]
    assert listed(stranger) == []
    assert listed(other_keyworker) == []


def test_a_conflict_of_interest_takes_a_record_from_the_list(
    listed, keyworker, colleague, allocated_worker, young_person
):
    account = Account.objects.get(pk=keyworker.account_id)
    declare_conflict(actor=keyworker, case=young_person.case, account=account, why="They are cousins")

    assert listed(keyworker) == []
    assert listed(allocated_worker) == ["Amira"]


def test_a_restricted_record_is_in_the_list_of_those_it_names(
    listed, colleague, keyworker, allocated_worker, young_person
):
    named = [Membership.objects.get(pk=allocated_worker.membership_id)]
    restrict_record(actor=colleague, case=young_person.case, why="Her aunt works here", named=named)

    assert listed(keyworker) == []
    assert listed(allocated_worker) == ["Amira"]


def test_the_code_asks_who_it_is_for_though_the_database_knows_who_acts(listed, keyworker, stranger, young_person):
    assert listed(stranger, by=keyworker) == []
    assert listed(keyworker, by=stranger) == []


def test_entries_asked_about_one_by_one_are_those_asked_about_together(
    reading_as, keyworker, allocated_worker, stranger, young_person
):
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    shown, held = (
        record(
            "risk_information_received",
            case=young_person.case,
            actor=allocated_worker,
            occurred_at=at,
            refs={"concern": concern},
            data={"summary": "What was heard"},
        )
        for concern in ("C1", "C2")
    )
    hold_back(held, actor=allocated_worker, why="Its source", readers=[])

    for actor in (keyworker, allocated_worker, stranger):
        with reading_as(actor):
            of_each = set(Event.objects.visible_one_by_one(actor).values_list("pk", flat=True))
            assert of_each == set(Event.objects.visible_to(actor).values_list("pk", flat=True))
            assert (shown.pk in of_each) is (actor is not stranger)
            assert (held.pk in of_each) is (actor is allocated_worker)


@pytest.mark.parametrize("said", ["on", "off", "", "' or true --"])
def test_what_a_page_says_of_its_list_shows_nobody_more(reading_as, keyworker, stranger, young_person, said):
    for actor, rows in ((keyworker, 1), (stranger, 0)):
        with reading_as(actor), connections[WEB].cursor() as cursor:
            cursor.execute("select set_config('waymark.few', %s, true)", [said])
            cursor.execute("select count(*) from people_youngperson")
            assert cursor.fetchone() == (rows,)


def test_own_lines_are_nobody_elses(reading_as, keyworker, allocated_worker, stranger, young_person):
    for actor, lines in ((keyworker, 1), (allocated_worker, 1), (stranger, 0), (None, 0)):
        with reading_as(actor):
            assert OwnLine.objects.count() == lines
