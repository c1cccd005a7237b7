"""What the import says: a table on the screen and, if wanted, a file with every refused row."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from waymark.access.models import Team
from waymark.returns.services import ImportResult
from waymark.returns.ssda903.checks import written
from waymark.returns.ssda903.reading import Return
from waymark.returns.ssda903.rows import Refusal

MOST_SHOWN = 40
COLUMNS = ("file", "row", "column", "value", "reason")


def open_report(path: Path) -> TextIO:
    """A new file that only its owner may read, since it holds values of the return. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(handle, "w", encoding="utf-8-sig", newline="")


def write_report(handle: TextIO, refusals: Iterable[Refusal]) -> None:
    """Every refused row as CSV, one line for each thing that is wrong."""
    writer = csv.writer(handle)
    writer.writerow(COLUMNS)
    writer.writerows((refusal.file, refusal.row, refusal.column, refusal.value, refusal.reason) for refusal in refusals)


def refusal_lines(refusals: Sequence[Refusal]) -> Iterator[str]:
    """How many rows are refused, and why: a table of at most 40 lines, with how many more there are."""
    rows = len({(refusal.file, refusal.row) for refusal in refusals})
    yield f"{_count(rows, 'row')} {'is' if rows == 1 else 'are'} refused:"
    shown = [(refusal.file, str(refusal.row), refusal.column, refusal.value) for refusal in refusals[:MOST_SHOWN]]
    widths = [max(map(len, column)) for column in zip(COLUMNS[:-1], *shown, strict=True)]
    for cells, reason in zip(
        (COLUMNS[:-1], *shown), ("reason", *(refusal.reason for refusal in refusals)), strict=False
    ):
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)), reason])
    if len(refusals) > MOST_SHOWN:
        yield f"… and {len(refusals) - MOST_SHOWN:,} more"


def reading_lines(found: Return) -> Iterator[str]:
    """Which files the return has, what is not used, and who is not taken in."""
    width = max(len(file.name) for file in found.files)
    for file in found.files:
        rows = _count(file.rows or 0, "row") if file.used else "not used"
        yield f"{file.name.ljust(width)}  {file.kind}: {rows}"
    for name in found.passed_over:
        yield f"{name.ljust(width)}  not read"
    yield f"The return tells of days up to {written(found.last_day)}. Its year begins on {written(found.year_begins)}."
    for reason, count in sorted(found.not_imported.items()):
        yield f"Not taken in: {count:,} {reason}."


def result_lines(result: ImportResult, found: Return, teams: Sequence[Team]) -> Iterator[str]:
    """What was stored, which teams see those added, and who was missing when the return was made."""
    people = len(found.young_people)
    who = "1 young person" if people == 1 else f"{people:,} young people"
    yield f"{who} of 16 or over: {result.added:,} added, {result.known:,} known already."
    if result.added:
        yield f"Those added can be seen by: {', '.join(team.name for team in teams)}."
    if result.recorded or result.withdrawn:
        yield f"{result.recorded:,} events recorded, {result.withdrawn:,} withdrawn."
    else:
        yield "Everything in this return was recorded before: nothing added."
    if result.still_absent:
        count = len(result.still_absent)
        yield f"{count:,} {'was' if count == 1 else 'were'} still missing or away when the return was made:"
        for child, since in result.still_absent[:MOST_SHOWN]:
            yield f"  Child {child}, since {written(since)}"
        if len(result.still_absent) > MOST_SHOWN:
            yield f"  … and {len(result.still_absent) - MOST_SHOWN:,} more"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
