"""A protocol as it is read: its parts in order, the clauses of each, and finding one by what it is called or says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import slugify

from waymark.casework.protocol.figures import Figures
from waymark.duties.coverage import kind_of
from waymark.duties.engine import Clause, Pack

UNNAMED = "Clauses"
"""What the part is called whose clauses name none."""


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause with its figures; guidance has none."""

    clause: Clause
    kind: str
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the protocol: its clauses in order, and their figures together. `slug` names it in addresses."""

    name: str
    slug: str
    rows: tuple[ClauseRow, ...] = ()
    figures: Figures = Figures()


def section_of(clause: Clause) -> Section:
    """The part that a clause belongs to, without its clauses."""
    name = clause.section[:1].upper() + clause.section[1:] or UNNAMED
    return Section(name, slugify(name, allow_unicode=True) or "part")


def sections_of(pack: Pack, figures: Mapping[str, Figures]) -> Iterator[Section]:
    """The parts of a protocol in the document's order. `figures` are those of each clause that has any."""
    executable = {one.id for one in pack.executable}
    found: dict[Section, list[ClauseRow]] = {}
    for one in pack.clauses.values():
        counted = figures.get(one.id, Figures()) if one.id in executable else None
        found.setdefault(section_of(one), []).append(ClauseRow(one, kind_of(one), counted))
    for section, rows in found.items():
        total = sum((row.figures for row in rows if row.figures), Figures())
        yield Section(section.name, section.slug, tuple(rows), total)


def clause_meant(text: str, pack: Pack) -> Clause | None:
    """The clause that somebody means by `PPM-02`, `ppm 2` or `PPM02`; None for anything else."""
    wanted = _bare(text)
    return next((clause for clause in pack.clauses.values() if _bare(clause.id) == wanted), None)


def clauses_with(words: str, sections: Sequence[Section]) -> Iterator[ClauseRow]:
    """The clauses in whose identifier, title or text every word occurs."""
    wanted = words.lower().split()
    for section in sections:
        for row in section.rows:
            said = f"{row.clause.id} {row.clause.title} {row.clause.says}".lower()
            if all(word in said for word in wanted):
                yield row


def _bare(identifier: str) -> str:
    """Letters and digits alone, without leading noughts."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", re.sub(r"[^a-z0-9]", "", identifier.lower()))
