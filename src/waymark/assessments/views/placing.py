"""An offer: read, withdrawn, answered; the placement that it becomes: confirmed, prepared, moved into."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.services import NotAsAsked
from waymark.assessments.agreeing import (
    BEFORE_MOVING_IN,
    CONFIRMED,
    accept,
    before_moving_in,
    confirm,
    confirmation_for,
    gates_before_moving_in,
    move_in,
)
from waymark.assessments.completing import save_to_case_file
from waymark.assessments.forms import AnswerForm, MovedInForm, WhyForm, today
from waymark.assessments.keeping import room_of
from waymark.assessments.models import Answer, Offer
from waymark.assessments.offers import decline, withdraw_offer
from waymark.assessments.refusing import Held
from waymark.assessments.views.common import actor_of, around_approach, fetch_offer, may_write
from waymark.audit.reading import read_or_404
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.formats import day
from waymark.core.permissions import Permission, permission
from waymark.documents import services as documents
from waymark.events.models import Event
from waymark.events.vocabulary import EVENT_TYPES
from waymark.govuk.resend import keeps_what_was_typed
from waymark.referrals.forms import TicketForm
from waymark.referrals.steps import NotNow
from waymark.referrals.views.common import documents_of, fetch


@permission(Permission.VIEW_REFERRALS)
def offer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """An offer and what became of it, with what the reader does next."""
    found = fetch_offer(request, offer_id, "offer")
    actor = actor_of(request)
    answers, writes = actor.may(Permission.REFER, found.referral), may_write(actor, found.approach)
    is_agreed = _waits_to_move_in(found)
    papers = documents_of(found.referral, actor).newest_first()
    page = {
        **_around(request, found),
        "may_answer": answers and found.answer == Answer.WAITING and found.approach.ended_at is None,
        "may_withdraw": _may_be_taken_back(found) and writes and actor.may(Permission.OFFER, found.referral),
        "may_decide": writes and actor.may(Permission.OFFER, found.referral),
        "may_decline": _may_be_taken_back(found) and (writes or (answers and is_agreed)),
        "may_confirm": is_agreed and writes and found.confirmation_id is None,
        "may_start": is_agreed and (writes or answers),
        "to_prepare": _to_prepare(found, actor) if is_agreed else [],
        "gates": gates_before_moving_in(found, actor=actor) if is_agreed else [],
        "room": room_of(found, actor=actor) if is_agreed else None,
        "papers": [one for one in papers if one.pk in (found.letter_id, found.confirmation_id)],
        "may_save": answers,
        "lapsed": found.answer == Answer.WAITING and found.lapses_at <= system_clock.now(),
        "stands": _where_it_stands(found),
        "is_agreed": is_agreed,
    }
    return render(request, "assessments/offered.jinja2", page)


def _where_it_stands(found: Offer) -> str:
    if found.started_on is not None:
        return f"Moved in on {day(found.started_on)}"
    if found.answered_at is not None and found.was_agreed:
        how = "given up" if found.answer == Answer.DECLINED else "taken back by the provider"
        return f"Accepted, and {how} on {day(found.answered_at)}, before they moved in"
    if found.answer == Answer.ACCEPTED and not found.referral.is_open:
        return "Accepted, and the referral is over: nobody is to move in"
    return str(found.get_answer_display())


def _waits_to_move_in(found: Offer) -> bool:
    return found.waits_to_move_in and found.referral.is_open


def _may_be_taken_back(found: Offer) -> bool:
    return found.answer == Answer.WAITING or _waits_to_move_in(found)


def _to_prepare(found: Offer, actor: Actor) -> list[str]:
    """What the reader may record before moving in that nobody has recorded yet (HAS-10)."""
    if not actor.may(Permission.CHECK_REFERRAL, found) and not actor.may(Permission.REFER, found):
        return []
    told = Event.objects.visible_to(actor).filter(case=found.case_id, refs__placement=str(found.placement))
    recorded = set(told.values_list("type", flat=True))
    return [what for what in BEFORE_MOVING_IN if what not in recorded]


def _around(request: HttpRequest, found: Offer) -> dict[str, Any]:
    return {**around_approach(request, found.approach), "offer": found}


def _to_offer(found: Offer) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("offer", args=[found.pk]))


def _not_now(request: HttpRequest, found: Offer, problem: object) -> HttpResponseRedirect:
    messages.info(request, f"{problem}.")
    return _to_offer(found)


def _page(request: HttpRequest, found: Offer, form: TicketForm, template: str, **more: Any) -> HttpResponse:
    page = {**_around(request, found), "form": form, **more}
    return render(request, template, page, status=422 if form.errors else 200)


@keeps_what_was_typed
@permission(Permission.OFFER)
def withdraw(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Take an offer back, or a place that was agreed and that nobody has moved into."""
    found = fetch_offer(request, offer_id, "withdraw an offer")
    actor = actor_of(request)
    actor.require(Permission.OFFER, found)
    if found.answer == Answer.WITHDRAWN:  # pressed twice: the page of the offer says so
        return _to_offer(found)
    if not _may_be_taken_back(found) or not may_write(actor, found.approach):
        return _not_now(request, found, "There is no offer to withdraw here now")
    asked, missing = "Why do you withdraw it?", "Say why you withdraw it"
    if found.waits_to_move_in:
        asked, missing = "Why can you not give it any more?", "Say why you cannot give it any more"
    form = WhyForm(request.POST or None, label=asked, missing=missing)
    if form.is_valid():
        try:
            withdraw_offer(found, actor=actor, id=form.cleaned_data["ticket"], why=form.cleaned_data["why"])
        except NotNow as problem:
            return _not_now(request, found, problem)
        messages.success(request, "Withdrawn. The unit is free again. Next: offer another place, or refuse.")
        return HttpResponseRedirect(reverse("assessment", args=[found.approach_id]))
    return _page(request, found, form, "assessments/withdraw.jinja2")


@keeps_what_was_typed
@permission(Permission.VIEW_REFERRALS)
def declined(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """The young person does not want the place: as they told the provider, or the worker once it was agreed."""
    found = fetch_offer(request, offer_id, "record that an offer was declined")
    actor = actor_of(request)
    is_worker = actor.may(Permission.REFER, found.referral)
    if not is_worker:
        actor.require(Permission.ASSESS, found)
    if found.answer == Answer.DECLINED:  # pressed twice: the page of the offer says so
        return _to_offer(found)
    if not _may_be_taken_back(found) or not (is_worker or may_write(actor, found.approach)):
        return _not_now(request, found, "There is no offer to decline here now")
    form = WhyForm(request.POST or None, label="What do they say, in their own words?", missing="Write what they say")
    if form.is_valid():
        said = form.cleaned_data
        try:
            decline(found, actor=actor, id=said["ticket"], why=said["why"])
        except NotNow as problem:
            return _not_now(request, found, problem)
        free = f"Declined. {found.unit.label} is free again"
        if is_worker:
            messages.success(request, f"{free}; Placements look further.")
            return _to_offer(found)
        messages.success(request, f"{free}, and the referral is no longer with you.")
        return HttpResponseRedirect(reverse("provider_inbox"))
    may_withdraw = actor.may(Permission.OFFER, found.referral)
    return _page(request, found, form, "assessments/declined.jinja2", may_withdraw=may_withdraw, is_worker=is_worker)


@keeps_what_was_typed
@permission(Permission.REFER)
def answer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """The worker answers with the young person: yes, or no and why."""
    found = fetch_offer(request, offer_id, "answer an offer")
    actor = actor_of(request)
    actor.require(Permission.REFER, found.referral)
    if found.answer != Answer.WAITING:
        return _not_now(request, found, "This offer has been answered, or withdrawn")
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            if said["answer"] == "accept":
                accept(found, actor=actor, id=said["ticket"])
                messages.success(request, "The place is agreed. The provider confirms it in writing.")
            else:
                decline(found, actor=actor, id=said["ticket"], why=said["why"])
                messages.success(request, "Declined. The unit is free again; Placements look further.")
        except NotAsAsked as problem:
            form.add_error("answer", str(problem))
        except NotNow as problem:
            return _not_now(request, found, problem)
        else:
            return _to_offer(found)
    return _page(request, found, form, "assessments/answer.jinja2")


@permission(Permission.ASSESS)
def confirm_it(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Confirm the place in writing: look at the letter, and send it (HAS-13)."""
    found = fetch_offer(request, offer_id, "confirm a placement")
    actor = actor_of(request)
    actor.require(Permission.ASSESS, found)
    if found.answer != Answer.ACCEPTED or found.confirmation_id or not may_write(actor, found.approach):
        return _not_now(request, found, "There is nothing to confirm here now")
    form = TicketForm(request.POST or None)
    if form.is_valid():
        try:
            confirm(found, actor=actor, id=form.cleaned_data["ticket"])
        except NotNow as problem:
            return _not_now(request, found, problem)
        messages.success(request, "Confirmed in writing. The letter is on the record.")
        return _to_offer(found)
    letter = confirmation_for(found, actor=actor).as_data()
    return _page(request, found, form, "assessments/confirm.jinja2", letter=letter)


@permission(Permission.VIEW_REFERRALS)
def before(request: HttpRequest, offer_id: UUID, what: str) -> HttpResponse:
    """Record that the host authority was consulted, or the unit risk management plan asked for (HAS-10)."""
    found = fetch_offer(request, offer_id, "before moving in")
    actor = actor_of(request)
    if what not in BEFORE_MOVING_IN:
        raise Http404
    if not actor.may(Permission.CHECK_REFERRAL, found):
        actor.require(Permission.REFER, found)
    form = TicketForm(request.POST or None)
    if form.is_valid():
        try:
            before_moving_in(found, what, actor=actor, id=form.cleaned_data["ticket"])
        except NotNow as problem:
            return _not_now(request, found, problem)
        messages.success(request, f"Recorded: {EVENT_TYPES[what].label.lower()}.")
        return _to_offer(found)
    return _page(request, found, form, "assessments/before.jinja2", label=EVENT_TYPES[what].label, what=what)


@keeps_what_was_typed
@permission(Permission.VIEW_REFERRALS)
def moved_in(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Record that the young person moved in; held while HAS-10 asks for something first."""
    found = fetch_offer(request, offer_id, "moving in")
    actor = actor_of(request)
    if not may_write(actor, found.approach):
        actor.require(Permission.REFER, found)
    room = room_of(found, actor=actor) if _waits_to_move_in(found) else None
    if room is None:
        return _not_now(request, found, "Nobody is to move in here now")
    gates = gates_before_moving_in(found, actor=actor)
    form = MovedInForm(request.POST or None, on=max(found.move_in, room.first))
    if form.is_valid() and not gates and room.is_free and not room.home:
        try:
            move_in(found, actor=actor, id=form.cleaned_data["ticket"], on=form.cleaned_data["on"])
        except NotAsAsked as problem:
            form.add_error("on", str(problem))
        except (NotNow, Held) as problem:
            return _not_now(request, found, problem)
        else:
            theirs = "Bring in their keyworker, under Team. " if actor.role == "provider_manager" else ""
            messages.success(request, f"They have moved in. {theirs}The planning meeting comes next.")
            return _to_offer(found)
    return _page(
        request, found, form, "assessments/moved_in.jinja2", gates=gates, room=room, is_early=found.move_in > today()
    )


@permission(Permission.VIEW_CASE)
def step(request: HttpRequest, case_id: UUID, placement: str, step: str) -> HttpResponse:
    """To the page of a step of a placement: that of its offer, or the form of the entry where no offer led to it."""
    case = read_or_404(request, Case.objects.visible_to(actor_of(request)), pk=case_id, purpose="step of a placement")
    if step not in EVENT_TYPES:
        raise Http404
    offers = Offer.objects.visible_to(actor_of(request)).filter(case=case, answer=Answer.ACCEPTED)
    found = next((one for one in offers if str(one.placement) == placement), None)
    if found is not None:
        return _to_step(found, step, actor_of(request))
    return HttpResponseRedirect(f"{reverse('record_event', args=[case.pk, step])}?ref-placement={placement}")


def _to_step(found: Offer, step: str, actor: Actor) -> HttpResponseRedirect:
    """To the form of a step of a placement that is still to come, or else to the page of the place."""
    if (
        step == CONFIRMED
        and _waits_to_move_in(found)
        and not found.confirmation_id
        and may_write(actor, found.approach)
    ):
        return HttpResponseRedirect(reverse("confirm_placement", args=[found.pk]))
    return _to_offer(found)


@permission(Permission.REFER)
def case_file(request: HttpRequest, referral_id: UUID, document_id: UUID) -> HttpResponse:
    """Say in one press that a letter or an assessment is on the case file (HAS-09, HAS-14)."""
    referral = fetch(request, referral_id, "save to the case file")
    actor = actor_of(request)
    actor.require(Permission.REFER, referral)
    visible = documents_of(referral, actor)
    document = read_or_404(request, visible, pk=document_id, purpose="save to the case file")
    if request.method == "POST":
        try:
            save_to_case_file(referral, document, actor=actor)
            messages.success(request, f"Saved to the case file: {document.title}.")
        except (NotNow, documents.NotNow) as problem:
            messages.info(request, f"{problem}.")
    if "list" in request.POST:
        return HttpResponseRedirect(reverse("documents", args=[document.case_id]))
    of_an_offer = Q(letter=document) | Q(confirmation=document)
    offer = Offer.objects.visible_to(actor).filter(of_an_offer, referral=referral).first()
    if offer is not None:
        return _to_offer(offer)
    return HttpResponseRedirect(reverse("document", args=[document.case_id, document.pk]))
