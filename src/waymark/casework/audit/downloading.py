"""Entries of the trail as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from uuid import UUID

from waymark.audit.models import Entry
from waymark.casework.audit.queries import Found
from waymark.casework.audit.words import ACTIONS, sentence, shown_in, thing
from waymark.core.formats import LONDON
from waymark.core.trail import Action

COLUMNS = (
    "number",
    "when",
    "who",
    "agency",
    "did",
    "what it was",
    "record",
    "records in a list",
    "why",
    "in words",
    "request",
)
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def written(found: Found, agencies: Mapping[UUID, str]) -> str:
    """The entries as CSV, with a mark at the start that tells a spreadsheet the encoding."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([safe(cell) for cell in row] for row in _rows(found, agencies))
    return "\ufeff" + file.getvalue()


def safe(cell: str) -> str:
    """A cell that a spreadsheet takes for text, whatever somebody called themselves."""
    return f"'{cell}" if cell.startswith(STARTS_A_FORMULA) else cell


def _rows(found: Found, agencies: Mapping[UUID, str]) -> Iterator[list[str]]:
    for entry in found.rows:
        yield [
            str(entry.sequence),
            entry.at.astimezone(LONDON).isoformat(sep=" ", timespec="seconds"),
            entry.who,
            agencies.get(entry.agency_id, "") if entry.agency_id else "",
            ACTIONS[Action(entry.action)],
            thing(entry.kind),
            found.references.get(entry.case_id, "") if entry.case_id else "",
            _list(entry, found.references),
            entry.purpose,
            sentence(entry, found.references),
            str(entry.request_id or ""),
        ]


def _list(entry: Entry, references: Mapping[UUID, str]) -> str:
    named, others = shown_in(entry, references)
    return " ".join([*named, *([f"and {others} of others"] if others else [])])
