"""Booking an interview, moving it, and saying what became of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.assessments.forms import BookForm, HeldForm, OutcomeForm
from waymark.assessments.interviews import book, held_unbooked, was_held, was_missed
from waymark.assessments.models import Interview
from waymark.assessments.views.common import actor_of, around_approach, fetch, require_own
from waymark.core.permissions import Permission, permission
from waymark.govuk.resend import keeps_what_was_typed
from waymark.placements.models import Approach
from waymark.referrals.forms import TicketForm
from waymark.referrals.steps import NotNow

IT_WAS_HELD = "Recorded. Next: the housing assessment."


def to_overview(approach: Approach) -> HttpResponseRedirect:
    """Back to the list of what there is to do."""
    return HttpResponseRedirect(reverse("assessment", args=[approach.pk]))


def over(request: HttpRequest, approach: Approach, problem: object = "") -> HttpResponseRedirect:
    """Back to the list, with why nothing was done."""
    messages.info(request, f"{problem or 'This referral is not with you any more'}.")
    return to_overview(approach)


def _booked(request: HttpRequest, approach: Approach) -> Interview | None:
    return Interview.objects.visible_to(actor_of(request)).booked().filter(approach=approach).first()


@keeps_what_was_typed
@permission(Permission.ASSESS)
def interview(request: HttpRequest, approach_id: UUID) -> HttpResponse:
    """Book the interview, or move it (HAS-01)."""
    approach = fetch(request, approach_id, "book an interview")
    if not require_own(actor_of(request), approach):
        return over(request, approach)
    booked = _booked(request, approach)
    form = BookForm(request.POST or None)
    if booked is not None and not form.is_bound:
        form.initial.update({"starts_at": booked.starts_at, "place": booked.place})
    if form.is_valid():
        said = form.cleaned_data
        try:
            book(approach, actor=actor_of(request), id=said["ticket"], starts_at=said["starts_at"], place=said["place"])
        except NotNow as problem:
            return over(request, approach, problem)
        messages.success(request, "Booked. It is on the record, and the worker is to be there.")
        return to_overview(approach)
    return _page(request, approach, form, "assessments/interview.jinja2", booked)


@keeps_what_was_typed
@permission(Permission.ASSESS)
def outcome(request: HttpRequest, approach_id: UUID) -> HttpResponse:
    """Say that the interview was held and who came (HAS-08), or that the young person did not come."""
    approach = fetch(request, approach_id, "what became of an interview")
    if not require_own(actor_of(request), approach):
        return over(request, approach)
    booked = _booked(request, approach)
    if booked is None:
        return over(request, approach, "There is no interview to say this of yet")
    form = OutcomeForm(request.POST or None)
    if form.is_valid():
        return _settled(request, approach, booked, form)
    return _page(request, approach, form, "assessments/outcome.jinja2", booked)


@keeps_what_was_typed
@permission(Permission.ASSESS)
def held(request: HttpRequest, approach_id: UUID) -> HttpResponse:
    """Say that an interview was held that nobody booked here (HAS-01, HAS-08)."""
    approach = fetch(request, approach_id, "what became of an interview")
    if not require_own(actor_of(request), approach):
        return over(request, approach)
    form = HeldForm(request.POST or None, approach=approach)
    if form.is_valid():
        said = form.cleaned_data
        id = said.pop("ticket")
        try:
            held_unbooked(approach, actor=actor_of(request), id=id, **said)
        except NotNow as problem:
            return over(request, approach, problem)
        messages.success(request, IT_WAS_HELD)
        return to_overview(approach)
    return _page(request, approach, form, "assessments/held.jinja2", _booked(request, approach))


def _settled(request: HttpRequest, approach: Approach, booked: Interview, form: OutcomeForm) -> HttpResponse:
    actor, said = actor_of(request), form.cleaned_data
    try:
        if said["outcome"] == "held":
            was_held(booked, actor=actor, id=said["ticket"], attended=said["attended"], note=said["note"])
            messages.success(request, IT_WAS_HELD)
        else:
            was_missed(booked, actor=actor, note=said["why"])
            messages.success(request, "Recorded. Next: book it again, with the worker.")
    except NotNow as problem:
        return over(request, approach, problem)
    return to_overview(approach)


def _page(
    request: HttpRequest, approach: Approach, form: TicketForm, template: str, booked: Interview | None
) -> HttpResponse:
    page = {**around_approach(request, approach), "form": form, "booked": booked}
    return render(request, template, page, status=422 if form.errors else 200)
