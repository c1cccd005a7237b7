"""Where the people of the made-up borough live, why its empty units are empty, and what is known of its schemes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from waymark.accommodation.choices import (
    Accessibility,
    Contract,
    Gender,
    OccupancyKind,
    OfstedCategory,
    OutOfServiceCause,
    SchemeKind,
    Staffing,
    VoidCause,
)
from waymark.accommodation.models import Unit
from waymark.accommodation.services import NewHold, NewVoid
from waymark.cases.models import Case
from waymark.core.formats import LONDON
from waymark.demo.simulation import Part
from waymark.demo.simulation.world import Resident, Scheme, Stay, identifier

TURNAROUND_DAYS = 2
CLEANING_DAYS = 5
NEIGHBOUR = "Eastmarsh Council"
CENTRE = (51.552, -0.112)
"""Where the borough would be, in degrees; its schemes lie within two kilometres or so."""
CATEGORIES = {
    SchemeKind.SELF_CONTAINED: OfstedCategory.SELF_CONTAINED,
    SchemeKind.SHARED: OfstedCategory.RING_FENCED,
    SchemeKind.ASSESSMENT_CENTRE: OfstedCategory.RING_FENCED,
    SchemeKind.HOSTEL: OfstedCategory.NOT_RING_FENCED,
    SchemeKind.FOYER: OfstedCategory.NOT_RING_FENCED,
    SchemeKind.SUPPORTED_LODGINGS: OfstedCategory.PRIVATE_RESIDENCE,
}
FEATURES: tuple[tuple[Accessibility, ...], ...] = (
    (),
    (Accessibility.STEP_FREE,),
    (Accessibility.GROUND_FLOOR, Accessibility.STEP_FREE, Accessibility.WHEELCHAIR),
    (Accessibility.LIFT, Accessibility.STEP_FREE),
    (Accessibility.VISUAL_ALARM, Accessibility.HEARING_LOOP),
)
WHY_EMPTY = (
    (VoidCause.NOMINATION, None, "SP Referrals asked for a nomination."),
    (VoidCause.CLEANING, 2, "Deep clean is booked."),
    (VoidCause.REPAIRS, 9, "The shower is being replaced."),
    (VoidCause.REFUSED, None, "Two young people saw it and said no; a third is to see it."),
    (VoidCause.HARD_TO_LET, None, "Top floor without a lift: a new description is being written."),
    (VoidCause.REPAIRS, -4, "The door is on order."),
)
"""Why units are empty today: cause, days until somebody can move in (past ones are late), what is done."""
SAID_OF_EMPTY = 0.85
PLANNED_TO_LEAVE = (19, 37)
"""In how many days the first of those who live somewhere are to move on."""


def about_scheme(scheme: Scheme) -> dict[str, Any]:
    """What `add_scheme` is told of a scheme besides its name and address."""
    random = Random(f"{scheme.id}/attributes")
    kind = SchemeKind(scheme.kind)
    staffed = scheme.cover == "24_hour"
    late = scheme.opened_at.astimezone(LONDON).date()
    contract = Contract.BLOCK if scheme.provider.block_contract else random.choice((Contract.SPOT, Contract.FRAMEWORK))
    return {
        "kind": kind,
        "need_level": scheme.need_level,
        "staffing": Staffing.DAY_AND_NIGHT if staffed else Staffing.VISITING,
        "contract": contract,
        "latitude": round(CENTRE[0] + random.uniform(-0.018, 0.018), 5),
        "longitude": round(CENTRE[1] + random.uniform(-0.028, 0.028), 5),
        "host_authority": NEIGHBOUR if scheme.provider.out_of_borough else "",
        "ofsted_number": f"25{random.randrange(100_000, 999_999)}",
        "ofsted_category": CATEGORIES[kind],
        "gender": Gender.WOMEN if kind is SchemeKind.SHARED and not staffed and random.random() < 0.2 else "",
        "lowest_age": 16 if staffed else 17,
        "highest_age": 25,
        "accessibility": [str(feature) for feature in random.choice(FEATURES)],
        "opened_on": late,
        "turnaround_days": TURNAROUND_DAYS,
    }


class Occupied:
    """The holds and voids of one part of the borough, as the services take them."""

    def __init__(self, part: Part, units: Mapping[str, Unit], cases: Mapping[str, Case], now: datetime) -> None:
        self.part, self.units, self.cases, self.now = part, units, cases, now
        self.today = now.astimezone(LONDON).date()
        self.random = Random(f"{part.block.borough.id}/{part.block.number}/occupancy")
        self.stays = self._stays()
        empty = [unit for unit in part.block.units if not self._lives_there(unit.id)]
        self.out, self.reserved, *self.empty = [unit.id for unit in empty]

    def holds(self) -> Iterator[NewHold]:
        """Every stay there was and is, a unit out of service, and a reservation for somebody who waits."""
        leaving = self._leaving()
        for resident, stay in self._all():
            yield NewHold(
                unit=self.units[stay.unit.id],
                kind=OccupancyKind.PLACEMENT,
                first=_day(stay.started_at),
                until=_day(stay.ended_at) if stay.ended_at else leaving.get(stay.placement),
                case=self.cases[resident.id],
                ref=UUID(stay.placement),
                main=stay.main,
            )
        yield NewHold(
            unit=self.units[self.out],
            kind=OccupancyKind.OUT_OF_SERVICE,
            first=max(self.today - timedelta(days=9), self._empty_since(self.out)),
            until=self.today + timedelta(days=12),
            cause=OutOfServiceCause.DAMAGE,
            reason="Water came through the ceiling. The plasterer comes on Thursday.",
        )
        waiting = [one for one in self.part.residents if not one.stays and one.id in self.cases]
        if waiting:
            yield NewHold(
                unit=self.units[self.reserved],
                kind=OccupancyKind.RESERVATION,
                first=max(self.today + timedelta(days=6), self._empty_since(self.reserved)),
                until=None,
                case=self.cases[waiting[-1].id],
                ref=UUID(identifier(waiting[-1].id, "reservation")),
                lapses_at=datetime.combine(self.today + timedelta(days=4), time(17), LONDON),
            )

    def voids(self) -> Iterator[NewVoid]:
        """Why units were empty between stays, and why most of those are that are empty now."""
        for unit_id, stays in self.stays.items():
            for before, after in pairwise(stays):
                assert before.ended_at is not None
                yield from self._between(unit_id, _day(before.ended_at), _day(after.started_at))
        causes = iter(WHY_EMPTY * len(self.units))
        for unit_id in self.empty:
            since = self._empty_since(unit_id)
            if since >= self.today or self.random.random() > SAID_OF_EMPTY:
                continue
            cause, ready_in, doing = next(causes)
            ready_on = None if ready_in is None else max(since, self.today + timedelta(days=ready_in))
            yield NewVoid(unit=self.units[unit_id], cause=cause, first=since, ready_on=ready_on, doing=doing)

    def _between(self, unit_id: str, left: date, arrived: date) -> Iterator[NewVoid]:
        clean = min(left + timedelta(days=CLEANING_DAYS), arrived)
        if left < clean:
            yield NewVoid(unit=self.units[unit_id], cause=VoidCause.CLEANING, first=left, until=clean, ready_on=clean)
        if clean < arrived:
            cause = self.random.choice((VoidCause.NOMINATION, VoidCause.NOMINATION, VoidCause.REFUSED))
            yield NewVoid(unit=self.units[unit_id], cause=cause, first=clean, until=arrived)

    def _all(self) -> Iterator[tuple[Resident, Stay]]:
        for resident in self.part.residents:
            if resident.id in self.cases:
                yield from ((resident, stay) for stay in resident.stays)

    def _stays(self) -> Mapping[str, list[Stay]]:
        found: dict[str, list[Stay]] = defaultdict(list)
        for _, stay in self._all():
            found[stay.unit.id].append(stay)
        for stays in found.values():
            stays.sort(key=lambda stay: stay.started_at)
        return found

    def _lives_there(self, unit_id: str) -> bool:
        last = self.stays.get(unit_id, [])[-1:]
        return any(stay.ended_at is None or _day(stay.ended_at) > self.today for stay in last)

    def _empty_since(self, unit_id: str) -> date:
        last = self.stays.get(unit_id, [])[-1:]
        ended = [_day(stay.ended_at) for stay in last if stay.ended_at]
        return max(ended, default=self.today - timedelta(days=60))

    def _leaving(self) -> dict[str, date]:
        """The days on which two people are to move on, by their placement."""
        staying = [stay.placement for _, stay in self._all() if stay.ended_at is None and stay.main]
        return {
            placement: self.today + timedelta(days=days)
            for placement, days in zip(staying, PLANNED_TO_LEAVE, strict=False)
        }


def _day(instant: datetime) -> date:
    return instant.astimezone(LONDON).date()
