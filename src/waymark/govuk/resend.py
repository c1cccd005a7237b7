"""Nothing that was typed is lost: a form that came after the session ended is filled in again, or sent again.

Whoever signs in as the person that they were finds the form as they had filled it in, to be looked at and sent. A form
that came too late for its token, or cannot be filled in, is sent again from a page that carries what was typed in
hidden inputs, with a fresh token. It does so only for forms that pages of ours sent: another site must not be able to
put words into a person's mouth. Nor may the next person at the same machine: the page says, signed, whose session had
ended, and nobody else can send it again or see it filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, wraps
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.govuk.refill import refilled

TOKEN = "csrfmiddlewaretoken"  # noqa: S105  (the name of an input)
TYPED_BY = "typed_by"
KEEP = "keep_and_sign_in"
"""The name of the button that keeps what was typed while its person signs in."""
LEADS_ON = (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER)
SECRETS = frozenset({"password", "code", "answer"})
"""What proves who somebody is: never written into a page, where the next person at the machine could find it."""
_signer = Signer(salt="waymark.govuk.resend")
View = Callable[..., HttpResponse]
Answer = Callable[[], HttpResponse]
Pair = tuple[str, str]


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the token that proves it was ours: mostly a page left open overnight."""
    page = {"typed": typed(request), "typed_by": _typed_by(request)}
    return render(request, "govuk/stale.jinja2", page, status=403)


class Keeper(Protocol):
    """Keeps what was typed while its person signs in again. Comes from an app further on, at start-up."""

    def fits(self, said: Sequence[Pair]) -> bool:
        """Whether it is little enough to be kept."""

    def keep(self, request: HttpRequest, whose: str, said: Sequence[Pair]) -> bool:
        """Keep it for the account `whose`. False where it cannot be."""

    def kept(self, request: HttpRequest) -> list[Pair]:
        """What whoever is signed in typed on the form at this address; nothing for anybody else."""

    def forget(self, request: HttpRequest) -> None:
        """It was sent."""


class _Registered:
    keeper: Keeper | None = None


def register_keeper(keeper: Keeper) -> None:
    """Called once at start-up. Without one, a form is sent again from the page that says so."""
    _Registered.keeper = keeper


def keeps_what_was_typed(view: View) -> View:
    """For a view with `@permission`: whoever sends its form when nobody is signed in signs in, and finds it filled in.

    What one person typed is not taken from another, who has signed in since, nor shown to them. Whoever may not send it
    any more, because their access ended while they were typing, is shown their own words on the page that says so.
    Where the form cannot be filled in as it was, it is sent again from a page that carries it.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        here = partial(view, request, *args, **kwargs)
        signed_in = getattr(request, "actor", None) is not None
        if request.method != "POST":
            return _filled_in(here, request) if signed_in and request.method == "GET" else here()
        if signed_in and _by_somebody_else(request):
            return render(request, "govuk/somebody_elses.jinja2", status=403)
        if KEEP in request.POST and _kept(request):
            return HttpResponseRedirect(request.get_full_path() if signed_in else _sign_in(request))
        if KEEP in request.POST and signed_in:  # it was to be looked at first
            return _not_filled_in(request, typed(request))
        return _sent(here, request) if signed_in else _signed_out(request)

    return checked


def _sign_in(request: HttpRequest) -> str:
    return f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}"


def _signed_out(request: HttpRequest) -> HttpResponse:
    """What can be done about a form that came when nobody was signed in."""
    said, keeper = typed(request), _Registered.keeper
    can_keep = keeper is not None and bool(_author(request)) and keeper.fits(said)
    page = {
        "typed": said,
        "typed_by": _typed_by(request),
        "sign_in": _sign_in(request),
        "keep": KEEP if can_keep else "",
    }
    return render(request, "govuk/signed_out.jinja2", page, status=403)


def _kept(request: HttpRequest) -> bool:
    """Keep what was typed, for whoever typed it; whether it is kept."""
    said, whose, keeper = typed(request), _author(request), _Registered.keeper
    return keeper is not None and bool(said and whose) and keeper.keep(request, whose, said)


def _sent(here: Answer, request: HttpRequest) -> HttpResponse:
    """The view's answer to a form. Once it has led on, what was kept of it is forgotten."""
    response = _or_with_their_words(here, request, typed(request))
    if _Registered.keeper is not None and response.status_code in LEADS_ON:
        _Registered.keeper.forget(request)
    return response


def _filled_in(here: Answer, request: HttpRequest) -> HttpResponse:
    """The page, with what its reader had typed before they signed in again; or a page from which it can be sent."""
    said = _Registered.keeper.kept(request) if _Registered.keeper is not None else []
    if not said:
        return here()
    request.is_refilled = True  # type: ignore[attr-defined]
    response = _or_with_their_words(here, request, said)
    is_page = response.status_code == HTTPStatus.OK and response.headers["Content-Type"].startswith("text/html")
    page = refilled(response.content.decode(), said, request.get_full_path()) if is_page else None
    if page is None:
        return _not_filled_in(request, said)
    response.content = page.encode()
    return response


def _not_filled_in(request: HttpRequest, said: Sequence[Pair]) -> HttpResponse:
    request.is_refilled = False  # type: ignore[attr-defined]
    return render(request, "govuk/not_refilled.jinja2", {"typed": said, "typed_by": _typed_by(request)})


def _or_with_their_words(here: Answer, request: HttpRequest, said: Sequence[Pair]) -> HttpResponse:
    """The view's answer; a refusal goes on to the page of refusals with the sentences that were typed."""
    try:
        return here()
    except (Http404, PermissionDenied):
        request.words_typed = [value for _, value in said if " " in value]  # type: ignore[attr-defined]
        request.is_refilled = False  # type: ignore[attr-defined]
        raise


def typed(request: HttpRequest) -> list[Pair]:
    """What the form held, in its order; nothing when it came from elsewhere."""
    if not _is_ours(request):
        return []
    left_out = {TOKEN, TYPED_BY, KEEP, *SECRETS}
    return [(name, str(value)) for name, values in request.POST.lists() if name not in left_out for value in values]


def _whose(request: HttpRequest) -> str:
    """The account whose session this is or was; "" when the browser has forgotten it."""
    return str(getattr(getattr(request, "holder", None), "account_id", None) or "")


def _typed_by(request: HttpRequest) -> str:
    """Who typed it, signed: as a page before this one said, or else whoever's session it came in."""
    whose = _whose(request)
    return request.POST.get(TYPED_BY, "") or (_signer.sign(whose) if whose else "")


def _author(request: HttpRequest) -> str:
    """The account of whoever typed it, as a page of ours says; "" where nobody can tell."""
    try:
        said = _typed_by(request)
        return _signer.unsign(said) if said else ""
    except BadSignature:
        return ""


def _by_somebody_else(request: HttpRequest) -> bool:
    """Whether a form that is sent again was typed by another person than the one who is signed in."""
    said = request.POST.get(TYPED_BY, "")
    try:
        return bool(said) and _signer.unsign(said) != _whose(request)
    except BadSignature:
        return True


def _is_ours(request: HttpRequest) -> bool:
    """Whether the browser says that the form was on a page of ours. One that says nothing is not believed."""
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        return urlsplit(said).netloc == request.get_host()
    except ValueError:  # no address at all, such as "http://["
        return False
