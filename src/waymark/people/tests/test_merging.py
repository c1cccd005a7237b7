"""Two records about one person: said, found as one, told as one, and taken back so that everything is as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from tests.support.cast import LONG_AGO
from tests.support.pages import text_of

from waymark.access.models import RestrictedRecord
from waymark.audit.models import Entry
from waymark.core.errors import Refused
from waymark.events.services import record
from waymark.people.duplicates import RegisteredAlready
from waymark.people.merging import merge, undo
from waymark.people.models import Merge
from waymark.people.searching import Sought, search
from waymark.people.services import NewYoungPerson, add_young_person
from waymark.people.statuses import NotPossible

pytestmark = pytest.mark.usefixtures("db")
TRAIL = {"audit.Entry", "audit.Words", "people.Merge"}
"""What grows by looking and by deciding."""


@pytest.fixture
def double(young_person, system, colleague, involved):
    """Amira once more, registered by somebody who heard her name on the telephone; the colleague works on both."""
    new = NewYoungPerson(
        authority=young_person.case.authority,
        given_name="Amirah",
        family_name="Sessay",
        date_of_birth=date(2008, 5, 14),
        reference="YP70",
        starts_at=LONG_AGO,
    )
    person = add_young_person(new, actor=system)
    involved(person, "deputy_team_manager", actor=colleague)
    return person


@pytest.fixture
def merged(double, young_person, colleague):
    return merge(double.case, young_person.case, why="The same NHS number", actor=colleague)


def everything():
    """Every row of every table of ours, but for the trail."""
    rows = {}
    for model in apps.get_models():
        label = model._meta.label
        if model.__module__.startswith("waymark.") and label not in TRAIL and not label.startswith("accounts."):
            rows[label] = sorted(map(str, model._base_manager.values_list()))
    return rows


def test_saying_so_and_taking_it_back_leaves_every_table_as_it_was(double, young_person, colleague):
    record("team_changed", case=double.case, actor=colleague, occurred_at=datetime(2026, 3, 2, tzinfo=UTC))
    before = everything()
    assert len(before) > 25

    made = merge(double.case, young_person.case, why="The same NHS number", actor=colleague)
    assert everything() == before, "nothing is moved or rewritten meanwhile either"
    undo(made, why="Twins", actor=colleague)

    assert everything() == before
    assert not Merge.objects.standing().exists()
    assert Merge.objects.get().undone_why == "Twins"


def test_both_records_have_it_in_their_trail(merged, double, young_person, colleague):
    undo(merged, why="Twins", actor=colleague)

    for case in (double.case, young_person.case):
        told = Entry.objects.filter(case_id=case.pk, membership_id=colleague.membership_id, action="write")
        assert {
            "two records are about one person",
            "two records are about two people after all",
        } <= set(told.values_list("purpose", flat=True))


def test_a_search_before_registering_finds_one(double, young_person, colleague, reading_as):
    sought = Sought(given_name="Amira", family_name="Sesay", date_of_birth=date(2008, 5, 14))

    def found():
        with reading_as(colleague):
            return [match.person.name for match in search(sought, actor=colleague).found]

    assert found() == ["Amira Sesay", "Amirah Sessay"]
    made = merge(double.case, young_person.case, why="The same NHS number", actor=colleague)
    assert found() == ["Amira Sesay"]
    undo(made, why="Twins", actor=colleague)
    assert found() == ["Amira Sesay", "Amirah Sessay"]


def test_the_list_of_records_finds_one_also_by_the_name_of_the_double(merged, client_as, colleague):
    client = client_as(colleague)

    assert text_of(client.get("/records?q=ami")).count("Amira") == 1
    assert "YP70" not in text_of(client.get("/records?q=ami"))
    assert "YP70" in text_of(client.get("/records?q=sessay"))


def test_whoever_registers_the_double_again_is_led_to_the_record_to_go_on_with(merged, double, young_person, colleague):
    again = NewYoungPerson(
        authority=young_person.case.authority,
        given_name="Amirah",
        family_name="Sessay",
        date_of_birth=date(2008, 5, 14),
    )

    with pytest.raises(RegisteredAlready) as told:
        add_young_person(again, actor=colleague)

    assert told.value.person == young_person


def test_what_happened_is_told_as_one_and_each_page_leads_to_the_other(
    merged, double, young_person, colleague, client_as
):
    record("team_changed", case=double.case, actor=colleague, occurred_at=datetime(2026, 3, 2, tzinfo=UTC))
    client = client_as(colleague)

    said = client.get(f"/records/{young_person.case_id}/events")
    assert "On YP70." in text_of(said)
    assert f"/records/{double.case_id}/events/" in said.content.decode()
    assert "YP70 is about the same person" in text_of(said)
    assert "This record is a double. Go on with YP1" in text_of(client.get(f"/records/{double.case_id}"))


@pytest.mark.parametrize(("tab", "label"), [("", "Duties"), ("/documents", "Documents"), ("/about", "About them")])
def test_where_something_stays_on_each_the_page_leads_to_the_same_page_of_the_double(
    merged, double, young_person, colleague, client_as, tab, label
):
    said = client_as(colleague).get(f"/records/{young_person.case_id}{tab}")

    link = f'<a class="govuk-link" href="/records/{double.case_id}{tab}">{label} on YP70</a>'
    assert link in said.content.decode()


def test_of_a_record_that_somebody_may_not_open_nothing_shows(
    merged, double, young_person, colleague, allocated_worker, client_as, reading_as
):
    said = text_of(client_as(allocated_worker).get(f"/records/{young_person.case_id}/events"))

    assert "YP70" not in said
    assert "same person" not in said
    with reading_as(allocated_worker):
        assert list(Merge.objects.all()) == []
    with reading_as(colleague):
        assert list(Merge.objects.all()) == [merged]


def test_only_managers_of_the_responsible_council_who_may_change_both_decide(
    double, young_person, allocated_worker, colleague, stranger, other_young_person
):
    for actor in (allocated_worker, stranger):
        with pytest.raises(Refused):
            merge(double.case, young_person.case, why="The same", actor=actor)
    with pytest.raises(Refused):
        merge(other_young_person.case, young_person.case, why="The same", actor=colleague)
    assert not Merge.objects.exists()


def test_what_cannot_be_is_said(double, young_person, scheme, colleague, system):
    for case, into, why, words in (
        (double.case, double.case, "x", "the same record"),
        (double.case, scheme.case, "x", "records of young people"),
        (double.case, young_person.case, " ", "how you know"),
    ):
        with pytest.raises(NotPossible, match=words):
            merge(case, into, why=why, actor=system)
    made = merge(double.case, young_person.case, why="The same", actor=colleague)
    for case, into in ((double.case, young_person.case), (young_person.case, double.case)):
        with pytest.raises(NotPossible, match="already"):
            merge(case, into, why="The same", actor=colleague)
    undo(made, why="Twins", actor=colleague)
    with pytest.raises(NotPossible, match="taken back already"):
        undo(made, why="Twins", actor=colleague)


def test_a_manager_looks_at_both_says_so_and_takes_it_back_by_the_pages(
    double, young_person, colleague, client_as, allocated_worker
):
    client, about = client_as(colleague), f"/records/{double.case_id}/about"
    assert "This person has another record" in text_of(client.get(about))
    typed = {"reference": "yp1", "why": "The same NHS number"}

    looked = client.post(f"{about}/double", typed)
    assert "Are they the same person?" in text_of(looked)
    assert not Merge.objects.exists()
    done = client.post(f"{about}/double", typed | {"confirm": "1"}, follow=True)
    assert "YP70 is a double now. Go on with this record." in text_of(done)

    made = Merge.objects.get()
    wrong = client.post(f"{about}/double/{made.pk}/undo", {"why": ""})
    assert (wrong.status_code, "Say how you know that they are two people" in text_of(wrong)) == (422, True)
    client.post(f"{about}/double/{made.pk}/undo", {"why": "Twins"})
    assert not Merge.objects.standing().exists()
    assert client_as(allocated_worker).get(f"{about}/double").status_code == 403


def test_a_reference_that_is_hidden_is_as_one_that_is_not_there(double, other_young_person, colleague, client_as):
    client, address = client_as(colleague), f"/records/{double.case_id}/about/double"
    RestrictedRecord.objects.create(case=other_young_person.case, why="Well known", starts_at=LONG_AGO)

    said = {
        text_of(client.post(address, {"reference": reference, "why": "x"})).replace(reference, "")
        for reference in ("YP2", "YP9999")
    }

    assert len(said) == 1
    assert "There is no record with this reference that you may open" in said.pop()
