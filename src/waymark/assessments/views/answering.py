"""Offering a place, discussing a refusal, and refusing: each letter is looked at before it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.services import NotAsAsked
from waymark.accommodation.models import Unit
from waymark.accommodation.vacancies import Standing
from waymark.assessments import offers, refusing
from waymark.assessments.forms import OfferForm, RefuseForm, today
from waymark.assessments.models import Offer, PartVersion
from waymark.assessments.offers import NotFromThen, Terms, Units, make_offer, units_for
from waymark.assessments.parts import NEED
from waymark.assessments.refusing import Grounds, Held, discussed, gates_before, refuse
from waymark.assessments.views.common import actor_of, around_approach, fetch, require_own
from waymark.assessments.views.interviews import over, to_overview
from waymark.core.actor import Actor
from waymark.core.formats import day
from waymark.core.permissions import Permission, permission
from waymark.govuk.resend import keeps_what_was_typed
from waymark.placements.choosing import needed_from, what_is_asked_for
from waymark.placements.models import Approach
from waymark.referrals.forms import TicketForm
from waymark.referrals.steps import NotNow

SEND, SEEN = "send", "seen"
"""The button below a letter that was looked at, and what tells that letter from any other."""


def _digest(letter: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(letter, sort_keys=True).encode()).hexdigest()


def _was_seen(request: HttpRequest, letter: Mapping[str, Any]) -> bool:
    """Whether somebody sends the letter that they have looked at: what they changed since is shown to them first."""
    return SEND in request.POST and request.POST.get(SEEN) == _digest(letter)


@keeps_what_was_typed
@permission(Permission.OFFER)
def offer(request: HttpRequest, approach_id: UUID) -> HttpResponse:
    """Offer a unit: choose it, look at the letter, send it (HAS-06)."""
    approach = fetch(request, approach_id, "offer a place")
    actor = actor_of(request)
    if not require_own(actor, approach, Permission.OFFER):
        return over(request, approach)
    waiting = Offer.objects.visible_to(actor).waiting().filter(approach=approach).first()
    if waiting is not None:
        return HttpResponseRedirect(reverse("offer", args=[waiting.pk]))
    units = units_for(approach, actor=actor)
    form = _offer_form(request, approach, actor, units)
    letter = None
    if form.is_valid():
        terms = _terms(form, units.to_offer)
        letter = offers.letter_for(approach, terms, actor=actor).as_data()
        if _was_seen(request, letter):
            try:
                made = make_offer(approach, terms, actor=actor, id=form.cleaned_data["ticket"])
            except NotFromThen as problem:
                form.add_error(problem.field, str(problem))
                letter = None
            except NotAsAsked as problem:
                form.add_error("unit", str(problem))
                letter = None
            except NotNow as problem:
                return over(request, approach, problem)
            else:
                messages.success(request, "Offered. The letter is on the record; the unit is held.")
                return HttpResponseRedirect(reverse("offer", args=[made.pk]))
    return _page(
        request, approach, form, "assessments/offer.jinja2", letter=letter, units=units, others=_others(units.others)
    )


def _offer_form(request: HttpRequest, approach: Approach, actor: Actor, units: Units) -> OfferForm:
    need = PartVersion.objects.visible_to(actor).filter(approach=approach, part=NEED.key).order_by("-number").first()
    level = str(need.answers.get("level", "")) if need is not None else ""
    scheme = approach.scheme
    address = (scheme.address or scheme.name) if scheme is not None else ""
    to_offer = [(str(one.unit.pk), one.unit.label, _when(one, one.unit.pk in units.theirs)) for one in units.to_offer]
    first_days = {str(one.unit.pk): one.open_from for one in units.to_offer if one.open_from is not None}
    return OfferForm(
        request.POST or None,
        units=to_offer,
        first_days=first_days,
        address=address,
        level=level,
        move_in=needed_from(what_is_asked_for(actor, approach.referral), today()),
    )


def _when(one: Standing, is_theirs: bool) -> str:
    """From when a unit can be offered, and whether it is reserved for the young person already."""
    reserved = "Reserved for them already" if is_theirs else ""
    if one.open_from is None or one.open_from == one.day:
        return reserved or "Free now"
    free = f"Free from {day(one.open_from)}: the move-in date cannot be before"
    return f"{reserved}. {free}" if reserved else free


def _others(units: Sequence[Standing]) -> list[tuple[str, list[str]]]:
    """Why units cannot be offered, and which they are."""
    found: dict[str, list[str]] = {}
    for one in units:
        found.setdefault(_why_not(one), []).append(one.unit.label)
    return list(found.items())


def _why_not(one: Standing) -> str:
    """Why a unit cannot be offered."""
    if one.free_from is None:
        return f"{one.state.value}, and no day is known from which it is free"
    when = "Free" if one.is_free else f"Free from {day(one.free_from)}"
    return f"{when}, but only until {day(one.free_until)}: somebody else is to have it then" if one.free_until else when


def _terms(form: OfferForm, standing: Sequence[Standing]) -> Terms:
    said = form.cleaned_data
    units: dict[str, Unit] = {str(one.unit.pk): one.unit for one in standing}
    return Terms(
        unit=units[said["unit"]],
        address=said["address"],
        need_level=said["need_level"],
        move_in=said["move_in"],
        days=said["days"],
    )


@permission(Permission.ASSESS)
def discuss(request: HttpRequest, approach_id: UUID) -> HttpResponse:
    """Record that a refusal was discussed with the worker (HAS-07)."""
    approach = fetch(request, approach_id, "discuss a refusal")
    actor = actor_of(request)
    if not require_own(actor, approach):
        return over(request, approach)
    form = TicketForm(request.POST or None)
    if form.is_valid():
        try:
            discussed(approach, actor=actor, id=form.cleaned_data["ticket"])
        except NotNow as problem:
            return over(request, approach, problem)
        messages.success(request, "Recorded that you have discussed it with the worker.")
        if actor.may(Permission.OFFER, approach.referral):
            return HttpResponseRedirect(reverse("assessment_refuse", args=[approach.pk]))
        return to_overview(approach)
    return _page(request, approach, form, "assessments/discussed.jinja2")


@keeps_what_was_typed
@permission(Permission.OFFER)
def refuse_it(request: HttpRequest, approach_id: UUID) -> HttpResponse:
    """Refuse: held until it was discussed with the worker; the letter is looked at, and sent (HAS-07, HAS-12)."""
    approach = fetch(request, approach_id, "refuse a place")
    actor = actor_of(request)
    if not require_own(actor, approach, Permission.OFFER):
        return over(request, approach)
    gates = gates_before(approach, actor=actor)
    if gates:
        page = {**around_approach(request, approach), "gates": gates, "form": None}
        return render(request, "assessments/refuse.jinja2", page, status=409 if request.method == "POST" else 200)
    form = RefuseForm(request.POST or None)
    letter = None
    if form.is_valid():
        said = form.cleaned_data
        grounds = Grounds(reason=said["reason"], explanation=said["explanation"], evidence=said["evidence"])
        letter = refusing.letter_for(approach, grounds, actor=actor).as_data()
        if _was_seen(request, letter):
            try:
                refuse(approach, grounds, actor=actor, id=said["ticket"])
            except (NotNow, Held) as problem:
                return over(request, approach, problem)
            messages.success(request, "Refused in writing. The worker can read why, and may challenge it.")
            return to_overview(approach)
    return _page(request, approach, form, "assessments/refuse.jinja2", letter=letter)


def _page(request: HttpRequest, approach: Approach, form: TicketForm, template: str, **more: Any) -> HttpResponse:
    page = {**around_approach(request, approach), "form": form, **more}
    if letter := more.get("letter"):
        page["seen"] = _digest(letter)
    return render(request, template, page, status=422 if form.errors else 200)
