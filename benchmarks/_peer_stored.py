"""SpiffWorkflow's processes kept in SQLite, written after each event with its own serializer.

What was done to give it every chance:

- What is written leaves the specification out, by a converter of the kind its documentation shows; the specification is
  the same for every case. That halves the text.
- The processes also stay in memory, so nothing is ever read back while the clock runs. Casework goes on for months, so
  in earnest each event would begin with a read.
- SQLite writes ahead (`journal_mode=wal`) with `synchronous=normal`: no wait for the disk at each event.
- What one event changes is written in one transaction.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import DEFAULT_CONFIG, BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter, WorkflowConverter

from _peer import SCRIPTS, OneProcessForEachDuty, OneProcessForTheCase
from _scenario import Scenario

SETTINGS = "SQLite, journal_mode=wal, synchronous=normal, processes also kept in memory"


class WithoutSpecification(BpmnWorkflowConverter):  # type: ignore[misc]
    """Writes a process without its specification, and reads it back with one that is at hand."""

    spec: Any = None

    def to_dict(self, workflow: Any) -> dict[str, Any]:
        return {**WorkflowConverter.to_dict(self, workflow), "bpmn_events": self.registry.convert(workflow.bpmn_events)}

    def from_dict(self, dct: dict[str, Any]) -> Any:
        workflow = BpmnWorkflow(type(self).spec, {}, script_engine=SCRIPTS, deserializing=True)
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(dct["root"])]
        self.set_default_attributes(workflow, dct)
        workflow.bpmn_events = self.registry.restore(dct["bpmn_events"])
        return workflow


SERIALIZER = BpmnWorkflowSerializer(
    BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnWorkflow: WithoutSpecification})
)


class Stored:
    """An arrangement whose processes are written to SQLite after each event."""

    def __init__(self, arrangement: OneProcessForEachDuty | OneProcessForTheCase, path: Path) -> None:
        self.arrangement = arrangement
        self.scenario: Scenario = arrangement.scenario
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("pragma journal_mode=wal")
        self.connection.execute("pragma synchronous=normal")
        self.connection.execute("create table process (id integer primary key, state text not null)")
        self.first = 0
        self.places: dict[int, int] = {}

    def run(self) -> None:
        """One more case, from the placement's start to now."""
        self.first += len(self.places)
        self.places = {}
        self._write(self.arrangement.start())
        for step in self.scenario.done:
            self._write(self.arrangement.tell(step))
        self._write(self.arrangement.look_at_the_clock())

    def _write(self, changed: list[Any]) -> None:
        self.connection.execute("begin")
        for workflow in changed:
            row = self.places.setdefault(id(workflow), self.first + len(self.places))
            state = SERIALIZER.serialize_json(workflow)
            self.connection.execute("insert or replace into process values (?, ?)", (row, state))
        self.connection.execute("commit")

    def bytes_of_a_case(self) -> int:
        """The length of what is kept of the last case."""
        total = self.connection.execute("select sum(length(state)) from process where id >= ?", [self.first])
        return int(total.fetchone()[0])

    def read_back(self) -> None:
        """Replace the last case's processes in memory by what was written of them."""
        rows = self.connection.execute("select state from process where id >= ? order by id", [self.first]).fetchall()
        arrangement = self.arrangement
        if isinstance(arrangement, OneProcessForTheCase):
            arrangement.workflow = _restored(arrangement.spec, rows[0][0])
        else:
            pairs = zip(arrangement.specs, rows, strict=True)
            arrangement.workflows = [_restored(spec, state) for spec, (state,) in pairs]

    def close(self) -> None:
        self.connection.close()


def _restored(spec: Any, state: str) -> Any:
    WithoutSpecification.spec = spec
    return SERIALIZER.deserialize_json(state)
