"""Schemes: the list, one with its units and calendar, and adding and changing schemes and units."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from waymark.accommodation.calendar import Month, cases_in, occupancy_in
from waymark.accommodation.forms import NewSchemeForm, SchemeForm, UnitForm
from waymark.accommodation.models import Provider, Scheme, Unit
from waymark.accommodation.rules import may_at, works_with
from waymark.accommodation.services import add_scheme, add_unit, change_scheme, change_unit
from waymark.accommodation.vacancies import in_order, london_day, standing_of, units_of
from waymark.accommodation.views.common import actor_of, attempt, own_scheme, own_unit, seen_of, show, unchanged
from waymark.accommodation.views.presenting import UnitRow, facts_of
from waymark.core import trail
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.govuk.pages import Slice, asked_page, pagination, to_a_page_there_is, with_page
from waymark.govuk.resend import keeps_what_was_typed

ON_A_PAGE = 50


@permission(Permission.VIEW_VACANCIES)
def schemes(request: HttpRequest) -> HttpResponse:
    """The reader's own schemes, by name."""
    actor = actor_of(request)
    found = Scheme.objects.visible_to(actor).filter(works_with(actor)).select_related("provider")
    found = found.annotate(unit_count=Count("units")).order_by("name", "pk")
    shown = Slice(asked_page(request), ON_A_PAGE, found.count())
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    rows = list(found[shown.start : shown.start + shown.size])
    trail.listed(actor, "accommodation.Scheme", rows=len(rows))
    page = {
        "rows": rows,
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)),
        "may_add": actor.may(Permission.MANAGE_ACCOMMODATION),
    }
    return show(request, "schemes", page)


@permission(Permission.VIEW_VACANCIES)
def scheme(request: HttpRequest, scheme_id: UUID) -> HttpResponse:
    """What is known of a scheme, how each unit stands now and next, and who is where in a month."""
    actor, now = actor_of(request), system_clock.now()
    found = own_scheme(request, scheme_id, "look at a scheme")
    today = london_day(now)
    month = Month.asked(request.GET.get("month", ""), today)
    units = sorted(units_of(actor).filter(scheme=found), key=lambda unit: in_order(unit.label))
    calendar = occupancy_in(units, month, actor=actor, now=now)
    named = cases_in(calendar)
    if named:
        trail.listed(actor, "accommodation.Occupancy", purpose="occupancy calendar", cases=named, rows=len(calendar))
    manages = may_at(actor, Permission.MANAGE_UNITS, found)
    page = {
        "scheme": found,
        "facts": facts_of(found),
        "units": [UnitRow(row, today, manages) for row in standing_of(units, day=today, now=now)],
        "month": month,
        "calendar": calendar,
        "today": today,
        "may_manage": manages,
        "may_change": may_at(actor, Permission.MANAGE_ACCOMMODATION, found),
        "may_read_record": actor.may(Permission.VIEW_CASE, found),
    }
    return show(request, "scheme", page)


@keeps_what_was_typed
@permission(Permission.MANAGE_ACCOMMODATION)
def new_scheme(request: HttpRequest) -> HttpResponse:
    """Add a scheme to a provider of the reader's borough."""
    actor = actor_of(request)
    providers = {
        str(one.pk): one
        for one in Provider.objects.visible_to(actor)
        .filter(case__authority__agency=actor.agency_id)
        .select_related("case__authority")
        .order_by("name")
    }
    form = NewSchemeForm(list(providers.values()), request.POST if request.method == "POST" else None)
    added: list[Scheme] = []
    if form.is_valid():
        said = form.said()
        provider, units = providers[said.pop("provider")], said.pop("units")
        if attempt(form, lambda: added.append(add_scheme(actor=actor, provider=provider, units=units, **said))):
            messages.success(request, f"{added[0].name} is there now. Its units are free until somebody moves in.")
            return HttpResponseRedirect(reverse("scheme", args=[added[0].pk]))
    return show(request, "change", {"form": form, "title": "Add a scheme", "button": "Add the scheme"})


@keeps_what_was_typed
@permission(Permission.MANAGE_ACCOMMODATION)
def edit_scheme(request: HttpRequest, scheme_id: UUID) -> HttpResponse:
    """Change what is said of a scheme."""
    actor = actor_of(request)
    found = own_scheme(request, scheme_id, "change a scheme")
    form = SchemeForm.of(found, request.POST if request.method == "POST" else None)
    back = reverse("scheme", args=[found.pk])
    if (
        form.is_valid()
        and unchanged(request, form, found)
        and attempt(form, lambda: change_scheme(found, actor=actor, **form.said()))
    ):
        messages.success(request, "The scheme has been changed.")
        return HttpResponseRedirect(back)
    page = {"form": form, "title": "Change the scheme", "about": found.name, "button": "Save", "back": back}
    return show(request, "change", {**page, "seen": seen_of(found)})


@keeps_what_was_typed
@permission(Permission.MANAGE_UNITS)
def new_unit(request: HttpRequest, scheme_id: UUID) -> HttpResponse:
    """Add a unit to a scheme."""
    actor = actor_of(request)
    found = own_scheme(request, scheme_id, "add a unit")
    form = UnitForm.of(None, request.POST if request.method == "POST" else None)
    back = reverse("scheme", args=[found.pk])
    if form.is_valid() and attempt(form, lambda: add_unit(found, actor=actor, **form.said())):
        messages.success(request, f"{form.cleaned_data['label']} has been added. It is free until somebody moves in.")
        return HttpResponseRedirect(back)
    page = {"form": form, "title": "Add a unit", "about": found.name, "button": "Add the unit", "back": back}
    return show(request, "change", page)


@keeps_what_was_typed
@permission(Permission.MANAGE_UNITS)
def edit_unit(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Change what is said of a unit."""
    actor = actor_of(request)
    found = own_unit(request, unit_id, "change a unit")
    form = UnitForm.of(found, request.POST if request.method == "POST" else None)
    if (
        form.is_valid()
        and unchanged(request, form, found)
        and attempt(form, lambda: change_unit(found, actor=actor, **form.said()))
    ):
        messages.success(request, f"{form.cleaned_data['label']} has been changed.")
        return HttpResponseRedirect(reverse("scheme", args=[found.scheme_id]))
    return show(request, "change", {**_about(found, "Change the unit"), "form": form, "seen": seen_of(found)})


def _about(unit: Unit, title: str) -> dict[str, Any]:
    about = f"{unit.label}, {unit.scheme.name}"
    return {"title": title, "about": about, "button": "Save", "back": reverse("scheme", args=[unit.scheme_id])}
