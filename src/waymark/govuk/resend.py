"""Nothing that was typed is lost: a form that came too late or after the session ended can be sent again.

The page that says so carries what was typed in hidden inputs, with a fresh token. It does so only for forms that pages
of ours sent: another site must not be able to put words into a person's mouth.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

TOKEN = "csrfmiddlewaretoken"  # noqa: S105  (the name of an input)
View = Callable[..., HttpResponse]


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the token that proves it was ours: mostly a page left open overnight."""
    return render(request, "govuk/stale.jinja2", {"typed": typed(request)}, status=403)


def keeps_what_was_typed(view: View) -> View:
    """For a view with `@permission`: whoever sends its form when nobody is signed in can sign in and send it again."""

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method != "POST" or getattr(request, "actor", None) is not None:
            return view(request, *args, **kwargs)
        sign_in = f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}"
        return render(request, "govuk/signed_out.jinja2", {"typed": typed(request), "sign_in": sign_in}, status=403)

    return checked


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form held, in its order; nothing when it came from elsewhere."""
    if not _is_ours(request):
        return []
    return [(name, str(value)) for name, values in request.POST.lists() if name != TOKEN for value in values]


def _is_ours(request: HttpRequest) -> bool:
    """Whether the browser says that the form was on a page of ours. One that says nothing is not believed."""
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        return urlsplit(said).netloc == request.get_host()
    except ValueError:  # no address at all, such as "http://["
        return False
