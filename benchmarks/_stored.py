"""The same case stored event by event: ours through `record()` in PostgreSQL, the peer's processes in SQLite."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _database import (
    borough_working_by,
    execute_as_owner,
    fresh_database,
    rows_of,
    settings,
    settle,
    size_of,
    wait_for_the_disk,
    young_people,
)
from _engine_stored import EngineStored
from _measuring import Bars, heading, medians, stop_if, tell
from _peer import EveryProcessTold, OneProcessForEachDuty, OneProcessForTheCase
from _peer_stored import SETTINGS, Stored, StoredOnOurTerms
from _scenario import LARGE, NOW, SMALL, Answer, Scenario

if TYPE_CHECKING:
    from waymark.cases.models import Case
    from waymark.core.actor import Actor

ARRANGEMENTS = (OneProcessForEachDuty, EveryProcessTold, OneProcessForTheCase)
DURABLE = "Waymark, record() for each event, each commit on the disk"
RELAXED = "Waymark, the same with synchronous_commit=off"
AT_ONCE = "Waymark, record_many() of it all: NOT event by event"
ENGINE = "Waymark's engine alone, kept in SQLite as the peer's processes are"
ENGINE_AT_ONCE = "Waymark's engine alone, the same, the whole case at once"
FLOOR = "PostgreSQL, a bare insert of each event: nothing worked out"
CASES_AHEAD = 500
LENGTHS = (
    "select sum(pg_column_size(row)) from events_event row",
    "select sum(pg_column_size(row)) from duties_duty row",
)
TABLES = ("events_event", "duties_duty", "duties_notice", "audit_entry")


def stored(bars: Bars, quick: bool) -> None:
    """From the first event of a case to its last, how each duty stands stored after each; then what is late noticed."""
    for name, scenario in (("3 duties", SMALL), ("150 duties", LARGE)):
        actor = fresh_database()
        heading(f"Stored event by event: {name}")
        print(f"  Waymark: {settings()}\n  SpiffWorkflow: {SETTINGS}")
        ours = Ours(scenario, actor)
        with theirs(scenario) as peers, engine_alone(scenario) as engine:
            runs = {
                DURABLE: ours.event_by_event,
                RELAXED: ours.without_waiting,
                AT_ONCE: ours.at_once,
                FLOOR: ours.bare_inserts,
                ENGINE: engine.event_by_event,
                ENGINE_AT_ONCE: engine.at_once,
            }
            least, turns = (0.5, 3) if quick else (10.0, 10)
            taken = medians(runs | {what: peer.run for what, peer in peers.items()}, least=least, turns=turns)
            tell(taken, {what: taken[what] for what in peers})
            for what, peer in peers.items():
                peer.check()
                print(f"  {peer.bytes_of_a_case() / 1024:,.0f} kB kept of a case, indexes not counted: {what}")
        ours.tell_size()
        if scenario is LARGE:
            best = min(peers, key=lambda what: taken[what])
            bars.at_least(f"times stored {best}", taken[best] / taken[DURABLE], 100)
            _tell_each(taken, peers)


def _tell_each(taken: Mapping[str, float], peers: Iterable[str]) -> None:
    """How many times each of the peer's arrangements: `record()`, and our engine alone, like for like, in both ways."""
    print(f"  {'times as fast as':<70}{'record()':>10}{'engine':>10}{'at once':>10}")
    for what in peers:
        ratios = "".join(f"{taken[what] / taken[own]:10,.1f}" for own in (DURABLE, ENGINE, ENGINE_AT_ONCE))
        print(f"  {what:<70}{ratios}")


class Ours:
    """The scenario in PostgreSQL, one case after another."""

    def __init__(self, scenario: Scenario, actor: Actor) -> None:
        self.scenario = scenario
        self.actor = actor
        self.borough = borough_working_by(scenario.text.encode(), file="benchmark.toml", actor=actor)
        self.cases = self._opened()
        for run in (self.event_by_event, self.at_once):
            stop_if(_answers(run()) != _expected(scenario), "what we have stored of a case is not what was meant")
        execute_as_owner("create table measured_floor (id text, type text, at timestamptz)")
        settle()

    def _opened(self) -> Iterator[Case]:
        while True:  # one call in 500 pays for opening the cases; the median does not see it
            yield from young_people(CASES_AHEAD, borough=self.borough, actor=self.actor)

    def event_by_event(self) -> Case:
        """Each event recorded when it happened, and at the end a sweep as the worker makes it."""
        from waymark.core.clock import FixedClock
        from waymark.duties.services import sweep
        from waymark.events.services import record

        case = next(self.cases)
        for event in self.scenario.events:
            at = event.occurred_at
            record(
                event.type,
                case=case,
                actor=self.actor,
                occurred_at=at,
                refs=event.refs,
                by=event.by,
                clock=FixedClock(at),
            )
        sweep(NOW)
        return case

    def without_waiting(self) -> None:
        """The same, where losing the last moments' commits in a power cut is thought bearable."""
        wait_for_the_disk(False)
        self.event_by_event()
        wait_for_the_disk(True)

    def at_once(self) -> Case:
        """The whole case in one transaction, as an import does it."""
        from waymark.core.clock import FixedClock
        from waymark.events.services import NewEvent, record_many

        case = next(self.cases)
        new = [
            NewEvent(
                type=event.type,
                case=case,
                occurred_at=event.occurred_at,
                recorded_at=event.recorded_at,
                refs=event.refs,
                by=event.by,
            )
            for event in self.scenario.events
        ]
        record_many(new, actor=self.actor, clock=FixedClock(NOW))
        return case

    def bare_inserts(self) -> None:
        """The least that any program can do that keeps each event in PostgreSQL when it happens."""
        for event in self.scenario.events:
            execute_as_owner("insert into measured_floor values (%s, %s, now())", event.id, event.type)

    def tell_size(self) -> None:
        """Say what is kept of a case."""
        cases = rows_of("select count(distinct case_id) from events_event")[0][0]
        rows = sum(rows_of(statement)[0][0] for statement in LENGTHS)
        print(f"  {rows / cases / 1024:,.0f} kB kept of a case, indexes not counted: Waymark")
        whole = sum(size_of(table) for table in TABLES)
        print(f"  {whole / cases / 1024:,.0f} kB with the indexes, the notices and the audit trail")


def _answers(case: Case) -> list[Answer]:
    from waymark.duties.models import Duty

    return sorted(Answer("late" if duty.late else duty.state, duty.due) for duty in Duty.objects.filter(case=case))


def _expected(scenario: Scenario) -> list[Answer]:
    met = scenario.met
    return sorted(Answer("met" if place < met else "breached", due) for place, due in enumerate(scenario.dues))


@contextmanager
def engine_alone(scenario: Scenario) -> Iterator[EngineStored]:
    """Our engine with a file of its own, seen to store the right answers both ways."""
    with tempfile.TemporaryDirectory() as folder, closing(EngineStored(scenario, Path(folder) / "own.sqlite")) as found:
        for run in (found.event_by_event, found.at_once):
            run()
            stop_if(found.answers() != _expected(scenario), "what our engine alone has stored is not what was meant")
        yield found


@contextmanager
def theirs(scenario: Scenario) -> Iterator[dict[str, Stored]]:
    """Every arrangement of the peer's, each with a file of its own."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as files:
        found: dict[str, Stored] = {}
        for kind, keeper in (*((kind, Stored) for kind in ARRANGEMENTS), (OneProcessForEachDuty, StoredOnOurTerms)):
            arrangement: Any = kind(scenario)
            peer = keeper(arrangement, Path(folder) / f"{len(found)}.sqlite")
            found[peer.title] = files.enter_context(closing(peer))
        yield found
