"""Follows the record: whoever has left a placement holds its unit no longer, and the next can move in.

Only stays that a placement of the record names are followed. A stay is cut to the day on which it ended, never
drawn out over nights that somebody else has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from waymark.accommodation.models import Occupancy
from waymark.accommodation.services.holding import cut_stay
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.formats import LONDON
from waymark.events.models import Event, named_by

ENDED = "placement_ended"


def follow(case: Case, events: list[Event], now: datetime) -> None:
    """Told by the event store what was recorded of one case."""
    follow_many([(case, events)], now)


def follow_many(batch: Sequence[tuple[Case, list[Event]]], now: datetime) -> None:
    """End the stays of placements that have ended; where that entry was withdrawn, the stay goes on if the unit is
    free for it.
    """
    events = [event for _, told in batch for event in told]
    named = named_by(events, "placement", [ENDED])
    if not named:
        return
    cases = {case.pk for case, _ in batch}
    ends = _ends(cases)
    stays = Occupancy.objects.stays().filter(case__in=cases, ref__in=named).select_for_update(of=("self",))
    system = Actor.system("a placement has ended")
    for stay in stays.select_related("unit__scheme").order_by("pk"):
        cut_stay(stay, on=ends.get((stay.case_id, stay.ref)), actor=system, now=now)


def _ends(cases: Iterable[UUID]) -> dict[tuple[UUID | None, UUID | None], date]:
    """The day on which each placement of these records ended, as far as it was not withdrawn."""
    told = Event.objects.filter(case__in=cases, type=ENDED).not_withdrawn().in_order()
    return {
        (event.case_id, event.identifier("placement")): event.occurred_at.astimezone(LONDON).date() for event in told
    }
