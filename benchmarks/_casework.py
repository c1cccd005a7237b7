"""Made-up histories of casework under the Islington protocol, as like real ones as the demo's are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waymark.demo.simulation import Simulation
from waymark.demo.simulation.world import Event

if TYPE_CHECKING:
    from waymark.cases.models import Case
    from waymark.core.actor import Actor
    from waymark.core.clock import Clock

PACK = Path(__file__).resolve().parents[1] / "protocols" / "islington.toml"
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
"""The histories end before this."""


ENOUGH = 60
"""So many events make a record long enough to take stretches from."""


@cache
def _lives() -> list[list[Event]]:
    """What happened to each young person of the made-up borough, in the order of happening; those with a long record.

    Without retractions: they name an event by its identifier, and a history is recorded under new ones.
    """
    part = next(iter(Simulation(now=NOW).parts()))
    told = [[event for event in part.events[one.id] if event.type != "event_retracted"] for one in part.residents]
    return [sorted(life, key=lambda event: event.occurred_at) for life in told if len(life) >= ENOUGH]


def histories(length: int) -> Iterator[list[Event]]:
    """Endless histories of that many events each, told in order.

    A young person's facts come first, then a stretch of what happened to them. One person's record is shorter than 200
    events, so longer histories are several people's laid over each other, each with placements and reviews of its own.
    """
    lives = _lives()
    for number, _ in enumerate(cycle((None,))):
        gathered: list[Event] = []
        person = number
        while len(gathered) < length:
            life = lives[person % len(lives)]
            wanted = length - len(gathered)
            offset = 1 + (number // len(lives)) * 7 % max(1, len(life) - wanted)
            gathered += [life[0], *life[offset:][: wanted - 1]] if wanted > 1 else [life[0]]
            person += 1
        yield sorted(gathered, key=lambda event: event.occurred_at)


def as_new(history: list[Event], case: Case) -> list[Any]:
    """A history as events to be recorded in a case, under identifiers of their own."""
    from waymark.events.services import NewEvent

    return [
        NewEvent(
            type=event.type,
            case=case,
            occurred_at=event.occurred_at,
            recorded_at=event.recorded_at,
            refs=event.refs,
            by=event.by,
            data=event.data,
        )
        for event in history
    ]


def some_histories(many: int, length: int) -> list[list[Event]]:
    """The first so many of `histories`."""
    return list(islice(histories(length), many))


def move_in(cases: Sequence[Case], at: datetime, *, actor: Actor, clock: Clock) -> None:
    """A placement starts in each case."""
    from waymark.events.services import NewEvent, record_many

    for start in range(0, len(cases), 1_000):
        new = [
            NewEvent(
                type="placement_started",
                case=case,
                occurred_at=at,
                recorded_at=min(at, clock.now()),
                refs={"placement": f"P{case.reference}"},
                by="housing_keyworker",
            )
            for case in cases[start : start + 1_000]
        ]
        record_many(new, actor=actor, clock=clock)
