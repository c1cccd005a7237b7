"""Nothing that was typed is lost: a form that came too late or after the session ended can be sent again.

The page that says so carries what was typed in hidden inputs, with a fresh token. It does so only for forms that pages
of ours sent: another site must not be able to put words into a person's mouth. Nor may the next person at the same
machine: the page says, signed, whose session had ended, and nobody else can send it again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

TOKEN = "csrfmiddlewaretoken"  # noqa: S105  (the name of an input)
TYPED_BY = "typed_by"
SECRETS = frozenset({"password", "code", "answer"})
"""What proves who somebody is: never written into a page, where the next person at the machine could find it."""
_signer = Signer(salt="waymark.govuk.resend")
View = Callable[..., HttpResponse]


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the token that proves it was ours: mostly a page left open overnight."""
    page = {"typed": typed(request), "typed_by": _typed_by(request)}
    return render(request, "govuk/stale.jinja2", page, status=403)


def keeps_what_was_typed(view: View) -> View:
    """For a view with `@permission`: whoever sends its form when nobody is signed in can sign in and send it again.

    What one person typed is not taken from another, who has signed in since. Whoever may not send it any more, because
    their access ended while they were typing, is shown their own words on the page that says so.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        if getattr(request, "actor", None) is not None:
            if _by_somebody_else(request):
                return render(request, "govuk/somebody_elses.jinja2", status=403)
            return _or_with_their_words(view, request, *args, **kwargs)
        sign_in = f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}"
        page = {"typed": typed(request), "typed_by": _typed_by(request), "sign_in": sign_in}
        return render(request, "govuk/signed_out.jinja2", page, status=403)

    return checked


def _or_with_their_words(view: View, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """The view's answer; a refusal goes on to the page of refusals with the sentences that were typed."""
    try:
        return view(request, *args, **kwargs)
    except (Http404, PermissionDenied):
        request.words_typed = [value for _, value in typed(request) if " " in value]  # type: ignore[attr-defined]
        raise


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form held, in its order; nothing when it came from elsewhere."""
    if not _is_ours(request):
        return []
    left_out = {TOKEN, TYPED_BY, *SECRETS}
    return [(name, str(value)) for name, values in request.POST.lists() if name not in left_out for value in values]


def _whose(request: HttpRequest) -> str:
    """The account whose session this is or was; "" when the browser has forgotten it."""
    return str(getattr(getattr(request, "holder", None), "account_id", None) or "")


def _typed_by(request: HttpRequest) -> str:
    """Who typed it, signed: as a page before this one said, or else whoever's session it came in."""
    whose = _whose(request)
    return request.POST.get(TYPED_BY, "") or (_signer.sign(whose) if whose else "")


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
