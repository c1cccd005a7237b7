"""Dates and times as people read them, in London."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day(value: date | datetime) -> str:
    """`7 March 2026`; of an instant, the day that it falls on in London."""
    local = value.astimezone(LONDON) if isinstance(value, datetime) else value
    return f"{local.day} {local:%B %Y}"


def moment(value: datetime) -> str:
    """`7 March 2026 at 3:05pm`, in London's time."""
    local = value.astimezone(LONDON)
    if (local.hour, local.minute) in ((0, 0), (12, 0)):
        return f"{day(local)} at {'midnight' if local.hour == 0 else 'midday'}"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{day(local)} at {local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def moment_with_day(value: datetime) -> str:
    """`Sat 21 November 2026 at 11:40pm`: for what the reader has to place in the week."""
    return f"{value.astimezone(LONDON):%a} {moment(value)}"
