"""The protocol read in English, with live figures: what it consists of, a part, all of it at once, and one clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.models import Adoption
from waymark.casework.protocol.charts import Chart, stacked
from waymark.casework.protocol.figures import (
    Figures,
    adoptions_like,
    by_clause,
    by_month,
    by_provider,
    by_team,
)
from waymark.casework.protocol.queries import adopted_for, authority_name
from waymark.casework.protocol.reading import Section, clause_meant, clauses_with, section_of, sections_of
from waymark.core import trail
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.duties.coverage import kind_of, realised
from waymark.duties.engine import Pack
from waymark.duties.engine.calendar import local_date
from waymark.duties.engine.explain import clause_sentences
from waymark.duties.packs import pack_of
from waymark.duties.where_done import where_done

LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Reading:
    """The protocol that a page reads from, and how its parts are kept as far as the reader may see."""

    adoptions: Sequence[Adoption]
    adoption: Adoption
    pack: Pack
    sections: Sequence[Section]

    @property
    def query(self) -> str:
        """What addresses of other pages end with, so that they are about the same authority."""
        return f"?authority={self.adoption.authority_id}" if len(self.adoptions) > 1 else ""

    @property
    def counted(self) -> list[tuple[Section, Figures]]:
        """The parts that have figures: one of guidance alone has none."""
        return [(section, section.figures) for section in self.sections if any(row.figures for row in section.rows)]

    @property
    def total(self) -> Figures:
        """The figures of all parts together."""
        return sum((section.figures for section in self.sections), Figures())


@permission(Permission.VIEW_PROTOCOL)
def protocol(request: HttpRequest) -> HttpResponse:
    """The parts of the protocol that the reader's authority works by, and a search for a clause."""
    words = request.GET.get("clause", "").strip()[:LONGEST_SEARCH]
    reading = _reading(request, figures="protocol")
    if reading is None:
        return _none(request)
    meant = clause_meant(words, reading.pack) if words else None
    if meant is not None:
        return HttpResponseRedirect(reverse("protocol_clause", args=[meant.id]) + reading.query)
    page = _page(reading) | {"words": words, "found": list(clauses_with(words, reading.sections)) if words else []}
    return render(request, "casework/protocol/protocol.jinja2", page)


@permission(Permission.VIEW_PROTOCOL)
def whole(request: HttpRequest) -> HttpResponse:
    """Every clause on one page, to print or to read from end to end."""
    reading = _reading(request, figures="protocol")
    return _none(request) if reading is None else render(request, "casework/protocol/whole.jinja2", _page(reading))


@permission(Permission.VIEW_PROTOCOL)
def part(request: HttpRequest, name: str) -> HttpResponse:
    """The clauses of one part."""
    reading = _reading(request, figures="part", part=name)
    place = _place_of(name, reading.sections) if reading else None
    if reading is None or place is None:
        raise Http404
    page = _page(reading) | {
        "section": reading.sections[place],
        "before": reading.sections[place - 1] if place else None,
        "after": reading.sections[place + 1] if place + 1 < len(reading.sections) else None,
    }
    return render(request, "casework/protocol/part.jinja2", page)


def _place_of(name: str, sections: Sequence[Section]) -> int | None:
    return next((place for place, section in enumerate(sections) if section.slug == name), None)


def _none(request: HttpRequest) -> HttpResponse:
    return render(request, "casework/protocol/none.jinja2", {"here": "protocol"})


def _reading(request: HttpRequest, **said: Any) -> Reading | None:
    """What a page reads, with the reading of its figures audited as `said`; None where nothing has been adopted."""
    adoptions = adopted_for(request.actor, _today())  # type: ignore[attr-defined]
    if not adoptions:
        return None
    adoption = _chosen(request, adoptions)
    pack = pack_of(adoption)
    figures = by_clause(request.actor, adoptions_like(adoption))  # type: ignore[attr-defined]
    trail.listed(request.actor, "duties.Duty", clauses=len(figures), **said)  # type: ignore[attr-defined]
    return Reading(adoptions, adoption, pack, list(sections_of(pack, figures)))


def _page(reading: Reading) -> dict[str, object]:
    return {
        "here": "protocol",
        "reading": reading,
        "pack": reading.pack,
        "authority_name": authority_name,
        "chart": stacked(
            "How each part of the protocol is kept", [(section.name, total) for section, total in reading.counted]
        ),
    }


@permission(Permission.VIEW_PROTOCOL)
def clause(request: HttpRequest, clause_id: str) -> HttpResponse:
    """One clause: what it says, how it is worked out, and how it is kept by team, by provider and by month."""
    today = _today()
    adoptions = adopted_for(request.actor, today)  # type: ignore[attr-defined]
    if not adoptions:
        raise Http404
    adoption = _chosen(request, adoptions)
    pack = pack_of(adoption)
    if clause_id not in pack.clauses:
        raise Http404
    found = pack.clauses[clause_id]
    page = {
        "here": "protocol",
        "pack": pack,
        "query": f"?authority={adoption.authority_id}" if len(adoptions) > 1 else "",
        "section": section_of(found),
        "clause": found,
        "kind": kind_of(found),
        "realised": realised(found),
        "sentences": clause_sentences(found),
        "where_done": where_done(clause_id),
        "executes": found in pack.executable,
        **_clause_figures(request, clause_id, adoption, today),
    }
    return render(request, "casework/protocol/clause.jinja2", page)


def _clause_figures(request: HttpRequest, clause_id: str, adoption: Adoption, today: date) -> dict[str, object]:
    actor, adoptions = request.actor, adoptions_like(adoption)  # type: ignore[attr-defined]
    teams = by_team(clause_id, adoptions)
    months = by_month(actor, clause_id, adoptions, today)
    trail.listed(actor, "duties.Duty", figures="clause", clause=clause_id)
    return {
        "total": by_clause(actor, adoptions, only=clause_id).get(clause_id, Figures()),
        "teams": teams,
        "providers": by_provider(clause_id, adoptions),
        "months": months,
        "chart": _month_chart(months),
    }


def _month_chart(months: Mapping[date, Figures]) -> Chart:
    return stacked("The last twelve months", [(f"{month:%B %Y}", figures) for month, figures in months.items()])


def _chosen(request: HttpRequest, adoptions: list[Adoption]) -> Adoption:
    wanted = request.GET.get("authority", "")
    return next((one for one in adoptions if str(one.authority_id) == wanted), adoptions[0])


def _today() -> date:
    return local_date(system_clock.now())
