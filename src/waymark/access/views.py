"""Signing in and out, and choosing whom to act as."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.acting import choose_membership, needs_second_factor
from waymark.access.models import Membership
from waymark.access.queries import memberships_of, people_to_sign_in_as
from waymark.access.services import acting_as, sign_in_to_demo
from waymark.accounts import browser
from waymark.accounts.browser import SESSION_KEY
from waymark.accounts.services import end_session
from waymark.accounts.services.factors import has_second_factor, must_enrol
from waymark.accounts.views import signing_in
from waymark.core.permissions import Permission, permission
from waymark.core.requests import Request


@permission(Permission.PUBLIC)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in; in the demo, choose whom to be. Whoever has only to say whom they act as goes on to that."""
    if settings.DEMO:
        return _choose_whom_to_be(request)
    if request.method == "GET" and browser.holder_of(request) and getattr(request, "actor", None) is None:
        return HttpResponseRedirect(browser.with_next("acting_as", browser.wanted_of(request)))
    return signing_in.password(request)


def _choose_whom_to_be(request: HttpRequest) -> HttpResponse:
    """Only the demo offers it: it asks for no password."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST":
        chosen = _identifier(request.POST.get("person", ""))
        token = sign_in_to_demo(chosen) if chosen else None
        if token is not None:
            browser.hold(request, **{SESSION_KEY: token})
            return HttpResponseRedirect(browser.safe(request, wanted))
    page = {
        "agencies": people_to_sign_in_as(),
        "next": wanted,
        "error": "Select who you want to be" if request.method == "POST" else "",
    }
    return render(request, "access/sign_in.jinja2", page)


@permission(Permission.PUBLIC)
@browser.not_in_the_demo
@browser.for_whoever_signed_in
def acting_as_page(request: HttpRequest) -> HttpResponse:
    """Choose in which of one's memberships to act; asked only of those who have several, now and later."""
    holder = browser.holder_of(request)
    wanted = browser.wanted_of(request)
    memberships = memberships_of(holder.account_id) if holder else []
    if not memberships:
        return _nowhere_to_act(request)
    if request.method == "POST":
        chosen = _identifier(request.POST.get("membership", ""))
        membership = next((one for one in memberships if one.pk == chosen), None)
    else:
        membership = memberships[0] if len(memberships) == 1 else None
    if membership is not None:
        return _act_as(request, membership, wanted)
    page = {
        "memberships": memberships,
        "next": wanted,
        "now": holder.membership_id if holder else None,
        "error": "Select whom you are acting as" if request.method == "POST" else "",
    }
    return render(request, "access/acting_as.jinja2", page)


def _act_as(request: HttpRequest, membership: Membership, wanted: str) -> HttpResponse:
    """Go on in this membership, or to a second factor where the role needs one and there is none yet."""
    holder = browser.holder_of(request)
    needed = needs_second_factor(acting_as(membership)) or must_enrol(membership.account_id)
    if needed and not (holder and holder.second_factor):
        has_one = has_second_factor(membership.account_id)
        way = browser.with_next("confirm_it_is_you", request.get_full_path()) if has_one else reverse("second_factor")
        return HttpResponseRedirect(way)
    token = choose_membership(request.session[SESSION_KEY], membership.account_id, membership.pk)
    if token is None:
        return HttpResponseRedirect(reverse("sign_in"))
    browser.hold(request, **{SESSION_KEY: token})
    return HttpResponseRedirect(wanted)


def _nowhere_to_act(request: HttpRequest) -> HttpResponse:
    end_session(request.session[SESSION_KEY], actor=None)
    request.session.flush()
    return render(request, "access/nowhere_to_act.jinja2", status=403)


@permission(Permission.PUBLIC)
def sign_out(request: Request) -> HttpResponse:
    """End the session here and on the server."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    token = request.session.get(SESSION_KEY)
    if token:
        end_session(token, actor=request.actor)
    request.session.flush()
    return HttpResponseRedirect("/sign-in")


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
