"""What every page carries, and the pages that say something is wrong."""

from __future__ import annotations

import logging
import re
import uuid

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from zeal import NPlusOneError

from waymark.accommodation.models import Unit
from waymark.audit.models import Entry
from waymark.audit.reading import read_or_404
from waymark.config.urls import handler403, handler404, handler500, urlpatterns
from waymark.core.permissions import Permission, permission
from waymark.people.models import YoungPerson

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.urls(__name__)]


@permission(Permission.VIEW_CASE)
def young_person_page(request, pk):
    person = read_or_404(request, YoungPerson.objects.visible_to(request.actor), pk=pk)
    return HttpResponse(person.name)


@permission(Permission.VIEW_CASE)
def broken_page(request, pk):
    read_or_404(request, YoungPerson.objects.visible_to(request.actor), pk=pk)
    raise ArithmeticError("broken on purpose")


@permission(Permission.VIEW_CASE)
def page_that_asks_for_each_row(request):
    return HttpResponse(", ".join(unit.scheme.name for unit in Unit.objects.visible_to(request.actor)))


@permission(Permission.ADOPT_PROTOCOL)
def adopting_page(request):
    raise AssertionError("not for a keyworker")


handler403, handler404, handler500 = handler403, handler404, handler500
urlpatterns = [
    *urlpatterns,
    path("young-people/<uuid:pk>", young_person_page, name="young_person"),
    path("broken/<uuid:pk>", broken_page),
    path("adopting", adopting_page),
    path("units", page_that_asks_for_each_row),
]


def test_the_health_check_says_that_all_is_well():
    response = Client().get("/health")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_without_a_database_the_page_says_so(monkeypatch, caplog):
    from django.db import connections

    def fail():
        raise OperationalError("connection refused")

    monkeypatch.setitem(vars(connections["default"]), "ensure_connection", fail)

    with caplog.at_level(logging.CRITICAL):
        response = Client().get("/health")

    assert response.status_code == 503
    assert "The database cannot be reached" in response.content.decode()


def test_every_page_forbids_scripts_from_elsewhere_and_in_the_page(client):
    response = client.get("/sign-in")

    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_the_layout_holds_no_script_style_or_handler_of_its_own_and_no_crown(client):
    page = client.get("/sign-in").content.decode()

    assert 'lang="en"' in page
    assert "<style" not in page
    assert " style=" not in page
    assert " on" not in {part[:3] for part in page.split("<")[1:] if part[1:].startswith(" on")}
    assert all("src=" in tag.split(">")[0] for tag in page.split("<script")[1:])
    assert "crown" not in page.lower()
    assert "GOV.UK" not in page


def test_reading_a_record_is_in_the_trail_with_the_number_of_the_request(client_as, keyworker, young_person):
    response = client_as(keyworker).get(f"/young-people/{young_person.pk}")

    assert response.content.decode() == "Amira Sesay"
    entry = Entry.objects.get(action="read")
    assert (entry.kind, entry.object_id) == ("people.YoungPerson", str(young_person.pk))
    assert (entry.case_id, entry.membership_id) == (young_person.case_id, keyworker.membership_id)
    assert entry.who == "Joel Abara, housing keyworker at Northlight Housing"
    assert str(entry.request_id) == response["X-Request-ID"]
    assert "Amira" not in str(entry.detail)


def test_a_stranger_cannot_tell_a_record_that_exists_from_one_that_does_not(client_as, stranger, young_person):
    client = client_as(stranger)

    theirs = client.get(f"/young-people/{young_person.pk}")
    nothing = client.get(f"/young-people/{uuid.uuid4()}")

    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert _without_form_token(theirs) == _without_form_token(nothing)
    assert {name: value for name, value in theirs.headers.items() if name != "X-Request-ID"} == {
        name: value for name, value in nothing.headers.items() if name != "X-Request-ID"
    }
    assert len(theirs.wsgi_request.afterwards) == len(nothing.wsgi_request.afterwards) == 1


def _without_form_token(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_what_a_stranger_asked_for_is_in_the_trail(client_as, stranger, young_person):
    client = client_as(stranger)
    client.get(f"/young-people/{young_person.pk}")
    client.get(f"/young-people/{uuid.uuid4()}")

    refusals = Entry.objects.filter(action="refusal").order_by("sequence")
    assert [(entry.object_id, entry.case_id, entry.detail) for entry in refusals] == [
        (str(young_person.pk), young_person.case_id, {"exists": True, "page": "young_person"}),
        ("", None, {"exists": False, "page": "young_person"}),
    ]
    assert {entry.membership_id for entry in refusals} == {stranger.membership_id}


def test_a_role_that_may_not_gets_a_403_that_says_what_and_the_trail_keeps_it(client_as, keyworker):
    response = client_as(keyworker).get("/adopting")

    assert response.status_code == 403
    assert "You may not adopt a protocol." in response.content.decode()
    entry = Entry.objects.get(action="refusal")
    assert (entry.membership_id, entry.detail) == (
        keyworker.membership_id,
        {"permission": "ADOPT_PROTOCOL", "page": "adopting"},
    )


def test_an_error_undoes_the_request_and_gives_a_number_to_quote(client_as, keyworker, young_person, caplog):
    client = client_as(keyworker)
    client.raise_request_exception = False

    with caplog.at_level(logging.CRITICAL):
        response = client.get(f"/broken/{young_person.pk}")

    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()
    assert "ArithmeticError" not in response.content.decode()
    assert not Entry.objects.filter(action="read").exists()


def test_when_the_trail_cannot_be_written_the_page_is_not_shown(
    client_as, keyworker, young_person, monkeypatch, caplog
):
    from waymark.core import trail

    client = client_as(keyworker)
    client.raise_request_exception = False

    def fail(entries):
        raise OSError("disk full")

    monkeypatch.setattr(trail._Registered, "writer", staticmethod(fail))

    with caplog.at_level(logging.CRITICAL):
        response = client.get(f"/young-people/{young_person.pk}")

    assert response.status_code == 500
    assert "Amira" not in response.content.decode()


def test_a_page_that_asks_the_database_once_for_each_row_fails_its_test(client_as, keyworker, scheme):
    with pytest.raises(NPlusOneError, match="Unit.scheme"):
        client_as(keyworker).get("/units")


def test_a_form_without_its_token_is_refused_and_told_what_to_do():
    response = Client(enforce_csrf_checks=True).post("/sign-out")

    assert response.status_code == 403
    assert "This form is too old" in response.content.decode()


def test_a_page_that_is_nowhere_is_a_404_for_everyone(client):
    response = client.get("/nowhere")

    assert response.status_code == 404
    assert "Page not found" in response.content.decode()
