"""The whole simulation: one block of the borough after another, so that a large borough needs little memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from waymark.demo.simulation.allocation import allocate_workers, involvements_of, involvements_of_places
from waymark.demo.simulation.organisation import Block, Builder, history_begins
from waymark.demo.simulation.places import PlaceStory, borough_story, provider_story, scheme_story
from waymark.demo.simulation.population import Life, Population
from waymark.demo.simulation.telling import tell
from waymark.demo.simulation.worktime import local_day, start_of_day
from waymark.demo.simulation.world import Borough, Event, Involvement, Resident

SEED = 2017
LARGEST_SCALE = 100


@dataclass(slots=True)
class Part:
    """A block of the borough with its young people and what happened to them.

    `residents` is every young person the block knows, also those who left and those still without a placement.
    """

    block: Block
    residents: list[Resident]
    lives: list[Life]
    events: dict[str, list[Event]]
    involvements: list[Involvement]
    place_involvements: list[Involvement]

    def all_events(self) -> Iterator[Event]:
        """Every event, case by case, each case in the order it was written down."""
        for events in self.events.values():
            yield from events


@dataclass(slots=True)
class Simulation:
    """A made-up borough up to the start of a day.

    The same `seed`, `now` (to the day) and `scale` give the same borough, events and identifiers. `scale` is how many
    times 6 providers, 14 schemes, 140 units and 120 residents there are.
    """

    now: datetime
    seed: int = SEED
    scale: int = 1

    def __post_init__(self) -> None:
        """Check the input. Raises ValueError for a time without offset or a scale out of range."""
        if self.now.tzinfo is None:
            raise ValueError("now needs an offset")
        if not 1 <= self.scale <= LARGEST_SCALE:
            raise ValueError(f"scale must be from 1 to {LARGEST_SCALE}, not {self.scale}")

    @property
    def present(self) -> datetime:
        """The midnight that today began with, London time: nothing in the demo happened since."""
        return start_of_day(self.now)

    @property
    def begins(self) -> date:
        """The day on which the borough adopted the protocol and its record begins."""
        return history_begins(self.present)

    def parts(self) -> Iterator[Part]:
        """The borough, block by block; the first one holds what the borough has only once."""
        head: Block | None = None
        for number in range(self.scale):
            block = Builder(number, seed=self.seed, begins=self.begins, head=head).build()
            head = head or block
            yield self._part(block)

    def events(self) -> Iterator[Event]:
        """Every event of the borough."""
        for part in self.parts():
            yield from part.all_events()

    def _part(self, block: Block) -> Part:
        today = local_day(self.present)
        lives = Population(block, seed=self.seed, begins=self.begins, today=today).make()
        allocate_workers(lives, block)
        events: dict[str, list[Event]] = {}
        involvements: list[Involvement] = []
        if block.head is None:
            place = self._place(block.borough.id, block)
            borough_story(place)
            events[place.case] = place.journal.in_order()
        stories = [tell(life, block, seed=self.seed, begins=self.begins, present=self.present) for life in lives]
        for provider in block.providers:
            place = self._place(provider.id, block)
            provider_story(provider, place)
            events[place.case] = place.journal.in_order()
        for scheme in block.schemes:
            place = self._place(scheme.id, block)
            scheme_story(scheme, lives, place)
            events[place.case] = place.journal.in_order()
        for story in stories:
            events[story.life.resident.id] = story.journal.in_order()
            story.life.resident.involvements = involvements_of(story)
            involvements.extend(story.life.resident.involvements)
        residents = [life.resident for life in lives]
        return Part(block, residents, lives, events, involvements, involvements_of_places(block))

    def _place(self, case: str, block: Block) -> PlaceStory:
        return PlaceStory(case, block, seed=self.seed, begins=self.begins, present=self.present)


def borough_of(simulation: Simulation) -> Borough:
    """The borough of a simulation."""
    return next(simulation.parts()).block.borough
