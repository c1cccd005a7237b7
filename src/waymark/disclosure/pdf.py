"""Accessible PDF files: tagged, with title, language, headings, tables with headers, and page numbers (PDF/UA-1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from waymark.disclosure.telling import Cell, Chapter, Said
from waymark.documents.pdf import clean, made

TEMPLATE = Path(__file__).parent / "typst" / "report.typ"
NOT_SHOWN = "Some letters here could not be drawn by the fonts of this file. The JSON file holds every letter."
WIDTHS = {
    ("When", "What", "What was said"): (2, 3, 6),
    ("Day", "Who and what", "How often"): (2, 6, 1),
    ("Number", "What is held"): (1, 7),
    ("What", "What is held"): (2, 5),
    ("What", "How it stands", "From", "Due"): (4, 2, 2, 2),
    ("When", "What", "What was noticed"): (2, 4, 2),
    ("Who", "What they could see", "Why", "When"): (2, 3, 4, 2),
}
"""How wide columns are against each other, by their heads; the others are as wide as each other."""


def report(*, title: str, footer: str, about: Sequence[str], chapters: Sequence[Chapter], at: datetime) -> bytes:
    """A report as a PDF file. Where no font has a letter, the file says so and is tagged, but not certified PDF/UA."""
    data: dict[str, Any] = {
        "title": clean(title),
        "footer": clean(footer),
        "about": [clean(line) for line in about],
        "chapters": [_chapter(chapter) for chapter in chapters],
    }
    said = {**data, "about": [*data["about"], NOT_SHOWN]}
    return made(TEMPLATE, data, at, if_not_drawn=said)


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        "title": chapter.title,
        "about": chapter.about,
        "nothing": chapter.nothing,
        "head": list(chapter.head),
        "widths": WIDTHS.get(tuple(chapter.head), [1] * len(chapter.head)),
        "rows": [[{"said": _cell(cell)} for cell in row] for row in chapter.rows],
    }


def _cell(cell: Cell) -> list[dict[str, str]]:
    return [{"text": clean(said.text), "label": clean(said.label), "mark": _mark(said)} for said in cell]


def _mark(said: Said) -> str:
    return f"{said.mark.text} {said.mark.code}" if said.mark else ""
