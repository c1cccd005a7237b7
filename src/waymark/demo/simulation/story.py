"""One young person's story as it is told: who works with them, what is known of them, what is written down."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from waymark.demo.simulation.habits import Habits
from waymark.demo.simulation.journal import Journal
from waymark.demo.simulation.organisation import Block
from waymark.demo.simulation.population import Life
from waymark.demo.simulation.worktime import DAY, in_office_hours, is_working_day, local_day, moment
from waymark.demo.simulation.world import Event, Facts, Member, Scheme, Stay, identifier
from waymark.events.categories import by_category

Refs = dict[str, str]
RISKS = ("gang_risk", "exploitation_risk", "missing_risk", "child_concern")
LAST_ALARM = timedelta(hours=6)
"""Nothing that must be answered within the hour begins in the last hours, lest the answer fall after the present."""

BUSY = timedelta(days=14)
BUSIER = 3.0
"""How much more happens in the days before the present, so that there is work on every desk."""

WAIVED = 0.5
"""Of the things that will not be done, the share that a manager lets go beforehand, with a reason."""


class Story:
    """What the journeys share: chance, habits, the journal and the cast of one young person's story."""

    def __init__(
        self, life: Life, block: Block, *, seed: int, begins: date, present: datetime, attempt: int = 0
    ) -> None:
        self.life = life
        self.block = block
        self.begins = begins
        self.present = present
        self.random = Random(f"{seed}/story/{life.resident.id}/{attempt}")
        self.habits = Habits(self.random, present)
        self.journal = Journal(seed=seed, case=life.resident.id, present=present, habits=self.habits)
        self.stays: list[Stay] = life.resident.stays
        self.former_worker: Member | None = None
        self.worker_changes_at: datetime | None = None
        self.ends_at: datetime | None = None
        self._facts: list[tuple[datetime, Facts]] = []
        self._refs = 0

    # What happens

    def record(
        self,
        kind: str,
        at: datetime | None,
        who: Member,
        refs: Refs | None = None,
        /,
        *,
        recorded_at: datetime | None = None,
        **data: Any,
    ) -> datetime | None:
        """Write down an event; nothing when `at` is None or after the story's end. Gives `at` back."""
        if at is None or (self.ends_at is not None and at >= self.ends_at):
            return at
        self.journal.record(kind, at, who, refs=refs, recorded_at=recorded_at, data=data)
        return at

    def missed(self, clause: str, due: datetime, refs: Refs) -> None:
        """Something will not be done: often a manager sees it coming and waives it shortly before it is due."""
        if self.habits.chance(WAIVED):
            reason = self.random.choice(
                ("A colleague stands in", "Covered at another meeting", "Young person asked not to")
            )
            at = due - timedelta(minutes=self.random.randrange(15, 55))
            self.record(
                "duty_waived",
                at,
                self.deputy(at),
                refs,
                recorded_at=at + timedelta(minutes=4),
                clause=clause,
                reason=reason,
            )

    def retract(self, event: Event | None, who: Member) -> None:
        """Withdraw an entry made by mistake, within the hour."""
        if event is not None:
            at = event.recorded_at + timedelta(minutes=self.random.randrange(6, 45))
            self.record(
                "event_retracted",
                at,
                who,
                event.refs,
                recorded_at=at + timedelta(seconds=20),
                event=event.id,
                reason="Entered for the wrong young person",
            )

    def new_ref(self, kind: str) -> str:
        """An identifier for a new thing of this kind in this story."""
        self._refs += 1
        return identifier("ref", self.life.resident.id, kind, self._refs)

    # What is known

    def learn(self, at: datetime, who: Member, refs: Refs | None = None, /, **facts: Any) -> None:
        """Record facts in force from `at`."""
        for part in by_category(facts):
            self.record("facts_recorded", at, who, refs, recorded_at=at + timedelta(minutes=3), **part)
        self._facts.append((at, facts))
        self._facts.sort(key=lambda entry: entry[0])

    def fact(self, name: str, at: datetime) -> Any:
        """A fact as it stood at a time; False when it was never recorded."""
        value: Any = False
        for since, facts in self._facts:
            if since > at:
                break
            value = facts.get(name, value)
        return value

    def at_risk_of(self, name: str, at: datetime) -> bool:
        """Whether a risk is known or cannot be ruled out."""
        return self.fact(name, at) in (True, "unknown")

    def any_risk(self, at: datetime) -> bool:
        """Whether any risk is known or cannot be ruled out."""
        return any(self.at_risk_of(name, at) for name in RISKS) or self.fact("yos_order", at) is True

    def age(self, at: datetime) -> int:
        """Whole years on that day."""
        born, day = self.life.resident.date_of_birth, local_day(at)
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    # Who works with them

    def worker(self, at: datetime) -> Member:
        """The allocated social worker or young person's adviser at a time."""
        if self.former_worker is not None and self.worker_changes_at is not None and at < self.worker_changes_at:
            return self.former_worker
        workers = self.block.with_role("social_worker")
        return workers[self.life.worker % len(workers)]

    def deputy(self, at: datetime) -> Member:
        """The deputy team manager of the allocated worker's team."""
        deputies = self.block.with_role("deputy_team_manager")
        return deputies[0 if self.worker(at).job == "Social worker" else 1]

    def one_of(self, role: str) -> Member:
        """Someone in that role; for one young person always the same."""
        found = self.block.with_role(role)
        return found[self.life.resident.number % len(found)]

    def manager(self, scheme: Scheme) -> Member:
        """The manager of the scheme's provider."""
        return self.block.manager(scheme.provider)

    def keyworker(self, stay: Stay, at: datetime) -> Member:
        """The keyworker for a stay at a time; a colleague until they joined."""
        keyworkers = self.block.keyworkers(stay.scheme)
        chosen = keyworkers[self.life.resident.number % len(keyworkers)]
        return chosen if chosen.joined_at is None or chosen.joined_at <= at else keyworkers[0]

    def chair(self, at: datetime) -> str:
        """Who chairs a meeting on that day: the worker under 18, the keyworker from then on (PPM-03, REV-02)."""
        return "social_worker" if self.age(at) < 18 else "housing_keyworker"

    # When things happen

    def stay_at(self, at: datetime) -> Stay | None:
        """The main placement that they live in at a time, if any."""
        for stay in self.stays:
            if stay.main and stay.started_at <= at and (stay.ended_at is None or at < stay.ended_at):
                return stay
        return None

    def days_in_history(self, stay: Stay) -> tuple[date, date]:
        """The first and last whole day of a stay that the record covers."""
        first = max(local_day(stay.started_at) + timedelta(days=1), self.begins + timedelta(days=2))
        last = local_day(min(stay.ended_at or self.present, self.present)) - timedelta(days=1)
        return first, last

    def at_desk(self, at: datetime) -> datetime:
        """The same hour on that day, or on the last working day before: people at desks do not work at weekends."""
        while not is_working_day(local_day(at)):
            at -= DAY
        return at

    def one_of_the(self, phrases: tuple[str, ...]) -> str:
        """Something that somebody might write."""
        return self.random.choice(phrases)

    def in_office_now_and_then(self, stay: Stay, times_a_year: float) -> list[datetime]:
        """The same as `now_and_then`, in office hours only."""
        found = {self.at_desk(at) for at in self.now_and_then(stay, times_a_year)}
        return sorted(at for at in found if in_office_hours(at) and at > stay.started_at)

    def now_and_then(self, stay: Stay, times_a_year: float, *, night: bool = False) -> list[datetime]:
        """Moments in a stay at which something that happens so often happens; `night` for any hour of the day."""
        first, last = self.days_in_history(stay)
        busy_from = local_day(self.present) - BUSY
        days = self._days(first, min(last, busy_from - DAY), times_a_year)
        days += self._days(max(first, busy_from), last, times_a_year * BUSIER)
        hours = (0, 1, 2, 14, 16, 18, 19, 20, 21, 22, 23) if night else tuple(range(9, 17))
        moments = [moment(day, self.random.choice(hours), self.random.randrange(60)) for day in days]
        return [at for at in moments if at < self.present - LAST_ALARM]

    def _days(self, first: date, last: date, times_a_year: float) -> list[date]:
        """Days from `first` to `last` on which something that happens so often in a year happens."""
        days: list[date] = []
        day = first + self._pause(times_a_year)
        while day <= last:
            days.append(day)
            day += DAY + self._pause(times_a_year)
        return days

    def _pause(self, times_a_year: float) -> timedelta:
        return timedelta(days=int(self.random.expovariate(times_a_year / 365)))
