"""What these pages share: fetching what is the reader's own, and trying a change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from waymark.access.services import NotAsAsked
from waymark.accommodation.models import Scheme, Unit
from waymark.accommodation.rules import works_with
from waymark.accommodation.vacancies import units_of
from waymark.audit.reading import read_or_404
from waymark.core.actor import Actor
from waymark.govuk.forms import Form

HERE = "vacancies"


def actor_of(request: HttpRequest) -> Actor:
    """Whoever asks."""
    return request.actor  # type: ignore[attr-defined, no-any-return]


def own_scheme(request: HttpRequest, scheme_id: UUID, purpose: str) -> Scheme:
    """A scheme of the reader's agency or borough; 404 for any other."""
    actor = actor_of(request)
    visible = Scheme.objects.visible_to(actor).filter(works_with(actor)).select_related("provider", "case")
    return read_or_404(request, visible, purpose=purpose, pk=scheme_id)


def own_unit(request: HttpRequest, unit_id: UUID, purpose: str) -> Unit:
    """A unit of such a scheme."""
    return read_or_404(request, units_of(actor_of(request)), purpose=purpose, pk=unit_id)


def attempt(form: Form, change: Callable[[], object]) -> bool:
    """Make a change; where it is refused, the form says why."""
    try:
        change()
    except NotAsAsked as problem:
        form.add_error(None, str(problem))
        return False
    return True


def show(request: HttpRequest, template: str, page: dict[str, Any]) -> HttpResponse:
    """The page; 422 where its form was refused."""
    form = page.get("form")
    status = 422 if form is not None and form.errors else 200
    return render(request, f"accommodation/{template}.jinja2", {"here": HERE, **page}, status=status)


def seen_of(record: Model) -> str:
    """What a page shows of a record, in few letters: brought back by its form, it tells whether somebody changed it."""
    values = {field.attname: str(getattr(record, field.attname)) for field in record._meta.concrete_fields}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


CHANGED = (
    "Somebody else has changed this since you opened the page. What you typed is still here: compare it with what is"
    " stored now, then save again"
)


def unchanged(request: HttpRequest, form: Form, record: Model) -> bool:
    """Whether the record is as the form's page showed it. If not, the form says so and nothing is lost."""
    if request.POST.get("seen", "") == seen_of(record):
        return True
    form.add_error(None, CHANGED)
    return False
