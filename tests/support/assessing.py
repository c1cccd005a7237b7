"""Amira's referral with her provider, and with another: for tests of what providers do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.remembering import remembered


@remembered
def passed(
    accepted_referral: Any, scheme: Any, provider_manager: Any, placements_officer: Any, pathway_officer: Any
) -> Any:
    """Amira's referral, passed to her provider by Placements for Tanner House, once the pathway was asked."""
    from waymark.placements.models import Approach, Route
    from waymark.placements.searching import approach

    approach(accepted_referral, Route.PATHWAY, actor=placements_officer, id=uuid4())
    given = approach(accepted_referral, Route.SPOT, actor=placements_officer, id=uuid4(), scheme=scheme)
    return Approach.objects.select_related("referral__case", "case", "provider", "scheme").get(pk=given.pk)


@remembered
def other_passed(passed: Any, other_scheme: Any, other_manager: Any, placements_officer: Any) -> Any:
    """The same referral, with the other provider for Quay Lodge too."""
    from waymark.placements.models import Approach, Route
    from waymark.placements.searching import approach

    given = approach(passed.referral, Route.SPOT, actor=placements_officer, id=uuid4(), scheme=other_scheme)
    return Approach.objects.select_related("referral__case", "case", "provider", "scheme").get(pk=given.pk)


def in_days(days: int) -> date:
    """A day to come, in London."""
    from waymark.accommodation.vacancies import london_day
    from waymark.core.clock import system_clock

    return london_day(system_clock.now()) + timedelta(days=days)


@pytest.fixture
def terms() -> Callable[..., Any]:
    """What is offered: `terms(unit)`, in seven days, held for ten."""
    from waymark.assessments.offers import Terms

    def make(unit: Any, *, days: int = 10, move_in: date | None = None) -> Any:
        return Terms(
            unit=unit,
            address=unit.scheme.address or unit.scheme.name,
            need_level="medium",
            move_in=move_in or in_days(7),
            days=days,
        )

    return make


@remembered
def offered(passed: Any, scheme: Any, provider_manager: Any) -> Any:
    """Unit 1 of Tanner House, offered to Amira for in a week."""
    from waymark.accommodation.models import Unit
    from waymark.assessments.offers import Terms, make_offer

    unit = Unit.objects.select_related("scheme__provider").get(scheme=scheme, label="1")
    offer = Terms(unit=unit, address="1 Tanner Row", need_level="medium", move_in=in_days(7), days=10)
    return make_offer(passed, offer, actor=provider_manager, id=uuid4())


@pytest.fixture
def here(provider_manager: Any) -> Callable[..., Any]:
    """Write in an assessment as the provider's manager: `here(approach, "need")`; complete by itself."""
    from tests.support.referring import whole
    from waymark.assessments.models import PartVersion
    from waymark.assessments.parts import PARTS
    from waymark.assessments.writing import save_part

    def make(approach: Any, key: str, **answers: Any) -> Any:
        before = PartVersion.objects.filter(approach=approach, part=key).count()
        said = answers or whole(PARTS[key])
        return save_part(approach, PARTS[key], said, based_on=before, source=99, actor=provider_manager)

    return make


@pytest.fixture
def seen(provider_manager: Any) -> Callable[..., Any]:
    """An interview that was booked for a time that has come: `seen(approach)`."""
    from datetime import UTC, datetime

    from waymark.assessments.interviews import book
    from waymark.assessments.models import Interview

    def make(approach: Any) -> Any:
        now = datetime.now(UTC)
        one = book(
            approach, actor=provider_manager, id=uuid4(), starts_at=now + timedelta(hours=1), place="Tanner House"
        )
        Interview.objects.filter(pk=one.pk).update(starts_at=now - timedelta(minutes=1))
        return Interview.objects.select_related("approach", "case", "referral").get(pk=one.pk)

    return make
