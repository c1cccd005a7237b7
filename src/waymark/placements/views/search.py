"""Looking for a place: options with reasons, the list, telling the worker, approaches, and the pathway's decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from waymark.access.calling_in import NobodyToCallIn
from waymark.accommodation.models import Scheme
from waymark.audit.reading import read_or_404
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.govuk.dates import date_parts
from waymark.govuk.resend import keeps_what_was_typed
from waymark.placements.choosing import needed_from, to_choose_from, what_is_asked_for
from waymark.placements.forms import ApproachForm, PathwayForm, ShortlistForm
from waymark.placements.models import Approach, Option, Route, Spending
from waymark.placements.searching import (
    PATHWAY_DECIDES,
    SEARCHED,
    TO_A_PROVIDER,
    add_option,
    approach,
    asked_pathway,
    pass_on,
    remove_option,
    send_back,
    share_options,
)
from waymark.referrals.models import Check, CheckedPlace, Referral, State
from waymark.referrals.proposing import addresses_to_check
from waymark.referrals.record import facts_for
from waymark.referrals.steps import NotNow
from waymark.referrals.views.common import actor_of, around, fetch
from waymark.risks.matching.showing import NO_KNOWN_CONFLICT
from waymark.risks.searching import options
from waymark.risks.views.matching import WantedForm, today


@permission(Permission.VIEW_REFERRALS)
def search(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The list of options, and who was approached; for Placements, settings with reasons for and against each."""
    referral = fetch(request, referral_id, "options")
    actor = actor_of(request)
    may_search = actor.may(Permission.SEARCH_PLACEMENT, Approach(case_id=referral.case_id))
    listed = Option.objects.visible_to(actor).there().filter(referral=referral)
    asks_for_checks = referral.is_open and actor.may(Permission.REFER, Check(case_id=referral.case_id))
    rows = list(listed.select_related("scheme__provider", "added_by__account").order_by("added_at", "pk"))
    approaches = list(_approaches(actor, referral))
    page = {
        **around(request, referral),
        "listed": rows,
        "found_by_checks": _found_by_checks(actor, referral),
        "on_the_list": {row.scheme_id for row in rows},
        "may_check": asks_for_checks and bool(addresses_to_check(referral, actor)),
        "approaches": approaches,
        "waiting": {one.route for one in approaches if one.ended_at is None and one.provider_id is None},
        "may_search": may_search and referral.state in SEARCHED,
        "may_decide": _may_decide(actor, referral, may_search=may_search),
        "may_see_money": actor.may(Permission.VIEW_REFERRALS, Spending(case_id=referral.case_id)),
        "pathway_asked": asked_pathway(referral) if may_search else True,
        "routes": list(Route),
        "ticket": uuid4(),
        "no_known_conflict": NO_KNOWN_CONFLICT,
    }
    status = 200
    if page["may_search"]:
        form = WantedForm(actor, request.GET if request.GET else _from_the_request(actor, referral))
        page["form"] = form
        if form.is_valid():
            wanted = form.wanted()
            page |= {"wanted": wanted, "found": options(actor=actor, case=referral.case, wanted=wanted)}
        else:
            status = 422
    return render(request, "placements/search.jinja2", page, status=status)


def _approaches(actor: Actor, referral: Referral) -> QuerySet[Approach]:
    visible = Approach.objects.visible_to(actor).filter(referral=referral)
    return visible.select_related("provider", "scheme", "asked_by__account").order_by("-asked_at", "pk")


def _found_by_checks(actor: Actor, referral: Referral) -> dict[str, str]:
    """What checks have found about addresses, as the worker was told, the newest answer of each (SEA-06). What was
    found stands until somebody has answered anew: an address that must not be used is not hidden by asking again.
    """
    places = CheckedPlace.objects.visible_to(actor).filter(check_asked__referral=referral)
    found = places.order_by(F("check_asked__answered_at").asc(nulls_first=True), "pk")
    return {one.place: one.get_verdict_display() or "asked, not answered yet" for one in found}


def _may_decide(actor: Actor, referral: Referral, *, may_search: bool) -> bool:
    if actor.role != "sp_referrals" or not may_search or referral.state not in PATHWAY_DECIDES:
        return False
    return referral.state != State.SENT or referral.route == "sp_referrals"


def _from_the_request(actor: Actor, referral: Referral) -> QueryDict:
    """What the referral asks for, as the search asks for it: nobody types it twice."""
    said = what_is_asked_for(actor, referral)
    asked = QueryDict(mutable=True)
    asked["need"], asked["staffing"] = said.get("need_level", ""), said.get("staffing", "")
    asked.setlist("kind", said.get("settings", []))
    asked.setlist("access", said.get("access", []))
    asked["area"] = said.get("areas", "")
    for part, number in date_parts(needed_from(said, today())).items():
        asked[f"first-{part}"] = number
    return asked


@keeps_what_was_typed
@permission(Permission.SEARCH_PLACEMENT)
def shortlist(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Put a scheme on the list: the button beside an option."""
    referral = fetch(request, referral_id, "shortlist")
    if request.method != "POST":
        return HttpResponseRedirect(reverse("referral_search", args=[referral.pk]))
    actor = actor_of(request)
    form = ShortlistForm(request.POST)
    scheme = _scheme(actor, form.cleaned_data["scheme"]) if form.is_valid() else None
    if scheme is None:
        raise Http404
    why = form.cleaned_data["why"]
    done = f"On the list: {scheme.name}."
    return _tried(request, referral, done, lambda: add_option(referral, scheme, actor=actor, why=why))


def _scheme(actor: Actor, identifier: UUID) -> Scheme | None:
    return Scheme.objects.visible_to(actor).select_related("provider").filter(pk=identifier).first()


@keeps_what_was_typed
@permission(Permission.SEARCH_PLACEMENT)
def take_off(request: HttpRequest, option_id: UUID) -> HttpResponse:
    """Take a scheme off the list."""
    actor = actor_of(request)
    visible = Option.objects.visible_to(actor).select_related("referral", "scheme")
    option = read_or_404(request, visible, pk=option_id, purpose="take off the list")
    if request.method != "POST":
        return HttpResponseRedirect(reverse("referral_search", args=[option.referral_id]))
    done = f"Taken off the list: {option.scheme.name}."
    return _tried(request, option.referral, done, lambda: remove_option(option, actor=actor))


@keeps_what_was_typed
@permission(Permission.SEARCH_PLACEMENT)
def share(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Tell the worker what is on the list (SEA-03)."""
    referral = fetch(request, referral_id, "share options")
    ticket = _ticket(request)
    if request.method != "POST" or ticket is None:
        return HttpResponseRedirect(reverse("referral_search", args=[referral.pk]))
    gangs = facts_for(actor_of(request), referral.case).get("gang_risk") is not False
    waits = "The worker has the addresses checked first, since gangs are a risk or nobody knows (SEA-06). Then ask."
    said = f"The worker is told. {waits if gangs else 'Next for you: ask the housing pathway for a place.'}"
    return _tried(request, referral, said, lambda: share_options(referral, actor=actor_of(request), id=ticket))


def _ticket(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("ticket", ""))
    except ValueError:
        return None


def _tried(request: HttpRequest, referral: Referral, done: str, act: Any) -> HttpResponse:
    """Do it, say so or why not, and go back to the search."""
    try:
        act()
        messages.success(request, done)
    except NotNow as problem:
        messages.info(request, f"{problem}.")
    return HttpResponseRedirect(reverse("referral_search", args=[referral.pk]))


@keeps_what_was_typed
@permission(Permission.SEARCH_PLACEMENT)
def ask(request: HttpRequest, referral_id: UUID, route: str) -> HttpResponse:
    """Approach somebody: they get the whole set of documents with it (SEA-04)."""
    referral = fetch(request, referral_id, "approach")
    if route not in Route.values:
        raise Http404
    chosen, actor = Route(route), actor_of(request)
    actor.require(Permission.SEARCH_PLACEMENT, Approach(case_id=referral.case_id))
    schemes = _for_route(actor, chosen) if chosen in TO_A_PROVIDER else Scheme.objects.none()
    choice = to_choose_from(actor, referral, schemes)
    form = ApproachForm(chosen, choice, request.POST or None)
    if form.is_valid():
        try:
            made = approach(referral, chosen, actor=actor, id=form.cleaned_data["ticket"], scheme=form.scheme())
        except (NotNow, NobodyToCallIn) as problem:
            form.add_error(None, str(problem))
        else:
            whom = made.provider.name if made.provider else made.get_route_display()
            messages.success(request, f"Asked: {whom}. {_after_asking(chosen)}")
            return HttpResponseRedirect(reverse("referral_search", args=[referral.pk]))
    page = {
        **around(request, referral),
        "form": form,
        "route": chosen,
        "unchecked": bool(addresses_to_check(referral, actor)),
        "gang_risk": facts_for(actor, referral.case).get("gang_risk"),
    }
    return render(request, "placements/ask.jinja2", page, status=422 if form.errors else 200)


def _after_asking(route: Route) -> str:
    """Who does what, once somebody was asked for a place."""
    if route is Route.PATHWAY:
        return "SP Referrals decide next whether the pathway can help. If it cannot, it comes back to you on My work."
    return "They can read the referral and the Supported Housing Record now."


def _for_route(actor: Actor, route: Route) -> QuerySet[Scheme]:
    """The schemes that a route leads to."""
    schemes = Scheme.objects.visible_to(actor).select_related("provider").order_by("name", "pk")
    if route is Route.ASSESSMENT_CENTRE:
        return schemes.filter(kind="assessment_centre")
    return schemes


@keeps_what_was_typed
@permission(Permission.SEARCH_PLACEMENT)
def decide(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """SP Referrals pass the referral on, or send it back (SEA-08)."""
    referral = fetch(request, referral_id, "the pathway decides")
    actor = actor_of(request)
    actor.require(Permission.SEARCH_PLACEMENT, Approach(case_id=referral.case_id))
    if not _may_decide(actor, referral, may_search=True):
        messages.info(request, f"There is nothing for you to decide. Now: {referral.get_state_display().lower()}.")
        return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
    choice = to_choose_from(actor, referral, _for_route(actor, Route.PATHWAY))
    form = PathwayForm(choice, request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            if said["decision"] == "yes":
                given = pass_on(referral, choice.scheme(said["scheme"]), actor=actor, id=said["ticket"])
                after = f"The manager at {given.provider} finds it on My work, and books the interview next."
                messages.success(request, f"Passed to {given.scheme}. {after}")
            else:
                send_back(referral, actor=actor, id=said["ticket"], reason=said["reason"])
                messages.success(request, "Sent back. The Placements Team looks elsewhere next.")
            return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
        except (NotNow, NobodyToCallIn) as problem:
            form.add_error(None, str(problem))
    page = {**around(request, referral), "form": form, "choice": choice}
    return render(request, "placements/decide.jinja2", page, status=422 if form.errors else 200)
