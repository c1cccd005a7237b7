"""Lists of referrals: everybody's by whose turn it is, and those of one record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Case as Choose
from django.db.models import F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.audit.reading import read_or_404
from waymark.cases.models import Case, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.core.record_frame import frame
from waymark.govuk.pages import asked_page, pagination, slice_of, to_a_page_there_is, with_page
from waymark.govuk.resend import keeps_what_was_typed
from waymark.referrals.forms import StartForm
from waymark.referrals.models import OPEN, Referral, State
from waymark.referrals.next_steps import COLOURS, next_step
from waymark.referrals.views.common import actor_of
from waymark.referrals.waiting import checks_for, turn_of
from waymark.referrals.writing import OpenAlready, start

ON_A_PAGE = 50
MINE, OTHERS, OVER = "mine", "others", "over"
SHOWN = {MINE: "For you to do", OTHERS: "With others", OVER: "Over"}


@permission(Permission.VIEW_REFERRALS)
def referrals(request: HttpRequest) -> HttpResponse:
    """Referrals within the reader's reach: first those that wait for them, the longest waiting first."""
    actor = actor_of(request)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else MINE
    visible = Referral.objects.listed_for(actor)
    turn = turn_of(actor.role)
    which = {MINE: Q(state__in=OPEN) & turn, OTHERS: Q(state__in=OPEN) & ~turn, OVER: ~Q(state__in=OPEN)}
    found = visible.filter(which[show])
    shown = slice_of(found, number=asked_page(request), size=ON_A_PAGE)
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    order = ("-since", "pk") if show == OVER else ("since", "pk")
    rows = list(_named(found).order_by(*order)[shown.start : shown.start + shown.size])
    checks = list(checks_for(actor).select_related("case__young_person", "referral")[:ON_A_PAGE])
    cases = [row.case_id for row in rows] + [check.case_id for check in checks]
    trail.listed(actor, "referrals.Referral", rows=len(rows), cases=cases, show=show)
    page = {
        "here": "referrals",
        "show": show,
        "places": list(SHOWN.items()),
        "rows": [_row(row, actor) for row in rows],
        "checks": checks,
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)),
        "may_refer": actor.may(Permission.REFER),
        "may_assess": actor.may(Permission.ASSESS),
    }
    return render(request, "referrals/list.jinja2", page)


def _named(found: QuerySet[Referral]) -> QuerySet[Referral]:
    return found.select_related("case__young_person")


def _row(referral: Referral, actor: Actor) -> dict[str, Any]:
    return {
        "referral": referral,
        "name": referral.case.young_person.name,
        "colour": COLOURS[referral.state],
        "next": next_step(referral, actor),
    }


@permission(Permission.VIEW_REFERRALS)
def of_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The referrals of one young person, the open one first."""
    case = _young_person(request, case_id)
    actor = actor_of(request)
    open_first = Choose(When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = Referral.objects.visible_to(actor).filter(case=case)
    rows = _named(found).order_by(open_first, F("started_at").desc(), "pk")
    page = {
        **frame(request, case, "referrals"),
        "rows": [_row(row, actor) for row in rows],
        "may_start": actor.may(Permission.REFER, Referral(case=case)) and not _being_made(rows),
    }
    return render(request, "referrals/of_case.jinja2", page)


def _being_made(rows: Iterable[Referral]) -> bool:
    return any(row.is_open and row.state != State.NEED for row in rows)


def _young_person(request: HttpRequest, case_id: UUID) -> Case:
    visible = Case.objects.visible_to(actor_of(request)).filter(kind=Kind.YOUNG_PERSON)
    return read_or_404(request, visible, pk=case_id, purpose="referrals")


@keeps_what_was_typed
@permission(Permission.REFER)
def start_one(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Start a referral: where a need was identified, that one (REF-01)."""
    case = _young_person(request, case_id)
    actor = actor_of(request)
    actor.require(Permission.REFER, Referral(case=case))
    visible = Referral.objects.visible_to(actor).filter(case=case)
    earlier = list(visible.exclude(state__in=OPEN).exclude(versions=None).order_by("-started_at").distinct()[:5])
    options = [(str(one.pk), _called(one)) for one in earlier]
    form = StartForm(request.POST or None, earlier=options)
    if form.is_valid():
        return _started(request, case, form, earlier)
    page = {**frame(request, case, "referrals"), "form": form}
    return render(request, "referrals/start.jinja2", page, status=422 if form.errors else 200)


def _called(earlier: Referral) -> str:
    return f"The referral of {earlier.started_at:%-d %B %Y} ({earlier.get_state_display().lower()})"


def _started(request: HttpRequest, case: Case, form: StartForm, earlier: list[Referral]) -> HttpResponse:
    actor = actor_of(request)
    need = Referral.objects.visible_to(actor).filter(case=case, state=State.NEED).order_by("-since").first()
    copy = next((one for one in earlier if str(one.pk) == form.cleaned_data.get("copy_from")), None)
    try:
        referral = start(case, actor=actor, id=form.cleaned_data["ticket"], need=need, copy_from=copy)
    except OpenAlready as problem:
        messages.info(request, "There is a referral already. It is this one.")
        referral = problem.referral
    return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
