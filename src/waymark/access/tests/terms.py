"""What the tests of sharing share: the terms of a share, the record, and with whom it is shared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from waymark.access.golden_rules import GOLDEN_RULES
from waymark.access.models import Basis, Consent, Membership
from waymark.access.sharing import Terms
from waymark.core.categories import Category

NOW = datetime.now(UTC)
ANSWERS = {rule.name: next(iter(rule.answers), "They asked us to") for rule in GOLDEN_RULES.values()}
TERMS = Terms(
    reads=[Category.IDENTITY, Category.RISK],
    basis=Basis.SAFEGUARDING,
    purpose="To plan with her where she is safe",
    until=NOW + timedelta(days=90),
    consent=Consent.GIVEN,
    rules=ANSWERS,
)


@pytest.fixture
def case(young_person):
    return young_person.case


@pytest.fixture
def officer(gangs_officer):
    """The membership of the gangs officer, who reads nothing here yet."""
    return Membership.objects.get(pk=gangs_officer.membership_id)
