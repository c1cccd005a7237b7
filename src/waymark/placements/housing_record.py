"""The Supported Housing Record: what the record tells of earlier placements, and what providers add to it (SEA-05)."""

from __future__ import annotations

from uuid import UUID

from waymark.access.models import Agency
from waymark.cases.models import Case
from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.placements.models import HousingEntry
from waymark.referrals.steps import own_id


@service
def add_entry(case: Case, *, actor: Actor, id: UUID, text: str, clock: Clock = system_clock) -> HousingEntry:
    """Add to the running history. The same `id` again adds nothing."""
    case = locked(case.pk)
    actor.require(Permission.ADD_HOUSING_ENTRY, HousingEntry(case=case))
    id = own_id(id, case.pk, HousingEntry.objects.exclude(case=case))
    if known := HousingEntry.objects.filter(pk=id, case=case).first():
        return known
    assert actor.agency_id is not None  # the system writes no history
    entry = HousingEntry.objects.create(
        pk=id,
        case=case,
        agency=Agency.objects.get(pk=actor.agency_id),
        text=text,
        written_by_id=actor.membership_id,
        written_at=clock.now(),
    )
    trail.wrote(actor, entry)
    return entry
