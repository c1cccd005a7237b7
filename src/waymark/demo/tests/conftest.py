"""The demo borough of one autumn morning, simulated once for each test process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from waymark.demo.simulation import Part, Simulation
from waymark.demo.simulation.world import Event
from waymark.duties.engine import Event as EngineEvent
from waymark.duties.engine import Instance, VersionInForce, evaluate, load_pack

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
PACK = Path(__file__).parents[4] / "protocols" / "islington.toml"


@pytest.fixture(scope="session")
def simulation() -> Simulation:
    """The borough at its usual size."""
    return Simulation(now=NOW)


@pytest.fixture(scope="session")
def part(simulation: Simulation) -> Part:
    """Its only block."""
    return next(simulation.parts())


@pytest.fixture(scope="session")
def events(part: Part) -> list[Event]:
    """Everything that happened in it."""
    return list(part.all_events())


@pytest.fixture(scope="session")
def duties_of() -> Callable[[Simulation], list[Instance]]:
    """What the Islington pack makes of a simulation, case by case."""
    pack = load_pack(PACK)
    versions = [VersionInForce(pack, datetime(2017, 6, 1, tzinfo=UTC))]

    def work_out(simulation: Simulation) -> list[Instance]:
        found: list[Instance] = []
        for part in simulation.parts():
            for case_events in part.events.values():
                read = [as_the_engine_reads(event, place) for place, event in enumerate(case_events)]
                found.extend(evaluate(read, versions, simulation.now).instances)
        return found

    return work_out


@pytest.fixture(scope="session")
def duties(simulation: Simulation, duties_of: Callable[[Simulation], list[Instance]]) -> list[Instance]:
    """The duties of the borough on that morning."""
    return duties_of(simulation)


def as_the_engine_reads(event: Event, position: int) -> EngineEvent:
    """A simulated event as the engine takes it."""
    return EngineEvent(
        id=event.id,
        case=event.case,
        type=event.type,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        refs=event.refs,
        by=event.by,
        data=event.data,
        position=position,
    )
