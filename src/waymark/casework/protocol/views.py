"""The protocol read in English, with live figures: all of it, and one clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

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
from waymark.core import trail
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.duties.coverage import kind_of, realised
from waymark.duties.engine import Clause, Pack
from waymark.duties.engine.calendar import local_date
from waymark.duties.engine.explain import clause_sentences
from waymark.duties.packs import pack_of


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause with its figures; guidance has none."""

    clause: Clause
    kind: str
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the protocol: its clauses in order, and their figures together."""

    name: str
    rows: tuple[ClauseRow, ...]
    figures: Figures


@permission(Permission.VIEW_PROTOCOL)
def protocol(request: HttpRequest) -> HttpResponse:
    """Every clause of the protocol that the reader's authority works by."""
    today = _today()
    adoptions = adopted_for(request.actor, today)  # type: ignore[attr-defined]
    if not adoptions:
        return render(request, "casework/protocol/none.jinja2", {"here": "protocol"})
    adoption = _chosen(request, adoptions)
    pack = pack_of(adoption)
    figures = by_clause(request.actor, adoptions_like(adoption))  # type: ignore[attr-defined]
    sections = list(_sections(pack, figures))
    trail.listed(request.actor, "duties.Duty", figures="protocol", clauses=len(figures))  # type: ignore[attr-defined]
    page = {
        "here": "protocol",
        "pack": pack,
        "adoption": adoption,
        "adoptions": adoptions,
        "authority_name": authority_name,
        "sections": sections,
        "counted": _counted(sections),
        "total": sum((section.figures for section in sections), Figures()),
        "chart": stacked("How each part of the protocol is kept", _counted(sections)),
    }
    return render(request, "casework/protocol/protocol.jinja2", page)


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
        "adoption": adoption,
        "clause": found,
        "kind": kind_of(found),
        "realised": realised(found),
        "sentences": clause_sentences(found),
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
        "total": by_clause(actor, adoptions).get(clause_id, Figures()),
        "teams": teams,
        "providers": by_provider(clause_id, adoptions),
        "months": months,
        "chart": _month_chart(months),
    }


def _month_chart(months: Mapping[date, Figures]) -> Chart:
    return stacked("The last twelve months", [(f"{month:%B %Y}", figures) for month, figures in months.items()])


def _sections(pack: Pack, figures: Mapping[str, Figures]) -> Iterator[Section]:
    executable = {one.id for one in pack.executable}
    names = dict.fromkeys(one.section for one in pack.clauses.values())
    for name in names:
        rows = tuple(
            ClauseRow(one, kind_of(one), figures.get(one.id, Figures()) if one.id in executable else None)
            for one in pack.clauses.values()
            if one.section == name
        )
        total = sum((row.figures for row in rows if row.figures), Figures())
        yield Section(name[:1].upper() + name[1:] or "Clauses", rows, total)


def _counted(sections: Sequence[Section]) -> list[tuple[str, Figures]]:
    """The parts that have figures: one of guidance alone has none."""
    return [(section.name, section.figures) for section in sections if any(row.figures for row in section.rows)]


def _chosen(request: HttpRequest, adoptions: list[Adoption]) -> Adoption:
    wanted = request.GET.get("authority", "")
    return next((one for one in adoptions if str(one.authority_id) == wanted), adoptions[0])


def _today() -> date:
    return local_date(system_clock.now())
