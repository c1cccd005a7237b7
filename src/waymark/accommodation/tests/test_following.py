"""What is recorded of a placement ends the stay of which it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from tests.support.assessing import in_days

from waymark.accommodation.models import Occupancy, Unit
from waymark.accommodation.services import hold
from waymark.events.services import record, retract

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def unit(scheme):
    return Unit.objects.select_related("scheme").get(scheme=scheme, label="1")


@pytest.fixture
def stay(unit, young_person, system):
    nights = (in_days(-20), None)
    return hold(unit, actor=system, case=young_person.case, ref=uuid4(), nights=nights, kind="placement")


@pytest.fixture
def left(system):
    """Somebody left so many days ago: `left(stay, 3)`."""

    def make(stay, days):
        at = datetime.now(UTC) - timedelta(days=days)
        refs = {"placement": str(stay.ref)}
        return record("placement_ended", case=stay.case, actor=system, occurred_at=at, refs=refs)

    return make


def _nights(stay):
    found = Occupancy.objects.get(pk=stay.pk)
    return found.arrives_on, found.leaves_on


def test_whoever_has_left_holds_the_unit_no_longer(stay, left, unit, other_young_person, system):
    left(stay, 3)

    assert _nights(stay) == (in_days(-20), in_days(-3))
    assert hold(
        unit, actor=system, case=other_young_person.case, ref=uuid4(), nights=(in_days(0), None), kind="placement"
    )


def test_whoever_left_before_they_came_never_was_there(stay, left):
    left(stay, 25)

    assert Occupancy.objects.get(pk=stay.pk).cancelled_at


def test_that_somebody_left_may_be_withdrawn_and_the_stay_goes_on(stay, left, system):
    ended = left(stay, 3)

    retract(ended, "Somebody else", system)

    assert _nights(stay) == (in_days(-20), None)


def test_a_stay_is_not_drawn_out_over_nights_that_somebody_else_has(stay, left, unit, other_young_person, system):
    ended = left(stay, 3)
    hold(unit, actor=system, case=other_young_person.case, ref=uuid4(), nights=(in_days(0), None), kind="placement")

    retract(ended, "Somebody else", system)

    assert _nights(stay) == (in_days(-20), in_days(-3))


def test_the_end_of_another_placement_ends_nothing(stay, system):
    at = datetime.now(UTC)
    for placement in (str(uuid4()), "P-17"):
        record("placement_ended", case=stay.case, actor=system, occurred_at=at, refs={"placement": placement})

    assert _nights(stay) == (in_days(-20), None)
