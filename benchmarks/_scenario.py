"""The protocol that both engines are given: a placement starts, and so many things are owed by a time each.

Two thirds are done in time, the rest not at all. For checking that both give the same answers some are also done late.
Each duty has a length of time of its own and an event of its own that shows it done, as in a real protocol.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from waymark.duties.engine import Event, Instance, VersionInForce, Versions, parse_pack
from waymark.duties.engine.calendar import Duration, england_and_wales
from waymark.duties.engine.pack import Pack

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
NOW = START + timedelta(days=60)
LENGTHS = (
    "1 day",
    "2 days",
    "3 days",
    "5 days",
    "7 days",
    "2 weeks",
    "4 weeks",
    "5 working days",
    "24 hours",
    "48 hours",
)
"""Both engines are given the instants that these come to, so neither is asked to know bank holidays."""

HEAD = """
[protocol]
id = "benchmark"
title = "A protocol to measure with"
version = "1"
in_force = 2020-01-01
source = "made up"
"""
EVENT = """
[event.step_{place}_done]
label = "Step {place} done"
refs = ["placement"]
"""
DUTY = """
[duty.STEP-{place}]
title = "Do step {place}"
cite = "Step {place}"
modality = "must"
after = "placement_started"
about = "placement"
within = "{length}"
who = "social_worker"
done_by = "step_{place}_done"
"""


class Answer(NamedTuple):
    """How one duty stands: `met`, `late` or `breached`, and when it was due."""

    state: str
    due: datetime


class Done(NamedTuple):
    """That the step of a duty was done, and when."""

    place: int
    at: datetime


@dataclass(frozen=True)
class Scenario:
    """So many duties, of which the first `met` are done in time and the next `late` too late."""

    duties: int
    met: int
    late: int = 0

    @cached_property
    def text(self) -> str:
        """The protocol as a pack."""
        events = "".join(EVENT.format(place=place) for place in range(self.duties))
        return HEAD + events + "".join(DUTY.format(place=place, length=length(place)) for place in range(self.duties))

    @cached_property
    def pack(self) -> Pack:
        return parse_pack(self.text.encode(), file="benchmark.toml")

    @cached_property
    def versions(self) -> Versions:
        """The protocol made ready once, as SpiffWorkflow's processes are parsed once."""
        return Versions([VersionInForce(self.pack, self.pack.in_force_from)])

    @cached_property
    def dues(self) -> list[datetime]:
        """When each duty is due."""
        return [england_and_wales().due(START, Duration.parse(length(place))).at for place in range(self.duties)]

    @cached_property
    def done(self) -> list[Done]:
        """What was done, in the order of happening: halfway to its due time, or a day after it."""
        steps = [Done(place, START + (self.dues[place] - START) / 2) for place in range(self.met)]
        steps += [Done(place, self.dues[place] + timedelta(days=1)) for place in range(self.met, self.met + self.late)]
        return sorted(steps, key=lambda step: (step.at, step.place))

    @cached_property
    def events(self) -> list[Event]:
        """The same as events of a case."""
        about = {"placement": "P1"}
        started = Event("started", "YP1", "placement_started", START, START, about, "housing_keyworker")
        return [started] + [
            Event(f"done-{step.place}", "YP1", f"step_{step.place}_done", step.at, step.at, about, "social_worker")
            for step in self.done
        ]


def length(place: int) -> str:
    """The length of time within which a duty is owed."""
    return LENGTHS[place % len(LENGTHS)]


def answers(instances: list[Instance]) -> list[Answer]:
    """What our engine says of each duty, in the order of the protocol."""
    found: dict[int, Answer] = {}
    for instance in instances:
        assert instance.due is not None  # every duty here is timed
        state = "late" if instance.late else instance.state
        found[int(instance.clause.id.removeprefix("STEP-"))] = Answer(state, instance.due)
    return [found[place] for place in sorted(found)]


SMALL = Scenario(duties=3, met=2)
LARGE = Scenario(duties=150, met=100)
CHECKED = (SMALL, LARGE, Scenario(duties=6, met=2, late=2), Scenario(duties=150, met=60, late=40))
