"""The wall before every view: what is not text goes no further.

PostgreSQL keeps neither a null character nor half of a surrogate pair, wherever it comes from: an address, a filter, an
answer in a form. No page of ours sends one, so the request is turned away with a 400 rather than quietly changed: what
somebody looks for or writes down is theirs. The page that says so offers what they wrote, without those characters, to
be looked at and sent again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from waymark.govuk.resend import typed

NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")


class PlainText:
    """Lets through requests whose path, filters and answers are text. It stands last, so its page knows who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400 in the view's place where there is anything but text."""
        if not any(map(NOT_TEXT.search, _texts(request))):
            return self.get_response(request)
        kept = [(name, NOT_TEXT.sub("", value)) for name, value in typed(request) if not NOT_TEXT.search(name)]
        if any(map(NOT_TEXT.search, _address(request))):  # sent there again, it would be turned away again
            kept = []
        return render(request, "govuk/not_text.jinja2", {"typed": kept}, status=400)


def _address(request: HttpRequest) -> Iterator[str]:
    yield request.path
    for name, values in request.GET.lists():
        yield name
        yield from values


def _texts(request: HttpRequest) -> Iterator[str]:
    yield from _address(request)
    for name, values in request.POST.lists():
        yield name
        yield from map(str, values)
