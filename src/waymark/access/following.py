"""What follows from an event for the ledger, in the transaction that stores it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from waymark.access.models import HeldBack, HeldBackReader
from waymark.cases.models import Case
from waymark.events.models import RETRACTED, Event


def hold_back_withdrawals(case: Case, events: Iterable[Event], now: datetime) -> None:
    """A withdrawal of an entry that is held back is held back like the entry: its reason may tell what that said."""
    withdrawals = {event.data["event"]: event for event in events if event.type == RETRACTED}
    if not withdrawals:
        return
    for held in HeldBack.objects.current().filter(case=case, item__in=withdrawals).prefetch_related("readers"):
        same = HeldBack.objects.create(
            case=case,
            item=withdrawals[str(held.item)].pk,
            why=held.why,
            decided_by_id=held.decided_by_id,
            starts_at=now,
        )
        HeldBackReader.objects.bulk_create(
            HeldBackReader(held_back=same, case=case, membership_id=one.membership_id, team_id=one.team_id)
            for one in held.readers.all()
        )
