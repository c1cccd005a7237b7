"""Plain duties in one short pass: a fixed length of time after a trigger, a fixed owner, one event that shows it done.

Most duties of a protocol are plain, and most of the work is spent on them. The meaning is that of `duties`, which works
out every kind of duty; a test holds the two to the same answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from .calendar import Due
from .checks import triggers
from .events import Event
from .history import History, first_match
from .instances import BREACHED, MET, OPEN, UNKNOWN, Instance
from .pack import CASE, PlainDuty
from .patterns import Need

if TYPE_CHECKING:
    from .evaluate import Context

FEW = 4
"""So many events of a type are looked through one by one; more are worth an index by what they are about."""


class PlainStart(NamedTuple):
    """A trigger as all plain duties share it; `dues` fills up with the lengths of time that they count."""

    event: Event
    ref: str
    refs: dict[str, str]
    covered: bool
    dues: dict[tuple[int, str], Due]


def is_plain_now(history: History, duty: PlainDuty) -> bool:
    """Whether nothing in this history ends or waives the duty, so that the short pass gives the whole answer."""
    return not history.has_waivers and (not duty.ended_by or duty.ended_by.isdisjoint(history.by_type))


def evaluate_plain(context: Context, duty: PlainDuty, place: int, found: list[Instance]) -> None:
    """Add the instances of a plain duty, one for each trigger. Only right when `is_plain_now`."""
    history, clause, length = context.history, duty.clause, duty.length
    under = context.versions.all[place]
    for start in _starts(context, duty, place):
        event, ref, refs, covered, dues = start
        if clause.when is not None and not clause.when.test(history.moment(event)):
            continue
        if length not in dues:
            dues[length] = _due(context, duty, event)
        due, provisional = dues[length]
        done = _done(history, duty, event, ref)
        # By position: the fields of Instance in their order. This is the innermost step of all.
        instance = Instance(clause, event, refs, under, event.occurred_at, None, duty.who, UNKNOWN, due, provisional)
        instance.deadline = duty.deadline
        if covered:
            if done is not None:
                instance.state, instance.met_by, instance.late = MET, (done.id,), done.occurred_at >= due
                if done.recorded_at > due and not instance.late:
                    instance.breach_noticed_at = due
            else:
                instance.missing = duty.missing
                if history.now < due:
                    instance.state, instance.next_change = OPEN, due
                else:
                    instance.state = BREACHED
        found.append(instance)


def _starts(context: Context, duty: PlainDuty, place: int) -> Sequence[PlainStart]:
    """The triggers of the duty, gathered once for all plain duties that begin in the same way."""
    after, about = duty.clause.after, duty.clause.about
    assert after is not None  # a plain duty is never started by another's breach
    starts = context.plain_starts.get((after.text, about, place))
    if starts is None:
        starts = []
        for event in triggers(context, after, place):
            if about == CASE:
                starts.append(PlainStart(event, "", {}, context.is_covered(event.occurred_at), {}))
            elif about in event.refs:
                ref = event.refs[about]
                starts.append(PlainStart(event, ref, {about: ref}, context.is_covered(event.occurred_at), {}))
        context.plain_starts[after.text, about, place] = starts
    return starts


def _due(context: Context, duty: PlainDuty, event: Event) -> Due:
    duration = duty.deadline.duration
    assert duration is not None  # a plain duty is due after a length of time
    if duration.unit in ("hour", "minute"):
        return context.calendar.due(event.occurred_at, duration)
    return context.calendar.due_after_day(context.history.moment(event).day, duration)


def _done(history: History, duty: PlainDuty, trigger: Event, ref: str) -> Event | None:
    """The first event after the trigger, about the same thing, that shows the duty done in one way or another."""
    found: Event | None = None
    for need in duty.needs:
        if need.type in history.by_type:
            event = _first(history, need, duty.clause.about, trigger, ref)
            if event is not None and (found is None or event.key < found.key):
                found = event
    return found


def _first(history: History, need: Need, about: str, trigger: Event, ref: str) -> Event | None:
    candidates = history.by_type[need.type]
    if need.match is not None or len(candidates) > FEW:
        return first_match(history.about(need.type, about, ref), need, trigger.key, None)
    for event in candidates:
        if event.key > trigger.key and (about == CASE or event.refs.get(about) == ref):
            return event
    return None
