"""Noticing, once, that a duty was not done in time or has been taken a stage further."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Subquery

from waymark.duties.engine.instances import BREACHED
from waymark.duties.models import Notice, NoticeKind
from waymark.duties.rows import Change
from waymark.events.models import Event


def notice(changes: Sequence[Change], now: datetime) -> None:
    """Write a notice for each breach and each new stage among `changes`. The database lets each be written once."""
    new = [found for change in changes for found in _notices(change, now)]
    if new:
        Notice.objects.bulk_create(new, ignore_conflicts=True)


def _notices(change: Change, now: datetime) -> Iterator[Notice]:
    before, after = change.before, change.after
    if after is None or after.due is None or after.due > now:
        return
    if after.state == BREACHED and (before is None or before.state != BREACHED):
        yield _notice(change, NoticeKind.BREACH, "", after.due, now)
    for stage in after.escalated_to:
        if before is None or stage not in before.escalated_to:
            yield _notice(change, NoticeKind.ESCALATION, stage, after.due, now)


def _notice(change: Change, kind: NoticeKind, stage: str, due: datetime, now: datetime) -> Notice:
    clause, trigger, part = change.identity
    return Notice(
        case_id=change.case_id,
        clause=clause,
        trigger_id=trigger,
        part=part,
        kind=kind,
        stage=stage,
        due=due,
        noticed_at=now,
        category=Subquery(Event.objects.filter(pk=trigger).values("category")),
    )
