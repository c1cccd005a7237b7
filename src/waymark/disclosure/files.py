"""The files of a subject access report: for review by the data protection lead, and for release to the person."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from waymark.casework.audit.downloading import safe
from waymark.core import formats
from waymark.disclosure import pdf
from waymark.disclosure.gathering import Gathered, Part, Row, released
from waymark.disclosure.marks import Encoder
from waymark.disclosure.tables import HOLDS_NOTHING
from waymark.disclosure.telling import Teller, chapters

CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{10}(?![0-9A-Za-z])")
"""How a code of a marked item looks, wherever it stands in what was pasted."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand over: what it is called, what it is, and what is in it."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that can be made: the end of its name, what it is for, and whether it may go to the person."""

    key: str
    ending: str
    words: str
    for_release: bool


OFFERS = (
    Offer("review-pdf", "for-review.pdf", "Everything, to read and decide what goes out (PDF)", False),
    Offer("review-json", "for-review.json", "Everything, for another system (JSON)", False),
    Offer("items", "items.csv", "What is marked, with its codes (CSV)", False),
    Offer("release-pdf", "for-release.pdf", "What goes out (PDF)", True),
    Offer("release-json", "for-release.json", "What goes out, for another system (JSON)", True),
)

FOR_REVIEW = (
    "For the data protection lead only. It holds what must not be handed out.",
    "[CHECK: third party] stands before what somebody wrote, or what names somebody else. Read it: a machine cannot "
    "tell whom it is about. [WITHHELD UNLESS CLEARED] stands before what is kept back.",
    "After each mark stands a code. What you clear by its code goes into the files for release; nothing else that is "
    "marked does. A row that is marked, and marks inside it, are cleared one by one.",
)
FOR_RELEASE = (
    "This is what is held about you in Waymark (right of access, Article 15 of the UK GDPR).",
    "Some of what is held may have been left out: where it is about somebody else, or where the law allows or requires "
    "it to be kept back. You can ask the council to look at that again, complain to the Information Commissioner, or "
    "go to court.",
    "You can ask for what is wrong to be put right, for something to be removed, or for its use to be limited, and you "
    "can object to its use.",
)


def codes_in(text: str) -> set[str]:
    """The codes that stand anywhere in a text."""
    return {found.upper() for found in CODE.findall(text)}


def make(key: str, gathered: Gathered, cleared: Collection[str]) -> File:
    """The file that `key` stands for. Raises `NotAnItemError` for a code among `cleared` that no marked item has."""
    offer = next(offer for offer in OFFERS if offer.key == key)
    told = released(gathered, cleared) if offer.for_release else gathered
    name = f"{gathered.case.reference}-{offer.ending}"
    if key == "items":
        return File(name, "text/csv; charset=utf-8", _items(gathered).encode())
    if offer.ending.endswith(".json"):
        return File(name, "application/json", _json(told))
    return File(name, "application/pdf", _pdf(told))


def _pdf(told: Gathered) -> bytes:
    for_whom = "for release" if told.for_release else "for review"
    reference = told.case.reference
    about = FOR_RELEASE if told.for_release else FOR_REVIEW
    gathered_at = f"Gathered on {formats.moment(told.at)}."
    return pdf.report(
        title=f"What is held about you: {reference}" if told.for_release else f"Subject access report: {reference}",
        footer=f"Subject access report {reference}, {for_whom}",
        about=[*about, gathered_at],
        chapters=chapters(told),
        at=told.at,
    )


def _json(told: Gathered) -> bytes:
    whole = {
        "reference": told.case.reference,
        "gathered_at": told.at,
        "for": "release" if told.for_release else "review",
        "about": list(FOR_RELEASE if told.for_release else FOR_REVIEW),
        "names": told.names,
        "tables": [_table(part) for part in told.parts],
        "tables_that_hold_nothing": dict(HOLDS_NOTHING),
    }
    return json.dumps(whole, cls=Encoder, ensure_ascii=False).encode()


def _table(part: Part) -> dict[str, Any]:
    return {"table": part.held.table, "title": part.held.title, "rows": [_row(row) for row in part.rows]}


def _row(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = dict(row.values)
    marks = {place: f"{mark.text} {mark.code}" for place, mark in row.marks.items()}
    if row.mark is not None:
        marks["the whole row"] = f"{row.mark.text} {row.mark.code}"
    if marks:
        found["_marks"] = marks
    if row.left_out:
        found["_left_out"] = sorted(row.left_out)
    return found


def _items(gathered: Gathered) -> str:
    """The marked items as a table for a spreadsheet, with a mark at the start that tells it the encoding."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(("code", "mark", "where", "what", "says"))
    teller = Teller(gathered)
    for part, row, place, mark in gathered.items():
        says = teller.said(row, place).text if place else "the whole row"
        writer.writerow([mark.code, mark.text, part.held.title, place, safe(says)])
    return "\ufeff" + file.getvalue()
