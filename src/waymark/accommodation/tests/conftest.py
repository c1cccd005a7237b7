"""A unit, days by number, and holds of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from tests.support.vacancies import commissioner, provider_manager, referrals_officer

from waymark.accommodation.choices import OccupancyKind
from waymark.core.clock import FixedClock

__all__ = ["commissioner", "provider_manager", "referrals_officer"]

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
CLOCK = FixedClock(NOW)


def june(number):
    """The day of that number, counted on from the first of June; None stays None."""
    return None if number is None else date(2026, 6, 1) + timedelta(days=number - 1)


@pytest.fixture
def unit(scheme):
    """Unit 1 of the scheme."""
    return scheme.units.select_related("scheme").get(label="1")


@pytest.fixture
def holding(unit, other_young_person):
    """Put a hold there as it is, past the services: `holding("placement", 1, 10)`; gives the row."""

    def put(kind, first, until, *, cancelled=False, lapses_at=None, case=other_young_person.case, main=True):
        from waymark.accommodation.models import Occupancy

        of_somebody = kind != OccupancyKind.OUT_OF_SERVICE
        return Occupancy.objects.create(
            unit=unit,
            kind=kind,
            nights=DateRange(june(first), june(until)),
            turnaround_days=unit.turnaround_days if of_somebody else 0,
            case=case if of_somebody else None,
            ref=uuid4() if of_somebody else None,
            main=main,
            lapses_at=lapses_at,
            cause="" if of_somebody else "repairs",
            cancelled_at=NOW if cancelled else None,
            cancelled_how="withdrawn" if cancelled else "",
            recorded_at=NOW,
        )

    return put


@pytest.fixture
def placements_officer(member, actor_of, council, involved, young_person):
    """Of the Placements Team, who works on the young person's record."""
    actor = actor_of(member("Ines Calloway", council, "placements_team"))
    involved(young_person, "placements_team", actor=actor)
    return actor


@pytest.fixture
def manager(provider_manager):
    """The manager at the provider of the scheme."""
    return provider_manager


@pytest.fixture
def other_manager(member, actor_of, other_provider):
    """A manager at another provider."""
    return actor_of(member("Cora Penhale", other_provider.agency, "provider_manager"))
