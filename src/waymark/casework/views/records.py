"""The list of records: everybody and every place that the reader works on, with a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from waymark.cases.models import Case, Kind
from waymark.casework import finding
from waymark.casework.presenters import Link
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.duties.engine.calendar import local_date
from waymark.govuk.pages import asked_page, pagination, slice_of, to_a_page_there_is, with_page
from waymark.people.models import YoungPerson

RECORDS_ON_A_PAGE = 50


@permission(Permission.VIEW_CASE)
def records(request: HttpRequest) -> HttpResponse:
    """Everybody and every place whose record the reader works on, with a search."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    words = request.GET.get("q", "").strip()[:100]
    kind = request.GET.get("kind", Kind.YOUNG_PERSON)
    found = _found(actor, words, kind)
    shown = slice_of(found, number=asked_page(request), size=RECORDS_ON_A_PAGE)
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    listed = found[shown.start : shown.start + shown.size]
    cases = [one.case if isinstance(one, YoungPerson) else one for one in listed]
    audited = trail.searched if words else trail.listed
    audited(actor, "cases.Case", cases=[case.pk for case in cases], rows=len(cases))
    page = {
        "here": "records",
        "words": words,
        "kind": kind,
        "rows": _record_rows(actor, cases),
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)),
        "may_break_glass": actor.may(Permission.BREAK_GLASS),
        "may_register": actor.may(Permission.MANAGE_PEOPLE),
    }
    return render(request, "casework/records.jinja2", page)


def _found(actor: Actor, words: str, kind: str) -> QuerySet[Case] | QuerySet[YoungPerson]:
    """What the page lists, in its order."""
    if words:
        return finding.by_name(finding.matching(actor, words))
    if kind == "place":
        return finding.by_name(finding.records(actor).exclude(kind=Kind.YOUNG_PERSON))
    return finding.young_people(actor)


def _record_rows(actor: Actor, cases: Sequence[Case]) -> list[dict[str, Any]]:
    living = finding.living(actor, cases=[case.pk for case in cases])
    places = finding.place_names(actor, living.values())
    today = local_date(system_clock.now())
    return [
        {
            "link": Link(finding.name_of(case), reverse("case", args=[case.pk])),
            "reference": case.reference,
            "kind": case.get_kind_display(),
            "age": case.young_person.age_on(today) if case.kind == Kind.YOUNG_PERSON else None,
            "lives": places.get(living.get(case.pk, ""), ""),
        }
        for case in cases
    ]
