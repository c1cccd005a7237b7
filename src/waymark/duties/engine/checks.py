"""Gates, content and rules: judged once, at the moment the event happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from .conditions import as_values
from .events import Event
from .history import EventMoment, last_match
from .instances import BREACHED, MET, UNKNOWN, Instance
from .pack import CASE, Check, Clause, Gate, Requirement
from .patterns import Need, Pattern

if TYPE_CHECKING:
    from .evaluate import Context


def triggers(context: Context, pattern: Pattern, place: int | None) -> list[Event]:
    """The events that a pattern names and that the version in that place judges (None: any version), in order."""
    key = (pattern.text, place)
    found = context.triggers.get(key)
    if found is None:
        types = tuple(dict.fromkeys(need.type for need in pattern.needs))
        any_version = place is None or len(context.versions.all) == 1
        found = context.triggers[key] = [
            event
            for event in context.history.of_types(types)
            if (any_version or context.belongs(event.occurred_at, place)) and names(pattern, event)
        ]
    return found


def names(pattern: Pattern, event: Event) -> bool:
    """Whether one event alone satisfies one of the pattern's alternatives."""
    return any(
        need.type == event.type and (need.match is None or need.match(event, None))
        for alternative in pattern.alternatives
        for need in alternative
    )


def evaluate_gate(context: Context, clause: Gate, place: int) -> Iterator[Instance]:
    """One instance each time the gated event happens: met when all that is needed had happened before it."""
    for event in triggers(context, clause.before, place):
        moment = context.history.moment(event)
        if clause.when is not None and not clause.when.test(moment):
            continue
        pattern = next((pattern for when, pattern in clause.needs if when is None or when.test(moment)), None)
        if pattern is None:
            continue  # none of the gate's cases is this one: nothing is held
        met_by, missing = _happened_before(context, pattern, clause.about, event)
        yield _judged(context, clause, place, moment, met_by, missing)


def evaluate_check(context: Context, clause: Check, place: int) -> Iterator[Instance]:
    """One instance each time the event happens: breached when it lacks an item, a role or what a rule requires."""
    for event in triggers(context, clause.on, place):
        moment = context.history.moment(event)
        if clause.when is not None and not clause.when.test(moment):
            continue
        missing = [need.missing for need in clause.requires if not _holds(context, clause, need, moment)]
        yield _judged(context, clause, place, moment, [event.id], missing)


def _judged(
    context: Context,
    clause: Clause,
    place: int,
    moment: EventMoment,
    met_by: Sequence[str],
    missing: Sequence[str],
) -> Instance:
    event = moment.event
    instance = Instance(
        clause=clause,
        trigger=event,
        refs=refs_of(clause, event),
        under=context.versions.all[place],
        who=clause.who.role(moment) if clause.who else None,
        since=event.occurred_at,
    )
    if not context.is_covered(event.occurred_at):
        instance.state = UNKNOWN
    elif missing:
        instance.state = BREACHED
        instance.missing = tuple(dict.fromkeys(missing))
    else:
        instance.state = MET
        instance.met_by = tuple(met_by)
    return instance


def refs_of(clause: Clause, event: Event) -> Mapping[str, str]:
    """What the instance is about: the clause's own ref, or whatever the event names when it lacks that one."""
    if clause.about == CASE:
        return {}
    value = event.refs.get(clause.about)
    return event.refs if value is None else {clause.about: value}


def _holds(context: Context, clause: Check, need: Requirement, moment: EventMoment) -> bool:
    if need.when is not None and not need.when.test(moment):
        return True
    if need.any_of is not None:
        field, names_wanted = need.any_of
        return any(value in names_wanted for value in as_values(moment.data.get(field)))
    if need.that is not None:
        return bool(need.that.test(moment))
    pattern = need.earlier or need.not_earlier
    assert pattern is not None  # the loader requires one of the four
    happened = any(_need_before(context, wanted, clause.about, moment.event) for wanted in pattern.needs)
    return happened is (need.earlier is not None)


def _happened_before(context: Context, pattern: Pattern, about: str, event: Event) -> tuple[list[str], list[str]]:
    """The events that satisfied the nearest alternative before `event`, and the labels of what was lacking."""
    best: tuple[list[str], list[str]] | None = None
    for alternative in pattern.alternatives:
        found = [(need, _need_before(context, need, about, event)) for need in alternative]
        met_by = [hit.id for _, hit in found if hit]
        missing = [need.label for need, hit in found if not hit]
        if best is None or len(missing) < len(best[1]):
            best = (list(dict.fromkeys(met_by)), missing)
    assert best is not None  # a pattern has at least one alternative
    return best


def _need_before(context: Context, need: Need, about: str, event: Event) -> Event | None:
    ref = "" if about == CASE else event.refs.get(about)
    if ref is None:
        return None
    return last_match(context.history.about(need.type, about, ref), need, event.key)
