"""Who owes what by when: the protocol read over the events of one case.

`evaluate` is a pure function of the events, the versions of the protocol in force, the calendar and the time. All
meanings are those of events.md. Nothing is remembered between calls, so a result can always be worked out afresh.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from .calendar import Calendar, england_and_wales
from .checks import evaluate_check, evaluate_gate
from .duties import Evaluated, Start, evaluate_duty
from .events import Event
from .history import History
from .instances import Instance
from .pack import Check, Clause, Duty, Gate, PlainDuty, VersionInForce
from .plain import PlainStart, evaluate_plain, is_plain_now


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The duties of a case in the order of trigger, the clauses that were worked out, and when to look again.

    `wake_at` is when time alone starts another duty (a new month); None while nothing waits for that.
    """

    instances: list[Instance]
    clauses: frozenset[str]
    wake_at: datetime | None


class Versions:
    """The versions of the protocol that one case has been under, in order."""

    def __init__(self, versions: Sequence[VersionInForce]) -> None:
        """`versions` in any order; raises ValueError when there is none."""
        if not versions:
            raise ValueError("a case cannot be judged without a protocol")
        self.all = sorted(versions, key=lambda version: version.start)
        self._starts = [version.start for version in self.all]

    def at(self, instant: datetime) -> tuple[VersionInForce, bool]:
        """The version in force at an instant, and whether one was (before the first, its clauses give `unknown`)."""
        place = bisect_right(self._starts, instant) - 1
        return (self.all[place], True) if place >= 0 else (self.all[0], False)

    def clause_at(self, clause_id: str, instant: datetime) -> tuple[Clause | None, VersionInForce]:
        """A clause as stated by the version in force at an instant, and that version."""
        version, _ = self.at(instant)
        return version.pack.clauses.get(clause_id), version

    @cached_property
    def clause_ids(self) -> tuple[str, ...]:
        """Every clause of every version once; one started by another's breach after that one."""
        return tuple(dict.fromkeys(clause.id for version in self.all for clause in version.pack.executable))

    @cached_property
    def begun_by(self) -> Mapping[str, frozenset[str]]:
        """For each event type the clauses that it can begin in any version; under "" those that a breach begins."""
        found: dict[str, frozenset[str]] = {}
        for version in self.all:
            for event_type, clause_ids in version.pack.begun_by.items():
                found[event_type] = found.get(event_type, frozenset()) | clause_ids
        return found

    @cached_property
    def stated(self) -> Mapping[str, Sequence[tuple[int, Clause, PlainDuty | None]]]:
        """For each clause the versions that have it, by place: what they state, and its plain form if it has one."""
        return {
            clause_id: [
                (place, version.pack.clauses[clause_id], version.pack.plain.get(clause_id))
                for place, version in enumerate(self.all)
                if clause_id in version.pack.clauses
            ]
            for clause_id in self.clause_ids
        }

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each clause in the document, as the latest version that has it puts it."""
        return {clause_id: place for version in self.all for clause_id, place in version.pack.order.items()}

    def with_causes(self, clause_ids: Iterable[str]) -> frozenset[str]:
        """These clauses and those whose breach starts them, in any version."""
        wanted = tuple(clause_ids)
        return frozenset().union(*(version.pack.with_causes(wanted) for version in self.all))


def evaluate(
    events: Iterable[Event],
    versions: Sequence[VersionInForce] | Versions,
    now: datetime,
    *,
    calendar: Calendar | None = None,
    clauses: Iterable[str] | None = None,
) -> Evaluation:
    """Work out every duty of one case at `now` (aware).

    `clauses` limits the work to those identifiers, with those whose breach starts them; None is all.
    """
    in_force = versions if isinstance(versions, Versions) else Versions(versions)
    context = Context(History(events, now), in_force, calendar or england_and_wales())
    wanted = frozenset(in_force.clause_ids)
    if clauses is not None:
        wanted &= in_force.with_causes(clauses)
    begun = wanted & context.begun()  # most clauses of a protocol are about what never happened in this case
    for clause_id in in_force.clause_ids:
        if clause_id in begun:
            context.run(clause_id)
    return context.result(wanted)


class Context:
    """One evaluation under way: the history, the versions, and what has been worked out so far."""

    def __init__(self, history: History, versions: Versions, calendar: Calendar) -> None:
        self.history = history
        self.versions = versions
        self.calendar = calendar
        self.found: dict[str, list[Instance]] = {}
        self.triggers: dict[tuple[str, int | None], list[Event]] = {}
        self.starts: dict[tuple[str, str, int], list[Start]] = {}
        self.plain_starts: dict[tuple[str, str, int], list[PlainStart]] = {}
        covered_from, first = history.covered_from, versions.all[0].start
        self._known_from = first if covered_from is None else max(covered_from, first)
        self.wake_at: datetime | None = None
        self.chained: set[tuple[str, str]] = set()
        """Clause and trigger of each occurrence of a recurring duty after its first."""

    def begun(self) -> frozenset[str]:
        """The clauses that something in the history may have begun."""
        begun_by = self.versions.begun_by
        types = ("", *self.history.by_type)
        return frozenset().union(*(begun_by[event_type] for event_type in types if event_type in begun_by))

    def run(self, clause_id: str) -> None:
        """Evaluate one clause in every version that has it."""
        found = self.found[clause_id] = []
        for place, clause, plain in self.versions.stated[clause_id]:
            if plain is not None and is_plain_now(self.history, plain):
                evaluate_plain(self, plain, place, found)
            else:
                self._run_version(clause, place, found)

    def _run_version(self, clause: Clause, place: int, found: list[Instance]) -> None:
        if isinstance(clause, Duty):
            evaluated = Evaluated(self, clause, place)
            evaluate_duty(evaluated)
            found += evaluated.instances
            if evaluated.wake_at and (self.wake_at is None or evaluated.wake_at < self.wake_at):
                self.wake_at = evaluated.wake_at
        elif isinstance(clause, Gate):
            found += evaluate_gate(self, clause, place)
        elif isinstance(clause, Check):
            found += evaluate_check(self, clause, place)

    def belongs(self, instant: datetime, place: int | None) -> bool:
        """Whether what happens at an instant is judged by the version in that place."""
        return place is None or self.versions.at(instant)[0] is self.versions.all[place]

    def is_covered(self, instant: datetime) -> bool:
        """Whether the record and the protocol reach back that far; before, the answer is `unknown`."""
        return instant >= self._known_from

    def result(self, clauses: frozenset[str]) -> Evaluation:
        """What came of working out `clauses`."""
        instances = [instance for found in self.found.values() for instance in found]
        order = self.versions.order
        instances.sort(key=lambda one: (one.trigger.key, order[one.clause.id], one.part or ""))
        return Evaluation(instances, clauses, self.wake_at)
