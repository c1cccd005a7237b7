"""Subject access: finding a person, and the files of what is held on them. No page shows what a record says."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.audit.reading import not_found
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.disclosure.answering import MOST_FOUND, find_people, people_of
from waymark.disclosure.files import OFFERS, File, codes_in
from waymark.disclosure.forms import ClearedForm, FindForm
from waymark.disclosure.gathering import Gathered, NotAnItemError
from waymark.disclosure.marks import Kind
from waymark.disclosure.subject import PURPOSE, files_of, what_is_held
from waymark.govuk.resend import keeps_what_was_typed

SHOWN = 5
"""How many codes that mean nothing an error names."""


@keeps_what_was_typed
@permission(Permission.ANSWER_SUBJECT_ACCESS)
def find(request: HttpRequest) -> HttpResponse:
    """Find the person who asks. What was typed is sent, not put in an address, so that no log keeps it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = FindForm(request.POST if request.method == "POST" else None)
    people = find_people(actor=actor, **form.cleaned_data) if form.is_valid() else None
    if people:  # so that the way back from one of them is a page, and not a form to send again
        records = urlencode([("found", str(one.case_id)) for one in people])
        return HttpResponseRedirect(f"{reverse('subject_access')}?{records}")
    if request.method == "GET" and (found := _identifiers(request.GET.getlist("found"))):
        people = people_of(found, actor=actor)
    page = {"here": "subject_access", "form": form, "people": people}
    return render(request, "disclosure/find.jinja2", page, status=422 if form.errors else 200)


@keeps_what_was_typed
@permission(Permission.ANSWER_SUBJECT_ACCESS)
def person(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What is held on one person, by kind and number, and the files to take."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = ClearedForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        file = _file(request, case_id, form)
        if file is not None:
            headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
            return HttpResponse(file.content, content_type=file.content_type, headers=headers)
    gathered = what_is_held(case_id, actor=actor)
    if gathered is None:
        raise not_found(request, Case, purpose=PURPOSE, pk=case_id)
    page = {
        "here": "subject_access",
        "person": gathered.case.young_person,
        "case": gathered.case,
        "form": form,
        "kinds": _kinds(gathered),
        "marked": {kind.value: sum(mark.kind == kind for *_, mark in gathered.items()) for kind in Kind},
        "offers": OFFERS,
    }
    return render(request, "disclosure/person.jinja2", page, status=422 if form.errors else 200)


def _identifiers(texts: list[str]) -> list[UUID]:
    """The records that the address names. It never holds a name or a date of birth."""
    try:
        return [UUID(text) for text in texts[:MOST_FOUND]]
    except ValueError:
        return []


def _file(request: HttpRequest, case_id: UUID, form: ClearedForm) -> File | None:
    """The file that was asked for; None, with the form saying why, when there is none or a code means nothing."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    key = request.POST.get("file", "")
    if key not in {offer.key for offer in OFFERS}:
        form.add_error(None, "Choose one of the files")
        return None
    cleared = codes_in(form.cleaned_data["cleared"])
    if form.cleaned_data["cleared"] and not cleared:  # or nothing would go out, and nobody would know why
        form.add_error("cleared", "There is no code in this. Each mark in the files for review has one")
        return None
    try:
        files = files_of(case_id, key, actor=actor, cleared=cleared)
    except NotAnItemError as problem:
        form.add_error("cleared", _means_nothing(problem.codes))
        return None
    if files is None:
        raise not_found(request, Case, purpose=PURPOSE, pk=case_id)
    return files[0]


def _means_nothing(codes: list[str]) -> str:
    more = f" and {len(codes) - SHOWN} more" if len(codes) > SHOWN else ""
    return (
        f"No marked item has the code {', '.join(codes[:SHOWN])}{more}. What it stood for may have changed: "
        "look at the files for review again"
    )


def _kinds(gathered: Gathered) -> list[tuple[str, int]]:
    """What is held, and how many rows of each; also what there is none of. Looking at this page is not counted."""
    return [
        (part.held.title, sum(row.values.get("purpose") != PURPOSE for row in part.rows)) for part in gathered.parts
    ]
