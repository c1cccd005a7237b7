"""Walk-ins: the list, logging one, one of them with its steps, and the monthly report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.accommodation.vacancies import london_day
from waymark.audit.reading import read_or_404
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.formats import LONDON
from waymark.core.permissions import Permission, permission
from waymark.events.vocabulary.fields import HOW
from waymark.govuk.pages import asked_page, pagination, slice_of, to_a_page_there_is, with_page
from waymark.govuk.resend import keeps_what_was_typed
from waymark.referrals.forms import TicketForm
from waymark.referrals.steps import NotNow
from waymark.referrals.views.common import actor_of
from waymark.walk_ins.forms import CloseForm, FollowUpForm, LogForm, ToldForm
from waymark.walk_ins.models import FollowUp, WalkIn
from waymark.walk_ins.services import Seen, close, follow_up, home_told, log

ON_A_PAGE = 50
MONTHS = 12
TOLD, FOLLOW, CLOSE = "told", "follow-up", "close"


def next_step(walk_in: WalkIn) -> tuple[str, str]:
    """What is to be done next about one, and which step that is; nothing once it is closed."""
    if walk_in.closed_at is not None:
        return "Nothing: it is closed", ""
    if walk_in.told_at is None:
        return "Tell the home authority", TOLD
    return "Follow up, or close it", FOLLOW


@permission(Permission.VIEW_WALK_INS)
def walk_ins(request: HttpRequest) -> HttpResponse:
    """Those that are open, the oldest first; or those that are closed."""
    actor = actor_of(request)
    over = request.GET.get("show") == "closed"
    found = WalkIn.objects.visible_to(actor).filter(closed_at__isnull=not over)
    shown = slice_of(found, number=asked_page(request), size=ON_A_PAGE)
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    rows = found.select_related("provider").order_by("-closed_at" if over else "logged_at", "pk")
    listed = list(rows[shown.start : shown.start + shown.size])
    trail.listed(actor, "walk_ins.WalkIn", rows=len(listed), show="closed" if over else "open")
    page = {
        "here": "walk_ins",
        "over": over,
        "rows": [{"one": one, "next": next_step(one)} for one in listed],
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)),
        "may_log": actor.may(Permission.LOG_WALK_IN),
        "may_count": actor.may(Permission.COUNT_WALK_INS),
    }
    return render(request, "walk_ins/list.jinja2", page)


@keeps_what_was_typed
@permission(Permission.LOG_WALK_IN)
def new(request: HttpRequest) -> HttpResponse:
    """Log who turned up."""
    form = LogForm(request.POST or None)
    if form.is_valid():
        said = dict(form.cleaned_data)
        ticket = said.pop("ticket")
        try:
            made = log(Seen(**said), actor=actor_of(request), id=ticket)
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "Logged. Now tell the council that looks after them.")
            return HttpResponseRedirect(reverse("walk_in", args=[made.pk]))
    page = {"here": "walk_ins", "form": form}
    return render(request, "walk_ins/new.jinja2", page, status=422 if form.errors else 200)


def _fetch(request: HttpRequest, walkin_id: UUID, purpose: str) -> WalkIn:
    visible = WalkIn.objects.visible_to(actor_of(request))
    rows = visible.select_related("provider", "logged_by__account", "told_by__account", "closed_by__account")
    return read_or_404(request, rows, pk=walkin_id, purpose=purpose)


@permission(Permission.VIEW_WALK_INS)
def walk_in(request: HttpRequest, walkin_id: UUID) -> HttpResponse:
    """One of them: what was said, what was done, and what is next."""
    one = _fetch(request, walkin_id, "walk-in")
    steps = FollowUp.objects.visible_to(actor_of(request)).filter(walk_in=one)
    page = {
        "here": "walk_ins",
        "one": one,
        "next": next_step(one),
        "how": dict(HOW).get(one.told_how, ""),
        "steps": list(steps.select_related("by__account", "by__agency").order_by("at", "pk")),
    }
    return render(request, "walk_ins/one.jinja2", page)


def _told(one: WalkIn, form: Any, actor: Actor) -> str:
    said = form.cleaned_data
    home_told(one, actor=actor, at=form.at(), whom=said["whom"], how=said["how"])
    return "The home authority was told. Follow it up until somebody answers for them."


def _followed(one: WalkIn, form: Any, actor: Actor) -> str:
    follow_up(one, form.cleaned_data["text"], actor=actor, id=form.cleaned_data["ticket"])
    return "Added."


def _closed(one: WalkIn, form: Any, actor: Actor) -> str:
    close(one, form.cleaned_data["outcome"], actor=actor)
    return "Closed."


def _told_form(data: Any) -> TicketForm:
    return ToldForm(london_day(system_clock.now()), data)


STEPS: dict[str, tuple[str, Callable[[Any], TicketForm], Callable[[WalkIn, Any, Actor], str]]] = {
    TOLD: ("The home authority was told", _told_form, _told),
    FOLLOW: ("Follow it up", FollowUpForm, _followed),
    CLOSE: ("Close it", CloseForm, _closed),
}
"""Each step: its heading, its form, and what taking it says."""


@keeps_what_was_typed
@permission(Permission.VIEW_WALK_INS)
def step(request: HttpRequest, walkin_id: UUID, slug: str) -> HttpResponse:
    """Tell the home authority, follow up, or close."""
    if slug not in STEPS:
        raise Http404
    one = _fetch(request, walkin_id, slug)
    heading, make, take = STEPS[slug]
    form = make(request.POST or None)
    if form.is_valid():
        try:
            messages.success(request, take(one, form, actor_of(request)))
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            return HttpResponseRedirect(reverse("walk_in", args=[one.pk]))
    page = {"here": "walk_ins", "one": one, "form": form, "heading": heading}
    return render(request, "walk_ins/step.jinja2", page, status=422 if form.errors else 200)


def _months(today: date) -> list[date]:
    """The first days of this month and of those before it."""
    found = []
    for back in range(MONTHS):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        found.append(date(year, month + 1, 1))
    return found


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


@permission(Permission.COUNT_WALK_INS)
def report(request: HttpRequest) -> HttpResponse:
    """How many turned up in a month, at which provider and from where: numbers, and no names."""
    actor = actor_of(request)
    months = _months(london_day(system_clock.now()))
    asked = request.GET.get("month", "")
    month = next((one for one in months if f"{one:%Y-%m}" == asked), months[0])
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    visible = WalkIn.objects.visible_to(actor).filter(logged_at__gte=_instant(month), logged_at__lt=_instant(after))
    rows = visible.values("home_authority", provider_name=F("provider__name")).annotate(
        came=Count("pk"),
        told=Count("pk", filter=Q(told_at__isnull=False)),
        closed=Count("pk", filter=Q(closed_at__isnull=False)),
    )
    found = list(rows.order_by("provider_name", "home_authority"))
    trail.listed(actor, "walk_ins.report", rows=len(found), month=f"{month:%Y-%m}")
    page = {
        "here": "walk_ins",
        "month": month,
        "months": [(f"{one:%Y-%m}", f"{one:%B %Y}") for one in months],
        "rows": found,
        "whole": {name: sum(row[name] for row in found) for name in ("came", "told", "closed")},
    }
    return render(request, "walk_ins/report.jinja2", page)
