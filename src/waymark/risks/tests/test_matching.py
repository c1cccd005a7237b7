"""Matching finds what somebody would find by hand with all the files open, and nothing else."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from waymark.core.clock import FixedClock
from waymark.risks.matching import Cause, match
from waymark.risks.tests.boroughs import NOW, TODAY, random_borough
from waymark.risks.tests.reference import matched_by_hand

pytestmark = pytest.mark.usefixtures("db")
CLOCK = FixedClock(NOW)


def some_nights(random):
    """Open or not, from now or later, or from the past."""
    first = TODAY + timedelta(days=random.choice((0, 0, 5, 20, -10)))
    return DateRange(first, random.choice((None, first + timedelta(days=random.randrange(1, 40)))))


@pytest.mark.parametrize("part", range(4))
def test_it_finds_on_random_boroughs_what_is_found_by_hand(provider, part):
    met = Counter()
    for number in range(12):
        random = Random(f"{part}/{number}")
        with transaction.atomic():
            borough = random_borough(random, provider)
            for person in borough.people:
                nights = some_nights(random)
                found = match(person, nights=nights, clock=CLOCK)
                assert found == matched_by_hand(person, nights, NOW), (part, number)
                met.update(conflict.cause for conflicts in found.values() for conflict in conflicts)
            transaction.set_rollback(True)
    assert set(met) == set(Cause), "the boroughs are too dull to say anything"
