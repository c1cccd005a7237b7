"""Working out every duty of every case again, a few hundred cases at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from tqdm import tqdm

from waymark.cases.models import Case
from waymark.core.database import SERVICE
from waymark.core.services import service
from waymark.duties.describing import describe
from waymark.duties.models import Duty
from waymark.duties.rows import Change
from waymark.duties.services import CASES_AT_A_TIME, rebuild
from waymark.events.models import Event

MOST_LINES = 50


@dataclass
class Rebuilt:
    """What a rebuild went through, and what it found to be otherwise."""

    cases: int = 0
    events: int = 0
    duties: int = 0
    changes: list[Change] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The differences for a person, the first few in full."""
        for change in self.changes[:MOST_LINES]:
            yield describe(change)
        if len(self.changes) > MOST_LINES:
            yield f"… and {len(self.changes) - MOST_LINES:,} more"


def rebuild_all(now: datetime, *, check: bool = False) -> Rebuilt:
    """Work out every case afresh. With `check`, what differs is reported and left as it is."""
    result = Rebuilt(events=Event.objects.count(), duties=Duty.objects.count())
    ids = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    with tqdm(total=len(ids), unit=" cases", desc="Rebuilding", disable=None, leave=False) as bar:
        for start in range(0, len(ids), CASES_AT_A_TIME):
            some = ids[start : start + CASES_AT_A_TIME]
            result.changes += _rebuild_some(some, now, check)
            result.cases += len(some)
            bar.update(len(some))
    return result


@service
def _rebuild_some(ids: list[UUID], now: datetime, check: bool) -> list[Change]:
    changes = rebuild(ids, now)
    if check:
        transaction.set_rollback(True, using=SERVICE)
    return changes
