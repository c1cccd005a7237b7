"""Random boroughs: some schemes, young people who live in them or are coming, and everything that may be known of them.

Small, so that much meets. Rows are stored as they are, without services: a matching must be right on any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from waymark.accommodation.models import Occupancy, Provider, Scheme, Unit
from waymark.cases.models import Case, Kind
from waymark.people.models import Merge
from waymark.risks import models
from waymark.risks.models import AssociationKind, Direction, MarkerKind, Shape, Strength
from waymark.risks.models.links import CATEGORY_OF_ASSOCIATION, CATEGORY_OF_MARKER

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
DISTRICTS = ("N7", "N1", "EC1V")


@dataclass
class Borough:
    """What was made."""

    authority: Case
    schemes: list[Scheme] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    people: list[Case] = field(default_factory=list)
    of_concern: list[models.PersonOfConcern] = field(default_factory=list)


def random_borough(random: Random, provider: Provider, *, schemes: int = 4, units: int = 3, people: int = 9) -> Borough:
    """A borough of that many schemes, units in each, and young people, with rows of every kind."""
    borough = Borough(provider.case.authority)
    _settings(borough, random, provider, schemes, units)
    borough.people = Case.objects.bulk_create(
        Case(kind=Kind.YOUNG_PERSON, authority=borough.authority, reference=f"R{random.getrandbits(60)}")
        for _ in range(people)
    )
    _doubles(borough, random)
    _stays(borough, random)
    _registers_and_groups(borough, random)
    _associations(borough, random)
    _markers(borough, random)
    _areas(borough, random)
    return borough


def _settings(borough: Borough, random: Random, provider: Provider, schemes: int, units: int) -> None:
    cases = Case.objects.bulk_create(
        Case(kind=Kind.SCHEME, authority=borough.authority, reference=f"Q{random.getrandbits(60)}")
        for _ in range(schemes)
    )
    borough.schemes = Scheme.objects.bulk_create(
        Scheme(
            case=case,
            provider=provider,
            name=case.reference,
            address=f"{place} Mill Row, London {random.choice(DISTRICTS)} 6QP",
            **_point(random),
        )
        for place, case in enumerate(cases)
    )
    borough.units = Unit.objects.bulk_create(
        Unit(scheme=scheme, label=str(number)) for scheme in borough.schemes for number in range(units)
    )


def _point(random: Random) -> dict[str, Any]:
    """Somewhere in a square of about four kilometres."""
    return {"latitude": 51.54 + random.uniform(0, 0.04), "longitude": -0.12 + random.uniform(0, 0.06)}


def _doubles(borough: Borough, random: Random) -> None:
    """Records that are about one person: of two that are so, one may have been taken back."""
    one, other, kept = random.sample(borough.people, 3)
    Merge.objects.bulk_create(
        Merge(
            case=double,
            into=kept,
            why="x",
            decided_at=NOW,
            undone_at=NOW if random.random() < 0.3 else None,
        )
        for double in (one, other)[: random.randrange(3)]
    )


def _stays(borough: Borough, random: Random) -> None:
    """One after the other in each unit, from last month until next; some cancelled, some for repairs."""
    stays = []
    for unit in borough.units:
        day = TODAY - timedelta(days=random.randrange(40))
        while day < TODAY + timedelta(days=30) and random.random() < 0.9:
            last = random.random() < 0.3
            end = None if last else day + timedelta(days=random.randrange(1, 30))
            kind = random.choice(("placement", "placement", "reservation", "out_of_service"))
            stays.append(
                Occupancy(
                    unit=unit,
                    kind=kind,
                    nights=DateRange(day, end),
                    case=None if kind == "out_of_service" else random.choice(borough.people),
                    main=False,
                    ref=None if kind == "out_of_service" else UUID(int=random.getrandbits(128)),
                    recorded_at=NOW,
                    **_given_up(random, kind),
                )
            )
            if end is None:
                break
            day = end + timedelta(days=random.randrange(3))
    Occupancy.objects.bulk_create(stays)


def _given_up(random: Random, kind: str) -> dict[str, Any]:
    """Now and then it was cancelled, or is a reservation that has lapsed, or will."""
    if random.random() < 0.1:
        return {"cancelled_at": NOW, "cancelled_how": "withdrawn"}
    lapses = kind == "reservation" and random.random() < 0.5
    return {"lapses_at": NOW + timedelta(hours=random.choice((-5, 50)))} if lapses else {}


def _holds(random: Random) -> dict[str, Any]:
    """Mostly now; sometimes over, or yet to begin."""
    starts = NOW + timedelta(hours=random.choice((-9000, -900, -900, -30, 30, 400)))
    ends = random.choice((None, None, None, starts + timedelta(hours=random.choice((1, 500, 1000)))))
    return {"starts_at": starts, "ends_at": ends, "recorded_at": NOW}


def _registers_and_groups(borough: Borough, random: Random) -> None:
    kept = {"authority": borough.authority}
    groups = models.Group.objects.bulk_create(
        models.Group(name=f"G{random.getrandbits(60)}", starts_at=NOW, recorded_at=NOW, **kept) for _ in range(3)
    )
    pairs = [(groups[0], groups[1]), (groups[2], groups[0])]
    models.Rivalry.objects.bulk_create(
        models.Rivalry(group=one, rival=other, **kept, **_holds(random)) for one, other in pairs
    )
    borough.of_concern = models.PersonOfConcern.objects.bulk_create(
        models.PersonOfConcern(name="Corin", group=random.choice((None, *groups)), **kept, **_holds(random))
        for _ in range(3)
    )
    places: Sequence[dict[str, Any]] = [
        {"scheme": random.choice(borough.schemes)},
        {"district": random.choice(DISTRICTS)},
        {"address": f"{random.randrange(4)}  mill row"},
    ]
    models.Frequents.objects.bulk_create(
        models.Frequents(person=person, **random.choice(places), **kept, **_holds(random))
        for person in borough.of_concern
        for _ in range(random.randrange(3))
    )
    models.Affiliation.objects.bulk_create(
        models.Affiliation(
            case=case,
            group=random.choice(groups),
            strength=random.choice(Strength.values),
            category="intelligence",
            **_holds(random),
        )
        for case in borough.people
        for _ in range(random.randrange(3))
    )


def _associations(borough: Borough, random: Random) -> None:
    rows = []
    for _ in range(14):
        one, other = random.sample(borough.people, 2)
        person = random.choice(borough.of_concern) if random.random() < 0.35 else None
        kind = AssociationKind(random.choice((*AssociationKind.values, "exploits", "co_offends")))
        rows.append(
            models.Association(
                case=one,
                other=None if person else other,
                person=person,
                kind=kind,
                direction=random.choice(Direction.values),
                strength=Strength.CONFIRMED,
                category=CATEGORY_OF_ASSOCIATION[kind],
                **_holds(random),
            )
        )
    models.Association.objects.bulk_create(rows)


def _markers(borough: Borough, random: Random) -> None:
    rows = []
    for case in borough.people:
        for name in random.sample(MarkerKind.values, random.randrange(3)):
            kind = MarkerKind(name)
            rows.append(models.Marker(case=case, kind=kind, category=CATEGORY_OF_MARKER[kind], **_holds(random)))
    models.Marker.objects.bulk_create(rows)


def _areas(borough: Borough, random: Random) -> None:
    rows = []
    for case in borough.people:
        for shape in random.sample(Shape.values, random.randrange(3)):
            place: dict[str, Any] = {
                Shape.DISTRICT: {"district": random.choice(DISTRICTS)},
                Shape.RADIUS: {**_point(random), "metres": random.randrange(200, 3000)},
                Shape.SCHEME: {"scheme": random.choice(borough.schemes)},
                Shape.ADDRESS: {"address": f"{random.randrange(4)} Mill Row"},
            }[Shape(shape)]
            times = _holds(random)
            del times["recorded_at"]
            rows.append(models.ExcludedArea(case=case, shape=shape, **place, **times))
    models.ExcludedArea.objects.bulk_create(rows)
