"""What a pack must agree with: the vocabulary of events, facts and roles, and itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from waymark.events.vocabulary import EVENT_TYPES, FACTS, REF_KINDS, ROLES

from .clauses import JOINTLY
from .conditions import Condition
from .errors import PackError
from .pack import CASE, Check, Clause, Duty, Gate, Guidance, Pack
from .patterns import Pattern
from .table import Source


def check_pack(pack: Pack, source: Source) -> None:
    """Raise PackError for the first clause that names something nobody defined, or that goes round in a circle."""
    for clause in pack.clauses.values():
        for problem, key in _problems(clause, pack):
            line = source.line_of(f"{clause.kind}.{clause.id}", key)
            raise PackError(problem, file=source.file, line=line, subject=f"clause {clause.id}")


def _problems(clause: Clause, pack: Pack) -> Iterator[tuple[str, str | None]]:
    if clause.about != CASE and clause.about not in REF_KINDS and clause.about not in _own_refs(pack):
        yield f"'{clause.about}' is not a kind of ref", "about"
    for key, pattern in _patterns(clause):
        for need in pattern.needs:
            if need.type not in EVENT_TYPES and need.type not in pack.own_events:
                yield (
                    f"'{need.type}' is not an event type (a pack may add its own as [event.{need.type}])",
                    key,
                )
    for _, pattern in _anchors(clause):
        for event_type in pattern.types:
            if clause.about != CASE and clause.about not in _refs_of(event_type, pack):
                yield f"'{event_type}' is never about a {clause.about}", "about"
    for condition in _conditions(clause):
        for fact in condition.facts - FACTS.keys() - pack.own_facts:
            yield f"'{fact}' in '{condition.text}' is not a fact that is recorded", None
    for key, pattern in _patterns(clause):
        for need in pattern.needs:
            for role in need.roles - ROLES.keys() - pack.own_roles:
                yield f"'{role}' in '{need.text}' is not a role", key
    for role in _roles(clause):
        if role not in ROLES and role not in pack.own_roles:
            yield f"'{role}' is not a role", "who"
    if isinstance(clause, Duty):
        yield from _duty_problems(clause, pack)
    if isinstance(clause, Guidance):
        for event_type in clause.shown_on:
            if event_type not in EVENT_TYPES and event_type not in pack.own_events:
                yield f"'{event_type}' is not an event type", "shown_on"


def _own_refs(pack: Pack) -> set[str]:
    return {kind for refs in pack.own_events.values() for kind in refs}


def _refs_of(event_type: str, pack: Pack) -> tuple[str, ...]:
    if event_type in pack.own_events:
        return pack.own_events[event_type]
    known = EVENT_TYPES[event_type]
    return (*known.refs, *known.optional_refs)


def _patterns(clause: Clause) -> Iterator[tuple[str, Pattern]]:
    yield from _anchors(clause)
    if isinstance(clause, Duty):
        yield from (("done_by", part.done_by) for part in clause.parts)
        if clause.until:
            yield "until", clause.until
    elif isinstance(clause, Gate):
        yield from (("needs", pattern) for _, pattern in clause.needs)
    elif isinstance(clause, Check):
        yield from _earlier_patterns(clause)


def _earlier_patterns(clause: Check) -> Iterator[tuple[str, Pattern]]:
    for requirement in clause.requires:
        for pattern in (requirement.earlier, requirement.not_earlier):
            if pattern:
                yield "requires", pattern


def _anchors(clause: Clause) -> Iterator[tuple[str, Pattern]]:
    """The patterns whose events carry the clause's own ref: what starts it and what shows it done."""
    if isinstance(clause, Duty):
        if clause.after:
            yield "after", clause.after
    elif isinstance(clause, Gate):
        yield "before", clause.before
    elif isinstance(clause, Check):
        yield "on", clause.on


def _conditions(clause: Clause) -> Iterator[Condition]:
    found: list[Condition | None] = [clause.when]
    if clause.who:
        found += [condition for condition, _ in clause.who.choices]
    if isinstance(clause, Gate):
        found += [condition for condition, _ in clause.needs]
    if isinstance(clause, Check):
        found += [condition for need in clause.requires for condition in (need.when, need.that)]
    return (condition for condition in found if condition)


def _roles(clause: Clause) -> Iterable[str]:
    if clause.who:
        for _, role in clause.who.choices:
            yield from role.split(JOINTLY)
    if isinstance(clause, Duty):
        yield from (stage.to for stage in clause.escalate)
    if isinstance(clause, Check):
        for need in clause.requires:
            if need.any_of and need.any_of[0] == "attended":
                yield from need.any_of[1]


def _duty_problems(clause: Duty, pack: Pack) -> Iterator[tuple[str, str | None]]:
    if clause.breach_of:
        yield from _circle(clause, pack)
    if clause.after:
        for alternative in clause.after.alternatives:
            if len(alternative) > 1:
                yield (
                    "'after' cannot wait for several events at once: join them with ',' or write one clause each",
                    "after",
                )
        yield from _deadline_fields(clause, clause.after, pack)
    elif clause.recurs or clause.each:
        yield "a clause that starts with another's breach happens once each time", "after"


def _deadline_fields(clause: Duty, after: Pattern, pack: Pack) -> Iterator[tuple[str, str | None]]:
    for part in clause.parts:
        for event_type in after.types if part.deadline.field else ():
            fields = EVENT_TYPES[event_type].fields if event_type in EVENT_TYPES else ()
            if event_type not in pack.own_events and part.deadline.field not in {field.name for field in fields}:
                yield f"'{event_type}' never says data.{part.deadline.field}", part.deadline.kind


def _circle(clause: Duty, pack: Pack) -> Iterator[tuple[str, str | None]]:
    seen = [clause.id]
    current: Clause = clause
    while isinstance(current, Duty) and current.breach_of:
        if current.breach_of not in pack.clauses:
            yield f"'{current.breach_of}' is not a clause of this pack", "after"
            return
        seen.append(current.breach_of)
        if seen.count(current.breach_of) > 1:
            yield f"goes round in a circle: {' waits for a breach of '.join(seen)}", "after"
            return
        current = pack.clauses[current.breach_of]
    if not isinstance(current, Duty):
        yield f"'{current.id}' is {current.kind}, which is never late: only a duty can be breached", "after"
