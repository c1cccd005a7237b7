"""The same protocol in SpiffWorkflow, arranged in the obvious way and in the fastest one found.

A duty is drawn in the same few symbols in both arrangements:

    wait (event-based gateway) -> met       (message: its step was done)
                               -> breached  (timer: it is due) -> late (receive task: the message, after all)

so that the engine itself waits, notices what is late, and tells late from met. What was done to give it every chance:

- The drawing is the leanest that was found: an intermediate catch event ends the process without an end event, which
  saves a third of the time. A boundary timer on a receive task takes longer, because of the split and join it adds.
- Due times are worked out beforehand, by our calendar, and not timed: SpiffWorkflow knows no London days.
- The script engine's environment looks the due time up instead of calling `eval`, a documented way to replace it.
- Its loggers are switched off. With the default level it gathers what it would log even when nothing is logged.
- Ready tasks are run by walking on from the last one, which is faster than `do_engine_steps` on one small process.
- With one process a duty, an index of our own takes each message straight to the one process that waits for it, and
  only the processes that are still waiting are asked to look at their timers. SpiffWorkflow has no such index.
- Specifications are parsed once, and messages are made once, outside the timing.
- Its clock is set rather than read, so that weeks can pass; that costs less than reading it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition, timer
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from _scenario import NOW, START, Answer, Done, Scenario

for name in ("spiff", "spiff.task", "spiff.workflow"):
    logging.getLogger(name).setLevel(logging.CRITICAL)

NAMESPACES = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
PROCESS = """<definitions {namespaces}>{messages}<process id="protocol" isExecutable="true">
<startEvent id="start"/>{body}</process></definitions>"""
MESSAGE = '<message id="message_{place}" name="step_{place}_done"/>'
DUTY = """
<sequenceFlow id="begin_{place}" sourceRef="{source}" targetRef="wait_{place}"/>
<eventBasedGateway id="wait_{place}"/>
<sequenceFlow id="in_time_{place}" sourceRef="wait_{place}" targetRef="met_{place}"/>
<sequenceFlow id="too_late_{place}" sourceRef="wait_{place}" targetRef="breached_{place}"/>
<intermediateCatchEvent id="met_{place}">
  <messageEventDefinition messageRef="message_{place}"/>
</intermediateCatchEvent>
<intermediateCatchEvent id="breached_{place}">
  <timerEventDefinition><timeDate xsi:type="tFormalExpression">due_{place}</timeDate></timerEventDefinition>
</intermediateCatchEvent>
<sequenceFlow id="after_all_{place}" sourceRef="breached_{place}" targetRef="late_{place}"/>
<receiveTask id="late_{place}" messageRef="message_{place}"/>
"""
SPLIT = '<sequenceFlow id="begin" sourceRef="start" targetRef="split"/><parallelGateway id="split"/>'
OUTCOMES = ("late", "breached", "met")


class SetClock(datetime):
    """The timers' clock, which stands where it was set."""

    at = START

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return cls.at


timer.datetime = SetClock


class LookUp(TaskDataEnvironment):  # type: ignore[misc]
    """Expressions here are names of the task's data."""

    def evaluate(self, expression: str, context: dict[str, Any], external_context: Any = None) -> Any:
        return context[expression]


SCRIPTS = PythonScriptEngine(LookUp())


def parse(places: Iterable[int]) -> Any:
    """The specification of a process with these duties, side by side when there are several."""
    chosen = list(places)
    source = "start" if len(chosen) == 1 else "split"
    body = "" if len(chosen) == 1 else SPLIT
    text = PROCESS.format(
        namespaces=NAMESPACES,
        messages="".join(MESSAGE.format(place=place) for place in chosen),
        body=body + "".join(DUTY.format(place=place, source=source) for place in chosen),
    )
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(BytesIO(text.encode())))
    return parser.get_spec("protocol")


def begin(spec: Any, dues: dict[int, datetime]) -> Any:
    """A process started: it waits for its messages and timers."""
    SetClock.at = START
    workflow = BpmnWorkflow(spec, script_engine=SCRIPTS)
    workflow.task_tree.data.update({f"due_{place}": due.isoformat() for place, due in dues.items()})
    return workflow


def messages(scenario: Scenario) -> dict[int, Any]:
    """The message that each duty's step was done."""
    return {place: BpmnEvent(MessageEventDefinition(f"step_{place}_done"), {}) for place in range(scenario.duties)}


class OneProcessForEachDuty:
    """The fastest arrangement found: a small process for each duty, and an index of them beside the engine."""

    title = "one process a duty, with an index of ours"

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.specs = [parse([place]) for place in range(scenario.duties)]
        self.messages = messages(scenario)
        self.workflows: list[Any] = []

    def run(self) -> list[Any]:
        """One case from the placement's start to now. Gives its processes."""
        self.start()
        for step in self.scenario.done:
            self.tell(step)
        self.look_at_the_clock()
        return self.workflows

    def start(self) -> list[Any]:
        """The placement starts. Gives the processes that changed."""
        dues = self.scenario.dues
        self.workflows = [begin(spec, {place: dues[place]}) for place, spec in enumerate(self.specs)]
        for workflow in self.workflows:
            advance(workflow)
        return self.workflows

    def tell(self, step: Done) -> list[Any]:
        """A step was done."""
        SetClock.at = step.at
        workflow = self.workflows[step.place]
        if self.scenario.dues[step.place] <= step.at:
            workflow.refresh_timers()  # a worker would have noticed when it fell due
            advance(workflow)
        workflow.send_event(self.messages[step.place])
        advance(workflow)
        return [workflow]

    def look_at_the_clock(self) -> list[Any]:
        """Time has passed: whatever still waits looks at its timer."""
        SetClock.at = NOW
        told = {step.place for step in self.scenario.done}
        waiting = [workflow for place, workflow in enumerate(self.workflows) if place not in told]
        for workflow in waiting:
            workflow.refresh_timers()
            advance(workflow)
        return waiting

    def answers(self) -> list[Answer]:
        return [outcome(workflow, place, self.scenario.dues[place]) for place, workflow in enumerate(self.workflows)]


class EveryProcessTold(OneProcessForEachDuty):
    """The same small processes without our index: each is told of everything, and looks at its clock each time."""

    title = "one process a duty, every one of them told"

    def tell(self, step: Done) -> list[Any]:
        """A step was done. Only the processes that moved have to be written down."""
        SetClock.at = step.at
        return [workflow for workflow in self.workflows if self._moved(workflow, self.messages[step.place])]

    def _moved(self, workflow: Any, message: Any) -> bool:
        before = workflow.last_task
        workflow.refresh_timers()
        advance(workflow)
        with suppress(WorkflowException):  # it does not wait for this
            workflow.send_event(message)
        advance(workflow)
        return workflow.last_task is not before

    def look_at_the_clock(self) -> list[Any]:
        """Time has passed: every process looks at its timer."""
        SetClock.at = NOW
        return [workflow for workflow in self.workflows if self._moved_by_time(workflow)]

    def _moved_by_time(self, workflow: Any) -> bool:
        before = workflow.last_task
        workflow.refresh_timers()
        advance(workflow)
        return workflow.last_task is not before


class OneProcessForTheCase:
    """The obvious arrangement: one process a case, with the duties as branches side by side."""

    title = "one process a case, a branch a duty"

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.spec = parse(range(scenario.duties))
        self.messages = messages(scenario)
        self.workflow: Any = None

    def run(self) -> Any:
        """One case from the placement's start to now. Gives its process."""
        self.start()
        for step in self.scenario.done:
            self.tell(step)
        self.look_at_the_clock()
        return self.workflow

    def start(self) -> list[Any]:
        """The placement starts. Gives the processes that changed."""
        self.workflow = begin(self.spec, dict(enumerate(self.scenario.dues)))
        advance_everywhere(self.workflow)
        return [self.workflow]

    def tell(self, step: Done) -> list[Any]:
        """A step was done."""
        SetClock.at = step.at
        if self.scenario.dues[step.place] <= step.at:
            self.workflow.refresh_timers()
            advance_everywhere(self.workflow)
        self.workflow.send_event(self.messages[step.place])
        advance_everywhere(self.workflow)
        return [self.workflow]

    def look_at_the_clock(self) -> list[Any]:
        """Time has passed: whatever still waits looks at its timer."""
        SetClock.at = NOW
        self.workflow.refresh_timers()
        advance_everywhere(self.workflow)
        return [self.workflow]

    def answers(self) -> list[Answer]:
        dues = self.scenario.dues
        return [outcome(self.workflow, place, due) for place, due in enumerate(dues)]


def advance(workflow: Any) -> None:
    """Run what is ready in a process with one branch, from each task on to the next."""
    task = workflow.get_next_task(state=TaskState.READY)
    while task is not None:
        task.run()
        task = workflow.get_next_task(task, state=TaskState.READY)


def advance_everywhere(workflow: Any) -> None:
    """Run what is ready in a process with many branches; a look through the table of tasks beats walking the tree."""
    while ready := [task for task in workflow.tasks.values() if task.state == TaskState.READY]:
        for task in ready:
            task.run()


def outcome(workflow: Any, place: int, due: datetime) -> Answer:
    """What a process says of a duty: the furthest of its outcomes that was reached."""
    reached = {task.task_spec.name for task in workflow.tasks.values() if task.state == TaskState.COMPLETED}
    state = next((outcome for outcome in OUTCOMES if f"{outcome}_{place}" in reached), "open")
    return Answer(state, due)
