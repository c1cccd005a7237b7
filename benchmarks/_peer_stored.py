"""SpiffWorkflow's processes kept in SQLite, written after each event with its own serializer.

What was done to give it every chance:

- What is written leaves the specification out, by a converter of the kind its documentation shows; the specification is
  the same for every case. That halves the text.
- The processes also stay in memory, so nothing is ever read back while the clock runs. Casework goes on for months, so
  in earnest each event would begin with a read.
- SQLite writes ahead (`journal_mode=wal`) with `synchronous=normal`: no wait for the disk at each event.
- What one event changes is written in one transaction.

`StoredOnOurTerms` takes the second and third of these back, for its best arrangement.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import DEFAULT_CONFIG, BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter, WorkflowConverter

from _measuring import stop_if
from _peer import SCRIPTS, OneProcessForEachDuty, OneProcessForTheCase
from _scenario import Done, Scenario

SETTINGS = "SQLite, journal_mode=wal, synchronous=normal, processes also kept in memory and never read back"


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

    synchronous = "normal"

    def __init__(self, arrangement: OneProcessForEachDuty | OneProcessForTheCase, path: Path) -> None:
        self.arrangement = arrangement
        self.scenario: Scenario = arrangement.scenario
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("pragma journal_mode=wal")
        self.connection.execute(f"pragma synchronous={self.synchronous}")
        self.connection.execute("create table process (id integer primary key, state text not null)")
        self.first = 0
        self.rows: dict[int, int] = {}
        """For each process in memory its row."""

    @property
    def title(self) -> str:
        """What it is called where it is timed."""
        return f"SpiffWorkflow, {self.arrangement.title}"

    def run(self) -> None:
        """One more case, from the placement's start to now."""
        self.first += len(self.rows)
        self.rows = {}
        self._write(self.arrangement.start())
        for step in self.scenario.done:
            self._before(step)
            self._write(self.arrangement.tell(step))
        self._before(None)
        self._write(self.arrangement.look_at_the_clock())

    def _before(self, step: Done | None) -> None:
        """What is done before a step is told, or (None) before the clock is looked at."""

    def _write(self, changed: list[Any]) -> None:
        self.connection.execute("begin")
        for workflow in changed:
            row = self.rows.setdefault(id(workflow), self.first + len(self.rows))
            state = SERIALIZER.serialize_json(workflow)
            self.connection.execute("insert or replace into process values (?, ?)", (row, state))
        self.connection.execute("commit")

    def bytes_of_a_case(self) -> int:
        """The length of what is kept of the last case."""
        total = self.connection.execute("select sum(length(state)) from process where id >= ?", [self.first])
        return int(total.fetchone()[0])

    def check(self) -> None:
        """End with a message unless what was written of the last case says the same of it as what is in memory."""
        said = self.arrangement.answers()
        arrangement = self.arrangement
        if isinstance(arrangement, OneProcessForTheCase):
            arrangement.workflow = self._read(arrangement.spec, 0)
        else:
            arrangement.workflows = [self._read(spec, place) for place, spec in enumerate(arrangement.specs)]
        stop_if(arrangement.answers() != said, f"{self.title}: what is stored is not what was meant")

    def _read(self, spec: Any, place: int) -> Any:
        """The process in that place as it was written."""
        WithoutSpecification.spec = spec
        found = self.connection.execute("select state from process where id = ?", [self.first + place]).fetchone()
        return SERIALIZER.deserialize_json(found[0])

    def close(self) -> None:
        self.connection.close()


class StoredOnOurTerms(Stored):
    """Read back before it is told anything, and on the disk after: what `record()` does, as any server must."""

    synchronous = "full"
    arrangement: OneProcessForEachDuty

    @property
    def title(self) -> str:
        """What it is called where it is timed."""
        return "SpiffWorkflow, the same, read back first and each commit on the disk"

    def _before(self, step: Done | None) -> None:
        told = {one.place for one in self.scenario.done}
        places = (place for place in range(self.scenario.duties) if place not in told) if step is None else [step.place]
        for place in places:
            workflow = self._read(self.arrangement.specs[place], place)
            self.arrangement.workflows[place] = workflow
            self.rows[id(workflow)] = self.first + place
