"""A protocol pack in memory: its head, terms and clauses. `loading.load_pack` makes one from a TOML file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from .calendar import Duration, start_of_day
from .conditions import Condition, Moment
from .patterns import Need, Pattern

CASE = "case"
DATE_OF_BIRTH = "date_of_birth"
CALENDAR_MONTH = "calendar month"
EVENT_KINDS = ("duty", "escalation", "gate", "content", "rule")
KINDS = (*EVENT_KINDS, "guidance")


@dataclass(frozen=True, slots=True)
class Term:
    """A word the document uses without a number, and who decided what it means."""

    name: str
    means: Duration
    decided_by: str


@dataclass(frozen=True, slots=True)
class Switch:
    """A choice the borough may make when it adopts the pack."""

    name: str
    question: str
    options: tuple[str, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owes a duty: the first role whose condition holds. Age is read on the last day before it is due."""

    choices: tuple[tuple[Condition | None, str], ...]
    age_on: str  # due or trigger

    def role(self, moment: Moment) -> str | None:
        """The role that owes it at a moment, or None when nobody is named."""
        for condition, role in self.choices:
            if condition is None or condition.test(moment):
                return role
        return None

    @property
    def is_fixed(self) -> bool:
        """Whether one role owes it whatever the facts."""
        return len(self.choices) == 1 and self.choices[0][0] is None


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when: `within` a length of time, `at` the end of a day or `by` an instant that the trigger names."""

    kind: str  # within, at, by
    duration: Duration | None = None
    field: str = ""
    text: str = ""
    time_from: str = ""
    """Empty when the document gives the number; otherwise the words that say who decided it."""

    @property
    def decided(self) -> str:
        """What is to be said of a number that the document does not give; empty when it gives it."""
        if not self.time_from:
            return ""
        if self.duration is None or self.text == str(self.duration):
            return f"{self.text or 'this time'} is a local decision ({self.time_from})"
        return f"'{self.text}' is read as {self.duration} ({self.time_from})"


@dataclass(frozen=True, slots=True)
class Part:
    """One deadline of a duty with what shows that it was kept. Most duties have one, without a name."""

    name: str | None
    deadline: Deadline
    done_by: Pattern
    only: Need | None = None
    """The one need that shows it done, where it is as simple as that."""

    @classmethod
    def of(cls, name: str | None, deadline: Deadline, done_by: Pattern) -> Part:
        """A part with its simple case found out once."""
        simple = len(done_by.alternatives) == 1 and len(done_by.alternatives[0]) == 1
        return cls(name, deadline, done_by, done_by.alternatives[0][0] if simple else None)


@dataclass(frozen=True, slots=True)
class Stage:
    """Who is told when a duty is still not done so long after it was due."""

    after: Duration
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What every clause has. `line` is where it stands in the file."""

    id: str
    kind: str
    title: str
    says: str
    cite: str
    modality: str
    section: str
    about: str
    when: Condition | None
    line: int | None
    who: Owner | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Clause):
    """An owner owes something by a time; also recurring duties (`every`) and escalations."""

    after: Pattern | None
    breach_of: str | None
    parts: tuple[Part, ...]
    recurs: str = ""  # "", "each time" or "calendar month"
    until: Pattern | None = None
    each: str | None = None
    may_come_before: bool = False
    escalate: tuple[Stage, ...] = ()


class PlainDuty(NamedTuple):
    """A duty as the short pass of `plain` reads it. `needs` are alternatives, any one of which shows it done."""

    clause: Duty
    deadline: Deadline
    length: tuple[int, str]
    needs: tuple[Need, ...]
    missing: tuple[str, ...]
    who: str
    ended_by: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate(Clause):
    """Something must have happened before the gated event does."""

    before: Pattern
    needs: tuple[tuple[Condition | None, Pattern], ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a record must show: a test of the event, or what must (not) have happened earlier."""

    missing: str
    when: Condition | None
    that: Condition | None = None
    any_of: tuple[str, tuple[str, ...]] | None = None
    """A data field and the values of which one must be in it."""
    earlier: Pattern | None = None
    not_earlier: Pattern | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Clause):
    """Content (a record must hold this) and rules (who, which way, what may not be done)."""

    on: Pattern
    requires: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance(Clause):
    """Shown where it matters, never due."""

    shown_on: tuple[str, ...]
    reason: str


class Origin(NamedTuple):
    """What a pack was read from, so that it can be read again with the numbers and choices of another borough."""

    file: str
    content: bytes
    terms: Mapping[str, str]
    switches: Mapping[str, str]


@dataclass(frozen=True)
class Pack:
    """A checked protocol. Times are decided, references resolved, and every clause is ready to evaluate."""

    id: str
    title: str
    version: str
    in_force: date
    source: str
    terms: Mapping[str, Term]
    switches: Mapping[str, Switch]
    clauses: Mapping[str, Clause]
    own_events: Mapping[str, tuple[str, ...]]
    """Event types the pack itself adds, with the kinds of ref of which one is needed."""
    own_facts: frozenset[str]
    own_roles: frozenset[str]
    origin: Origin = field(repr=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of its text: the same for two files that say the same, word for word."""
        return hashlib.sha256(self.origin.content).hexdigest()

    @property
    def in_force_from(self) -> datetime:
        """The instant from which this version judges what is triggered."""
        return start_of_day(self.in_force)

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each clause in the document."""
        return {clause_id: place for place, clause_id in enumerate(self.clauses)}

    @cached_property
    def executable(self) -> tuple[Clause, ...]:
        """Every clause that gives results; one started by another's breach comes after it."""
        clauses = [clause for clause in self.clauses.values() if not isinstance(clause, Guidance)]
        return tuple(sorted(clauses, key=lambda clause: _depth(clause, self.clauses)))

    @cached_property
    def plain(self) -> Mapping[str, PlainDuty]:
        """The duties that one short pass can work out, as long as nothing ends or waives them (see `plain`)."""
        found = (_plain(clause) for clause in self.executable if isinstance(clause, Duty))
        return {duty.clause.id: duty for duty in found if duty is not None}

    @cached_property
    def reads(self) -> Mapping[str, frozenset[str]]:
        """For each clause the event types that can change what it gives (facts, waivers and retractions apart)."""
        types = {clause.id: _types_read(clause) for clause in self.executable}
        for clause in self.executable:
            if isinstance(clause, Duty) and clause.breach_of:
                types[clause.id] |= types[clause.breach_of]
        return types

    @cached_property
    def begun_by(self) -> Mapping[str, frozenset[str]]:
        """For each event type the clauses that it can begin; under "" those that another clause's breach begins."""
        return _inverted({clause.id: _types_that_begin(clause) for clause in self.executable})

    @cached_property
    def touched_by(self) -> Mapping[str, frozenset[str]]:
        """For each event type the clauses whose results it can change."""
        return _inverted(self.reads)

    @cached_property
    def touched_by_fact(self) -> Mapping[str, frozenset[str]]:
        """For each fact the clauses whose results it can change; the date of birth stands for the age."""
        facts = {clause.id: _facts_read(clause) for clause in self.executable}
        for clause in self.executable:
            if isinstance(clause, Duty) and clause.breach_of:
                facts[clause.id] |= facts[clause.breach_of]
        return _inverted(facts)

    @cached_property
    def monthly(self) -> frozenset[str]:
        """The clauses that give a new instance when a month begins."""
        return frozenset(
            clause.id for clause in self.executable if isinstance(clause, Duty) and clause.recurs == CALENDAR_MONTH
        )

    def with_causes(self, clause_ids: Iterable[str]) -> frozenset[str]:
        """These clauses and those whose breach starts them, without which they cannot be worked out."""
        wanted = set(clause_ids) & self.clauses.keys()
        for clause_id in tuple(wanted):
            clause = self.clauses[clause_id]
            while isinstance(clause, Duty) and clause.breach_of:
                clause = self.clauses[clause.breach_of]
                wanted.add(clause.id)
        return frozenset(wanted)

    @cached_property
    def event_refs(self) -> Mapping[str, frozenset[str]]:
        """For each event type the kinds of ref by which clauses tie it; `case` when one needs none."""
        kinds: dict[str, set[str]] = {}
        for clause in self.executable:
            for event_type in _types_read(clause):
                kinds.setdefault(event_type, set()).add(clause.about)
        return {event_type: frozenset(abouts) for event_type, abouts in kinds.items()}


@dataclass(frozen=True, slots=True)
class VersionInForce:
    """A pack that judges whatever is triggered from `start` until the next version's start.

    `adoption` is the identifier of the authority's adoption, where there is one: it tells apart two authorities that
    work by one version with different terms.
    """

    pack: Pack
    start: datetime
    adoption: UUID | None = None


def _depth(clause: Clause, clauses: Mapping[str, Clause]) -> int:
    depth = 0
    while isinstance(clause, Duty) and clause.breach_of:
        clause = clauses[clause.breach_of]
        depth += 1
    return depth


def _types_read(clause: Clause) -> frozenset[str]:
    patterns: list[Pattern | None] = []
    if isinstance(clause, Duty):
        patterns += [clause.after, clause.until, *(part.done_by for part in clause.parts)]
        if clause.kind == "escalation":
            return frozenset({"escalated"}).union(*(pattern.types for pattern in patterns if pattern))
    elif isinstance(clause, Gate):
        patterns += [clause.before, *(pattern for _, pattern in clause.needs)]
    elif isinstance(clause, Check):
        patterns.append(clause.on)
        patterns += [pattern for need in clause.requires for pattern in (need.earlier, need.not_earlier)]
    return frozenset().union(*(pattern.types for pattern in patterns if pattern))


def _types_that_begin(clause: Clause) -> frozenset[str]:
    if isinstance(clause, Duty):
        return clause.after.types if clause.after is not None else frozenset({""})
    if isinstance(clause, Gate):
        return clause.before.types
    return clause.on.types if isinstance(clause, Check) else frozenset()


def _facts_read(clause: Clause) -> frozenset[str]:
    found = [clause.when, *(condition for condition, _ in clause.who.choices)] if clause.who else [clause.when]
    if isinstance(clause, Gate):
        found += [condition for condition, _ in clause.needs]
    elif isinstance(clause, Check):
        found += [condition for need in clause.requires for condition in (need.when, need.that)]
    facts = frozenset().union(*(condition.facts for condition in found if condition))
    return facts | {DATE_OF_BIRTH} if any(condition and condition.uses_age for condition in found) else facts


def _inverted(read_by: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """From what each clause reads to the clauses that read each thing."""
    inverted: dict[str, set[str]] = {}
    for clause_id, read in read_by.items():
        for name in read:
            inverted.setdefault(name, set()).add(clause_id)
    return {name: frozenset(clause_ids) for name, clause_ids in inverted.items()}


def _plain(duty: Duty) -> PlainDuty | None:
    """The duty as the short pass reads it, or None when something about it is not plain."""
    (part, *more), duration = duty.parts, duty.parts[0].deadline.duration
    if more or part.name or duration is None or duty.who is None or not duty.who.is_fixed or duty.kind != "duty":
        return None
    if duty.breach_of or duty.recurs or duty.each or duty.may_come_before or duty.escalate:
        return None
    if any(len(alternative) > 1 for alternative in part.done_by.alternatives):
        return None
    return PlainDuty(
        clause=duty,
        deadline=part.deadline,
        length=(duration.amount, duration.unit),
        needs=tuple(part.done_by.needs),
        missing=(part.done_by.either,),
        who=duty.who.choices[0][1],
        ended_by=duty.until.types if duty.until else frozenset(),
    )
