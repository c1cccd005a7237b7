"""Sending a referral, withdrawing it, checking it at the desk, and all of it on one page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.calling_in import NobodyToCallIn
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.events.models import Event
from waymark.events.vocabulary import ROLES
from waymark.govuk.resend import keeps_what_was_typed
from waymark.referrals import comparing
from waymark.referrals.forms import DeskForm, SendForm, WithdrawForm
from waymark.referrals.models import Check, Referral, SectionVersion
from waymark.referrals.sections import SECTIONS
from waymark.referrals.sending import (
    BEFORE_A_CHECK,
    NotReady,
    accept,
    ask_for_more,
    lacking,
    submit,
    withdraw,
)
from waymark.referrals.standing import SENT
from waymark.referrals.steps import NotNow
from waymark.referrals.views.common import actor_of, around, documents_of, fetch, readable_sections
from waymark.referrals.views.going_on import what_is_missing
from waymark.referrals.writing import OverAlready


@keeps_what_was_typed
@permission(Permission.REFER)
def send(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Send it. What holds it back is said with its clause and the page that mends it; there is no button then."""
    referral = fetch(request, referral_id, "send a referral")
    actor = actor_of(request)
    actor.require(Permission.REFER, referral)
    if not referral.is_with_the_worker:
        messages.info(request, f"This referral was sent already. Now: {referral.get_state_display().lower()}.")
        return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
    missing, route = lacking(referral, actor=actor)
    held = any(gap.holds for gap in missing)
    form = SendForm(request.POST or None, lacks=bool(missing))
    problem = ""
    if form.is_valid() and not held:
        said = form.cleaned_data
        try:
            submit(referral, actor=actor, id=said["ticket"], left_out=said.get("left_out", ""))
        except NotReady:
            problem = "Something has changed since you opened this page. Look at what is missing now"
        except (NotNow, NobodyToCallIn) as why:
            problem = str(why)
        else:
            messages.success(request, f"Sent. {_after_sending(route)}")
            return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
    page = {
        **around(request, referral),
        "form": form,
        "missing": what_is_missing(referral, actor_of(request), missing),
        "held": held,
        "route": ROLES.get(route, ""),
        "problem": problem,
    }
    return render(request, "referrals/send.jinja2", page, status=422 if form.errors or problem else 200)


def _after_sending(route: str) -> str:
    """Who does what with a referral that was sent (SEA-01, SEA-08)."""
    does = "decides whether the pathway can help" if route == "sp_referrals" else "checks it"
    return f"The {ROLES[route]} {does} next. If they need more, it comes back to you on My work."


@keeps_what_was_typed
@permission(Permission.VIEW_REFERRALS)
def withdraw_it(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Take a referral back, with the reason."""
    referral = fetch(request, referral_id, "withdraw a referral")
    actor = actor_of(request)
    if not actor.may(Permission.CHECK_REFERRAL, referral):
        actor.require(Permission.REFER, referral)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            withdraw(referral, actor=actor, id=said["ticket"], reason=said["reason"])
            messages.success(request, "Withdrawn. Nobody looks for a place any more.")
        except (OverAlready, NotNow):
            messages.info(request, "This referral had ended already.")
        return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
    page = {**around(request, referral), "form": form}
    return render(request, "referrals/withdraw.jinja2", page, status=422 if form.errors else 200)


@keeps_what_was_typed
@permission(Permission.CHECK_REFERRAL)
def desk(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Quality assurance: good enough to search with, or more is asked for (SEA-01)."""
    referral = fetch(request, referral_id, "check a referral")
    actor = actor_of(request)
    actor.require(Permission.CHECK_REFERRAL, referral)
    if referral.state not in BEFORE_A_CHECK:
        messages.info(request, f"There is nothing to check. Now: {referral.get_state_display().lower()}.")
        return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
    readable = readable_sections(actor, referral)
    form = DeskForm([one for one in SECTIONS.values() if one.key in readable], request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            if said["decision"] == "accept":
                accept(referral, actor=actor, id=said["ticket"], fostering=said["fostering"])
                messages.success(request, "Accepted. Next for you: look for a place.")
                return HttpResponseRedirect(reverse("referral_search", args=[referral.pk]))
            ask_for_more(referral, actor=actor, id=said["ticket"], request=said["request"], parts=said["parts"])
            messages.success(
                request, "Sent back. The worker finds it on My work, and it returns to you when they send it again."
            )
        except NotNow as problem:
            messages.info(request, f"Somebody else has decided meanwhile. {problem}.")
        return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
    page = {**around(request, referral), "form": form, "left_out": _left_out(actor, referral)}
    return render(request, "referrals/desk.jinja2", page, status=422 if form.errors else 200)


def _left_out(actor: Actor, referral: Referral) -> str:
    """Why it was last sent without something that the protocol asks for."""
    sent = Event.objects.visible_to(actor).filter(case=referral.case_id, type=SENT, refs__referral=str(referral.pk))
    last = sent.not_withdrawn().in_order().last()
    return str(last.data.get("left_out", "")) if last is not None else ""


@permission(Permission.VIEW_REFERRALS)
def whole(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """All that the reader may read of a referral, on one page to read through or print."""
    referral = fetch(request, referral_id, "whole referral")
    actor = actor_of(request)
    newest = SectionVersion.objects.visible_to(actor).filter(referral=referral).newest()
    written = {one.section: one for one in newest.select_related("written_by__account")}
    readable = readable_sections(actor, referral)
    if not readable:
        raise Http404
    page = {
        **around(request, referral),
        "chapters": [
            (section, written.get(section.key), _words(section, written.get(section.key)))
            for section in SECTIONS.values()
            if section.key in readable
        ],
        "hidden": [section.title for section in SECTIONS.values() if section.key not in readable],
        "checks": list(
            Check.objects.visible_to(actor).filter(referral=referral).prefetch_related("places").order_by("asked_at")
        ),
        "documents": documents_of(referral, actor).newest_first(),
    }
    return render(request, "referrals/whole.jinja2", page)


def _words(section: object, version: SectionVersion | None) -> list[tuple[str, str]]:
    about = SECTIONS[version.section] if version else None
    return comparing.in_words(about, version.answers) if about and version else []
