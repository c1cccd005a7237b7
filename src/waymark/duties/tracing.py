"""`protocol trace`: every duty of every case of a trace, in the order of trigger, without a database."""

from __future__ import annotations

import heapq
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TextIO

from waymark.duties.engine import Instance, Pack, evaluate
from waymark.duties.engine.calendar import LONDON
from waymark.duties.engine.errors import printable
from waymark.duties.engine.why import why as why_of
from waymark.duties.engine.wording import due_text
from waymark.duties.trace_reading import Trace

LINES_IN_MEMORY = 100_000
SEPARATOR = "\x1f"  # cannot stand in a sort key or, unescaped, in JSON


def trace_lines(
    trace: Trace, packs: Sequence[Pack], now: datetime, advance: Callable[[int], object] = lambda _: None
) -> Iterator[str]:
    """One JSON line a duty instance, in the order of trigger over all cases. `advance` is told of events finished."""
    place = {clause_id: order for pack in packs for clause_id, order in pack.order.items()}
    with Sorted() as lines:
        for case in trace.cases:
            events = trace.events(case)
            versions = trace.in_use.of(case)
            for instance in evaluate(events, versions, now).instances if versions else ():
                lines.add(_sort_key(instance, place), json.dumps(as_line(instance), ensure_ascii=False))
            advance(len(events))
        yield from lines


def as_line(instance: Instance) -> dict[str, Any]:
    """An instance as the trace command prints it (events.md, "Trace command")."""
    clause = instance.clause
    return {
        "clause": clause.id,
        "part": instance.part,
        "case": instance.trigger.case,
        "refs": dict(instance.refs),
        "trigger": instance.trigger.id,
        "who": instance.who,
        "state": instance.state,
        "due": _local(instance.due),
        "met_by": list(instance.met_by),
        "late": instance.late,
        "provisional": instance.provisional,
        "breach_noticed_at": _local(instance.breach_noticed_at),
        "missing": list(instance.missing),
        "escalated_to": list(instance.escalated_to),
        "version": instance.version,
        "cite": clause.cite,
        "modality": clause.modality,
        "why": why_of(instance),
    }


def _local(instant: datetime | None) -> str | None:
    return instant.astimezone(LONDON).isoformat() if instant else None


def _sort_key(instance: Instance, place: dict[str, int]) -> str:
    occurred_at, recorded_at, position = instance.trigger.key
    happened = f"{_fixed(occurred_at)} {_fixed(recorded_at)} {position:012}"
    return f"{happened} {place[instance.clause.id]:06} {instance.part or ''}"


def _fixed(instant: datetime) -> str:
    return instant.isoformat(timespec="microseconds")


class Sorted:
    """Lines in the order of their keys; past a certain number they wait in temporary files instead of memory."""

    def __init__(self) -> None:
        self._lines: list[tuple[str, str]] = []
        self._runs: list[TextIO] = []

    def __enter__(self) -> Sorted:
        return self

    def __exit__(self, *_: object) -> None:
        for run in self._runs:
            run.close()

    def add(self, key: str, line: str) -> None:
        self._lines.append((key, line))
        if len(self._lines) >= LINES_IN_MEMORY:
            self._spill()

    def __iter__(self) -> Iterator[str]:
        self._lines.sort()
        runs: list[Iterable[tuple[str, str]]] = [self._lines, *(_read(run) for run in self._runs)]
        return (line for _, line in heapq.merge(*runs))

    def _spill(self) -> None:
        run = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed by __exit__)
        self._runs.append(run)
        self._lines.sort()
        run.writelines(f"{key}{SEPARATOR}{line}\n" for key, line in self._lines)
        run.seek(0)
        self._lines = []


def _read(run: TextIO) -> Iterator[tuple[str, str]]:
    for stored in run:
        key, _, line = stored.rstrip("\n").partition(SEPARATOR)
        yield key, line


def table_rows(lines: Iterable[str]) -> Iterator[str]:
    """The same lines as a table for people."""
    yield f"{'clause':8} {'case':12} {'state':13} {'due':26} {'who':20} why"
    for line in lines:
        row = json.loads(line)
        due = due_text(datetime.fromisoformat(row["due"])).removeprefix("the ") if row["due"] else "-"
        state = f"{row['state']}{', late' if row['late'] else ''}"
        case, why = printable(row["case"]), printable(row["why"])
        yield f"{row['clause']:8} {case:12} {state:13} {due:26} {row['who'] or '-':20} {why}"
