"""The demo borough is of the size and mix that was asked for, and nothing in it contradicts itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from waymark.demo.simulation import Part, Simulation
from waymark.demo.simulation.population import Life
from waymark.demo.simulation.telling import eighteenth_birthday
from waymark.demo.simulation.world import Event, Stay
from waymark.demo.tests.conftest import NOW

FAR_OFF = datetime(2100, 1, 1, tzinfo=UTC)


def stays_now(life: Life, present: datetime) -> list[Stay]:
    return [stay for stay in life.resident.stays if stay.started_at < present < (stay.ended_at or FAR_OFF)]


def residents(part: Part, simulation: Simulation) -> list[Life]:
    return [life for life in part.lives if stays_now(life, simulation.present)]


def age(life: Life, day: date) -> int:
    born = life.resident.date_of_birth
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def status_now(part: Part, life: Life) -> str:
    recorded = [event.data["status"] for event in part.events[life.resident.id] if "status" in event.data]
    return str(recorded[-1])


def test_it_has_6_providers_14_schemes_and_140_units(part: Part) -> None:
    block = part.block
    assert (len(block.providers), len(block.schemes), len(block.units)) == (6, 14, 140)


def test_providers_are_of_both_kinds_and_schemes_of_every_kind(part: Part) -> None:
    assert {provider.block_contract for provider in part.block.providers} == {True, False}
    kinds = {scheme.kind for scheme in part.block.schemes}
    assert kinds == {"hostel", "foyer", "shared", "self_contained", "assessment_centre"}
    assert {scheme.cover for scheme in part.block.schemes} == {"24_hour", "visiting"}


def test_120_young_people_live_there_now(part: Part, simulation: Simulation) -> None:
    assert len(residents(part, simulation)) == 120


def test_about_three_in_ten_residents_are_care_leavers(part: Part, simulation: Simulation) -> None:
    statuses = Counter(status_now(part, life) for life in residents(part, simulation))
    assert 0.25 <= statuses["care_leaver"] / 120 <= 0.35
    assert statuses["cla"] >= 5
    assert statuses["cin"] >= 3


def test_residents_are_16_to_25_and_some_turned_18_in_their_placement(part: Part, simulation: Simulation) -> None:
    living_there = residents(part, simulation)
    today = simulation.present.date()
    assert all(16 <= age(life, today) <= 25 for life in living_there)
    came_of_age = [
        life for life in living_there if age(life, life.resident.stays[0].started_at.date()) < 18 <= age(life, today)
    ]
    assert len(came_of_age) >= 5


def test_nobody_is_still_a_looked_after_child_weeks_after_their_birthday(part: Part, simulation: Simulation) -> None:
    today = simulation.present.date() - timedelta(days=14)
    grown_up = [life for life in residents(part, simulation) if age(life, today) >= 18]
    assert len(grown_up) >= 80
    assert {status_now(part, life) for life in grown_up} == {"care_leaver", "at_risk"}


def test_eighteen_is_reached_on_the_birthday() -> None:
    assert eighteenth_birthday(date(2008, 3, 31)) == date(2026, 3, 31)
    assert eighteenth_birthday(date(2008, 2, 29)) == date(2026, 3, 1)


def test_several_young_people_have_no_placement_yet(part: Part) -> None:
    waiting = [life for life in part.lives if life.path == "waiting"]
    assert len(waiting) >= 8
    assert all(part.events[life.resident.id] for life in waiting)


def test_one_young_person_has_two_placements_at_once(part: Part, simulation: Simulation) -> None:
    two = [life for life in part.lives if len(stays_now(life, simulation.present)) == 2]
    assert len(two) == 1


def test_no_unit_is_let_to_two_people_at_once(part: Part) -> None:
    lets: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for resident in part.residents:
        for stay in resident.stays:
            lets[stay.unit.id].append((stay.started_at, stay.ended_at or FAR_OFF))
    assert len(lets) > 100
    for unit in lets.values():
        assert all(earlier[1] < later[0] for earlier, later in pairwise(sorted(unit)))


def test_workers_hold_15_to_20_cases_and_keyworkers_about_8(part: Part, simulation: Simulation) -> None:
    def caseloads(role: str) -> list[int]:
        held = [i for i in part.involvements if i.role == role and (i.ends_at or FAR_OFF) > simulation.present]
        return sorted(Counter(i.member for i in held).values())

    open_cases = Counter(life.worker for life in part.lives if life.path in ("stayed", "arrived", "waiting"))
    assert all(15 <= count <= 20 for count in open_cases.values())
    keyworkers = caseloads("housing_keyworker")
    assert 6 <= sum(keyworkers) / len(keyworkers) <= 9
    assert keyworkers[-1] <= 13


def test_every_role_that_records_events_has_someone_in_it(part: Part) -> None:
    roles = {member.role for member in part.block.members}
    assert roles == {
        "social_worker", "deputy_team_manager", "service_manager", "head_of_service", "housing_keyworker",
        "provider_manager", "placements_team", "sp_referrals", "commissioning", "gangs_team", "gangs_coordinator",
        "police", "safer_neighbourhood", "yos_worker", "duty_team", "iro", "temporary_accommodation",
        "any_professional", "data_protection_lead",
    }  # fmt: skip


def test_nobody_does_anything_before_they_joined(part: Part, events: list[Event]) -> None:
    joined = {member.id: member.joined_at for member in part.block.members if member.joined_at}
    assert joined
    assert all(event.occurred_at >= joined[event.member] for event in events if event.member in joined)


def test_each_young_person_has_one_allocated_worker_at_a_time(part: Part) -> None:
    held: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for involvement in part.involvements:
        if involvement.role == "social_worker":
            held[involvement.case].append((involvement.starts_at, involvement.ends_at or FAR_OFF))
    assert set(held) == {life.resident.id for life in part.lives if part.events[life.resident.id]}
    for spells in held.values():
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(sorted(spells)))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 3, 30), date(2027, 2, 28)])
def test_any_seed_and_any_day_give_a_full_borough(seed: int, day: date) -> None:
    simulation = Simulation(now=datetime.combine(day, NOW.timetz()), seed=seed)
    part = next(simulation.parts())
    assert len(residents(part, simulation)) == 120
    assert max(event.recorded_at for event in part.all_events()) < simulation.present


def test_a_larger_borough_is_so_many_times_as_large() -> None:
    parts = list(Simulation(now=NOW, scale=2).parts())
    assert sum(len(part.block.schemes) for part in parts) == 28
    assert len({scheme.name for part in parts for scheme in part.block.schemes}) == 28
    assert len({member.email for part in parts for member in part.block.members}) == sum(
        len(part.block.members) for part in parts
    )
    adoptions = [event for part in parts for event in part.all_events() if event.type == "protocol_adopted"]
    assert len(adoptions) == 1


@pytest.mark.parametrize("scale", [0, 101])
def test_a_scale_out_of_range_is_refused(scale: int) -> None:
    with pytest.raises(ValueError, match="scale must be from 1 to 100"):
        Simulation(now=NOW, scale=scale)


def test_the_history_is_14_months_long(events: list[Event], simulation: Simulation) -> None:
    adopted = next(event for event in events if event.type == "protocol_adopted")
    assert timedelta(days=418) <= simulation.present - adopted.occurred_at <= timedelta(days=432)
