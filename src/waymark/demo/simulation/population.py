"""Who lives where, from when and until when: settled before the stories are told, so that no unit is ever let twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from waymark.demo.simulation import names
from waymark.demo.simulation.organisation import Block
from waymark.demo.simulation.worktime import DAY, moment, working_day_on_or_after
from waymark.demo.simulation.world import Facts, Resident, Scheme, Stay, Unit, identifier

# How many of each kind, in a block of 140 units. Those in a unit at the end: 57 + 63 = 120.
STAYED_THROUGHOUT = 57
LEFT_SINCE = 33
ARRIVED = 63
CAME_AND_WENT = 8
WAITING = 12
WITHDRAWN = 4

CONTESTED = 2
INTERNAL_MOVES = 8
GAP_BETWEEN_LETS = 6  # days a unit stands empty, at the least
EARLIEST_ARRIVAL = 50  # days into the history, so that a need identified in it leaves time for a referral
LONGEST_VISIT = 110  # days that those stay who came and went
SHORTEST_JOURNEY = 26  # days from need to move-in, at the least

ORIGINS = (("care", 0.32), ("in_need", 0.2), ("at_risk", 0.48))
UNDER_18 = {"care": 0.42, "in_need": 0.75, "at_risk": 0.25}
"""The share who are 16 or 17 when they come."""


@dataclass(slots=True)
class Life:
    """A young person with what the simulation knows of them: where they came from, and how their story goes.

    `path` is one of stayed, left, arrived, visited, waiting, withdrawn; `need_on` the day their need was identified,
    for those whose referral falls in the history; `target` the scheme they are meant for. `contested` marks those whose
    refusal is challenged all the way to Commissioning, `parent` someone with a child, so that the demo always has them.
    """

    resident: Resident
    path: str
    origin: str
    risks: Facts
    target: Scheme
    worker: int
    need_on: date | None = None
    works_with_gangs_team: bool = False
    contested: bool = False
    parent: bool = False


@dataclass(slots=True)
class Lets:
    """Which unit is free from when."""

    free_from: dict[str, date]
    units: list[Unit]
    schemes: dict[str, Scheme]
    random: Random
    order: list[Unit] = field(default_factory=list)

    def take(self, on: date, *, provider: str | None = None, besides: str | None = None) -> Unit | None:
        """A unit that is free on that day, taken until given back; None when there is none."""
        free = [
            unit
            for unit in self.units
            if self.free_from[unit.id] <= on
            and (provider is None or self.schemes[unit.scheme].provider.id == provider)
            and unit.scheme != besides
        ]
        if not free:
            return None
        unit = self.random.choice(free)
        self.free_from[unit.id] = date.max
        return unit

    def give_back(self, unit: Unit, on: date) -> None:
        """The unit can be let again some days after `on`."""
        self.free_from[unit.id] = on + timedelta(days=GAP_BETWEEN_LETS)


class Population:
    """Makes the young people of one block, with their stays."""

    def __init__(self, block: Block, *, seed: int, begins: date, today: date) -> None:
        self.block = block
        self.seed = seed
        self.begins = begins
        self.today = today
        self.random = Random(f"{seed}/population/{block.number}")
        self.schemes = {scheme.id: scheme for scheme in block.schemes}
        self.lets = Lets(
            {
                unit.id: self.schemes[unit.scheme].opened_at.date() if self._opens_late(unit) else begins
                for unit in block.units
            },
            block.units,
            self.schemes,
            self.random,
        )
        self.lives: list[Life] = []
        self._names: set[tuple[str, str]] = set()
        self._origins = self._deck(ORIGINS)
        self._contested = 0
        self._far_away = False

    def make(self) -> list[Life]:
        """Every young person of the block, in the order of their numbers."""
        self._residents_at_the_start()
        self._arrivals()
        self._without_a_stay()
        self._moves()
        self._second_placement()
        return self.lives

    def _opens_late(self, unit: Unit) -> bool:
        return self.schemes[unit.scheme].opened_at.date() > self.begins

    def _deck(self, shares: tuple[tuple[str, float], ...]) -> list[str]:
        """A shuffled deck with each kind in its share, so that a small borough has the shares of a large one."""
        deck = [kind for kind, share in shares for _ in range(round(share * 100))]
        self.random.shuffle(deck)
        return deck

    def _residents_at_the_start(self) -> None:
        for path, count in (("stayed", STAYED_THROUGHOUT), ("left", LEFT_SINCE)):
            for _ in range(count):
                unit = self.lets.take(self.begins)
                if unit is None:
                    raise ValueError("more young people than units at the start of the history")
                moved_in = self.begins - timedelta(days=self.random.randrange(15, 480))
                left = None
                if path == "left":
                    left = self._working_day(self.begins + timedelta(days=self._day_in_history(20)))
                    self.lets.give_back(unit, left)
                life = self._life(path, moved_in, left or self.today, self.schemes[unit.scheme])
                life.parent = path == "left" and self.lives[-2].path == "stayed"
                life.risks["child_concern"] = life.risks["child_concern"] or life.parent
                self._stay(life, unit, moved_in, left)

    def _arrivals(self) -> None:
        """In the order in which they came. Those who have left again came early enough to have done so."""
        came = [(self._day_in_history(EARLIEST_ARRIVAL), "arrived") for _ in range(ARRIVED)]
        came += [(self._day_in_history(EARLIEST_ARRIVAL, LONGEST_VISIT + 20), "visited") for _ in range(CAME_AND_WENT)]
        for after, path in sorted(came):
            self._arrival(path, self._working_day(self.begins + timedelta(days=after)))

    def _arrival(self, path: str, moved_in: date) -> None:
        unit = self.lets.take(moved_in)
        while unit is None:
            moved_in = self._working_day(moved_in + 3 * DAY)
            unit = self.lets.take(moved_in)
        left = None
        if path == "visited":
            left = self._working_day(moved_in + timedelta(days=self.random.randrange(25, LONGEST_VISIT)))
        if left is not None:
            self.lets.give_back(unit, left)
        life = self._life(path, moved_in, left or self.today, self.schemes[unit.scheme])
        journey = self.random.randrange(SHORTEST_JOURNEY, 65)
        life.need_on = max(self.begins + DAY, moved_in - timedelta(days=journey))
        life.contested = moved_in > self.begins + timedelta(days=120) and self._contested < CONTESTED
        self._contested += life.contested
        if self.schemes[unit.scheme].provider.out_of_borough and not self._far_away:
            self._far_away = True
            life.risks["child_concern"] = True  # HAS-10: the demo always has one to show
        self._stay(life, unit, moved_in, left)

    def _without_a_stay(self) -> None:
        for place in range(WAITING):
            need_on = self.today - timedelta(days=1 + place * 3 + self.random.randrange(3))
            self._in_search("waiting", self._working_day_before(need_on))
        for _ in range(WITHDRAWN):
            self._in_search("withdrawn", self._working_day(self.begins + timedelta(days=self._day_in_history(10))))

    def _in_search(self, path: str, need_on: date) -> None:
        target = self.random.choice([scheme for scheme in self.block.schemes if scheme.opened_at.date() <= need_on])
        life = self._life(path, need_on, need_on, target)
        life.need_on = need_on

    def _moves(self) -> None:
        """A few move between schemes of one provider; they stay in their new unit."""
        settled = [life for life in self.lives if life.path == "stayed"]
        for life in self.random.sample(settled, INTERNAL_MOVES):
            first = life.resident.stays[0]
            on = self._working_day(self.begins + timedelta(days=self._day_in_history(60)))
            unit = self.lets.take(on, provider=first.scheme.provider.id, besides=first.scheme.id)
            if unit is None or on >= self.today - 10 * DAY:
                continue
            first.ended_at = moment(on, 11)
            self.lets.give_back(first.unit, on)
            self._stay(life, unit, on, None)
            life.resident.stays[-1].internal_move = True

    def _second_placement(self) -> None:
        """One young person keeps their place while they stay for some weeks somewhere safer: two placements at once."""
        life = next(life for life in self.lives if life.path == "stayed" and len(life.resident.stays) == 1)
        on = self._working_day(self.today - 24 * DAY)
        unit = self.lets.take(on, besides=life.resident.stays[0].scheme.id)
        if unit is not None:
            self._stay(life, unit, on, None)
            life.resident.stays[-1].main = False

    def _life(self, path: str, arrived: date, until: date, target: Scheme) -> Life:
        number = len(self.lives)
        given, family = names.given_and_family(self.random, self._names)
        origin = self._origins[number % len(self._origins)]
        resident = Resident(
            id=identifier(self.seed, self.block.number, "resident", number),
            number=number,
            first_name=given,
            last_name=family,
            date_of_birth=self._born(arrived, until, UNDER_18[origin]),
            phone=names.mobile(self.random),
            email=names.email(given, family, "young.thornburyvale.example", f"{self.block.number or ''}"),
        )
        life = Life(resident, path, origin, self._risks(), target, worker=number)
        life.works_with_gangs_team = life.risks["gang_risk"] is True and self.random.random() < 0.5
        self.lives.append(life)
        return life

    def _born(self, arrived: date, until: date, under_18: float) -> date:
        """A birthday that makes them 16 or more when they came (under 18 so often) and under 26 when they leave."""
        if self.random.random() < under_18:
            age = timedelta(days=self.random.randrange(16 * 366, 18 * 365))
        else:
            age = timedelta(days=self.random.randrange(18 * 366, 24 * 365))
        return max(arrived - age, until - timedelta(days=26 * 365 - 30))

    def _risks(self) -> Facts:
        return {
            "gang_risk": self._answer(0.2, 0.08),
            "exploitation_risk": self._answer(0.15, 0.05),
            "missing_risk": self._answer(0.2, 0.04),
            "yos_order": self.random.random() < 0.1,
            "child_concern": self._answer(0.2, 0.0),
        }

    def _answer(self, yes: float, unknown: float) -> bool | str:
        roll = self.random.random()
        if roll < yes:
            return True
        return "unknown" if roll < yes + unknown else False

    def _stay(self, life: Life, unit: Unit, moved_in: date, left: date | None) -> None:
        number = len(life.resident.stays)
        hour, minute = self.random.randrange(10, 16), self.random.randrange(0, 60, 5)
        life.resident.stays.append(
            Stay(
                placement=identifier(self.seed, life.resident.id, "placement", number),
                unit=unit,
                scheme=self.schemes[unit.scheme],
                started_at=moment(working_day_on_or_after(moved_in), hour, minute),
                ended_at=moment(left, self.random.randrange(10, 15)) if left else None,
            )
        )

    def _day_in_history(self, earliest: int, before_the_end: int = 0) -> int:
        return self.random.randrange(earliest, (self.today - self.begins).days - before_the_end)

    def _working_day(self, day: date) -> date:
        """The day, or the next on which offices are open; never today or later."""
        return self._working_day_before(min(working_day_on_or_after(day), self.today - DAY))

    def _working_day_before(self, day: date) -> date:
        while working_day_on_or_after(day) != day:
            day -= DAY
        return day
