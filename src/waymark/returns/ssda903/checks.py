"""How a child's rows must fit together: one episode at a time, each where the one before left off.

Only what decides a placement or a date is checked. A contradiction is refused, never resolved by guessing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple, TypeVar

from waymark.returns.ssda903 import codes
from waymark.returns.ssda903.rows import CareLeaverRow, EpisodeRow, MissingRow, ReviewRow, UnaccompaniedRow

OncePerChild = TypeVar("OncePerChild", CareLeaverRow, UnaccompaniedRow)


class Contradiction(NamedTuple):
    """What is wrong with a row in the light of the others: its number, the column and value, and why."""

    row: int
    column: str
    value: str
    reason: str


def episode_contradictions(episodes: Sequence[EpisodeRow], born: date) -> Iterator[Contradiction]:
    """What is wrong with one child's episodes, given in order of `began`."""
    for row in episodes:
        if row.began < born:
            yield Contradiction(row.row, "DECOM", written(row.began), "is before the child was born")
    for before, row in pairwise(episodes):
        found = _out_of_time(before, row) or _out_of_step(before, row)
        if found:
            yield found
    if episodes and episodes[-1].ending == codes.EPISODE_CONTINUES:
        yield _no_next(episodes[-1])


def _out_of_time(before: EpisodeRow, row: EpisodeRow) -> Contradiction | None:
    """Two episodes at once."""
    if row.began == before.began:
        reason = f"another episode of this child begins that day (row {before.row})"
        return Contradiction(row.row, "DECOM", written(row.began), reason)
    if before.ended is None:
        reason = f"is empty although another episode begins on {written(row.began)} (row {row.row})"
        return Contradiction(before.row, "DEC", "", reason)
    if row.began < before.ended:
        reason = f"is before the episode of row {before.row} ended, on {written(before.ended)}"
        return Contradiction(row.row, "DECOM", written(row.began), reason)
    return None


def _out_of_step(before: EpisodeRow, row: EpisodeRow) -> Contradiction | None:
    """The reason one episode ended against the reason the next began."""
    if before.ending == codes.EPISODE_CONTINUES:
        if row.began != before.ended:
            return _no_next(before)
        if row.reason == codes.STARTED:
            reason = f"says that being looked after began, but row {before.row} says X1: it went on"
            return Contradiction(row.row, "RNE", row.reason, reason)
        if row.reason == codes.LEGAL_STATUS_ONLY and (before.place, before.postcode) != (row.place, row.postcode):
            reason = f"says that only the legal status changed, but PLACE or PL_POST is not that of row {before.row}"
            return Contradiction(row.row, "RNE", row.reason, reason)
    elif row.reason != codes.STARTED:
        reason = f"says that it follows another episode, but row {before.row} says that being looked after ended"
        return Contradiction(row.row, "RNE", row.reason, reason)
    return None


def _no_next(row: EpisodeRow) -> Contradiction:
    reason = f"says that another episode begins on {written(row.ended)}, and none does"
    return Contradiction(row.row, "REC", row.ending, reason)


def review_contradictions(reviews: Sequence[ReviewRow], born: date) -> Iterator[Contradiction]:
    """What is wrong with one child's reviews, given in order."""
    for row in reviews:
        if row.held < born:
            yield Contradiction(row.row, "REVIEW", written(row.held), "is before the child was born")
    for before, row in pairwise(reviews):
        if row.held == before.held:
            yield Contradiction(row.row, "REVIEW", written(row.held), f"is in row {before.row} already")


def absence_contradictions(absences: Sequence[MissingRow], born: date) -> Iterator[Contradiction]:
    """What is wrong with one child's absences, given in order. Two may begin on one day."""
    for row in absences:
        if row.began < born:
            yield Contradiction(row.row, "MIS_START", written(row.began), "is before the child was born")
    for before, row in pairwise(absences):
        if before.ended is None:
            reason = f"the absence of row {before.row} had not ended"
        elif row.began < before.ended:
            reason = f"is before the absence of row {before.row} ended, on {written(before.ended)}"
        else:
            continue
        yield Contradiction(row.row, "MIS_START", written(row.began), reason)


def repeated(rows: Sequence[OncePerChild]) -> Iterator[Contradiction]:
    """Every row but the first of a file that has one row for a child."""
    for row in rows[1:]:
        yield Contradiction(row.row, "CHILD", row.child, f"is in row {rows[0].row} already")


def written(day: date | None) -> str:
    """A date as the return writes it."""
    return day.strftime("%d/%m/%Y") if day else ""
