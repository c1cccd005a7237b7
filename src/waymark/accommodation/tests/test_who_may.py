"""Who may hold a unit, look after it, and read who lives there."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from waymark.accommodation.choices import OccupancyKind, OutOfServiceCause, VoidCause
from waymark.accommodation.models import Occupancy, Void
from waymark.accommodation.services import (
    NewVoid,
    add_unit,
    cancel,
    change_scheme,
    extend_reservation,
    hold,
    lapse_reservations,
    record_void,
    reserve,
    take_out_of_service,
)
from waymark.accommodation.tests.conftest import CLOCK, NOW, june
from waymark.audit.models import Entry
from waymark.core.clock import FixedClock
from waymark.core.errors import Refused

pytestmark = pytest.mark.usefixtures("db")


def _reserve(unit, young_person, actor):
    lapses_at = NOW + timedelta(days=3)
    asked = {"nights": (june(5), None), "lapses_at": lapses_at, "ref": uuid4(), "clock": CLOCK}
    return reserve(unit, actor=actor, case=young_person.case, **asked)


def _out(unit, actor):
    asked = {"first": june(1), "back_on": None, "cause": OutOfServiceCause.REPAIRS, "clock": CLOCK}
    return take_out_of_service(unit, actor=actor, **asked)


def test_the_placements_team_reserves_for_somebody_whose_record_they_work_on(
    unit, young_person, other_young_person, placements_officer
):
    row = _reserve(unit, young_person, placements_officer)

    assert row.recorded_by_id == placements_officer.membership_id
    entry = Entry.objects.filter(kind="accommodation.Occupancy").latest("sequence")
    assert (entry.object_id, entry.case_id, entry.membership_id) == (
        str(row.pk),
        young_person.case_id,
        placements_officer.membership_id,
    )
    with pytest.raises(Refused):
        _reserve(unit, other_young_person, placements_officer)


def test_a_provider_holds_its_own_units_only(unit, young_person, manager, other_manager, involved):
    for actor in (manager, other_manager):
        involved(young_person, "provider_manager", actor=actor)

    assert _reserve(unit, young_person, manager)
    with pytest.raises(Refused):
        _reserve(unit, young_person, other_manager)


def test_a_keyworker_and_a_social_worker_hold_nothing(unit, young_person, keyworker, allocated_worker):
    for actor in (keyworker, allocated_worker):
        with pytest.raises(Refused):
            _reserve(unit, young_person, actor)
    assert Occupancy.objects.count() == 0


def test_commissioning_and_the_provider_take_a_unit_out_of_service_and_nobody_else(
    unit, scheme, commissioner, manager, other_manager, placements_officer, keyworker
):
    assert _out(unit, manager)
    assert _out(scheme.units.select_related("scheme").get(label="2"), commissioner)
    for actor in (other_manager, placements_officer, keyworker):
        with pytest.raises(Refused):
            _out(scheme.units.select_related("scheme").get(label="3"), actor)


def test_another_boroughs_commissioners_change_nothing_here(unit, scheme, member, actor_of, stranger):
    from waymark.access.models import Agency

    there = actor_of(member("Hal Brandreth", Agency.objects.get(pk=stranger.agency_id), "commissioning"))

    for change in (
        lambda: _out(unit, there),
        lambda: change_scheme(scheme, actor=there, name="Ours"),
        lambda: add_unit(scheme, actor=there, label="5"),
        lambda: record_void(NewVoid(unit=unit, cause=VoidCause.OTHER, first=june(1)), actor=there),
    ):
        with pytest.raises(Refused):
            change()


def test_a_provider_changes_its_units_and_not_what_the_borough_contracts(scheme, manager):
    assert add_unit(scheme, actor=manager, label="5").scheme == scheme
    with pytest.raises(Refused):
        change_scheme(scheme, actor=manager, contract="spot")


def test_who_lives_where_is_read_on_records_whose_placement_is_open_and_what_is_broken_by_everybody(
    unit, holding, young_person, other_young_person, keyworker, stranger, system, reading_as
):
    theirs = holding(OccupancyKind.PLACEMENT, 1, 5, case=young_person.case)
    another = holding(OccupancyKind.PLACEMENT, 5, 9)
    broken = _out(unit.scheme.units.select_related("scheme").get(label="2"), system)

    for actor, expected in ((keyworker, {theirs, broken}), (stranger, {broken}), (None, set())):
        with reading_as(actor):
            assert set(Occupancy.objects.all()) == expected
            if actor is not None:
                assert set(Occupancy.objects.visible_to(actor)) == expected
    assert set(Occupancy.objects.visible_to(system)) == {theirs, another, broken}


def test_a_reservation_is_kept_longer_or_cancelled(unit, young_person, placements_officer):
    row = _reserve(unit, young_person, placements_officer)
    later = NOW + timedelta(days=9)

    assert extend_reservation(row, actor=placements_officer, lapses_at=later, clock=CLOCK).lapses_at == later
    cancelled = cancel(row, actor=placements_officer, clock=CLOCK)
    assert (cancelled.cancelled_at, cancelled.cancelled_how) == (NOW, "withdrawn")


def test_the_worker_marks_what_has_lapsed_and_nothing_else(unit, holding, young_person, system):
    due = holding(OccupancyKind.RESERVATION, 1, 5, lapses_at=NOW)
    waits = holding(OccupancyKind.RESERVATION, 5, 9, lapses_at=NOW + timedelta(hours=1))
    lives = holding(OccupancyKind.PLACEMENT, 9, None)

    assert lapse_reservations(actor=system, clock=CLOCK) == 1
    assert lapse_reservations(actor=system, clock=CLOCK) == 0
    assert set(Occupancy.objects.filter(cancelled_at=None)) == {waits, lives}
    assert Occupancy.objects.get(pk=due.pk).cancelled_how == "lapsed"


def test_whoever_moves_in_ends_the_void(unit, young_person, system):
    record_void(NewVoid(unit=unit, cause=VoidCause.CLEANING, first=june(1)), actor=system)
    nights = (june(8), None)

    hold(unit, actor=system, case=young_person.case, ref=uuid4(), nights=nights, kind="placement", clock=CLOCK)

    void = Void.objects.get()
    assert (void.days.lower, void.days.upper) == (june(1), june(8))


def test_another_cause_ends_the_one_before_and_both_stay(unit, system):
    for first, cause in ((1, VoidCause.CLEANING), (4, VoidCause.REPAIRS), (4, VoidCause.NOMINATION)):
        record_void(NewVoid(unit=unit, cause=cause, first=june(first)), actor=system)

    rows = Void.objects.order_by("days")
    assert [(row.cause, row.days.lower, row.days.upper) for row in rows] == [
        ("cleaning", june(1), june(4)),
        ("nomination", june(4), None),
    ]


def test_the_providers_contract_follows_its_schemes(scheme, provider, system, commissioner):
    assert provider.block_contract is False
    change_scheme(scheme, actor=commissioner, contract="block")
    provider.refresh_from_db()
    assert provider.block_contract is True

    change_scheme(scheme, actor=commissioner, contract="framework")
    provider.refresh_from_db()
    assert provider.block_contract is False


def test_a_reservation_lapses_at_its_time_and_not_before(holding):
    row = holding(OccupancyKind.RESERVATION, 1, 5, lapses_at=NOW)
    before = FixedClock(NOW - timedelta(seconds=1))

    assert set(Occupancy.objects.counting(before.now())) == {row}
    assert set(Occupancy.objects.counting(NOW)) == set()
