"""No two hold one unit for one night: said by the services, and by the database to whoever comes past them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from waymark.accommodation.choices import OccupancyKind, OutOfServiceCause
from waymark.accommodation.errors import LivesElsewhere, NoLongerThere, NoSuchNights, NotFree
from waymark.accommodation.models import Occupancy, Unit
from waymark.accommodation.nights import Hold, is_free
from waymark.accommodation.services import cancel, end_stay, extend_stay, hold, start_stay, take_out_of_service
from waymark.accommodation.tests.conftest import CLOCK, NOW, june
from waymark.core.database import SERVICE

pytestmark = pytest.mark.usefixtures("db")

STAY, RESERVED, OUT = OccupancyKind.PLACEMENT, OccupancyKind.RESERVATION, OccupancyKind.OUT_OF_SERVICE
FREE, TAKEN, OPEN = "free", "taken", None

# What is there already, what somebody wants, and whether they get it. Days are days of June: (kind, arrives, leaves).
# `turnaround` days are kept free after each stay.
TABLE = [
    # what, turnaround, there already, wanted, answer
    ("nothing is there",                             0, [], (STAY, 1, 10), FREE),
    ("the same nights",                              0, [(STAY, 1, 10)], (STAY, 1, 10), TAKEN),
    ("the last night is shared",                     0, [(STAY, 1, 10)], (STAY, 9, 12), TAKEN),
    ("the first night is shared",                    0, [(STAY, 5, 10)], (STAY, 1, 6), TAKEN),
    ("one within the other",                         0, [(STAY, 1, 20)], (STAY, 5, 6), TAKEN),
    ("one around the other",                         0, [(STAY, 5, 6)], (STAY, 1, 20), TAKEN),
    ("arrives on the day of leaving",                0, [(STAY, 1, 10)], (STAY, 10, 12), FREE),
    ("leaves on the day of arrival",                 0, [(STAY, 10, 20)], (STAY, 1, 10), FREE),
    ("a stay without end, and later",                0, [(STAY, 1, OPEN)], (STAY, 99, 100), TAKEN),
    ("a stay without end, and earlier",              0, [(STAY, 10, OPEN)], (STAY, 1, 10), FREE),
    ("both without end",                             0, [(STAY, 10, OPEN)], (STAY, 1, OPEN), TAKEN),
    ("a gap between two that fits",                  0, [(STAY, 1, 5), (STAY, 8, 9)], (STAY, 5, 8), FREE),
    ("a gap between two that is a night short",      0, [(STAY, 1, 5), (STAY, 8, 9)], (STAY, 5, 9), TAKEN),
    ("another's reservation",                        0, [(RESERVED, 1, 10)], (STAY, 5, 6), TAKEN),
    ("two reservations",                             0, [(RESERVED, 1, 10)], (RESERVED, 9, 12), TAKEN),
    ("a reservation up to a stay",                   0, [(STAY, 10, OPEN)], (RESERVED, 1, 10), FREE),
    ("in the turnaround",                            2, [(STAY, 1, 10)], (STAY, 11, 12), TAKEN),
    ("on the day of leaving, with a turnaround",     2, [(STAY, 1, 10)], (STAY, 10, 12), TAKEN),
    ("after the turnaround",                         2, [(STAY, 1, 10)], (STAY, 12, 13), FREE),
    ("before somebody, their own turnaround short by a day",2, [(STAY, 10, 20)], (STAY, 1, 9), TAKEN),
    ("before somebody, with time for a turnaround",  2, [(STAY, 10, 20)], (STAY, 1, 8), FREE),
    ("a reservation in the turnaround",              2, [(STAY, 1, 10)], (RESERVED, 11, 20), TAKEN),
    ("out of service in the turnaround",             2, [(STAY, 1, 10)], (OUT, 10, 15), FREE),
    ("out of service before somebody who arrives",   2, [(STAY, 10, 20)], (OUT, 1, 10), FREE),
    ("out of service while somebody lives there",    0, [(STAY, 1, 10)], (OUT, 9, 12), TAKEN),
    ("out of service while it is reserved",          0, [(RESERVED, 1, 10)], (OUT, 1, OPEN), TAKEN),
    ("out of service twice",                         0, [(OUT, 1, 10)], (OUT, 5, 20), TAKEN),
    ("out of service on the day it is back",         0, [(OUT, 1, 10)], (OUT, 10, 20), FREE),
    ("a stay while it is out of service",            0, [(OUT, 1, 10)], (STAY, 9, 20), TAKEN),
    ("a stay on the day it is back",                 2, [(OUT, 1, 10)], (STAY, 10, 20), FREE),
    ("a stay up to when it goes out of service",     2, [(OUT, 10, 20)], (STAY, 1, 10), FREE),
    ("out of service until further notice",          0, [(OUT, 1, OPEN)], (STAY, 90, 91), TAKEN),
    ("after a short repair, still in the turnaround",5, [(STAY, 1, 10), (OUT, 10, 12)], (STAY, 13, 20), TAKEN),
    ("after a repair as long as the turnaround",     5, [(STAY, 1, 10), (OUT, 10, 15)], (STAY, 15, 20), FREE),
    ("one that was cancelled",                       2, [("cancelled", 1, 10)], (STAY, 1, 10), FREE),
    ("one that was cancelled, and one that was not", 0, [("cancelled", 1, 10), (STAY, 1, 10)], (STAY, 1, 10), TAKEN),
    ("one that was cancelled, with a repair since",  0, [("cancelled", 1, 10), (OUT, 1, 3)], (STAY, 2, 9), TAKEN),
]  # fmt: skip
named = pytest.mark.parametrize(("turnaround", "there", "wanted", "answer"), [row[1:] for row in TABLE],
                                ids=[row[0] for row in TABLE])  # fmt: skip


@pytest.fixture
def already(unit, holding):
    """Put there what a row of the table says."""

    def put(turnaround, there):
        Unit.objects.filter(pk=unit.pk).update(turnaround_days=turnaround)
        unit.turnaround_days = turnaround
        for kind, first, until in there:
            holding(STAY if kind == "cancelled" else kind, first, until, cancelled=kind == "cancelled")

    return put


def _ask(unit, case, actor, kind, first, until):
    if kind == OUT:
        return take_out_of_service(
            unit, actor=actor, first=june(first), back_on=june(until), cause=OutOfServiceCause.REPAIRS, clock=CLOCK
        )
    nights = (june(first), june(until))
    return hold(unit, actor=actor, case=case, ref=uuid4(), nights=nights, kind=kind, clock=CLOCK)


def _insert(unit, case, kind, first, until):
    """Plain SQL, as somebody at the database would write it."""
    of_somebody = kind != OUT
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(
            "insert into accommodation_occupancy (id, unit_id, kind, nights, turnaround_days, case_id, ref, main,"
            " cause, reason, cancelled_how, recorded_at)"
            " values (%s, %s, %s, daterange(%s, %s), %s, %s, %s, true, '', '', '', now())",
            [
                uuid4(),
                unit.pk,
                str(kind),
                june(first),
                june(until),
                unit.turnaround_days if of_somebody else 0,
                case.pk if of_somebody else None,
                uuid4() if of_somebody else None,
            ],
        )


@named
def test_a_service_holds_a_unit_only_while_it_is_free(
    unit, young_person, system, already, turnaround, there, wanted, answer
):
    already(turnaround, there)
    before = Occupancy.objects.count()

    if answer == FREE:
        row = _ask(unit, young_person.case, system, *wanted)
        assert (row.arrives_on, row.leaves_on) == (june(wanted[1]), june(wanted[2]))
        assert Occupancy.objects.count() == before + 1
    else:
        with pytest.raises(NotFree):
            _ask(unit, young_person.case, system, *wanted)
        assert Occupancy.objects.count() == before


@named
def test_the_database_holds_a_unit_only_while_it_is_free(
    unit, young_person, already, turnaround, there, wanted, answer
):
    already(turnaround, there)

    if answer == FREE:
        _insert(unit, young_person.case, *wanted)
    else:
        with pytest.raises(IntegrityError, match="occupancy_"), transaction.atomic(using=SERVICE):
            _insert(unit, young_person.case, *wanted)
    assert Occupancy.objects.count() == len(there) + (answer == FREE)


# A stay from the 5th to the 10th is given another end, by the service and then by plain SQL.
CHANGES = [
    # what, turnaround, there besides, leaves, answer
    ("longer, and nobody comes",                     0, [], 20, FREE),
    ("without end, and nobody comes",                0, [], OPEN, FREE),
    ("longer, up to whoever comes",                  0, [(STAY, 12, 20)], 12, FREE),
    ("longer, into whoever comes",                   0, [(STAY, 12, 20)], 13, TAKEN),
    ("longer, into the turnaround before them",      2, [(STAY, 14, 20)], 13, TAKEN),
    ("longer, with time for the turnaround",         2, [(STAY, 14, 20)], 12, FREE),
    ("longer, into a reservation",                   0, [(RESERVED, 12, 20)], 13, TAKEN),
    ("longer, into a repair",                        0, [(OUT, 12, 20)], 13, TAKEN),
    ("longer, up to a repair",                       5, [(OUT, 12, 20)], 12, FREE),
    ("longer, over one that was cancelled",          0, [("cancelled", 12, 20)], 15, FREE),
    ("without end, and somebody comes much later",   0, [(STAY, 80, 81)], OPEN, TAKEN),
    ("shorter",                                      2, [(STAY, 12, 20)], 7, FREE),
    ("the same",                                     2, [(STAY, 12, 20)], 10, FREE),
]  # fmt: skip
changed = pytest.mark.parametrize(("turnaround", "there", "leaves", "answer"), [row[1:] for row in CHANGES],
                                  ids=[row[0] for row in CHANGES])  # fmt: skip


@changed
def test_a_stay_is_made_longer_only_while_the_unit_is_free(
    unit, system, already, holding, turnaround, there, leaves, answer
):
    already(turnaround, there)
    stay = holding(STAY, 5, 10, main=False)

    if answer == FREE:
        assert extend_stay(stay, actor=system, until=june(leaves), clock=CLOCK).leaves_on == june(leaves)
    else:
        with pytest.raises(NotFree):
            extend_stay(stay, actor=system, until=june(leaves), clock=CLOCK)
        assert Occupancy.objects.get(pk=stay.pk).leaves_on == june(10)


@changed
def test_the_database_makes_a_stay_longer_only_while_the_unit_is_free(
    unit, already, holding, turnaround, there, leaves, answer
):
    already(turnaround, there)
    stay = holding(STAY, 5, 10, main=False)
    change = "update accommodation_occupancy set nights = daterange(%s, %s) where id = %s"
    values = [june(5), june(leaves), stay.pk]

    with connections[SERVICE].cursor() as cursor:
        if answer == FREE:
            cursor.execute(change, values)
        else:
            with pytest.raises(IntegrityError, match="occupancy_"), transaction.atomic(using=SERVICE):
                cursor.execute(change, values)
    assert Occupancy.objects.get(pk=stay.pk).leaves_on == june(leaves if answer == FREE else 10)


def test_whoever_is_refused_learns_from_when_the_unit_is_free_and_not_who_is_there(unit, young_person, system, already):
    already(2, [(STAY, 1, 10), (RESERVED, 14, 20), (OUT, 25, 30)])

    with pytest.raises(NotFree) as refused:
        _ask(unit, young_person.case, system, STAY, 5, 8)
    assert refused.value.free_from == june(22)
    assert str(refused.value) == (
        "1 at Tanner House is not free for those nights: for so many nights it is free from 22 June 2026"
    )
    with pytest.raises(NotFree) as refused:
        _ask(unit, young_person.case, system, STAY, 5, OPEN)
    assert refused.value.free_from == june(30)


def test_a_unit_held_without_end_says_so(unit, young_person, system, already):
    already(0, [(STAY, 1, OPEN)])

    with pytest.raises(NotFree, match="no day is known"):
        _ask(unit, young_person.case, system, STAY, 5, 8)


def test_a_reservation_that_has_lapsed_holds_nothing_even_before_anybody_marked_it(unit, young_person, system, holding):
    lapsed = holding(RESERVED, 1, 10, lapses_at=NOW)
    later = holding(RESERVED, 10, 20, lapses_at=NOW + timedelta(minutes=1))

    assert _ask(unit, young_person.case, system, STAY, 1, 10)
    with pytest.raises(NotFree):
        _ask(unit, young_person.case, system, RESERVED, 12, 15)
    marked = Occupancy.objects.get(pk=lapsed.pk)
    assert (marked.cancelled_at, marked.cancelled_how) == (NOW, "lapsed")
    assert Occupancy.objects.get(pk=later.pk).cancelled_at is None


def test_a_reservation_that_has_lapsed_cannot_become_a_stay(system, holding):
    lapsed = holding(RESERVED, 1, 10, lapses_at=NOW)

    with pytest.raises(NoLongerThere):
        start_stay(lapsed, actor=system, on=june(2), clock=CLOCK)


def test_a_reservation_becomes_a_stay_from_the_day_of_arrival(unit, young_person, system):
    reserved = _ask(unit, young_person.case, system, RESERVED, 1, 10)
    placement = uuid4()

    stay = start_stay(reserved, actor=system, on=june(3), until=None, ref=placement, clock=CLOCK)

    assert Occupancy.objects.get() == stay
    assert (stay.kind, stay.ref, stay.arrives_on, stay.leaves_on) == (STAY, placement, june(3), None)


def test_what_was_cancelled_is_free_for_somebody_else(unit, young_person, system, holding):
    stay = holding(STAY, 1, OPEN)

    cancel(stay, actor=system, clock=CLOCK)

    assert _ask(unit, young_person.case, system, STAY, 1, OPEN)
    with pytest.raises(NoLongerThere):
        end_stay(stay, actor=system, on=june(5), clock=CLOCK)


def test_who_leaves_early_leaves_the_unit_to_somebody_else(unit, young_person, system, holding):
    stay = holding(STAY, 1, OPEN)

    end_stay(stay, actor=system, on=june(5), clock=CLOCK)

    assert _ask(unit, young_person.case, system, STAY, 5, OPEN)


@pytest.mark.parametrize("leaves", [5, 4])
def test_a_day_of_leaving_that_is_not_after_arrival_is_refused_by_both(unit, young_person, system, holding, leaves):
    stay = holding(STAY, 5, 10)

    with pytest.raises(NoSuchNights):
        end_stay(stay, actor=system, on=june(leaves), clock=CLOCK)
    with pytest.raises(NoSuchNights):
        _ask(unit, young_person.case, system, STAY, 5, leaves)
    refused = "occupancy_has_nights" if leaves == 5 else "range lower bound"
    with pytest.raises(DatabaseError, match=refused), transaction.atomic(using=SERVICE):
        _insert(unit, young_person.case, STAY, 5, leaves)


def test_the_same_asked_twice_is_held_once(unit, young_person, system):
    ref = uuid4()
    asked = {"case": young_person.case, "ref": ref, "nights": (june(1), None), "kind": STAY}

    first = hold(unit, actor=system, clock=CLOCK, **asked)

    assert hold(unit, actor=system, clock=CLOCK, **asked) == first
    assert Occupancy.objects.count() == 1


def test_somebody_has_one_main_placement_a_night_and_may_have_a_second_home(unit, scheme, young_person, system):
    elsewhere = scheme.units.get(label="2")
    nights = (june(1), None)
    hold(unit, actor=system, case=young_person.case, ref=uuid4(), nights=nights, kind=STAY, clock=CLOCK)
    asked = {"case": young_person.case, "nights": (june(5), june(7)), "kind": STAY}

    with pytest.raises(LivesElsewhere):
        hold(elsewhere, actor=system, ref=uuid4(), clock=CLOCK, **asked)
    with pytest.raises(IntegrityError, match="one_main_placement"), transaction.atomic(using=SERVICE):
        _insert(elsewhere, young_person.case, STAY, 5, 7)
    assert hold(elsewhere, actor=system, ref=uuid4(), main=False, clock=CLOCK, **asked)


def test_somebody_moves_from_one_unit_to_another_on_one_day(unit, scheme, young_person, system, holding):
    stay = holding(STAY, 1, OPEN, case=young_person.case)
    end_stay(stay, actor=system, on=june(5), clock=CLOCK)

    assert _ask(scheme.units.get(label="2"), young_person.case, system, STAY, 5, OPEN)


ASKED = st.tuples(st.sampled_from([STAY, RESERVED, OUT]), st.integers(1, 20), st.one_of(st.none(), st.integers(1, 8)))
HORIZON = 40


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    turnaround=st.integers(0, 3), asked=st.lists(ASKED, min_size=2, max_size=7), cancelled=st.sets(st.integers(0, 6))
)
def test_whatever_is_asked_in_whatever_order_the_nights_are_those_of_a_slow_list(
    unit, other_young_person, system, turnaround, asked, cancelled
):
    """The reference writes every night on a list: who has it, and whether it is slept or only kept for turnaround."""
    Unit.objects.filter(pk=unit.pk).update(turnaround_days=turnaround)
    granted: dict[object, tuple[set[int], set[int]]] = {}
    with transaction.atomic(using=SERVICE):
        for place, (kind, first, length) in enumerate(asked):
            until = None if length is None else first + length
            nights = set(range(first, until or HORIZON))
            kept = nights if kind == OUT or until is None else set(range(first, until + turnaround))
            clash = any(
                nights & other_nights if OUT in (kind, other_kind) else kept & other_kept
                for other_kind, (other_nights, other_kept) in ((row.kind, of) for row, of in granted.items())
            )
            if clash:
                with pytest.raises(NotFree):
                    _second_home(unit, other_young_person.case, system, kind, first, until)
                continue
            row = _second_home(unit, other_young_person.case, system, kind, first, until)
            granted[row] = (nights, kept)
            if place in cancelled:
                cancel(row, actor=system, clock=CLOCK)
                del granted[row]
        assert set(Occupancy.objects.counting(NOW)) == set(granted)
        transaction.set_rollback(True, using=SERVICE)


def _second_home(unit, case, actor, kind, first, until):
    if kind == OUT:
        return _ask(unit, case, actor, kind, first, until)
    nights = (june(first), june(until))
    return hold(unit, actor=actor, case=case, ref=uuid4(), nights=nights, kind=kind, main=False, clock=CLOCK)


@named
def test_the_nights_alone_say_the_same_as_the_database(turnaround, there, wanted, answer):
    def as_hold(kind, first, until):
        days = 0 if kind == OUT else turnaround
        return Hold(first=june(first), until=june(until), turnaround_days=days, of_somebody=kind != OUT)

    holds = [as_hold(*one) for one in there if one[0] != "cancelled"]

    assert is_free(as_hold(*wanted), holds) is (answer == FREE)
