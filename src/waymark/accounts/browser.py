"""What a browser holds between two pages of signing in, and what it says of itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from waymark.accounts.models import Account
from waymark.accounts.queries import Holder
from waymark.accounts.services.attempts import TooManyAttempts
from waymark.accounts.services.factors import has_second_factor
from waymark.accounts.services.links import join, links_since_last_sign_in
from waymark.accounts.services.sessions import Proof, end_session, open_session, person_of
from waymark.accounts.services.steps import begin_step
from waymark.core.formats import moment

SESSION_KEY = "token"
STEP_KEY = "step"
LINK_KEY = "link"
WANTED_KEY = "next"
TYPED_KEY = "typed"
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
MACHINES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "a Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)
LINK_MADE = (
    "{who}, made a link for a new password for you on {when}. If you did not ask for it, tell your manager and your"
    " data protection lead now."
)
View = Callable[..., HttpResponse]


def browser_of(request: HttpRequest) -> str:
    """`Firefox on Windows`, so that people know their sessions apart. Browsers call themselves what they like."""
    said = request.headers.get("User-Agent", "")
    browser = next((name for part, name in BROWSERS if part in said), "Another browser")
    machine = next((f" on {name}" for part, name in MACHINES if part in said), "")
    return browser + machine


def origin_of(request: HttpRequest) -> str:
    """The address of this page without its path: what a passkey signs."""
    return f"{request.scheme}://{request.get_host()}"


def safe(request: HttpRequest, wanted: str, otherwise: str = "/") -> str:
    """Where to go on to: an address of ours, or `otherwise`."""
    here = {request.get_host()}
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=here, require_https=request.is_secure())
    return wanted if ours else otherwise


def holder_of(request: HttpRequest) -> Holder | None:
    """Whose session this is, while it lasts: also before they have chosen whom to act as."""
    holder: Holder | None = getattr(request, "holder", None)
    return holder if holder is not None and holder.live else None


def start(request: HttpRequest, account: Account, proof: Proof, wanted: str) -> HttpResponse:
    """Open the person's session, in place of whatever the browser held, and have them choose whom to act as.

    The token is new and made here, so nobody can have given the browser one before. Whoever opened a link to join an
    agency before they signed in has joined it now.
    """
    was: Holder | None = getattr(request, "holder", None)
    if was is not None and was.live:
        end_session(request.session[SESSION_KEY], actor=person_of(account))
    join(request.session.get(LINK_KEY, ""), account)
    made_for_them = links_since_last_sign_in(account.pk)
    token = open_session(account, actor=person_of(account), proof=proof)
    if was is not None and was.account_id != account.pk:
        rotate_token(request)  # forms that somebody else left open in this browser are too old now
    hold(request, **{SESSION_KEY: token})
    for link in made_for_them:
        messages.info(request, LINK_MADE.format(who=link.made_by, when=moment(link.created_at)))
    return HttpResponseRedirect(with_next("acting_as", wanted))


def hold(request: HttpRequest, **values: str) -> None:
    """Have the browser hold these and nothing from before: it has somebody new before it, or nobody.

    But for the key to a form that was typed, which opens it to the person who typed it and to nobody else.
    """
    key_to_form = request.session.get(TYPED_KEY)
    request.session.flush()
    for key, value in (values | ({TYPED_KEY: key_to_form} if key_to_form else {})).items():
        request.session[key] = value


def first_factor_passed(
    request: HttpRequest, account: Account, *, how: str, second_factor: bool, wanted: str
) -> HttpResponse:
    """Go on to the second factor, when there is one and it was not asked for yet; otherwise to the session."""
    if not second_factor and has_second_factor(account.pk):
        request.session[STEP_KEY] = begin_step("factor", account, how=how)
        request.session[WANTED_KEY] = wanted
        return HttpResponseRedirect(reverse("sign_in_factor"))
    proof = Proof(how=how, second_factor=second_factor, browser=browser_of(request))
    return start(request, account, proof, wanted)


def with_next(route: str, wanted: str) -> str:
    """The address of a route that goes on to `wanted`."""
    return reverse(route) + (f"?{urlencode({'next': wanted})}" if wanted and wanted != "/" else "")


def wanted_of(request: HttpRequest) -> str:
    """Where the person wants to go in the end: an address of ours, or the first page."""
    return safe(request, request.POST.get("next") or request.GET.get("next", ""))


def not_in_the_demo(view: View) -> View:
    """For pages of real sign-in: the demo, which asks for no password, has none of them."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return checked


def for_whoever_signed_in(view: View) -> View:
    """For pages that somebody needs before they can act as anybody, such as setting up a second factor."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if holder_of(request) is None:
            return HttpResponseRedirect(reverse("sign_in"))
        return view(request, *args, **kwargs)

    return checked


def proved_lately(view: View) -> View:
    """For what must not be changed by whoever finds a screen unlocked: asks who they are when that was long ago."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        holder = holder_of(request)
        if holder is None:
            return HttpResponseRedirect(reverse("sign_in"))
        if not holder.proved:
            wanted = request.get_full_path() if request.method == "GET" else reverse("account")
            return HttpResponseRedirect(with_next("confirm_it_is_you", wanted))
        return view(request, *args, **kwargs)

    return checked


def answers_too_many(view: View) -> View:
    """Answers `TooManyAttempts` with a page that says how long to wait: the same for everybody who must."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooManyAttempts as refusal:
            return too_many(request, refusal.wait)

    return checked


def too_many(request: HttpRequest, wait: timedelta) -> HttpResponse:
    """429, with the seconds to wait in `Retry-After` and minutes on the page."""
    seconds = max(1, math.ceil(wait.total_seconds()))
    response = render(request, "core/errors/429.jinja2", {"minutes": math.ceil(seconds / 60)}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def actor_in(request: HttpRequest, account: Account) -> Any:
    """Who does something to their own account: as they act, or as themselves before they act as anybody."""
    return getattr(request, "actor", None) or person_of(account)
