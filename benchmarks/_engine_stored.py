"""Our engine alone, kept as the peer's processes are kept: a SQLite file with the peer's settings, and nothing else.

No case is locked, no event checked, nobody's permission asked, nothing audited, and events stay in memory. It tells
the two engines apart from what is built around ours, which `record()` measures.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from _scenario import NOW, Answer, Scenario
from waymark.duties.engine import Event, Instance, evaluate

Row = tuple[str, str]
EVENTS = "insert into event values (?, ?, ?)"
DUTIES = "insert into duty values (?, ?, ?) on conflict (run, id) do update set state = excluded.state"


class EngineStored:
    """The scenario, one case after another, each a run with a number of its own."""

    def __init__(self, scenario: Scenario, path: Path) -> None:
        self.scenario = scenario
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("pragma journal_mode=wal")
        self.connection.execute("pragma synchronous=normal")
        for table in ("event", "duty"):
            columns = "run integer, id text, state text not null, primary key (run, id)"
            self.connection.execute(f"create table {table} ({columns}) without rowid")
        self.number = 0
        self.written: dict[str, str] = {}
        """The duties of the case under way as they were last written."""

    def event_by_event(self) -> None:
        """Each event stored when it happens with the duties that it changes; then once when time has passed."""
        events, versions = self.scenario.events, self.scenario.versions
        self._begin()
        for place, event in enumerate(events):
            touched = self.scenario.pack.touched_by[event.type]
            found = evaluate(events[: place + 1], versions, event.occurred_at, clauses=touched)
            self._write([event], found.instances)
        self._write([], evaluate(events, versions, NOW).instances)

    def at_once(self) -> None:
        """The whole case in one transaction."""
        self._begin()
        self._write(self.scenario.events, evaluate(self.scenario.events, self.scenario.versions, NOW).instances)

    def answers(self) -> list[Answer]:
        """What is stored of the last case says of each duty."""
        rows = self.connection.execute("select state from duty where run = ?", [self.number])
        return sorted(_read(json.loads(state)) for (state,) in rows)

    def close(self) -> None:
        self.connection.close()

    def _begin(self) -> None:
        self.number += 1
        self.written = {}

    def _write(self, events: Iterable[Event], instances: Iterable[Instance]) -> None:
        changed = [row for row in map(_duty, instances) if self.written.get(row[0]) != row[1]]
        self.written.update(changed)
        self.connection.execute("begin")
        self.connection.executemany(EVENTS, [(self.number, *_event(event)) for event in events])
        self.connection.executemany(DUTIES, [(self.number, *row) for row in changed])
        self.connection.execute("commit")


def _event(event: Event) -> Row:
    said = [event.case, event.type, event.occurred_at.isoformat(), event.recorded_at.isoformat(), event.by]
    return event.id, json.dumps([*said, dict(event.refs), dict(event.data)])


def _duty(one: Instance) -> Row:
    """All that `protocol trace` tells of a duty, but for the sentence."""
    told = [one.clause.id, one.trigger.id, one.part, dict(one.refs), one.who, one.state, _iso(one.due), one.late]
    more = [one.met_by, one.missing, one.escalated_to, _iso(one.breach_noticed_at), one.provisional, one.version]
    return "/".join(one.identity), json.dumps([*told, *more])


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _read(told: list[str]) -> Answer:
    state, due, late = told[5], told[6], told[7]
    return Answer("late" if late else state, datetime.fromisoformat(due))
