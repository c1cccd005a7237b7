"""When something is due, worked out without the engine's calendar (events.md, "Meanings that are fixed")."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
BANK_HOLIDAYS = {
    date(2026, 1, 1),
    date(2026, 4, 3),
    date(2026, 4, 6),
    date(2026, 5, 4),
    date(2026, 5, 25),
    date(2026, 8, 31),
    date(2026, 12, 25),
    date(2026, 12, 28),
}
"""England and Wales in 2026, as announced."""


def due(start: datetime, amount: int, unit: str) -> datetime:
    """The exclusive instant by which something must happen that is owed within so long of `start`; in 2026 only."""
    if unit in ("minute", "hour"):
        return start + timedelta(**{f"{unit}s": amount})
    last = start.astimezone(LONDON).date()
    if unit == "month":
        year, month = (last.year, last.month + amount) if last.month + amount <= 12 else (last.year + 1, amount)
        last = date(year, month, min(last.day, monthrange(year, month)[1]))
    elif unit == "working day":
        for _ in range(amount):
            last += timedelta(days=1)
            while last.isoweekday() > 5 or last in BANK_HOLIDAYS:
                last += timedelta(days=1)
    else:
        last += timedelta(days=amount * {"day": 1, "week": 7}[unit])
    return datetime.combine(last + timedelta(days=1), time(0), LONDON).astimezone(UTC)
