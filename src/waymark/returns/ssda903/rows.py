"""Rows of the return as typed values, and why a row is refused.

Only the columns this project uses are read and checked. What it has no use for (ethnicity, school, home postcode,
mother and child, health) is never looked at, so it can neither stop an import nor end up in the record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from waymark.returns.ssda903 import codes

NOWHEN = date.min
"""Stands in for a date that could not be read, in a row that is then refused."""

LONGEST_SHOWN = 40
_CHILD = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_-]{0,19}")
_DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
_SHORT_YEAR = re.compile(r"\d{1,2}/\d{1,2}/\d\d")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d.*")


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Why a row is not accepted. `row` is its number in a spreadsheet; `column` is empty when it is the whole row."""

    file: str
    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """A child. `sex` is M, F or U."""

    child: str
    born: date
    sex: str
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """A time in one placement under one legal status. `ended` and `ending` are None and empty while it goes on."""

    child: str
    began: date
    reason: str
    legal_status: str
    place: str
    provider: str = ""
    ended: date | None = None
    ending: str = ""
    postcode: str = ""
    urn: str = ""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A statutory review that was held."""

    child: str
    held: date
    participation: str
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A time missing (`M`) or away without authorisation (`A`). `ended` is None when it went on."""

    child: str
    kind: str
    began: date
    ended: date | None = None
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CareLeaverRow:
    """A care leaver around their birthday. `accommodation` is a letter or empty, `suitable` None when not known."""

    child: str
    in_touch: str
    activity: str
    accommodation: str = ""
    suitable: bool | None = None
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class UnaccompaniedRow:
    """An unaccompanied asylum-seeking child. `ceased` is the day they stopped being one."""

    child: str
    ceased: date | None = None
    row: int = field(default=0, compare=False)


class Cells:
    """The cells of one row after another, by column; problems gather until the row is settled."""

    def __init__(self, file: str, columns: tuple[str, ...], today: date) -> None:
        """`today` is the day of the import: no date of the return may lie after it."""
        self.file = file
        self.today = today
        self.row = 0
        self.problems: list[Refusal] = []
        self._places = {column: place for place, column in enumerate(columns)}
        self._fields: list[str] = []

    def load(self, row: int, fields: list[str]) -> bool:
        """Take up a row. False, with a problem, when it has more or fewer values than the heading has columns."""
        self.row, self._fields, self.problems = row, fields, []
        if len(fields) != len(self._places):
            self.refuse("", "", f"has {len(fields)} values, and the heading has {len(self._places)} columns")
            return False
        return True

    def refuse(self, column: str, value: str, reason: str) -> None:
        """Note something wrong with the row."""
        self.problems.append(Refusal(self.file, self.row, column, shown(value), reason))

    def text(self, column: str) -> str:
        """The value without the spaces around it; empty when the file has no such column."""
        place = self._places.get(column)
        return "" if place is None else self._fields[place].strip()

    def child(self) -> str:
        """The council's identifier of the child."""
        value = self.text("CHILD")
        if not _CHILD.fullmatch(value):
            reason = "is empty" if not value else "is not a child's identifier (letters and digits, at most 20)"
            self.refuse("CHILD", value, reason)
        return value

    def code(self, column: str, allowed: frozenset[str] | Mapping[str, str], *, blank: bool = False) -> str:
        """A code, in capitals. `blank` allows there to be none."""
        written = self.text(column)
        value = written.upper()
        if value in allowed or (blank and not value):
            return value
        self.refuse(column, written, "is empty" if not value else f"is not a code that {column} has had since 2016-17")
        return ""

    def day(self, column: str) -> date:
        """A date that must be there."""
        found = self.optional_day(column)
        if found is None:
            self.refuse(column, "", "is empty")
            return NOWHEN
        return found

    def optional_day(self, column: str) -> date | None:
        """A date, or None when the cell is empty."""
        value = self.text(column)
        if not value:
            return None
        found = read_date(value)
        if isinstance(found, str):
            self.refuse(column, value, found)
            return NOWHEN
        if found > self.today:
            self.refuse(column, value, "lies in the future")
        return found


def shown(value: str) -> str:
    """A value as a report may show it: short, printable, and never a formula to a spreadsheet."""
    text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in value)
    if len(text) > LONGEST_SHOWN:
        text = f"{text[: LONGEST_SHOWN - 1]}…"
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


@lru_cache(maxsize=65_536)
def read_date(value: str) -> date | str:
    """A date written dd/mm/yyyy, or what is wrong with it. Other ways of writing dates are ambiguous, so refused."""
    match = _DATE.fullmatch(value)
    if match:
        day, month, year = (int(part) for part in match.groups())
        try:
            return date(year, month, day)
        except ValueError:
            return "is not a day of the calendar (dates are dd/mm/yyyy)"
    if _SHORT_YEAR.fullmatch(value):
        return "has a year of two digits (dates are dd/mm/yyyy)"
    if _ISO_DATE.fullmatch(value):
        return "is written year first (dates are dd/mm/yyyy)"
    return "is not a date written dd/mm/yyyy"


def read_header(cells: Cells) -> HeaderRow:
    """The child of a Header row, apart from the date of birth that `reading` has already looked at."""
    sex = cells.code("SEX", codes.SEXES)
    return HeaderRow(cells.child(), cells.day("DOB"), codes.SEXES.get(sex, ""), cells.row)


def read_episode(cells: Cells) -> EpisodeRow:
    """An Episodes row: dates and codes on their own; how episodes follow each other is checked in `checks`."""
    row = EpisodeRow(
        child=cells.child(),
        began=cells.day("DECOM"),
        reason=cells.code("RNE", codes.REASONS_FOR_NEW_EPISODE),
        legal_status=cells.code("LS", codes.LEGAL_STATUSES),
        place=cells.code("PLACE", codes.PLACEMENTS),
        provider=cells.code("PLACE_PROVIDER", codes.PROVIDERS, blank=True),
        ended=cells.optional_day("DEC"),
        ending=cells.code("REC", codes.REASONS_EPISODE_CEASED, blank=True),
        postcode=cells.text("PL_POST").upper().replace(" ", ""),
        urn=cells.text("URN").upper(),
        row=cells.row,
    )
    if cells.problems:
        return row
    if (row.ended is None) != (row.ending == ""):
        empty, full = ("DEC", "REC") if row.ended is None else ("REC", "DEC")
        cells.refuse(empty, "", f"is empty although {full} is given")
    elif row.ended is not None and row.ended <= row.began:
        problem = "is before DECOM" if row.ended < row.began else "is the same day as DECOM: an episode lasts a night"
        cells.refuse("DEC", cells.text("DEC"), problem)
    return row


def read_review(cells: Cells) -> ReviewRow | None:
    """A Reviews row; None when it says that no review was held, by leaving both columns empty."""
    if not cells.text("REVIEW") and not cells.text("REVIEW_CODE"):
        return None
    return ReviewRow(cells.child(), cells.day("REVIEW"), cells.code("REVIEW_CODE", codes.PARTICIPATION), cells.row)


def read_missing(cells: Cells) -> MissingRow | None:
    """A Missing row; None when it holds nothing but the child."""
    if not any(cells.text(column) for column in ("MISSING", "MIS_START", "MIS_END")):
        return None
    kind, began, ended = cells.code("MISSING", codes.ABSENCES), cells.day("MIS_START"), cells.optional_day("MIS_END")
    if not cells.problems and ended is not None and ended < began:
        cells.refuse("MIS_END", cells.text("MIS_END"), "is before MIS_START")
    return MissingRow(cells.child(), kind, began, ended, cells.row)


def read_care_leaver(cells: Cells) -> CareLeaverRow | None:
    """An OC3 row; None when its three columns are empty. ACCOM is a letter and 1 (suitable) or 2; 0 means not known."""
    if not any(cells.text(column) for column in ("IN_TOUCH", "ACTIV", "ACCOM")):
        return None
    letter, suitable = _accommodation(cells)
    return CareLeaverRow(
        child=cells.child(),
        in_touch=cells.code("IN_TOUCH", codes.IN_TOUCH),
        activity=cells.code("ACTIV", codes.ACTIVITIES, blank=True),
        accommodation=letter,
        suitable=suitable,
        row=cells.row,
    )


def _accommodation(cells: Cells) -> tuple[str, bool | None]:
    value = cells.text("ACCOM").upper()
    if value in ("", codes.NOT_KNOWN):
        return "", None
    letter, digit = value[0], value[1:]
    if letter not in codes.ACCOMMODATION_LETTERS or digit not in (codes.SUITABLE, codes.UNSUITABLE):
        reason = "is not a letter for the accommodation followed by 1 (suitable) or 2"
        cells.refuse("ACCOM", cells.text("ACCOM"), reason)
        return "", None
    return letter, digit == codes.SUITABLE


def read_unaccompanied(cells: Cells) -> UnaccompaniedRow:
    """A UASC row. DUC may lie ahead: it is often given as the 18th birthday."""
    value = cells.text("DUC")
    found = read_date(value) if value else None
    if isinstance(found, str):
        cells.refuse("DUC", value, found)
        found = None
    return UnaccompaniedRow(cells.child(), found, cells.row)
