"""A page that asks before it closes or opens something."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from waymark.govuk.forms import Form

LONGEST = 400


def asked(
    request: HttpRequest,
    page: dict[str, Any],
    form: Form | None,
    heading: str,
    button: str,
    back: str,
    told: str = "",
) -> HttpResponse:
    """A page that asks, or asks to be sure, and says what it will do."""
    page |= {"form": form, "heading": heading, "button": button, "back": back, "told": told}
    status = 422 if form is not None and form.errors else 200
    return render(request, "casework/closing/asked.jinja2", page, status=status)
