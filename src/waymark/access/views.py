"""Signing in to the demo by choosing whom to be, and signing out."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from waymark.access.middleware import SESSION_KEY
from waymark.access.queries import people_to_sign_in_as
from waymark.access.services import sign_in_to_demo
from waymark.accounts.services import end_session
from waymark.core.permissions import Permission, permission
from waymark.core.requests import Request


@permission(Permission.PUBLIC)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Choose whom to be. Only the demo offers it: it asks for no password."""
    if not settings.DEMO:
        return render(request, "access/no_sign_in.jinja2")
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST":
        chosen = _identifier(request.POST.get("person", ""))
        token = sign_in_to_demo(chosen) if chosen else None
        if token is not None:
            request.session.flush()
            request.session[SESSION_KEY] = token
            return HttpResponseRedirect(_safe(request, wanted))
    page = {
        "agencies": people_to_sign_in_as(),
        "next": wanted,
        "error": "Select who you want to be" if request.method == "POST" else "",
    }
    return render(request, "access/sign_in.jinja2", page)


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


def _safe(request: HttpRequest, wanted: str) -> str:
    """Where to go after signing in: an address of ours, or the first page."""
    here = {request.get_host()}
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=here, require_https=request.is_secure())
    return wanted if ours else "/"
