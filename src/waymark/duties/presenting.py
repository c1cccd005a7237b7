"""A stored duty as people read it: the sentence that explains it, what is still owed, and what would meet it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from waymark.cases.models import Case
from waymark.core.services import service
from waymark.duties import rows
from waymark.duties.engine import Clause, Instance, Pack, VersionInForce, evaluate
from waymark.duties.engine.conditions import Condition
from waymark.duties.engine.events import Event as EngineEvent
from waymark.duties.engine.history import EventMoment
from waymark.duties.engine.instances import BREACHED
from waymark.duties.engine.pack import CASE, Check, Deadline, Gate, Guidance
from waymark.duties.engine.pack import Duty as DutyClause
from waymark.duties.engine.patterns import Need, Pattern
from waymark.duties.engine.why import why
from waymark.duties.engine.wording import ROLE_JOIN, event_text, listed, owed_text, part_text, role_text
from waymark.duties.models import Duty
from waymark.duties.packs import in_force, pack_of, versions_of
from waymark.events.models import Event

LAST = sys.maxsize
"""A position after every stored event."""
_BY = re.compile(r"\bby\b")
_RECORDED_BY = re.compile(r"[\s}]by\s")
_TERM = re.compile(r"\b(attended|role|how)\s*=\s*([\w\- ]+)")
"""What a pattern asks of an event that its name does not say: who was there, and by what means."""
_CONDITION = re.compile(r"([a-z_]+)\s*(?:=\s*([\w\-]+))?")


@dataclass(frozen=True, slots=True)
class Doing:
    """Something to record that would meet a duty or a part of it: the event type, its refs and its data.

    `owed` says what of it is missing where the event alone does not: `to the young person`.
    """

    event_type: str
    refs: Mapping[str, str]
    data: Mapping[str, Sequence[str]] = field(default_factory=dict)
    owed: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The event as people call it."""
        return event_text(self.event_type)


def clause_of(duty: Duty) -> Clause:
    """The clause as stated by the version of the protocol that the duty belongs to."""
    return pack_of(duty.adoption).clauses[duty.clause]


def sentence(duty: Duty, *, part: str = "") -> str:
    """Why it stands as it does, in one sentence. `part` replaces a part that is only an identifier."""
    return why(instance_of(duty, part=part))


def instance_of(duty: Duty, *, part: str = "") -> Instance:
    """The engine's instance that the row was made from. Its trigger must be loaded, and its adoption."""
    clause = clause_of(duty)
    return Instance(
        clause=clause,
        trigger=engine_event(duty.trigger),
        refs=duty.refs,
        under=_version(duty),
        since=duty.since,
        part=part or duty.part or None,
        who=ROLE_JOIN.join(duty.roles) or None,
        state=duty.state,
        due=duty.due,
        provisional=duty.provisional,
        met_by=tuple(str(event_id) for event_id in duty.met_by),
        late=duty.late,
        breach_noticed_at=duty.breach_noticed_at,
        missing=tuple(duty.missing),
        escalated_to=tuple(duty.escalated_to),
        deadline=_deadline(clause, duty.part),
    )


def _version(duty: Duty) -> VersionInForce:
    """The version that judges it, from when it has been in use for the case as far as that matters to the duty."""
    version = in_force(duty.adoption)
    return replace(version, start=duty.protocol_from) if duty.protocol_from else version


def _deadline(clause: Clause, part: str) -> Deadline | None:
    if not isinstance(clause, DutyClause):
        return None
    named = [one.deadline for one in clause.parts if one.name == part]
    return named[0] if named else clause.parts[0].deadline


def engine_event(event: Event) -> EngineEvent:
    """A stored event as the engine reads it."""
    return EngineEvent(
        id=str(event.pk),
        case=str(event.case_id),
        type=event.type,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        refs=event.refs,
        by=event.by or None,
        data=event.data,
        position=event.sequence,
    )


def owed(duty: Duty) -> list[str]:
    """What is still missing, in words, one thing an entry: `placement review held with the gangs team there`."""
    terms: dict[str, str] = {}
    for need in _needs(duty):
        terms[need.label] = _terms(need) if need.label == need.type and need.label not in terms else ""
    return [" ".join(filter(None, (owed_text(label), terms.get(label, "")))) for label in duty.missing]


def doings(duty: Duty) -> list[Doing]:
    """What somebody may record to meet an outstanding duty, or a gate: each type of event still missing, once.

    A gate is met by what happened before it, so only an entry with an earlier time meets it.
    """
    needs = _needs(duty)
    missing = " ".join(duty.missing)
    wanted = [need for need in needs if need.label in missing] or needs
    return [_doing(event_type, wanted, duty) for event_type in dict.fromkeys(need.type for need in wanted)]


def _needs(duty: Duty) -> list[Need]:
    """What an outstanding duty, or a gate, asks to have happened; nothing of any other clause."""
    clause = clause_of(duty)
    if isinstance(clause, DutyClause):
        named = [part for part in clause.parts if part.name == duty.part]
        return list((named or clause.parts)[0].done_by.needs)
    return [need for _, pattern in clause.needs for need in pattern.needs] if isinstance(clause, Gate) else []


def _doing(event_type: str, wanted: Sequence[Need], duty: Duty) -> Doing:
    """One event that does for every need of its type: a plan can be sent to two people at once."""
    needs = [need for need in wanted if need.type == event_type]
    data: dict[str, list[str]] = {}
    for need in needs:
        for name, value in _data(need, duty.part).items():
            data.setdefault(name, []).append(value)
    said = (owed_text(need.label) if need.label != event_type else _terms(need) for need in needs)
    return Doing(event_type, dict(duty.refs), data, tuple(filter(None, said)))


def _terms(need: Need) -> str:
    """Who must have been there, or how it must be done, for an event to do: `with the gangs team there`; "" if open."""
    found = []
    for name, text in _TERM.findall(need.text):
        values = re.split(r"\s+or\s+", text.strip())
        if name == "how":
            found.append(listed((part_text(value) for value in values), "or"))
        else:
            found.append(f"with {listed((role_text(value) for value in values), 'or')} there")
    return " ".join(found)


def _data(need: Need, part: str) -> dict[str, str]:
    """The data that an event must carry to satisfy a need. Where several values would do, none is chosen."""
    found: dict[str, str] = {}
    inner = re.search(r"{([^}]*)}", need.text)
    for condition in inner[1].split(",") if inner else ():
        matched = _CONDITION.fullmatch(condition.strip())
        if matched:
            found[matched[1]] = matched[2] or part
    return found


@dataclass(frozen=True, slots=True)
class Attention:
    """What a protocol has to say when an event of one type is recorded."""

    checks: tuple[Clause, ...]
    """Clauses that look at the event itself, or at what came before it."""
    starts: tuple[Clause, ...]
    """Duties that it may begin."""
    guidance: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a case now, to tell which clauses matter to somebody who is about to record something."""

    facts: Mapping[str, Any]
    now: datetime

    def may_hold(self, condition: Condition | None) -> bool:
        """Whether a condition holds, or cannot be told before the event says more."""
        if condition is None or condition.fields or _BY.search(condition.text):
            return True
        event = EngineEvent(id="", case="", type="", occurred_at=self.now, recorded_at=self.now)
        return condition.holds(EventMoment(event, self.facts))


def attention(pack: Pack, event_type: str, known: Known) -> Attention:
    """The clauses of a pack that matter to whoever records an event of this type now."""
    checks, starts, guidance = [], [], []
    for clause in pack.clauses.values():
        if not known.may_hold(clause.when):
            continue
        if isinstance(clause, Guidance):
            if event_type in clause.shown_on:
                guidance.append(clause)
        elif isinstance(clause, DutyClause):
            if _names(clause.after, event_type):
                starts.append(clause)
        elif (isinstance(clause, Check) and _names(clause.on, event_type)) or (
            isinstance(clause, Gate) and _names(clause.before, event_type)
        ):
            checks.append(clause)
    return Attention(tuple(checks), tuple(starts), tuple(guidance))


def looked_for(pack: Pack, event_type: str, known: Known) -> Mapping[str, Mapping[str, str]]:
    """For each field of an event type, the values that a clause looks for now, each with the first such clause."""
    found: dict[str, dict[str, str]] = {}
    for clause in pack.clauses.values():
        if known.may_hold(clause.when):
            for name, value in _looked_for(clause, event_type, known):
                found.setdefault(name, {}).setdefault(value, clause.id)
    return found


def _looked_for(clause: Clause, event_type: str, known: Known) -> Iterator[tuple[str, str]]:
    if isinstance(clause, Check) and _names(clause.on, event_type):
        for requirement in clause.requires:
            if requirement.any_of is not None and known.may_hold(requirement.when):
                name, values = requirement.any_of
                yield from ((name, value) for value in values)
    elif isinstance(clause, DutyClause):
        for part in clause.parts:
            for need in part.done_by.needs:
                if need.type == event_type:
                    yield from ((name, value) for name, value in _data(need, "").items() if value)


def gates_ahead(case: Case, event_type: str, refs: Mapping[str, str], now: datetime) -> list[tuple[Clause, list[str]]]:
    """The gates that an event would pass unmet if it were recorded now, each with what must have happened first.

    Only those that can be told from `refs`: a gate tied to a thing that nobody has chosen yet is left out.
    """
    event = EngineEvent(
        id=str(uuid4()), case=str(case.pk), type=event_type, occurred_at=now, recorded_at=now, refs=refs, position=LAST
    )
    pack = pack_for(case, now)
    if pack is None or not any(isinstance(one, Gate) and _names(one.before, event_type) for one in pack.executable):
        return []
    found: list[tuple[Clause, list[str]]] = []
    for change in foreseen(case, [event], now):
        clause = pack.clauses.get(change.identity.clause)
        if not isinstance(clause, Gate) or str(change.identity.trigger) != event.id or change.after is None:
            continue
        if change.after.state == BREACHED and (clause.about == CASE or clause.about in refs):
            found.append((clause, [owed_text(label) for label in change.after.missing]))
    return found


def must_be_recorded_by(pack: Pack, event_type: str) -> bool:
    """Whether some clause asks who recorded an event of this type: nobody may then record it for somebody else."""
    patterns: list[Pattern | None] = []
    for clause in pack.clauses.values():
        if isinstance(clause, DutyClause):
            patterns += [clause.after, clause.until, *(part.done_by for part in clause.parts)]
        elif isinstance(clause, Gate):
            patterns += [clause.before, *(pattern for _, pattern in clause.needs)]
        elif isinstance(clause, Check):
            patterns.append(clause.on)
    needs = (need for pattern in patterns if pattern for need in pattern.needs)
    return any(need.type == event_type and _RECORDED_BY.search(need.text) for need in needs)


def _names(pattern: Pattern | None, event_type: str) -> bool:
    return pattern is not None and event_type in pattern.types


def pack_for(case: Case, now: datetime) -> Pack | None:
    """The protocol that judges what happens in a case now; None where none has been adopted."""
    versions = versions_of([case])[case.pk]
    return versions.at(now)[0].pack if versions else None


@service
def foreseen(case: Case, more: Sequence[EngineEvent], now: datetime) -> list[rows.Change]:
    """How the duties of a case would change if `more` were recorded too. Nothing is changed.

    Worked out from the whole record, as it will be when it happens: from what a reader of few categories sees, a duty
    met by what they do not see would seem to be still to do. Whoever shows it leaves out what its reader may not see.
    """
    versions = versions_of([case])[case.pk]
    if versions is None:
        return []
    events = [*rows.events_of([case.pk], None)[case.pk], *more]
    after = dict(rows.values_of(instance) for instance in evaluate(events, versions, now).instances)
    return rows.differences(case.pk, rows.stored([case.pk], None)[case.pk], after)
