"""The referrals that a provider has, each with what to do next; and the way there from a referral."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.assessments.inbox import dues_of, known_of, next_step, with_provider
from waymark.assessments.models import Answer, Offer
from waymark.core import trail
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.events.vocabulary import EVENT_TYPES
from waymark.govuk.pages import asked_page, pagination, slice_of, to_a_page_there_is, with_page
from waymark.placements.models import Approach
from waymark.referrals.models import Referral, State
from waymark.referrals.views.common import actor_of, fetch

ON_A_PAGE = 50
FORMS: Mapping[str, str] = {
    State.PASSED: "assessment_interview_arranged",
    State.OFFERED: "placement_agreed",
    State.AGREED: "placement_started",
}
"""What comes next where a provider was not approached through these pages: the entry whose form it is."""


@permission(Permission.ASSESS)
def inbox(request: HttpRequest) -> HttpResponse:
    """The referrals passed to the reader's provider that are not over, the longest there first."""
    actor = actor_of(request)
    found = with_provider(actor)
    shown = slice_of(found, number=asked_page(request), size=ON_A_PAGE)
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    rows = list(found[shown.start : shown.start + shown.size])
    known, dues, now = known_of(rows, actor), dues_of(rows, actor), system_clock.now()
    trail.listed(actor, "placements.Approach", rows=len(rows), cases=[row.case_id for row in rows])
    page = {
        "here": "referrals",
        "rows": [(row, next_step(row, known[row.pk], dues, now)) for row in rows],
        "may_offer": actor.may(Permission.OFFER),
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)),
    }
    return render(request, "assessments/inbox.jinja2", page)


@permission(Permission.VIEW_REFERRALS)
def of_referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """To what the reader does next about a referral that a provider has: their approach, or the offer to answer."""
    referral = fetch(request, referral_id, "the provider's side of a referral")
    return _to_page(request, referral, FORMS.get(referral.state, ""))


@permission(Permission.VIEW_REFERRALS)
def step(request: HttpRequest, referral_id: UUID, step: str) -> HttpResponse:
    """To the page of a step of the provider's: its form where the provider was not approached through these pages."""
    if step not in EVENT_TYPES:
        raise Http404
    return _to_page(request, fetch(request, referral_id, "the provider's side of a referral"), step)


def _to_page(request: HttpRequest, referral: Referral, form: str) -> HttpResponse:
    actor = actor_of(request)
    offers = Offer.objects.visible_to(actor).filter(referral=referral, answer__in=(Answer.WAITING, Answer.ACCEPTED))
    passed = Approach.objects.visible_to(actor).filter(referral=referral, passed_at__isnull=False)
    mine = passed.filter(provider__agency=actor.agency_id).order_by("-passed_at").first()
    if mine is not None:
        return HttpResponseRedirect(reverse("assessment", args=[mine.pk]))
    if (offered := offers.order_by("-made_at").first()) is not None:
        return HttpResponseRedirect(reverse("offer", args=[offered.pk]))
    latest = passed.order_by("-passed_at").first()
    if latest is not None:
        return HttpResponseRedirect(reverse("assessment", args=[latest.pk]))
    if form and referral.is_open:
        address = reverse("record_event", args=[referral.case_id, form])
        return HttpResponseRedirect(f"{address}?ref-referral={referral.pk}")
    return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
