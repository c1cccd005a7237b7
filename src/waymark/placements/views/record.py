"""The Supported Housing Record of a young person (SEA-05)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.accommodation.models import Scheme
from waymark.audit.reading import read_or_404
from waymark.cases.models import Case, Kind
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.core.record_frame import frame
from waymark.events.models import Event
from waymark.govuk.resend import keeps_what_was_typed
from waymark.placements.forms import HousingEntryForm
from waymark.placements.housing_record import add_entry
from waymark.placements.models import HousingEntry
from waymark.referrals.views.common import actor_of

LIVED = ("placement_started", "placement_ended")


@keeps_what_was_typed
@permission(Permission.VIEW_REFERRALS)
def housing_record(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Where they have lived, from the record, and what each provider added."""
    actor = actor_of(request)
    visible = Case.objects.visible_to(actor).filter(kind=Kind.YOUNG_PERSON)
    case = read_or_404(request, visible, pk=case_id, purpose="Supported Housing Record")
    may_add = actor.may(Permission.ADD_HOUSING_ENTRY, HousingEntry(case=case))
    form = HousingEntryForm(request.POST or None) if may_add else None
    if form is not None and form.is_valid():
        add_entry(case, actor=actor, id=form.cleaned_data["ticket"], text=form.cleaned_data["text"])
        messages.success(request, "Added to the Supported Housing Record.")
        return HttpResponseRedirect(reverse("housing_record", args=[case.pk]))
    entries = HousingEntry.objects.visible_to(actor).filter(case=case)
    page = {
        **frame(request, case, "referrals"),
        "stays": _stays(actor, case),
        "entries": list(entries.select_related("agency", "written_by__account").order_by("-written_at", "pk")),
        "form": form,
    }
    return render(request, "placements/housing_record.jinja2", page, status=422 if form and form.errors else 200)


def _stays(actor: Actor, case: Case) -> list[dict[str, Any]]:
    """Each placement that the record tells of, the latest first: where, from when until when, and why it ended."""
    told = Event.objects.visible_to(actor).filter(case=case, type__in=LIVED, refs__has_key="placement")
    stays: dict[str, dict[str, Any]] = {}
    for event in told.not_withdrawn().in_order():
        stay = stays.setdefault(event.refs["placement"], {"where": "", "began": None, "ended": None, "why": ""})
        if event.type == "placement_started":
            stay |= {"began": event.occurred_at, "scheme": event.refs.get("scheme", "")}
        else:
            stay |= {"ended": event.occurred_at, "why": event.data.get("reason", "")}
    _name(actor, stays)
    return sorted(stays.values(), key=lambda stay: str(stay["began"] or stay["ended"]), reverse=True)


def _name(actor: Actor, stays: dict[str, dict[str, Any]]) -> None:
    wanted = {stay["scheme"] for stay in stays.values() if stay.get("scheme")}
    schemes = Scheme.objects.visible_to(actor).filter(case__in=wanted).select_related("provider")
    names = {str(scheme.case_id): f"{scheme.name}, {scheme.provider.name}" for scheme in schemes}
    for stay in stays.values():
        stay["where"] = names.get(stay.get("scheme", ""), "A placement without a scheme in the record")
