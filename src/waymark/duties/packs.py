"""Which version of which protocol judges a case: the adoptions of the authorities that have been responsible for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from waymark.access.models import Adoption
from waymark.cases.models import Case, Kind
from waymark.duties.engine import Pack, VersionInForce, Versions, parse_pack
from waymark.duties.engine.calendar import start_of_day
from waymark.duties.engine.loading import Setting, setting
from waymark.duties.own import with_own_clauses
from waymark.duties.rows import fetched
from waymark.events.vocabulary import EventType

LONG_AGO = datetime.min.replace(tzinfo=UTC)


# Written out, because every recording asks for them, and Django takes longer to write them than PostgreSQL to answer.
PERIODS = "select case_id, starts_at, authority_id from cases_caseauthority where case_id = any(%s) order by starts_at"
ADOPTIONS = """
    select id, authority_id, pack_id, version, digest, starts_on, terms, switches, adopted_at from access_adoption
    where authority_id = any(%s) order by starts_on, adopted_at
"""

Key = tuple[str, Setting, Setting]

_parsed: dict[Key, Pack] = {}
"""Packs by digest, terms and choices: a pack never changes, so it is parsed once in each process."""


MOST_KEPT = 1_000
_kept: dict[tuple[tuple[datetime, UUID | None], ...], Versions] = {}


def pack_of(adoption: Adoption) -> Pack:
    """The pack that was adopted, with the authority's own terms and choices, and Waymark's own clauses."""
    key = (adoption.digest, setting(adoption.terms), setting(adoption.switches))
    if key not in _parsed:
        adopted = parse_pack(
            adoption.text.encode(),
            file=f"{adoption.pack_id} {adoption.version}",
            terms=adoption.terms,
            switches=adoption.switches,
        )
        _parsed[key] = with_own_clauses(adopted)
    return _parsed[key]


def in_force(adoption: Adoption) -> VersionInForce:
    """The version that an adoption puts in force, from the first instant of its day."""
    return VersionInForce(pack_of(adoption), start_of_day(adoption.starts_on), adoption.pk)


def versions_of(cases: Iterable[Case], *, also: Sequence[Adoption] = ()) -> dict[UUID, Versions | None]:
    """For each case the versions it is judged by; None where no authority of it has adopted anything.

    A young person's case follows the responsible authority, and when that changes, the protocol changes with it.
    `also` are adoptions not stored yet, to see what they would do.
    """
    cases = list(cases)
    periods = _periods(cases)
    authorities = {authority for found in periods.values() for _, authority in found}
    adopted = _adopted(authorities, also)
    known: dict[tuple[tuple[datetime, UUID], ...], Versions | None] = {}
    for key in set(periods.values()):
        known[key] = _versions(key, adopted)
    return {case.pk: known[periods[case.pk]] for case in cases}


def _periods(cases: Sequence[Case]) -> dict[UUID, tuple[tuple[datetime, UUID], ...]]:
    """For each case, from when which authority is responsible, the first from the beginning of time."""
    found: dict[UUID, list[tuple[datetime, UUID]]] = {case.pk: [] for case in cases}
    for case_id, starts_at, authority_id in fetched(PERIODS, [list(found)]):
        found[case_id].append((starts_at if found[case_id] else LONG_AGO, authority_id))
    for case in cases:
        if case.kind == Kind.BOROUGH:
            found[case.pk] = [(LONG_AGO, case.pk)]
    return {case_id: tuple(periods) for case_id, periods in found.items()}


def _adopted(authorities: set[UUID], also: Sequence[Adoption]) -> dict[UUID, list[VersionInForce]]:
    adopted: dict[UUID, list[VersionInForce]] = {}
    stored = Adoption.objects.raw(ADOPTIONS, [list(authorities)])
    for adoption in [*stored, *(one for one in also if one.authority_id in authorities)]:
        adopted.setdefault(adoption.authority_id, []).append(in_force(adoption))
    for versions in adopted.values():
        versions.sort(key=lambda version: version.start)
    return adopted


def _versions(
    periods: Sequence[tuple[datetime, UUID]], adopted: Mapping[UUID, list[VersionInForce]]
) -> Versions | None:
    versions: list[VersionInForce] = []
    for place, (start, authority) in enumerate(periods):
        end = periods[place + 1][0] if place + 1 < len(periods) else None
        versions += _within(adopted.get(authority, ()), start, end)
    return _same_again(versions) if versions else None


def _same_again(versions: Sequence[VersionInForce]) -> Versions:
    """The `Versions` of these adoptions, kept for the next case: what it works out once serves them all."""
    key = tuple((version.start, version.adoption) for version in versions)
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = Versions(versions)
    return _kept[key]


def _within(versions: Sequence[VersionInForce], start: datetime, end: datetime | None) -> list[VersionInForce]:
    """An authority's versions while it is responsible: the one already in force at `start`, and those after."""
    found: list[VersionInForce] = []
    for version in versions:
        if end is not None and version.start >= end:
            break
        if version.start <= start:
            found = [VersionInForce(version.pack, start, version.adoption)]
        else:
            found.append(version)
    return found


def own_event_type(name: str) -> EventType | None:
    """An event type that an adopted pack adds to Waymark's own, or None."""
    for adoption in Adoption.objects.filter(text__contains=f"[event.{name}]"):
        own = pack_of(adoption).own_events.get(name)
        if own is not None:
            return EventType(name=name, group="own", label=name.replace("_", " ").capitalize(), refs=own)
    return None
