"""Challenges by whose turn it is, and refusals counted."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from waymark.accommodation.vacancies import london_day
from waymark.challenges.counting import counted
from waymark.challenges.forms import PeriodForm
from waymark.challenges.models import OPEN, Challenge
from waymark.challenges.next_steps import COLOURS, next_step, turn_of
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.govuk.pages import asked_page, pagination, slice_of, to_a_page_there_is, with_page
from waymark.referrals.views.common import actor_of

ON_A_PAGE = 50
MINE, OTHERS, OVER = "mine", "others", "over"
SHOWN = {MINE: "For you to do", OTHERS: "With others", OVER: "Over"}
COLUMNS = ("Refused", "With evidence", "Challenged", "Overturned")


@permission(Permission.VIEW_REFERRALS)
def challenges(request: HttpRequest) -> HttpResponse:
    """Challenges within the reader's reach: those that wait for them, the longest waiting first."""
    actor = actor_of(request)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else MINE
    turn = turn_of(actor)
    which = {MINE: Q(stage__in=OPEN) & turn, OTHERS: Q(stage__in=OPEN) & ~turn, OVER: ~Q(stage__in=OPEN)}
    found = Challenge.objects.listed_for(actor).filter(which[show])
    shown = slice_of(found, number=asked_page(request), size=ON_A_PAGE)
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    order = ("-since", "pk") if show == OVER else ("since", "pk")
    rows = found.select_related("case__young_person", "provider__agency").order_by(*order)
    listed = list(rows[shown.start : shown.start + shown.size])
    trail.listed(actor, "challenges.Challenge", rows=len(listed), cases=[row.case_id for row in listed], show=show)
    page = {
        "here": "challenges",
        "show": show,
        "places": list(SHOWN.items()),
        "rows": [_row(row, actor) for row in listed],
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)),
        "may_count": actor.may(Permission.COUNT_REFUSALS),
    }
    return render(request, "challenges/list.jinja2", page)


def _row(challenge: Challenge, actor: Actor) -> dict[str, Any]:
    return {
        "challenge": challenge,
        "name": challenge.case.young_person.name,
        "colour": COLOURS[challenge.stage],
        "next": next_step(challenge, actor),
    }


@permission(Permission.COUNT_REFUSALS)
def refusals(request: HttpRequest) -> HttpResponse:
    """How often each provider refuses, why, and whether that was explained with evidence: numbers, and no names."""
    actor = actor_of(request)
    today = london_day(system_clock.now())
    usual = {"since": date(today.year - 1, today.month, 1), "until": today}
    asked = any(name in request.GET for name in ("since-day", "until-day"))
    form = PeriodForm(request.GET if asked else None, initial=usual)
    period = usual
    if form.is_bound and form.is_valid():
        period = {name: form.cleaned_data[name] or usual[name] for name in usual}
    page: dict[str, Any] = {"here": "challenges", "form": form, "columns": COLUMNS, "period": period}
    if not form.errors:
        found = counted(actor, period["since"], period["until"])
        trail.listed(actor, "challenges.counted", rows=found.whole.refused, purpose="refusals counted")
        page |= {"found": found}
    return render(request, "challenges/refusals.jinja2", page, status=422 if form.errors else 200)
