"""Bringing in what referrals said that were written elsewhere: for imports and the demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.referrals.models import Referral, SectionVersion
from waymark.referrals.sections import SECTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What a section said, by its key, when somebody wrote it; the first version of that section."""

    referral: Referral
    section: str
    answers: Mapping[str, Any]
    written_at: datetime
    written_by: UUID | None = None


@service
def add_versions(new: Sequence[NewVersion], *, actor: Actor) -> None:
    """Store first versions of sections. Only the system brings in what others wrote. Raises KeyError for a section
    that there is not.
    """
    if not actor.is_system:
        raise Refused(actor, Permission.REFER)
    rows = [
        SectionVersion(
            case_id=one.referral.case_id,
            referral=one.referral,
            section=one.section,
            category=SECTIONS[one.section].category,
            number=1,
            answers=dict(one.answers),
            written_by_id=one.written_by,
            written_at=one.written_at,
        )
        for one in new
    ]
    SectionVersion.objects.bulk_create(rows, batch_size=1_000)
    trail.write(*(trail.written(actor, one, sections=True) for one in {row.referral_id: row for row in rows}.values()))
