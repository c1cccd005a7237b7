"""Where challenges begin: a refusal that is accepted or challenged, and a level of need that is disputed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.accommodation.choices import NeedLevel
from waymark.assessments.models import Refusal
from waymark.challenges.challenging import accept_refusal, raise_challenge, unanswered
from waymark.challenges.forms import DisputeForm, RefusalForm
from waymark.challenges.models import Challenge
from waymark.challenges.need_level import dispute, has_it
from waymark.challenges.next_steps import COLOURS, next_step
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.events.models import Event
from waymark.govuk.resend import keeps_what_was_typed
from waymark.referrals.models import Referral, State
from waymark.referrals.sections import SECTIONS
from waymark.referrals.steps import NotNow
from waymark.referrals.views.common import actor_of, around, fetch, readable_sections


def _challenges(actor: Actor, referral: Referral) -> list[Challenge]:
    rows = Challenge.objects.visible_to(actor).filter(referral=referral).select_related("provider__agency")
    return list(rows.order_by("-raised_at", "pk"))


def _waiting(actor: Actor, referral: Referral, challenges: list[Challenge]) -> list[Refusal]:
    rows = Refusal.objects.visible_to(actor).filter(referral=referral)
    found = list(rows.select_related("approach__provider").order_by("made_at", "pk"))
    return unanswered(referral, found, {one.refusal for one in challenges if one.refusal is not None})


def _by_hand(referral: Referral, challenges: list[Challenge], waiting: list[Refusal]) -> bool:
    """Whether a refusal waits that somebody only wrote down."""
    return referral.state == State.REFUSED and not waiting and not any(one.is_open for one in challenges)


@permission(Permission.VIEW_REFERRALS)
def of_referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The challenges of a referral, and what can be begun."""
    referral = fetch(request, referral_id, "challenges")
    actor = actor_of(request)
    challenges = _challenges(actor, referral)
    waiting = _waiting(actor, referral, challenges)
    may_dispute = actor.may(Permission.ANSWER_CHALLENGE, referral) and has_it(actor, referral)
    page = {
        **around(request, referral),
        "rows": [{"challenge": one, "colour": COLOURS[one.stage], "next": next_step(one, actor)} for one in challenges],
        "may_answer": actor.may(Permission.CHALLENGE, referral)
        and bool(waiting or _by_hand(referral, challenges, waiting)),
        "may_dispute": may_dispute,
    }
    return render(request, "challenges/of_referral.jinja2", page)


@keeps_what_was_typed
@permission(Permission.CHALLENGE)
def refusal(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Read why it was refused, and accept that or challenge it with the provider (CHA-01)."""
    referral = fetch(request, referral_id, "answer a refusal")
    actor = actor_of(request)
    actor.require(Permission.CHALLENGE, referral)
    challenges = _challenges(actor, referral)
    waiting = _waiting(actor, referral, challenges)
    if not waiting and not _by_hand(referral, challenges, waiting) and request.method != "POST":
        return HttpResponseRedirect(reverse("referral_challenges", args=[referral.pk]))
    readable = readable_sections(actor, referral)
    form = RefusalForm(waiting, [key for key in SECTIONS if key in readable], request.POST or None)
    if form.is_valid():
        try:
            return _answered(request, referral, form)
        except NotNow as problem:
            form.add_error(None, str(problem))
    page = {
        **around(request, referral),
        "form": form,
        "refusals": waiting,
        "told": _told(actor, referral) if not waiting else "",
    }
    return render(request, "challenges/refusal.jinja2", page, status=422 if form.errors else 200)


def _told(actor: Actor, referral: Referral) -> str:
    """The explanation that the record holds of the latest refusal."""
    told = Event.objects.visible_to(actor).filter(
        case=referral.case_id, type="refusal_made", refs__referral=str(referral.pk)
    )
    latest = told.order_by("-occurred_at", "-sequence").first()
    return str(latest.data.get("reason", "")) if latest else ""


def _answered(request: HttpRequest, referral: Referral, form: RefusalForm) -> HttpResponse:
    said, actor = form.cleaned_data, actor_of(request)
    if said["decision"] == "accept":
        accept_refusal(referral, form.refusal(), actor=actor, id=said["ticket"])
        messages.success(request, "Accepted. The search goes on.")
        return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
    made = raise_challenge(
        referral,
        form.refusal(),
        actor=actor,
        id=said["ticket"],
        missing=said["missing"],
        sections=said["sections"],
    )
    messages.success(request, "Challenged. The provider reads it, and answers here.")
    return HttpResponseRedirect(reverse("challenge", args=[made.pk]))


@keeps_what_was_typed
@permission(Permission.ANSWER_CHALLENGE)
def need_level(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The provider sees another level of need (CHA-06)."""
    referral = fetch(request, referral_id, "dispute the level of need")
    actor = actor_of(request)
    actor.require(Permission.ANSWER_CHALLENGE, referral)
    form = DisputeForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = dispute(referral, said["why"], actor=actor, id=said["ticket"], level=NeedLevel(said["level"]))
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "The worker is told. Discuss it with them.")
            return HttpResponseRedirect(reverse("challenge", args=[made.pk]))
    page = {**around(request, referral), "form": form}
    return render(request, "challenges/need_level.jinja2", page, status=422 if form.errors else 200)
