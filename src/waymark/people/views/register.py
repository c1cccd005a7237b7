"""Registering a young person: looked for first, and then added if they are not there.

What is typed is sent and never put in an address, so that no log keeps it.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.models import Agency
from waymark.cases.models import Case, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.duties.engine.calendar import local_date
from waymark.govuk.dates import date_parts
from waymark.govuk.resend import keeps_what_was_typed
from waymark.people.duplicates import RegisteredAlready
from waymark.people.forms import RegisterForm, SearchForm
from waymark.people.nhs_numbers import read_nhs_number
from waymark.people.searching import MOST, search
from waymark.people.services import NewYoungPerson, add_young_person

BEGIN = "begin"
"""The name of the button that leads from the search to the form."""


@keeps_what_was_typed
@permission(Permission.MANAGE_PEOPLE)
def register(request: HttpRequest) -> HttpResponse:
    """Look for whoever is to be registered. What is found leads to the record, and the rest to the form."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = SearchForm(request.POST if request.method == "POST" else None)
    found = search(form.sought(), actor=actor) if form.is_valid() else None
    page = {
        "here": "records",
        "form": form,
        "found": found,
        "most": MOST,
        "today": local_date(system_clock.now()),
        "carried": _carried(form) if found is not None else [],
        "begin": BEGIN,
    }
    return render(request, "people/register.jinja2", page, status=422 if form.errors else 200)


@keeps_what_was_typed
@permission(Permission.MANAGE_PEOPLE)
def register_new(request: HttpRequest) -> HttpResponse:
    """Add them. Whoever comes without having looked is led to the search."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    council = _council_of(actor)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("register"))
    today = local_date(system_clock.now())
    begins = BEGIN in request.POST
    form = RegisterForm(today, None if begins else request.POST, _begun(request) if begins else None)
    known = None
    if council is None:
        return render(request, "people/no_council.jinja2", {"here": "records"}, status=409)
    if not begins and form.is_valid():
        try:
            person = add_young_person(NewYoungPerson(authority=council, **form.given()), actor=actor)
        except RegisteredAlready as already:
            known = already.person
            trail.read(actor, known.case, purpose="before registering")
            form.add_error(None, "Somebody of this name and date of birth, or with this NHS number, is here already")
        else:
            messages.success(request, f"Registered: {person.name}, {person.case.reference}. You work on this record.")
            return HttpResponseRedirect(reverse("about_them", args=[person.case_id]))
    page = {"here": "records", "form": form, "known": known, "council": council.agency.name}
    return render(request, "people/register_new.jinja2", page, status=422 if form.errors else 200)


def _council_of(actor: Actor) -> Case | None:
    """The council that is responsible for whom its staff register."""
    agency = Agency.objects.visible_to(actor).filter(pk__in=[actor.agency_id], case__kind=Kind.BOROUGH)
    found = agency.select_related("case").first()
    return found.case if found else None


def _carried(form: SearchForm) -> list[tuple[str, str]]:
    """What was searched for, as hidden inputs of the form that leads on."""
    said = form.cleaned_data
    parts = date_parts(said["date_of_birth"]) if said["date_of_birth"] else {}
    number = said["number"]
    name = "nhs_number" if read_nhs_number(number) else "case_number"
    pairs = [("given_name", said["given_name"]), ("family_name", said["family_name"]), (name, number)]
    return [*pairs, *((f"date_of_birth-{part}", value) for part, value in parts.items())]


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What the search knew, for the form to begin with."""
    names = ("given_name", "family_name", "nhs_number", "case_number")
    found: dict[str, Any] = {name: request.POST.get(name, "") for name in names}
    found["date_of_birth"] = {part: request.POST.get(f"date_of_birth-{part}", "") for part in ("day", "month", "year")}
    return found
