"""Units out of service, why they stand empty, and the month's summary for Commissioning."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from waymark.access.models import Agency
from waymark.accommodation.calendar import Month
from waymark.accommodation.choices import OccupancyKind
from waymark.accommodation.forms import BackForm, CloseVoidForm, OutOfServiceForm, VoidForm
from waymark.accommodation.models import Occupancy, Unit, Void
from waymark.accommodation.rules import works_with
from waymark.accommodation.services import NewVoid, bring_back, close_void, record_void, take_out_of_service
from waymark.accommodation.summary import SENT, last_month, send_summary, sent_for, summary_of
from waymark.accommodation.vacancies import london_day, standing_of, units_of
from waymark.accommodation.views.common import actor_of, attempt, own_unit, show
from waymark.audit.reading import not_found, read_or_404
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.govuk.resend import keeps_what_was_typed


@keeps_what_was_typed
@permission(Permission.MANAGE_UNITS)
def out_of_service(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Take a unit out of service."""
    actor = actor_of(request)
    unit = own_unit(request, unit_id, "take a unit out of service")
    today = london_day(system_clock.now())
    form = OutOfServiceForm(request.POST if request.method == "POST" else None, initial={"first": today})
    if form.is_valid() and attempt(form, lambda: take_out_of_service(unit, actor=actor, **form.cleaned_data)):
        messages.success(request, f"{unit.label} is out of service. Nobody can be placed there in that time.")
        return HttpResponseRedirect(_scheme_of(unit))
    page = {**_about(unit, "Take a unit out of service"), "form": form, "button": "Take it out of service"}
    return show(request, "change", page)


@keeps_what_was_typed
@permission(Permission.MANAGE_UNITS)
def back_in_service(request: HttpRequest, occupancy_id: UUID) -> HttpResponse:
    """Say when a unit is back."""
    actor = actor_of(request)
    visible = (
        Occupancy.objects.visible_to(actor)
        .filter(works_with(actor, "unit__scheme__"), kind=OccupancyKind.OUT_OF_SERVICE, cancelled_at=None)
        .select_related("unit__scheme")
    )
    row = read_or_404(request, visible, purpose="bring a unit back", pk=occupancy_id)
    known = {"on": row.leaves_on or london_day(system_clock.now())}
    form = BackForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid() and attempt(form, lambda: bring_back(row, actor=actor, **form.cleaned_data)):
        messages.success(request, f"The day on which {row.unit.label} is back has been saved.")
        return HttpResponseRedirect(_scheme_of(row.unit))
    return show(request, "change", {**_about(row.unit, "Bring a unit back into service"), "form": form})


@keeps_what_was_typed
@permission(Permission.MANAGE_UNITS)
def new_void(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Say why a unit stands empty, when it should be ready and what is being done."""
    actor, now = actor_of(request), system_clock.now()
    unit = own_unit(request, unit_id, "say why a unit is empty")
    today = london_day(now)
    void = standing_of([unit], day=today, now=now)[0].void
    known: dict[str, Any] = {"first": today}
    if void is not None:
        known = {"first": void.days.lower, "cause": void.cause, "ready_on": void.ready_on, "doing": void.doing}
    form = VoidForm(today, request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid() and attempt(form, lambda: record_void(NewVoid(unit=unit, **form.cleaned_data), actor=actor)):
        messages.success(request, f"Saved. The month's summary counts {unit.label} under this cause.")
        return HttpResponseRedirect(_scheme_of(unit))
    history = Void.objects.visible_to(actor).filter(unit=unit).order_by("-days")[:20]
    page = {**_about(unit, "Why is this unit empty?"), "form": form, "history": history}
    return show(request, "void", page)


@keeps_what_was_typed
@permission(Permission.MANAGE_UNITS)
def end_void(request: HttpRequest, void_id: UUID) -> HttpResponse:
    """The cause holds no longer, and nobody has moved in yet."""
    actor = actor_of(request)
    visible = Void.objects.visible_to(actor).filter(works_with(actor, "unit__scheme__")).select_related("unit__scheme")
    void = read_or_404(request, visible, purpose="close a void", pk=void_id)
    today = london_day(system_clock.now())
    form = CloseVoidForm(request.POST if request.method == "POST" else None, initial={"on": today})
    if form.is_valid() and attempt(form, lambda: close_void(void, actor=actor, **form.cleaned_data)):
        messages.success(request, "The void is closed. The unit can be offered.")
        return HttpResponseRedirect(_scheme_of(void.unit))
    return show(request, "change", {**_about(void.unit, "The unit is ready"), "form": form})


@permission(Permission.VIEW_VACANCIES)
def summary(request: HttpRequest) -> HttpResponse:
    """Voids and move-ons of a month, and for SP Referrals the button that says Commissioning have them (SEA-11)."""
    actor, now = actor_of(request), system_clock.now()
    today = london_day(now)
    month = Month.asked(request.GET.get("month", ""), last_month(now).first)
    borough = Case.objects.visible_to(actor).filter(agency=actor.agency_id, kind="borough").first()
    may_send = borough is not None and actor.role == "sp_referrals" and actor.may(Permission.RECORD_EVENT, borough)
    over = month.until <= today
    if request.method == "POST":
        if borough is None or not may_send or not over:
            raise not_found(request, Agency, purpose="send the voids summary", pk=actor.agency_id)
        send_summary(actor=actor, borough=borough, month=month)
        messages.success(request, f"Recorded: Commissioning have the summary for {month.words}.")
        return HttpResponseRedirect(f"{request.path}?month={month}")
    found = summary_of(month, units_of(actor), now=now)
    trail.listed(actor, "accommodation.Void", rows=len(found.schemes), purpose=SENT)
    page = {
        "summary": found,
        "month": month,
        "over": over,
        "later": month.after if month.after.first <= today else None,
        "may_send": may_send and over,
        "sent": sent_for(borough, month) if borough is not None and may_read(actor, borough) else None,
    }
    return show(request, "summary", page)


def may_read(actor: Actor, borough: Case) -> bool:
    """Whether the reader may read what was recorded about the borough."""
    return actor.may(Permission.VIEW_CASE, borough)


def _scheme_of(unit: Unit) -> str:
    return reverse("scheme", args=[unit.scheme_id])


def _about(unit: Unit, title: str) -> dict[str, Any]:
    return {"title": title, "about": f"{unit.label}, {unit.scheme.name}", "back": _scheme_of(unit), "button": "Save"}
