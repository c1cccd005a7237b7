"""Recording where a young person must not live (REF-08, SEA-07), and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from waymark.access.services import NotAsAsked
from waymark.accommodation.areas import as_district
from waymark.accommodation.models import Scheme
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.risks.models import ExcludedArea, ExclusionReason, Shape
from waymark.risks.places import as_address
from waymark.risks.services.links import young_person


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExclusion:
    """A place where somebody must not live: what `shape` says, and nothing else of the places.

    `why` and `source` are read by those who read intelligence on the record, or with `why_is_open` by everybody who
    reads that the place is excluded. `until` None: until further notice.
    """

    case: Case
    shape: Shape
    label: str = ""
    district: str = ""
    latitude: float | None = None
    longitude: float | None = None
    metres: int | None = None
    scheme: Scheme | None = None
    address: str = ""
    outside: bool = False
    why: str = ""
    source: str = ""
    why_is_open: bool = False
    until: datetime | None = None


@service
def exclude_area(new: NewExclusion, *, actor: Actor, clock: Clock = system_clock) -> ExcludedArea:
    """Say where a young person must not live. The area there is, if the same place is excluded already.

    Whoever says it must write risk there; whoever holds the reason back must write intelligence too, or they could not
    read what they wrote. Raises `NotAsAsked` when a part of the place is missing or makes no sense.
    """
    return exclude_areas([new], actor=actor, clock=clock)[0]


@service
def exclude_areas(new: Sequence[NewExclusion], *, actor: Actor, clock: Clock = system_clock) -> list[ExcludedArea]:
    """Several at once, of one young person; as `exclude_area`, all or nothing."""
    cases = {case.pk: young_person(case) for case in {one.case for one in new}}
    return [_exclude(cases[one.case.pk], one, actor, clock.now()) for one in new]


def _exclude(case: Case, new: NewExclusion, actor: Actor, now: datetime) -> ExcludedArea:
    """On a case that is locked."""
    area = ExcludedArea(case=case, shape=new.shape, outside=new.outside, starts_at=now, ends_at=new.until)
    area.label = new.label.strip()
    _place(area, new)
    if new.until is not None and new.until <= now:
        raise NotAsAsked("The last day must be in the future")
    reason = ExclusionReason(
        case=case,
        area=area,
        category=Category.RISK if new.why_is_open else Category.INTELLIGENCE,
        why=new.why.strip(),
        source=new.source.strip(),
        recorded_by_id=actor.membership_id,
        recorded_at=now,
    )
    actor.require(Permission.RECORD_RISK, area)
    actor.require(Permission.RECORD_RISK, reason)
    places = ("shape", "district", "latitude", "longitude", "metres", "scheme_id", "address", "ends_at")
    same = {name: getattr(area, name) for name in places}
    found = ExcludedArea.objects.not_ended().filter(case=case, **same).first()
    if found is not None:
        return found
    area.save(force_insert=True)
    reason.save(force_insert=True)
    trail.wrote(actor, area, shape=new.shape)
    return area


def _place(area: ExcludedArea, new: NewExclusion) -> None:
    """Fill in what the shape of an area needs."""
    if new.shape == Shape.DISTRICT:
        area.district = as_district(new.district)
    elif new.shape == Shape.SCHEME:
        if new.scheme is None:
            raise NotAsAsked("Select a scheme")
        area.scheme = new.scheme
    elif new.shape == Shape.ADDRESS:
        area.address = as_address(new.address)
        if not area.address:
            raise NotAsAsked("Enter a street address")
    else:
        if new.latitude is None or new.longitude is None or not new.metres:
            raise NotAsAsked("Say around which point, and how far")
        if not (-90 <= new.latitude <= 90 and -180 <= new.longitude <= 180):
            raise NotAsAsked("The point must be on the map: latitude and longitude in degrees")
        area.latitude, area.longitude, area.metres = new.latitude, new.longitude, new.metres
