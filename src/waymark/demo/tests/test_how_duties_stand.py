"""Read by the Islington pack, the demo borough looks like a borough: mostly in time, some late, none out of hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from waymark.demo.simulation import Simulation
from waymark.demo.tests.conftest import NOW, PACK
from waymark.duties.engine import Instance, load_pack


def timed(duties: list[Instance]) -> list[Instance]:
    return [duty for duty in duties if duty.due is not None]


def shares(duties: list[Instance]) -> tuple[float, float]:
    """The shares met in time and late, of what was due and is settled."""
    settled = [duty for duty in timed(duties) if duty.state in ("met", "breached")]
    late = sum(duty.late for duty in settled)
    in_time = sum(duty.state == "met" and not duty.late for duty in settled)
    return in_time / len(settled), late / len(settled)


def test_nine_in_ten_are_met_in_time_and_one_in_twelve_late(duties: list[Instance]) -> None:
    in_time, late = shares(duties)
    assert 0.85 <= in_time <= 0.92
    assert 0.05 <= late <= 0.105


def test_a_few_dozen_are_overdue_now(duties: list[Instance]) -> None:
    assert 20 <= sum(duty.state == "breached" for duty in timed(duties)) <= 60


def test_a_few_dozen_records_fell_short_of_what_they_should_hold(duties: list[Instance]) -> None:
    short = sum(duty.state == "breached" and duty.due is None for duty in duties)
    assert 10 <= short <= 60


def test_no_clause_piles_up(duties: list[Instance]) -> None:
    overdue = Counter(duty.clause.id for duty in timed(duties) if duty.state == "breached")
    assert max(overdue.values()) <= 10, overdue.most_common(5)
    settled = Counter(duty.clause.id for duty in duties if duty.state in ("met", "breached"))
    failing = {
        clause: count
        for clause, count in Counter(d.clause.id for d in duties if d.state == "breached").items()
        if count > 3 and count / settled[clause] > 0.15
    }
    assert failing == {}


def test_there_is_work_today_this_week_and_later(duties: list[Instance]) -> None:
    still_open = [duty for duty in timed(duties) if duty.state == "open"]
    today = sum(duty.due <= NOW + timedelta(hours=15) for duty in still_open if duty.due)
    week = sum(duty.due <= NOW + timedelta(days=7) for duty in still_open if duty.due)
    assert today >= 5
    assert 15 <= week <= 120
    assert len(still_open) - week >= 100


def test_every_clause_that_can_be_executed_is_seen_in_the_demo(duties: list[Instance]) -> None:
    executable = {clause.id for clause in load_pack(PACK).executable}
    assert executable - {duty.clause.id for duty in duties} == set()


def test_what_began_before_the_record_does_is_unknown_not_late(duties: list[Instance]) -> None:
    unknown = {duty.clause.id for duty in duties if duty.state == "unknown"}
    assert unknown == {"PPM-01", "PPM-02", "REV-01"}


def test_some_duties_were_waived_and_some_ended(duties: list[Instance]) -> None:
    states = Counter(duty.state for duty in duties)
    assert states["waived"] >= 2
    assert states["ended"] >= 20


def test_escalations_ran_their_course(duties: list[Instance]) -> None:
    challenges = {duty.clause.id for duty in duties if duty.clause.id.startswith("CHA-") and duty.state == "met"}
    assert challenges == {f"CHA-0{number}" for number in range(1, 9)}


@pytest.mark.parametrize(
    "day",
    [
        datetime(2026, 12, 28, 9, tzinfo=UTC),  # a bank holiday
        datetime(2027, 2, 7, 9, tzinfo=UTC),  # a Sunday
        datetime(2026, 9, 7, 9, tzinfo=UTC),  # a Monday
    ],
)
def test_it_looks_like_a_borough_on_whatever_day_the_demo_is_made(
    day: datetime, duties_of: Callable[[Simulation], list[Instance]]
) -> None:
    duties = duties_of(Simulation(now=day))
    in_time, late = shares(duties)
    assert 0.85 <= in_time <= 0.925
    assert 0.05 <= late <= 0.11
    assert 15 <= sum(duty.state == "breached" for duty in timed(duties)) <= 75


def test_what_falls_to_the_borough_its_providers_and_schemes_is_done_again_and_again(duties: list[Instance]) -> None:
    done = Counter(duty.clause.id for duty in duties if duty.state == "met")
    expected = {"GAN-01": 400, "LOC-01": 36, "LOC-04": 80, "FOR-01": 4, "CON-01": 20, "SEA-11": 12, "INF-13": 150}
    assert {clause for clause, fewest in expected.items() if done[clause] < fewest} == set()
