"""Storing involvements with the lines of the ledger that they make, for services that have checked the rest."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from waymark.access.models import Grant, Involvement, Reason
from waymark.access.rules import RULES

BATCH = 2_000


def store_involvements(new: Sequence[Involvement], *, decided_by: UUID | None) -> list[Involvement]:
    """Store involvements, each with what its role's rule lets its holder read and write for as long as it lasts."""
    stored = Involvement.objects.bulk_create(new, batch_size=BATCH)
    lines = [_line(one, decided_by) for one in stored if RULES[one.role].reads]
    Grant.objects.bulk_create(lines, batch_size=BATCH)
    return stored


def _line(one: Involvement, decided_by: UUID | None) -> Grant:
    rule = RULES[one.role]
    return Grant(
        case_id=one.case_id,
        membership_id=one.membership_id,
        team_id=one.team_id,
        reads=list(rule.reads),
        writes=list(rule.writes),
        reason=Reason.INVOLVEMENT,
        involvement=one,
        basis=rule.basis,
        purpose=rule.purpose,
        decided_by_id=decided_by,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
    )
