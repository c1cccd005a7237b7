"""Matching one young person against everybody in a setting and coming to it, and against where they must not live.

Works on all that is known, whoever asks: what of it somebody is shown is `showing`'s to say. A handful of statements,
however many settings: who is against whom is found by `people.sql` for all settings together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connections

from waymark.cases.models import Case
from waymark.core.clock import Clock, system_clock
from waymark.core.database import SERVICE
from waymark.core.services import service
from waymark.people.models import Merge
from waymark.risks.matching.conflicts import HARM, LINKS, MOST_OF_ONE_GROUP, Cause, Conflict, Side
from waymark.risks.matching.where import places_of
from waymark.risks.models import ExcludedArea
from waymark.risks.models.known import holds_between

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
    places = places_of(asked["schemes"])
    for _, at, district, address, cause, side, items in concern:
        for scheme in places.at(at, district, address):
            yield Conflict(scheme, Cause(cause), Side(side), None, frozenset(items))
    for area in areas:
        for scheme in places.within(area):
            yield Conflict(scheme, Cause.EXCLUDED, Side.TO_THEM, None, frozenset({area.pk}))


def _rows(name: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(_statement(name), asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@cache
def _statement(name: str) -> str:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return text.format(**{f"{table}_holds": HOLDS.format(table=table) for table in SHORT})
