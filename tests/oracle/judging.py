"""A protocol and what happened, as timed DCR graphs; and what the graphs' markings say of each duty and gate.

Each clause is a small graph, and each trigger has a marking of it of its own. An event of a graph carries a label: the
casework that it is. For a duty, with a `done` for each alternative of what shows it done:

    begin •→ done, lapse      by the deadline
    begin →+ done, end, waive
    done  →% done, lapse, end, waive
    lapse •→ amends           and amends →⋄ end, waive: once breached, a duty stays so until it is done
    end   →% done, lapse, waive, and waive the same
    one, other →• done        where several things together show it done

Nobody does `lapse`: time executes it when its deadline comes while it is included. A duty that recurs owes itself again
(done •→ done, lapse); what shows it done and ends it in one is `final`, which owes nothing; after a breach it is ended
by `stop`, which puts `last` in the place of done. Evidence that may come before its trigger is included from the start.
A date that is arranged again is another `begin`, whose deadline takes the place of the first. A duty started by
another's breach has that one's `lapse` for its `begin`. A gate is conditions and nothing else. What goes only for
somebody at risk, facts include and exclude.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from waymark.duties.engine import Event

from .casework import Casework
from .dcr import AT_ONCE, Deadline, Graph, Marking
from .deadlines import due
from .protocols import Alternatives, Duty, Gate, Need, Part, Protocol

Label = Callable[[Event], bool]
MOMENT = timedelta(microseconds=1)


class Judgement(NamedTuple):
    """What is said of one duty or gate. `state` tells late from met; `noticed`: in time, but written down too late."""

    clause: str
    part: str
    trigger: str
    ref: str
    state: str
    due: datetime | None
    met_by: tuple[str, ...]
    noticed: bool


class Step(NamedTuple):
    """An event of a graph executed: what it was in casework (None: time itself), and what was pending then."""

    name: str
    event: Event | None
    pending: dict[str, datetime]


@dataclass
class Net:
    """A graph with labels. Of one thing that happened, events are executed in the order of `labels`."""

    graph: Graph = field(default_factory=Graph)
    included: set[str] = field(default_factory=set)
    labels: dict[str, Label] = field(default_factory=dict)
    following: set[str] = field(default_factory=set)
    """Events that follow at once from others executed by the same thing that happened."""

    def add(self, name: str, label: Label, *, included: bool = False) -> str:
        """Another event."""
        self.labels[name] = label
        self.included |= {name} if included else set()
        return name

    def walk(self, told: Iterable[Event], now: datetime) -> tuple[list[Step], Marking]:
        """Execute what happened, and what time does by itself."""
        steps: list[Step] = []
        marking = Marking(set(self.included))

        def execute(name: str, at: datetime, event: Event | None) -> None:
            marking.execute(self.graph, name, at)
            steps.append(Step(name, event, dict(marking.pending)))

        def let_time_pass(until: datetime) -> None:
            while lapsed := {name for name in marking.overdue(until) if name.endswith("lapse")}:
                first = min(lapsed, key=lambda name: (marking.pending[name], name))
                execute(first, marking.pending[first], None)

        for event in told:
            at = event.occurred_at
            let_time_pass(at)
            named = [name for name, label in self.labels.items() if label(event)]
            possible = {name for name in named if marking.enables(self.graph, name, at)} | self.following
            for name in named:
                if name in possible and marking.enables(self.graph, name, at):
                    execute(name, at, event)
        let_time_pass(now)
        return steps, marking


def judged(protocol: Protocol, casework: Casework) -> list[Judgement]:
    """Every duty and gate that the graphs of a protocol find in what happened."""
    told, now = standing(casework), casework.now
    duties = {clause.id: clause for clause in protocol.clauses if isinstance(clause, Duty)}
    found: list[Judgement] = []
    for clause in protocol.clauses:
        if isinstance(clause, Gate):
            found += _judge_gate(clause, told)
        elif isinstance(clause.after, str):
            found += _judge_escalation(duties[clause.after], clause, told, now)
        elif clause.parts[0].length is None:
            found += _judge_arranged(clause, told, now)
        else:
            found += _judge_duty(clause, told, now)
    return sorted(set(found), key=repr)  # what recurs from two starts is one from the first time that it is done


def standing(casework: Casework) -> list[Event]:
    """What was there at the time and nobody withdrew, in the order of happening. A withdrawal may be withdrawn."""
    now = casework.now
    there = [event for event in casework.events if event.occurred_at <= now and event.recorded_at <= now]
    withdrawals = [(event.id, event.data["event"]) for event in there if event.type == "event_retracted"]

    def stands(event_id: str) -> bool:
        return not any(target == event_id and stands(withdrawal) for withdrawal, target in withdrawals)

    stood = [event for event in there if stands(event.id)]
    return sorted(stood, key=lambda event: (event.occurred_at, event.recorded_at, event.position))


def _judge_duty(duty: Duty, told: list[Event], now: datetime) -> Iterator[Judgement]:
    for trigger, ref in _triggers(duty, told):
        for part in duty.parts:
            net = Net()
            written = Written(net, duty, part, ref)
            written.begins("begin", _within(part))
            net.add("begin", _is(trigger), included=not duty.at_risk_only)
            _facts(net, duty, "begin")
            yield from written.read(*net.walk(told, now), now)


def _judge_escalation(first: Duty, second: Duty, told: list[Event], now: datetime) -> Iterator[Judgement]:
    for trigger, ref in _triggers(first, told):
        net = Net()
        Written(net, first, first.parts[0], ref).begins("begin", _within(first.parts[0]))
        written = Written(net, second, second.parts[0], ref, prefix="then ", trigger=trigger)
        written.begins("lapse", _after_the_last_day(second.parts[0]))
        net.add("begin", _is(trigger), included=not first.at_risk_only)
        _facts(net, first, "begin")
        yield from written.read(*net.walk(told, now), now)


def _judge_arranged(duty: Duty, told: list[Event], now: datetime) -> Iterator[Judgement]:
    triggers = list(_triggers(duty, told))
    for ref in sorted({ref for _, ref in triggers}):
        net = Net()
        written = Written(net, duty, duty.parts[0], ref)
        for trigger in (trigger for trigger, about in triggers if about == ref):
            begin = f"begin {trigger.id}"
            written.begins(begin, _at(datetime.fromisoformat(trigger.data["due"])))
            net.graph.includes[begin] |= {"lapse"}
            net.graph.excludes[begin] |= {"amends"}  # with another date there is no breach yet
            net.add(begin, _is(trigger), included=True)
        yield from written.read(*net.walk(told, now), now)


class Written:
    """A duty written into a net, and read from a walk through it."""

    def __init__(
        self, net: Net, duty: Duty, part: Part, ref: str, *, prefix: str = "", trigger: Event | None = None
    ) -> None:
        """`prefix` tells apart two duties in one net; `trigger` is named where it is not what begins the duty."""
        self.net, self.duty, self.part, self.ref, self.prefix, self.trigger = net, duty, part, ref, prefix, trigger
        self.lapse, self.amends, self.end, self.waive, self.stop = (
            prefix + name for name in ("lapse", "amends", "end", "waive", "stop")
        )
        self.begin: set[str] = set()
        self.needs: dict[str, list[str]] = {}
        """For each way of being done the events that it consists of."""
        self.done = self._ways("done", part.done_by, included=duty.may_come_before)
        self.last = self._ways("last", part.done_by, included=False) if duty.recurs else set()
        self.final = self._final() if duty.recurs else set()
        net.add(self.end, self._ends)
        net.add(self.stop, net.labels[self.end])
        net.add(self.waive, lambda event: _waives(duty, event, ref))
        net.included |= {self.lapse}
        self._relate()

    def _ways(self, kind: str, alternatives: Alternatives, *, included: bool) -> set[str]:
        if self.duty.recurs:  # one event of many labels, or what shows it done would also show the next one done
            label = self._shows_any if kind == "last" else self._shows_and_goes_on
            every = self.net.add(f"{self.prefix}{kind}", label, included=included)
            self.needs[every] = [every]
            return {every}
        ways: set[str] = set()
        for place, needs in enumerate(alternatives):
            done = f"{self.prefix}{kind} {place}"
            names = [f"{done} {need}" for need in needs] if len(needs) > 1 else [done]
            for name, need in zip(names, needs, strict=True):
                self.net.add(name, self._shows(need), included=included)
            if len(needs) > 1:
                self._join(done, names)
                self.net.add(done, lambda event, needs=needs: any(self._shows(need)(event) for need in needs))
                self.net.included |= {done} if included else set()
            self.needs[done] = names
            ways.add(done)
        return ways

    def _final(self) -> set[str]:
        """What shows a recurring duty done and ends it in one."""
        final = self.net.add(f"{self.prefix}final", lambda event: self._shows_any(event) and self._names_end(event))
        self.needs[final] = [final]
        return {final}

    def _join(self, done: str, names: list[str]) -> None:
        """Several things together: each counts once, and all are conditions."""
        self.net.following.add(done)
        self.net.graph.conditions[done] = dict.fromkeys(names, AT_ONCE)
        for name in names:
            self.net.graph.excludes[name] |= {name}

    def _shows_any(self, event: Event) -> bool:
        return any(self._shows(need)(event) for needs in self.part.done_by for need in needs)

    def _shows(self, need: Need) -> Label:
        return lambda event: _shows(self.duty, need, event, self.ref)

    def _shows_and_goes_on(self, event: Event) -> bool:
        return self._shows_any(event) and not self._names_end(event)

    def _names_end(self, event: Event) -> bool:
        """An ending that names no placement ends the duty for all."""
        about = self.duty.about == "case" or event.refs.get("placement") in (self.ref, None)
        return _names(self.duty.until, event) and about

    def _ends(self, event: Event) -> bool:
        """What shows a recurring duty done as well is its last time (`final`), and no ending."""
        return self._names_end(event) and not (self.duty.recurs and self._shows_any(event))

    @property
    def evidence(self) -> set[str]:
        """The events that show the duty done, wholly or in part."""
        return self.done | self.final | {name for done in self.done for name in self.needs[done]}

    def begins(self, begin: str, deadline: Deadline) -> None:
        """Have the duty begin with an event."""
        graph = self.net.graph
        self.begin.add(begin)
        graph.includes[begin] |= {self.end, self.waive} | (set() if self.duty.may_come_before else self.evidence)
        graph.responses[begin] |= dict.fromkeys(self.done | {self.lapse}, deadline)

    def _relate(self) -> None:
        graph, closing = self.net.graph, {self.lapse, self.end, self.waive}
        graph.includes[self.lapse] |= {self.amends}
        graph.responses[self.lapse][self.amends] = lambda at: at
        for ending in (self.end, self.waive):
            graph.milestones[ending] |= {self.amends}
            graph.excludes[ending] |= self.evidence | closing
        for done in self.done if not self.duty.recurs else ():
            graph.excludes[done] |= self.evidence | closing
        if self.duty.recurs:
            self._recur()

    def _recur(self) -> None:
        graph = self.net.graph
        for done in self.done:
            graph.responses[done] |= dict.fromkeys(self.done | {self.lapse}, _within(self.part))
            graph.excludes[done] |= {self.amends, self.stop}
        for final in self.final:
            graph.excludes[final] |= self.evidence | {self.lapse, self.end, self.waive, self.stop, self.amends}
        graph.includes[self.lapse] |= {self.stop}
        graph.excludes[self.stop] |= self.done | self.final | {self.stop}
        graph.includes[self.stop] |= self.last
        graph.responses[self.stop] |= dict.fromkeys(self.last, lambda at: at)
        for last in self.last:
            graph.excludes[last] |= self.last

    def read(self, steps: list[Step], marking: Marking, now: datetime) -> Iterator[Judgement]:
        """What the walk says of the duty, each time that it was owed."""
        owed: Step | None = None
        lapsed = False
        shown: dict[str, Event] = {}
        for step in steps:
            if step.event is not None:
                shown[step.name] = step.event
            if step.name in self.begin:
                owed, lapsed = step, False
                step = next((one for one in steps if one.name in self.done and one.name in shown), step)
                if not self.duty.may_come_before or step is owed:
                    continue
            if owed is None:
                continue
            if step.name in self.done | self.last | self.final:
                met_by = [shown[name] for name in self.needs[step.name]]
                yield self._judgement(owed, "late" if lapsed else "met", met_by)
                owed, lapsed = (step, False) if self.duty.recurs and step.name in self.done else (None, False)
            elif step.name == self.lapse:
                lapsed = True
            elif step.name in (self.end, self.waive):
                yield self._judgement(owed, "ended" if step.name == self.end else "waived", [])
                owed = None
        if owed is not None:
            late = not marking.overdue(now).isdisjoint(self.done | self.last)
            yield self._judgement(owed, "breached" if late else "open", [])

    def _judgement(self, owed: Step, state: str, met_by: list[Event]) -> Judgement:
        by, trigger = owed.pending[self.lapse], self.trigger or owed.event
        assert trigger is not None  # only a breach begins without something that happened, and it names its trigger
        return Judgement(
            clause=self.duty.id,
            part=self.part.name or "",
            trigger=trigger.id,
            ref=self.ref,
            state=state,
            due=by,
            met_by=tuple(dict.fromkeys(event.id for event in met_by)),
            noticed=state == "met" and any(event.recorded_at > by for event in met_by),
        )


def _judge_gate(gate: Gate, told: list[Event]) -> Iterator[Judgement]:
    for event in told:
        if not _names(gate.before, event):
            continue
        ref = "" if gate.about == "case" else event.refs.get("placement")
        net, needs = _gate(gate, ref)
        earlier = told[: told.index(event)]
        steps, marking = net.walk(earlier, event.occurred_at)
        if not any(name in marking.included for name in needs):
            continue  # nobody at risk: nothing is held
        last = {step.name: step.event.id for step in steps if step.event is not None}
        way = next((name for name in needs if marking.enables(net.graph, name, event.occurred_at)), None)
        met_by = tuple(dict.fromkeys(last[name] for name in needs[way])) if way else ()
        yield Judgement(gate.id, "", event.id, ref or "", "met" if way else "breached", None, met_by, False)


def _gate(gate: Gate, ref: str | None) -> tuple[Net, dict[str, list[str]]]:
    """The gate's net, and for each way through it the events that are its conditions."""
    net, ways = Net(), {}
    for place, needs in enumerate(gate.needs):
        way = f"through {place}"
        ways[way] = [f"{way} {need}" for need in needs]
        for name, need in zip(ways[way], needs, strict=True):
            net.add(name, lambda event, need=need: _shows(gate, need, event, ref), included=True)
        net.graph.conditions[way] = dict.fromkeys(ways[way], AT_ONCE)
        net.included |= set() if gate.at_risk_only else {way}
    _facts(net, gate, *ways)
    return net, ways


def _facts(net: Net, clause: Duty | Gate, *held: str) -> None:
    """What goes only for somebody at risk comes and goes with the facts; not known is as good as true."""
    if clause.at_risk_only:
        net.add("at risk", lambda event: event.type == "facts_recorded" and event.data["gang_risk"], included=True)
        net.add(
            "not at risk", lambda event: event.type == "facts_recorded" and not event.data["gang_risk"], included=True
        )
        net.graph.includes["at risk"] |= set(held)
        net.graph.excludes["not at risk"] |= set(held)


def _says_at_risk(event: Event) -> bool | None:
    return bool(event.data["gang_risk"]) if event.type == "facts_recorded" else None


def _within(part: Part) -> Deadline:
    assert part.length is not None  # only an arranged duty has no length, and its trigger names the instant
    amount, unit = part.length
    return lambda at: due(at, amount, unit)


def _after_the_last_day(part: Part) -> Deadline:
    """Counted from a breach: day 0 is the last day on which the other could have been done."""
    within, in_days = _within(part), part.length is not None and part.length[1] not in ("minute", "hour")
    return lambda at: within(at - MOMENT if in_days else at)


def _at(instant: datetime) -> Deadline:
    return lambda at: instant


def _triggers(duty: Duty, told: list[Event]) -> Iterator[tuple[Event, str]]:
    """What begins the duty, each with what it is about."""
    assert not isinstance(duty.after, str)  # a breach is no casework
    for event in told:
        ref = _about(duty, event)
        if _names(duty.after, event) and ref is not None:
            yield event, ref


def _about(clause: Duty | Gate, event: Event) -> str | None:
    return "" if clause.about == "case" else event.refs.get("placement")


def _shows(clause: Duty | Gate, need: Need, event: Event, ref: str | None) -> bool:
    """Whether an event is what is needed, about the same thing. About nothing is about nothing in particular."""
    return ref is not None and _names((need,), event) and _about(clause, event) == ref


def _is(trigger: Event) -> Label:
    return lambda event: event is trigger


def _names(needs: Iterable[Need], event: Event) -> bool:
    recipients = event.data.get("to", ())
    given = [recipients] if isinstance(recipients, str) else recipients
    return any(need.type == event.type and (need.to is None or need.to in given) for need in needs)


def _waives(duty: Duty, event: Event, ref: str) -> bool:
    return event.type == "duty_waived" and event.data["clause"] == duty.id and _about(duty, event) == ref
