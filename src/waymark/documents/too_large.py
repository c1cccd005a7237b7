"""The wall in front of every form: a request that says it is too large is refused before any of it is read."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from waymark.documents.limits import MOST_BODY, MOST_BYTES


class NotTooLarge:
    """Answers 413 where the body is said to be larger than the largest file. A body of unsaid length is not read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the length alone."""
        said = str(request.META.get("CONTENT_LENGTH") or "0")
        if said.isdecimal() and len(said) < 20 and int(said) <= MOST_BODY:
            return self.get_response(request)
        if not said.isdecimal():  # no length: the server hands on an empty body
            return self.get_response(request)
        page = {"most": MOST_BYTES // 1_000_000}
        return render(request, "core/errors/413.jinja2", page, status=413)
