"""The pages of subject access: they show how much is held and never what, and only to whoever answers for it."""

from __future__ import annotations

from itertools import product

import pytest
from tests.support.pages import text_of

from waymark.audit.models import Entry
from waymark.disclosure.tests.conftest import FREE, WORDS

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def found_by(client_as, data_lead):
    """What the page says when the lead looks for somebody."""

    def find(actor=data_lead, **typed):
        return text_of(client_as(actor).post("/subject-access", typed, follow=True))

    return find


BORN = {"born-day": "14", "born-month": "5", "born-year": "2008"}


@pytest.mark.parametrize(
    "typed",
    [{"reference": "yp1 "}, {"given_name": "amira", "family_name": "SESAY", **BORN}],
)
def test_somebody_is_found_by_exact_reference_or_by_name_and_date_of_birth(found_by, young_person, typed):
    page = found_by(**typed)

    assert "1 person found" in page
    assert "Amira Sesay, YP1" in page
    assert Entry.objects.get(action="search").cases == [young_person.case_id]


def test_the_way_back_from_somebody_found_is_a_page_whose_address_names_nobody(
    client_as, data_lead, other_data_lead, young_person
):
    client = client_as(data_lead)

    sent = client.post("/subject-access", {"given_name": "Amira", "family_name": "Sesay", **BORN})

    assert sent.url == f"/subject-access?found={young_person.case_id}"
    assert "Amira Sesay, YP1" in text_of(client.get(sent.url))
    assert "Nobody found" in text_of(client_as(other_data_lead).get(sent.url))
    assert "found" not in text_of(client.get("/subject-access?found=Amira"))


@pytest.mark.parametrize(
    "typed",
    [
        {"reference": "YP"},
        {"reference": "Amira"},
        {"given_name": "Ami", "family_name": "Sesay", **BORN},
        {"given_name": "Amira", "family_name": "Sesay", **BORN, "born-day": "15"},
        {"reference": "B1"},
    ],
)
def test_nothing_less_than_that_finds_anybody(found_by, young_person, typed):
    assert "Nobody found" in found_by(**typed)


def test_what_was_left_out_is_said_where_it_is_missing(found_by):
    assert "Enter their reference, or their name and date of birth" in found_by()
    assert "Enter their last name, or their reference" in found_by(given_name="Amira")


def test_the_lead_of_another_council_finds_nobody_and_is_answered_as_if_there_were_nobody(
    found_by, client_as, young_person, other_data_lead, scheme
):
    client = client_as(other_data_lead)
    nobody = "00000000-0000-4000-8000-000000000000"

    assert "Nobody found" in found_by(other_data_lead, reference="YP1")
    theirs, none, place = (
        client.get(f"/subject-access/{case}") for case in (young_person.case_id, nobody, scheme.case_id)
    )
    assert (theirs.status_code, none.status_code, place.status_code) == (404, 404, 404)
    assert text_of(theirs) == text_of(none) == text_of(place)
    taken = client.post(f"/subject-access/{young_person.case_id}", {"file": "review-json", "cleared": ""})
    assert taken.status_code == 404
    assert FREE not in taken.content.decode()


def test_other_roles_are_refused_and_are_not_offered_it(client_as, colleague, young_person):
    client = client_as(colleague)

    assert client.get("/subject-access").status_code == 403
    assert client.get(f"/subject-access/{young_person.case_id}").status_code == 403
    assert "Subject access" not in text_of(client.get("/"))


def test_the_page_says_how_much_is_held_and_nothing_of_what(client_as, data_lead, file_on_amira):
    page = text_of(client_as(data_lead).get(f"/subject-access/{file_on_amira.case_id}"))

    assert "What is held on Amira Sesay" in page
    assert "Conflicts of interest 1" in page
    assert "marked to be checked" in page
    assert not [words for words in WORDS if words in page]


def test_a_file_is_taken_and_what_means_nothing_is_said(client_as, data_lead, file_on_amira):
    client, address = client_as(data_lead), f"/subject-access/{file_on_amira.case_id}"

    taken = client.post(address, {"file": "release-pdf", "cleared": ""})
    wrong = client.post(address, {"file": "release-pdf", "cleared": "12345ABCDE"})

    assert taken.content.startswith(b"%PDF")
    assert taken["Content-Disposition"] == 'attachment; filename="YP1-for-release.pdf"'
    assert "no-store" in taken["Cache-Control"]
    assert wrong.status_code == 422
    assert "No marked item has the code 12345ABCDE" in text_of(wrong)
    nothing = client.post(address, {"file": "release-pdf", "cleared": "all of it, please"})
    assert "There is no code in this" in text_of(nothing)
    assert "Choose one of the files" in text_of(client.post(address, {"file": "everything", "cleared": ""}))
    assert Entry.objects.filter(action="export", case_id=file_on_amira.case_id).count() == 1


def test_nothing_that_is_typed_breaks_a_form(client_as, data_lead, young_person):
    from tests.architecture.test_hostile_values import HOSTILE

    client = client_as(data_lead)
    forms = {
        "/subject-access": ("reference", "given_name", "family_name", "born-day", "born-month", "born-year"),
        f"/subject-access/{young_person.case_id}": ("cleared", "file"),
        f"/retention/records/{young_person.case_id}/hold": ("why", "until-day", "until-month", "until-year"),
    }
    for (address, names), (what, value) in product(forms.items(), HOSTILE.items()):
        sent = client.post(address, dict.fromkeys(names, value))

        assert sent.status_code < 500, (address, what)
        assert "<script>alert(1)" not in sent.content.decode(), (address, what)
