"""Asking for money, and deciding on it (SEA-10)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.calling_in import NobodyToCallIn
from waymark.accommodation.models import Scheme
from waymark.audit.reading import read_or_404
from waymark.core.permissions import Permission, permission
from waymark.core.services import service
from waymark.events.vocabulary import ROLES
from waymark.govuk.resend import keeps_what_was_typed
from waymark.placements.forms import DecisionForm, SpendingForm
from waymark.placements.models import Decision, Spending, SpendingKind
from waymark.placements.spending import Wanted, buy, decide, propose, who_decides
from waymark.referrals.forms import TicketForm
from waymark.referrals.models import Referral
from waymark.referrals.steps import NotNow
from waymark.referrals.views.common import actor_of, around, fetch


@permission(Permission.VIEW_REFERRALS)
def of_referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """What was asked for, who decided what and why, and what it costs."""
    referral = fetch(request, referral_id, "money")
    actor = actor_of(request)
    rows = Spending.objects.visible_to(actor).filter(referral=referral)
    rows = rows.select_related("scheme", "asked_by__account", "decided_by__account").order_by("-asked_at", "pk")
    page = {
        **around(request, referral),
        "rows": list(rows),
        "ticket": TicketForm(),
        "may_ask": referral.is_open and actor.may(Permission.PROPOSE_SPENDING, Spending(case_id=referral.case_id)),
        "may_decide": actor.may(Permission.APPROVE_SPENDING, Spending(case_id=referral.case_id)),
    }
    return render(request, "placements/money.jinja2", page)


@keeps_what_was_typed
@permission(Permission.PROPOSE_SPENDING)
def ask(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Ask for a spot purchase, or for extra hours."""
    referral = fetch(request, referral_id, "ask for money")
    actor = actor_of(request)
    actor.require(Permission.PROPOSE_SPENDING, Spending(case_id=referral.case_id))
    schemes = Scheme.objects.visible_to(actor).select_related("provider").order_by("name", "pk")
    form = SpendingForm(schemes, request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        wanted = Wanted(
            kind=SpendingKind(said["kind"]),
            weekly_cost=said["weekly_cost"],
            weeks=said["weeks"],
            hours=said["hours"],
            why=said["why"],
            scheme=form.known.get(said["scheme"]),
        )
        try:
            propose(referral, wanted, actor=actor, id=said["ticket"])
        except (NotNow, NobodyToCallIn) as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"Asked the {_manager(referral)}. Nothing is bought before they approve it.")
            return HttpResponseRedirect(reverse("referral_money", args=[referral.pk]))
    page = {**around(request, referral), "form": form, "who": _manager(referral)}
    return render(request, "placements/ask_money.jinja2", page, status=422 if form.errors else 200)


@service
def _manager(referral: Referral) -> str:
    """Who decides, in the middle of a sentence."""
    return ROLES[who_decides(referral)]


@keeps_what_was_typed
@permission(Permission.APPROVE_SPENDING)
def decide_on(request: HttpRequest, spending_id: UUID) -> HttpResponse:
    """Approve it, or not."""
    actor = actor_of(request)
    visible = Spending.objects.visible_to(actor).select_related("referral__case", "scheme", "asked_by__account")
    spending = read_or_404(request, visible, pk=spending_id, purpose="decide on money")
    actor.require(Permission.APPROVE_SPENDING, spending)
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            decide(spending, Decision(said["decision"]), actor=actor, id=said["ticket"], why=said["why"])
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "Decided. Placements can read it now.")
            return HttpResponseRedirect(reverse("referral_money", args=[spending.referral_id]))
    page = {**around(request, spending.referral), "form": form, "spending": spending}
    return render(request, "placements/decide_money.jinja2", page, status=422 if form.errors else 200)


@keeps_what_was_typed
@permission(Permission.PROPOSE_SPENDING)
def bought(request: HttpRequest, spending_id: UUID) -> HttpResponse:
    """Record that what was approved is bought or agreed."""
    actor = actor_of(request)
    visible = Spending.objects.visible_to(actor).select_related("referral")
    spending = read_or_404(request, visible, pk=spending_id, purpose="record a purchase")
    form = TicketForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            buy(spending, actor=actor, id=form.cleaned_data["ticket"])
            messages.success(request, "Recorded that it is bought.")
        except NotNow as problem:
            messages.info(request, f"{problem}.")
    return HttpResponseRedirect(reverse("referral_money", args=[spending.referral_id]))
