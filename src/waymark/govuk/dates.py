"""Reading dates and times as people type them, in London's time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from types import MappingProxyType

from waymark.core.formats import LONDON

_NAMES = [date(2000, month, 1).strftime("%B").lower() for month in range(1, 13)]
MONTHS: Mapping[str, int] = MappingProxyType(
    {name: place for place, name in enumerate(_NAMES, 1)}
    | {name[:3]: place for place, name in enumerate(_NAMES, 1)}
    | {"sept": 9}
)
"""Months as people write them: `march`, `mar`."""

DAY, MONTH, YEAR, TIME = "day", "month", "year", "time"
DATE_PARTS = (DAY, MONTH, YEAR)
LONGEST = {DAY: 2, MONTH: 2, YEAR: 4}
"""How many digits each part of a date has at most."""
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.\s]?(?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?", re.IGNORECASE | re.ASCII)


class UnreadableDate(ValueError):  # noqa: N818  (what a person typed is no error of ours)
    """What was typed is no date or time. `problem` ends a sentence that begins with the question; `parts` are wrong."""

    def __init__(self, problem: str, *parts: str) -> None:
        self.problem = problem
        self.parts = parts
        super().__init__(problem)


def read_date(typed: Mapping[str, str]) -> date | None:
    """The date typed in the parts `day`, `month` and `year`; None when all are empty. Raises UnreadableDate."""
    absent = [part for part in DATE_PARTS if not typed.get(part)]
    if len(absent) == len(DATE_PARTS):
        return None
    if absent:
        raise UnreadableDate(f"must include a {' and '.join(absent)}", *absent)
    month = MONTHS.get(typed[MONTH].lower()) or _number(typed[MONTH], MONTH)
    if len(typed[YEAR]) != 4:
        raise UnreadableDate("must have a year of 4 numbers", YEAR)
    try:
        return date(_number(typed[YEAR], YEAR), month, _number(typed[DAY], DAY))
    except ValueError as error:
        if isinstance(error, UnreadableDate):
            raise
        raise UnreadableDate("must be a real date", *DATE_PARTS) from error


def read_time(text: str) -> time:
    """The time of day typed as `14:30`, `1430`, `2.30pm` or `9am`. Raises UnreadableDate."""
    found = _TIME.fullmatch(text.strip())
    problem = UnreadableDate("must have a time such as 14:30", TIME)
    if not found or (found["minute"] is None and found["half"] is None and len(found["hour"]) > 2):
        raise problem
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise problem
        hour = hour % 12 + (12 if found["half"].lower().startswith("p") else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise problem from None


def read_instant(typed: Mapping[str, str]) -> datetime | None:
    """The instant, in UTC, of the parts of a date and a `time` in London; None when all are empty.

    An hour that happens twice when the clocks go back is read as the first; one that is skipped is refused.
    """
    day, clock = read_date(typed), typed.get(TIME, "")
    if day is None and not clock:
        return None
    if day is None:
        raise UnreadableDate("must include a date", *DATE_PARTS)
    if not clock:
        raise UnreadableDate("must include a time", TIME)
    local = datetime.combine(day, read_time(clock), LONDON)
    instant = local.astimezone(UTC)
    if instant.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise UnreadableDate("must have a time that exists: the clocks went forward in that hour", TIME)
    return instant


def date_parts(day: date) -> dict[str, str]:
    """A date as its parts are typed."""
    return {DAY: str(day.day), MONTH: str(day.month), YEAR: str(day.year)}


def instant_parts(instant: datetime) -> dict[str, str]:
    """An instant as its parts are typed, in London's time."""
    local = instant.astimezone(LONDON)
    return {**date_parts(local.date()), TIME: f"{local:%H:%M}"}


def _number(text: str, part: str) -> int:
    if len(text) > LONGEST[part] or not text.isascii() or not text.isdigit():
        raise UnreadableDate("must be a real date", part)
    return int(text)
