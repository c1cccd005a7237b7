"""3,000 units in 600 settings, 12,000 people who live in them one after another, and 200,000 associations.

Rows as services would leave them, stored in bulk. Twice as many young people again are known who live in no setting,
as in life; one in a hundred is known with very many others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from waymark.cases.models import Case
    from waymark.core.actor import Actor

SCHEMES, UNITS_EACH, STAYS_EACH = 600, 5, 4
RESIDENTS = SCHEMES * UNITS_EACH * STAYS_EACH
OTHERS = 24_000
ASSOCIATIONS = 200_000
GROUPS, RIVALRIES, AFFILIATIONS = 40, 60, 5_000
OF_CONCERN, PLACES, MARKERS, AREAS = 1_000, 2_000, 9_000, 4_000
TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
BATCH = 5_000


def fill(actor: Actor) -> list[Case]:
    """Store it all. Gives the young people, those who live in a setting first."""
    from waymark.accommodation.services import add_provider
    from waymark.cases.models import Case, Kind
    from waymark.cases.services import open_case

    random = Random("matching")
    borough = open_case(actor=actor, kind=Kind.BOROUGH, authority=None)
    provider = add_provider(actor=actor, authority=borough, name="Northlight Housing")
    people = Case.objects.bulk_create(
        [
            Case(kind=Kind.YOUNG_PERSON, authority=borough, reference=f"YP{number}")
            for number in range(RESIDENTS + OTHERS)
        ],
        batch_size=BATCH,
    )
    schemes = _settings(random, provider, people[:RESIDENTS])
    _known(random, people, schemes, borough)
    return people


def _settings(random: Random, provider: Any, residents: list[Case]) -> list[Any]:
    from django.db.backends.postgresql.psycopg_any import DateRange

    from waymark.accommodation.models import Occupancy, Scheme, Unit
    from waymark.cases.models import Case, Kind

    cases = Case.objects.bulk_create(
        Case(kind=Kind.SCHEME, authority=provider.case.authority, reference=f"S{number}") for number in range(SCHEMES)
    )
    schemes = Scheme.objects.bulk_create(
        Scheme(
            case=case,
            provider=provider,
            name=f"Setting {number}",
            address=f"{number} Mill Row, London N{number % 30} 6QP",
            latitude=51.5 + random.uniform(0, 0.15),
            longitude=-0.2 + random.uniform(0, 0.3),
        )
        for number, case in enumerate(cases)
    )
    units = Unit.objects.bulk_create(
        Unit(scheme=scheme, label=str(number)) for scheme in schemes for number in range(UNITS_EACH)
    )
    stays = []
    for place, unit in enumerate(units):
        day = TODAY - timedelta(days=random.randrange(200, 400))
        for number in range(STAYS_EACH):
            end = day + timedelta(days=random.randrange(60, 200)) if number < STAYS_EACH - 1 else None
            stays.append(
                Occupancy(
                    unit=unit,
                    kind="placement" if day <= TODAY else "reservation",
                    nights=DateRange(day, end),
                    case=residents[place * STAYS_EACH + number],
                    ref=uuid4(),
                    recorded_at=LONG_AGO,
                )
            )
            day = end or day
    Occupancy.objects.bulk_create(stays, batch_size=BATCH)
    return schemes


def _known(random: Random, people: list[Case], schemes: list[Any], borough: Case) -> None:
    from waymark.risks import models as risks

    times = {"starts_at": LONG_AGO, "recorded_at": LONG_AGO}
    kept = {"authority": borough, **times}
    groups = risks.Group.objects.bulk_create(risks.Group(name=f"Group {n}", **kept) for n in range(GROUPS))
    pairs = (random.sample(groups, 2) for _ in range(RIVALRIES))
    risks.Rivalry.objects.bulk_create(risks.Rivalry(group=one, rival=other, **kept) for one, other in pairs)
    concern = risks.PersonOfConcern.objects.bulk_create(
        risks.PersonOfConcern(name=f"Person {n}", group=random.choice([None, *groups]), **kept)
        for n in range(OF_CONCERN)
    )
    risks.Frequents.objects.bulk_create(
        risks.Frequents(person=random.choice(concern), **_place(random, schemes), **kept) for _ in range(PLACES)
    )
    risks.Affiliation.objects.bulk_create(
        (
            risks.Affiliation(case=case, group=random.choice(groups), category="intelligence", **times)
            for case in random.sample(people, AFFILIATIONS)
        ),
        batch_size=BATCH,
    )
    risks.Marker.objects.bulk_create(
        (
            risks.Marker(case=case, kind=random.choice(risks.MarkerKind.values), category="risk", **times)
            for case in random.sample(people, MARKERS)
        ),
        batch_size=BATCH,
    )
    risks.Association.objects.bulk_create(_associations(random, people, concern, times), batch_size=BATCH)
    risks.ExcludedArea.objects.bulk_create(
        (
            risks.ExcludedArea(case=case, shape="district", district=f"N{random.randrange(30)}", starts_at=LONG_AGO)
            for case in random.sample(people, AREAS)
        ),
        batch_size=BATCH,
    )


def _place(random: Random, schemes: list[Any]) -> dict[str, Any]:
    return random.choice([{"scheme": random.choice(schemes)}, {"district": f"N{random.randrange(30)}"}])


def _associations(random: Random, people: list[Case], concern: list[Any], times: dict[str, Any]) -> Iterator[Any]:
    """A tenth with people of concern; a fifth with somebody whom very many know."""
    from waymark.risks.models import Association, AssociationKind, Direction

    known = random.sample(people, len(people) // 100)
    for _ in range(ASSOCIATIONS):
        one, other = random.sample(people, 2)
        often = random.choice(known)
        if random.random() < 0.2 and often is not one:
            other = often
        person = random.choice(concern) if random.random() < 0.1 else None
        yield Association(
            case=one,
            other=None if person else other,
            person=person,
            kind=random.choice(AssociationKind.values),
            direction=random.choice(Direction.values),
            strength="confirmed",
            category="risk",
            **times,
        )
