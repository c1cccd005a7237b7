"""The trail for the data protection lead, and who has looked at a record for those who answer for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from waymark.access.models import EmergencyAccess
from waymark.audit.models import Entry
from waymark.audit.reading import not_found
from waymark.cases.models import Case
from waymark.casework.audit import looking, queries
from waymark.casework.audit.asking import (
    FilterForm,
    asked_of,
    filters_of,
    place_read,
    place_written,
    with_place,
)
from waymark.casework.audit.downloading import written
from waymark.casework.audit.words import ACTIONS, because, list_of, sentence, shown_in, thing
from waymark.casework.presenters import Link, Tag
from waymark.casework.views.case import fetch, frame
from waymark.core import formats, trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.core.trail import Action
from waymark.duties.engine.calendar import local_date, start_of_day

ROWS = 50
MOST_DOWNLOADED = 20_000
LOOKED_DAYS = 28
"""How many days of who has looked stand on a page."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry on a page: when, in words, what the list showed, and whether it was refused."""

    link: Link
    text: str
    shown: str
    tag: Tag | None


@permission(Permission.VIEW_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """What the agency's members did, and what anybody did with the authority's records: the latest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = FilterForm(_with_days(request), queries.agencies())
    if not form.is_valid():
        return _not_understood(request, form)
    asked = asked_of(form, system_clock.now())
    found = queries.entries(actor, asked, after=place_read(request.GET.get("after", "")), size=ROWS)
    trail.listed(
        actor,
        "audit.Entry",
        cases=queries.cases_asked(actor, asked),
        rows=len(found.rows),
        filters=filters_of(form),
    )
    last = found.rows[-1] if found.rows else None
    page = {
        "here": "audit",
        "form": form,
        "is_filtered": any(value for name, value in request.GET.items() if name != "after"),
        "days": _days_text(asked.since, asked.until),
        "rows": [_row(entry, found.references) for entry in found.rows],
        "total": found.total,
        "most": queries.MOST_COUNTED,
        "latest": with_place(request.GET, "") if request.GET.get("after") else "",
        "earlier": ""
        if found.is_last or last is None
        else with_place(request.GET, place_written(last.at, last.sequence)),
        "download": reverse("audit_download") + with_place(request.GET, ""),
        "most_downloaded": MOST_DOWNLOADED,
    }
    return render(request, "casework/audit/audit.jinja2", page)


def _not_understood(request: HttpRequest, form: FilterForm) -> HttpResponse:
    page = {"here": "audit", "form": form, "is_filtered": True}
    return render(request, "casework/audit/audit.jinja2", page, status=422)


def _with_days(request: HttpRequest) -> Any:
    """The address as the form reads it; days that it leaves out are typed in, so that the page says what it shows."""
    data = request.GET.copy()
    today = local_date(system_clock.now())
    if not any(data.get(f"until-{part}") for part in ("day", "month", "year")):
        _type(data, "until", today)
        if not any(data.get(f"since-{part}") for part in ("day", "month", "year")):
            _type(data, "since", today - timedelta(days=6))
    return data


def _type(data: Any, name: str, day: date) -> None:
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        data[f"{name}-{part}"] = str(value)


def _days_text(since: datetime, until: datetime) -> str:
    first, last = formats.day(since), formats.day(until - timedelta(seconds=1))
    return first if first == last else f"{first} to {last}"


def _row(entry: Entry, references: Any) -> EntryRow:
    refused = Tag("Refused", "red") if entry.action == Action.REFUSAL else None
    when = formats.moment(entry.at)
    return EntryRow(
        Link(when, reverse("audit_entry", args=[entry.pk])),
        sentence(entry, references),
        list_of(entry, references),
        refused,
    )


@permission(Permission.VIEW_AUDIT)
def download(request: HttpRequest) -> HttpResponse:
    """The entries that are asked for as a file, which the trail notes as a copy taken."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = FilterForm(_with_days(request), queries.agencies())
    if not form.is_valid():
        return _not_understood(request, form)
    asked = asked_of(form, system_clock.now())
    found = queries.entries(actor, asked, size=MOST_DOWNLOADED)
    trail.exported(
        actor,
        "audit.Entry",
        cases=queries.cases_asked(actor, asked),
        rows=len(found.rows),
        filters=filters_of(form),
    )
    content = written(found, queries.agency_names({entry.agency_id for entry in found.rows}))
    name = f"audit-{local_date(system_clock.now()).isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@permission(Permission.VIEW_AUDIT)
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """One entry: everything that is kept of it, and what else the same request did."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    whole = queries.one_entry(actor, entry_id)
    if whole is None:
        raise not_found(request, Entry, purpose="entry of the audit trail", pk=entry_id)
    trail.read(actor, whole.entry, purpose="entry of the audit trail")
    found = whole.entry
    page = {
        "here": "audit",
        "row": _row(found, whole.references),
        "facts": _facts(whole),
        "beside": [_row(other, whole.references) for other in whole.beside],
    }
    return render(request, "casework/audit/entry.jinja2", page)


def _facts(whole: queries.Whole) -> list[tuple[str, str]]:
    """What is kept of an entry, by name; what it has not is left out."""
    found = whole.entry
    named, others = shown_in(found, whole.references)
    agency = queries.agency_names([found.agency_id])
    facts = [
        ("When", formats.moment_with_day(found.at)),
        ("Who", found.who),
        ("Agency", agency.get(found.agency_id, "") if found.agency_id else ""),
        ("What they did", ACTIONS[Action(found.action)]),
        ("What it was", thing(found.kind)),
        ("Record", whole.references.get(found.case_id, "") if found.case_id else ""),
        ("Records that the list showed", ", ".join([*named, *([f"{others} of other authorities"] if others else [])])),
        ("Why", because(found.purpose).removeprefix("for: ")),
        ("What they typed", _typed(whole.words)),
        ("Details", "; ".join(f"{name}: {_plain(value)}" for name, value in sorted(found.detail.items()))),
        ("Number", f"{found.sequence:,}"),
        ("Sealed", f"in seal {whole.seal:,}" if whole.seal else "not yet: the worker seals each minute"),
        ("Request", str(found.request_id or "")),
    ]
    return [(name, value) for name, value in facts if value]


def _typed(words: str | None) -> str:
    return "Removed by retention; its digest is sealed" if words == "" else words or ""


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@permission(Permission.SEE_WHO_LOOKED)
def looked(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who opened, changed, listed or tried to open the record, by day: four weeks, and the four before."""
    case = fetch(request, case_id, "who has looked")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    last = _day_asked(request.GET.get("to", ""))
    first = last - timedelta(days=LOOKED_DAYS - 1)
    since, until = start_of_day(first), start_of_day(last + timedelta(days=1))
    looks = queries.looks_at(actor, case, since, until)
    page = {
        **frame(request, case, "looked"),
        "days": list(looking.days(looks, _emergencies(actor, case))),
        "shown": _days_text(since, until),
        "earlier": f"?to={(first - timedelta(days=1)).isoformat()}",
        "later": last < local_date(system_clock.now()),
        "is_cut": len(looks) == queries.MOST_LOOKS,
    }
    return render(request, "casework/audit/looked.jinja2", page)


def _day_asked(text: str) -> date:
    """The last day to show: today for none, and for what is no day."""
    today = local_date(system_clock.now())
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return asked if date(2000, 1, 1) <= asked < today else today


def _emergencies(actor: Actor, case: Case) -> dict[tuple[UUID | None, date], EmergencyAccess]:
    """By who opened the record and each day on which it was open to them, which may be two: it lasts over midnight."""
    found = EmergencyAccess.objects.visible_to(actor).filter(case=case).select_related("grant")
    ends = ((one, one.grant.ends_at or one.grant.starts_at) for one in found)
    return {(one.grant.membership_id, local_date(at)): one for one, end in ends for at in (one.grant.starts_at, end)}
