"""A scheme with residents, another without, and a young person to be placed: for what a search shows to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from waymark.accommodation.choices import OccupancyKind
from waymark.accommodation.models import Scheme
from waymark.accommodation.services import NewHold, add_holds, add_scheme
from waymark.people.services import NewYoungPerson, add_young_person


@dataclass(frozen=True, slots=True)
class Settings:
    """`lived_in` has a resident in each of its first three units, and a free fourth; nobody lives in `empty`."""

    person: Any
    lived_in: Scheme
    empty: Scheme
    residents: tuple[Any, ...]


def make_settings(person: Any, scheme: Scheme, provider: Any, system: Any) -> Settings:
    """The cast's scheme with three residents who have come to stay, and a second one with a single free unit."""
    empty = add_scheme(
        actor=system,
        provider=provider,
        name="Aspen Court",
        address="9 Weir Lane, N1 2AB",
        units=["A"],
        reference="S71",
    )
    residents = tuple(
        add_young_person(
            NewYoungPerson(
                authority=person.case.authority,
                given_name=name,
                family_name="Oduya",
                date_of_birth=date(2007, 1, 1),
                reference=f"YP7{place}",
                starts_at=datetime(2020, 1, 1, tzinfo=UTC),
            ),
            actor=system,
        )
        for place, name in enumerate(("Kestrel", "Linnet", "Merlin"))
    )
    first = datetime.now(UTC).date() - timedelta(days=90)
    units = scheme.units.order_by("label")
    add_holds(
        [
            NewHold(unit=unit, kind=OccupancyKind.PLACEMENT, first=first, until=None, case=one.case, ref=uuid4())
            for unit, one in zip(units, residents, strict=False)
        ],
        actor=system,
    )
    return Settings(person, scheme, empty, residents)
