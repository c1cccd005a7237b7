"""Matching one young person against everybody in a setting and coming to it, and against where they must not live.

Works on all that is known, whoever asks: what of it somebody is shown is `showing`'s to say. A handful of statements,
however many settings: who is against whom is found by `people.sql` for all settings together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connections

from waymark.accommodation.areas import district_in
from waymark.accommodation.models import Scheme
from waymark.cases.models import Case
from waymark.core.clock import Clock, system_clock
from waymark.core.database import SERVICE
from waymark.core.services import service
from waymark.people.models import Merge
from waymark.risks.matching.conflicts import HARM, LINKS, MOST_OF_ONE_GROUP, Cause, Conflict, Side
from waymark.risks.models import ExcludedArea, Shape
from waymark.risks.models.known import holds_between
from waymark.risks.places import key_of, metres_between

LONDON = ZoneInfo("Europe/London")
HOLDS = "{table}.starts_at < %(before)s and ({table}.ends_at is null or {table}.ends_at > %(since)s)"
SHORT = ("a", "r", "m", "f", "p", "own")
"""What tables are called in the statements whose rows must hold."""


@service
def match(
    case: Case, *, nights: Any, schemes: Collection[UUID] | None = None, clock: Clock = system_clock
) -> Mapping[UUID, frozenset[Conflict]]:
    """Every known conflict between a young person and each setting, by scheme, for whoever lives there on some of the
    `nights` (a range of days, its end not included; without one, until further notice) and whoever is reserved to come.

    `schemes` limits the settings. A scheme without conflicts is left out. It reads everything, whoever is signed in:
    hand what it gives to `show` before anybody sees it.
    """
    now = clock.now()
    since, before = _instants(nights, now)
    wanted = None if schemes is None else list(schemes)
    asked = {
        "records": records_of(case.pk),
        "nights": nights,
        "schemes": wanted,
        "now": now,
        "since": since,
        "before": before or "infinity",
        "most": MOST_OF_ONE_GROUP,
        "links": [str(kind) for kind in LINKS],
        "harms": [str(harm) for harm, found in HARM.items() for _ in found],
        "vulnerable": [str(kind) for found in HARM.values() for kind in found],
    }
    found: dict[UUID, set[Conflict]] = {}
    for conflict in (*_with_people(asked), *_with_places(asked, since, before)):
        found.setdefault(conflict.scheme, set()).add(conflict)
    return {scheme: frozenset(conflicts) for scheme, conflicts in found.items()}


def records_of(case_id: UUID) -> list[UUID]:
    """The records about one person: the one given, and those that were put together with it."""
    standing = Merge.objects.standing()
    kept = standing.filter(case=case_id).values_list("into", flat=True).first() or case_id
    return sorted({case_id, kept, *standing.filter(into=kept).values_list("case", flat=True)})


def _instants(nights: Any, now: datetime) -> tuple[datetime, datetime | None]:
    """From when until when something must hold to matter: on the nights, and not over by now."""
    first = datetime.combine(nights.lower, time(), LONDON) if nights.lower else now
    last = datetime.combine(nights.upper, time(), LONDON) if nights.upper else None
    return max(first, now), None if last is None else max(last, now)


def _with_people(asked: Mapping[str, Any]) -> Iterator[Conflict]:
    for scheme, cause, side, other, items in _rows("people.sql", asked):
        yield Conflict(scheme, Cause(cause), Side(side), other, frozenset(items))


def _with_places(asked: Mapping[str, Any], since: datetime, before: datetime | None) -> Iterator[Conflict]:
    """Where people of concern are found, and where the young person must not live."""
    concern = _rows("concern.sql", asked)
    areas = list(ExcludedArea.objects.filter(holds_between(since, before), case__in=asked["records"]))
    if not concern and not areas:
        return
    for scheme in places_of(asked["schemes"]):
        for _, at, district, address, cause, side, items in concern:
            if scheme.is_at(at, district, address):
                yield Conflict(scheme.pk, Cause(cause), Side(side), None, frozenset(items))
        for area in areas:
            if scheme.is_in(area):
                yield Conflict(scheme.pk, Cause.EXCLUDED, Side.TO_THEM, None, frozenset({area.pk}))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scheme is, as areas are compared with it."""

    pk: UUID
    district: str
    key: str
    latitude: float | None
    longitude: float | None

    def is_at(self, scheme: UUID | None, district: str, address: str) -> bool:
        """Whether the scheme is the one, lies in the district, or has the address."""
        return self.pk == scheme or (district != "" and district == self.district) or self._has(address)

    def is_in(self, area: ExcludedArea) -> bool:
        """Whether the scheme lies in an excluded area. One of which nobody knows where it is lies in no circle."""
        if area.shape == Shape.RADIUS:
            known = (self.latitude, self.longitude, area.latitude, area.longitude)
            if any(one is None for one in known):
                return False
            return metres_between(*known) <= (area.metres or 0)  # type: ignore[arg-type]
        return self.is_at(area.scheme_id, area.district, area.address)

    def _has(self, address: str) -> bool:
        """The same street address, however it is written: `3 Mill Row` begins the address `3 Mill Row, N7 6QP`."""
        wanted = key_of(address)
        return wanted != "" and f"{self.key} ".startswith(f"{wanted} ")


def places_of(schemes: Collection[UUID] | None) -> Iterator[Place]:
    """Where the schemes are: all, or those asked for."""
    found = Scheme.objects.all() if schemes is None else Scheme.objects.filter(pk__in=schemes)
    columns = ("pk", "area", "address", "latitude", "longitude")
    for pk, area, address, latitude, longitude in found.values_list(*columns):
        yield Place(pk, area or district_in(address), key_of(address), latitude, longitude)


def _rows(name: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(_statement(name), asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@cache
def _statement(name: str) -> str:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return text.format(**{f"{table}_holds": HOLDS.format(table=table) for table in SHORT})
