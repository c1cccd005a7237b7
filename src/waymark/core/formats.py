"""Dates and times as people read them, in London."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day(value: date | datetime) -> str:
    """`7 March 2026`; of an instant, the day that it falls on in London."""
    local = value.astimezone(LONDON) if isinstance(value, datetime) else value
    return f"{local.day} {local:%B %Y}"


def moment(value: datetime) -> str:
    """`7 March 2026 at 15:05`, in London's time: the clock that forms ask for and that deadlines are written in."""
    local = value.astimezone(LONDON)
    return f"{day(local)} at {local:%H:%M}"


def until(value: datetime) -> str:
    """`the end of 6 March 2026` for what ends as 7 March begins, else the moment itself."""
    local = value.astimezone(LONDON)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"the end of {day(local - timedelta(days=1))}"
    return moment(value)


def moment_with_day(value: datetime) -> str:
    """`Sat 21 November 2026 at 23:40`: for what the reader has to place in the week."""
    return f"{value.astimezone(LONDON):%a} {moment(value)}"
