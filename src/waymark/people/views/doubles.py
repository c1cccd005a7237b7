"""Saying that two records are about one person, and taking that back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.audit.reading import read_or_404
from waymark.cases.models import Case, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.ledger import current_ledger
from waymark.core.permissions import Permission, permission
from waymark.core.record_frame import frame
from waymark.govuk.resend import keeps_what_was_typed
from waymark.people.forms import DoubleForm, UndoForm
from waymark.people.merging import merge, undo
from waymark.people.models import Merge
from waymark.people.statuses import NotPossible

CONFIRM = "confirm"
"""The name of the button on the page that shows both."""


@keeps_what_was_typed
@permission(Permission.MERGE_RECORDS)
def merge_records(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """First which other record; then both beside each other, to look at before it is said."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = _case(request, case_id, "say that it is a double")
    actor.require(Permission.MERGE_RECORDS, case)
    form = DoubleForm(request.POST if request.method == "POST" else None)
    other = _other(form, actor) if form.is_valid() else None
    if other is not None and CONFIRM in request.POST and _merged(form, case, other, actor):
        messages.success(request, f"{case.reference} is a double now. Go on with this record.")
        return HttpResponseRedirect(reverse("case", args=[other.pk]))
    page = {**frame(request, case, "about"), "form": form, "other": other, "confirm": CONFIRM, "both": (case, other)}
    name = "people/merge_check.jinja2" if other is not None and not form.errors else "people/merge.jinja2"
    return render(request, name, page, status=422 if form.errors else 200)


@keeps_what_was_typed
@permission(Permission.MERGE_RECORDS)
def undo_merge(request: HttpRequest, case_id: UUID, merge_id: UUID) -> HttpResponse:
    """Say that they are two people after all."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = _case(request, case_id, "say that it is no double")
    visible = Merge.objects.visible_to(actor).filter(case=case).select_related("into")
    made = read_or_404(request, visible, pk=merge_id, purpose="say that it is no double")
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            undo(made, why=form.cleaned_data["why"], actor=actor)
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "Taken back. Both records are as they were.")
            return HttpResponseRedirect(reverse("case", args=[case.pk]))
    note = f"{case.reference} is said to be about the same person as {made.into.reference}: {made.why}"
    page = {**frame(request, case, "about"), "form": form, "title": "They are two people", "button": "Take it back"}
    return render(request, "people/change.jinja2", page | {"note": note}, status=422 if form.errors else 200)


def _case(request: HttpRequest, case_id: UUID, purpose: str) -> Case:
    return read_or_404(request, _reached(request.actor), pk=case_id, purpose=purpose)  # type: ignore[attr-defined]


def _reached(actor: Actor) -> QuerySet[Case]:
    cases = current_ledger().cases_within_reach(actor)
    return Case.objects.filter(pk__in=cases, kind=Kind.YOUNG_PERSON).select_related("young_person")


def _other(form: DoubleForm, actor: Actor) -> Case | None:
    """The record that was named, if the reader may open it: one that is hidden is as if it were not there."""
    named = _reached(actor).filter(reference__iexact=form.cleaned_data["reference"].strip())
    found = named.order_by("pk").first()
    if found is None:
        form.add_error("reference", "There is no record with this reference that you may open")
    else:
        trail.read(actor, found, purpose="compare two records")
    return found


def _merged(form: DoubleForm, case: Case, other: Case, actor: Actor) -> bool:
    """Whether it is said now. Otherwise the form says why not."""
    try:
        merge(case, other, why=form.cleaned_data["why"], actor=actor)
    except NotPossible as problem:
        form.add_error(problem.field or None, str(problem))
        return False
    return True
