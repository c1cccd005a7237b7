"""The registers of groups and of people of concern: what specialists of a borough keep, and nobody else sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.services import NotAsAsked
from waymark.audit.reading import read_or_404
from waymark.cases.models import Case, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.govuk.resend import keeps_what_was_typed
from waymark.risks import services
from waymark.risks.models import Frequents, Group, PersonOfConcern, Rivalry, boroughs_of
from waymark.risks.register_forms import FORMS

KEPT: dict[str, Callable[[Actor], QuerySet[Any]]] = {
    "group": lambda actor: Group.objects.visible_to(actor),
    "rivals": lambda actor: Rivalry.objects.visible_to(actor).select_related("group", "rival"),
    "person": lambda actor: PersonOfConcern.objects.visible_to(actor).select_related("group"),
    "place": lambda actor: Frequents.objects.visible_to(actor).select_related("person", "scheme"),
}
"""The registers, by their names in addresses."""
MOST = 500
"""How many rows of each are shown."""


@permission(Permission.KEEP_REGISTERS)
def registers(request: HttpRequest) -> HttpResponse:
    """Groups, who is against whom, people of concern and where they are found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    groups = KEPT["group"](actor).filter(ends_at=None).order_by("name", "pk")[:MOST]
    rivals = KEPT["rivals"](actor).filter(ends_at=None).order_by("group__name", "rival__name", "pk")[:MOST]
    people = KEPT["person"](actor).filter(ends_at=None).order_by("name", "pk")[:MOST]
    places = KEPT["place"](actor).filter(ends_at=None).order_by("person__name", "pk")[:MOST]
    found = {"groups": list(groups), "rivals": list(rivals), "people": list(people), "places": list(places)}
    trail.listed(actor, "risks.PersonOfConcern", purpose="registers", people=len(found["people"]))
    page = {"here": "registers", "borough": _borough(actor), **found}
    return render(request, "risks/registers.jinja2", page)


@keeps_what_was_typed
@permission(Permission.KEEP_REGISTERS)
def add(request: HttpRequest, sort: str) -> HttpResponse:
    """Put something into a register."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    borough = _borough(actor)
    if sort not in FORMS or borough is None:
        raise Http404
    form = FORMS[sort](actor, borough, request.POST or None)
    if form.is_valid():
        try:
            form.store()
        except NotAsAsked as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "It stands in the register.")
            return HttpResponseRedirect(reverse("registers"))
    page = {"here": "registers", "form": form, "heading": form.heading, "button": form.button}
    return render(request, "risks/register_form.jinja2", page, status=422 if form.errors else 200)


@permission(Permission.KEEP_REGISTERS)
def end_group(request: HttpRequest, group_id: UUID) -> HttpResponse:
    """Ask, and end a group."""
    return _end(request, "group", group_id)


@permission(Permission.KEEP_REGISTERS)
def end_rivalry(request: HttpRequest, rivalry_id: UUID) -> HttpResponse:
    """Ask, and say that two groups are no rivals."""
    return _end(request, "rivals", rivalry_id)


@permission(Permission.KEEP_REGISTERS)
def end_person(request: HttpRequest, personofconcern_id: UUID) -> HttpResponse:
    """Ask, and say that somebody is of no concern any more."""
    return _end(request, "person", personofconcern_id)


@permission(Permission.KEEP_REGISTERS)
def end_place(request: HttpRequest, frequents_id: UUID) -> HttpResponse:
    """Ask, and say that somebody is not found there any more."""
    return _end(request, "place", frequents_id)


def _end(request: HttpRequest, sort: str, row_id: UUID) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = read_or_404(request, KEPT[sort](actor), pk=row_id, purpose="end in a register")
    if request.method == "POST":
        services.end_in_register(row, actor=actor)
        messages.success(request, "It is ended, and stays as history.")
        return HttpResponseRedirect(reverse("registers"))
    page = {"here": "registers", "row": row, "sort": sort}
    return render(request, "risks/register_end.jinja2", page)


def _borough(actor: Actor) -> Case | None:
    """The borough whose registers the actor keeps: their team's, or their council's."""
    return Case.objects.of_kind(Kind.BOROUGH).filter(boroughs_of(actor, "pk")).order_by("reference").first()
