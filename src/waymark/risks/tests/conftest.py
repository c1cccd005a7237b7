"""Who knows what of the two young people of the cast."""

from __future__ import annotations

import pytest
from tests.support.remembering import remembered
from tests.support.risks import risks_of
from tests.support.story import queries  # noqa: F401  (a fixture)


@remembered
def risks(young_person, other_young_person, scheme, system):
    """Something in every table, about both."""
    return risks_of(young_person, other_young_person, scheme, system)


@pytest.fixture
def on_both(gangs_officer, involved, young_person, other_young_person):
    """A gangs officer who works on both records."""
    for one in (young_person, other_young_person):
        involved(one, "gangs_team", actor=gangs_officer)
    return gangs_officer


@pytest.fixture
def on_one(gangs_officer, involved, young_person):
    """A gangs officer who works on Amira's record, and not on Tobias's."""
    involved(young_person, "gangs_team", actor=gangs_officer)
    return gangs_officer
