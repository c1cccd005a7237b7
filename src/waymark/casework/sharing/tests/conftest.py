"""What the tests of these pages share: a share that was made, and the pages of one being made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.story import adopted, happened, now, placed, queries

__all__ = ["adopted", "happened", "now", "placed", "queries"]


@pytest.fixture
def terms() -> Any:
    """Identity and risk, until three months from now; she agreed."""
    from waymark.access.golden_rules import GOLDEN_RULES
    from waymark.access.models import Basis, Consent
    from waymark.access.sharing import Terms
    from waymark.core.categories import Category

    return Terms(
        reads=[Category.IDENTITY, Category.RISK],
        basis=Basis.SAFEGUARDING,
        purpose="To plan with her where she is safe",
        until=datetime.now(UTC) + timedelta(days=90),
        conditions="Not by post",
        consent=Consent.GIVEN,
        rules={rule.name: next(iter(rule.answers), "They asked us to") for rule in GOLDEN_RULES.values()},
    )


@pytest.fixture
def officer(gangs_officer: Any) -> Any:
    """The membership of the gangs officer, who works on nothing here."""
    from waymark.access.models import Membership

    return Membership.objects.get(pk=gangs_officer.membership_id)


@pytest.fixture
def shared(allocated_worker: Any, officer: Any, young_person: Any, terms: Any) -> Any:
    """What the allocated worker shared with the gangs officer."""
    from waymark.access.sharing import share

    return share(actor=allocated_worker, case=young_person.case, holder=officer, terms=terms)


@pytest.fixture
def address(young_person: Any) -> str:
    """The record's."""
    return f"/records/{young_person.case_id}"
