"""Until when a record is kept, and what stands in the way of disposing of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connections

from waymark.core import formats
from waymark.core.database import SERVICE
from waymark.disclosure.periods import LOCAL_AGE, LOCAL_YEARS_AFTER, RULES, YEARS_FROM_BIRTH, Rule
from waymark.duties.engine.calendar import local_date

STANDING = (Path(__file__).parent / "standing.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a record stands: which rule keeps it, until which day (None: not before it is closed), and what else does."""

    case_id: UUID
    reference: str
    born: date
    rule: Rule
    closed_at: datetime | None
    due_on: date | None
    of_age_on: date
    has_open_duties: bool
    has_workers: bool
    is_held: bool
    proposal_id: UUID | None

    def in_the_way(self, today: date) -> list[str]:
        """Why it cannot be disposed of on `today`; nothing when it can."""
        found = []
        if today < self.of_age_on:
            found.append(f"They are younger than {LOCAL_AGE}.")
        if self.is_held:
            found.append("There is a legal hold on the record.")
        if self.has_workers:
            found.append("Somebody works on the record.")
        if self.has_open_duties:
            found.append("There are duties still to do.")
        if self.closed_at is None:
            found.append("The case was not closed.")
        if self.due_on is not None and today < self.due_on:
            found.append(f"It is kept until {formats.day(self.due_on)}: {self.rule.how_long}.")
        return found


def standings(cases: Iterable[UUID], now: datetime) -> list[Standing]:
    """How records of young people stand, those due first. Run it as the service login."""
    asked: dict[str, Any] = {
        "cases": list(cases),
        "now": now,
        "from_birth": YEARS_FROM_BIRTH,
        "local_age": LOCAL_AGE,
        "local_after": LOCAL_YEARS_AFTER,
    }
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(STANDING, asked)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [Standing(**{**row, "rule": RULES[row["rule"]]}) for row in rows]


def is_due(standing: Standing, now: datetime) -> bool:
    """Whether the time for which the record is kept is over."""
    return standing.due_on is not None and standing.due_on <= local_date(now)
