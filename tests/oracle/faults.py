"""Faults that somebody might make in the engine, each put in by changing a line of it.

A fault that no longer fits the engine's text is an error, not a pass: then the line was rewritten, and the fault has to
be thought of again.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any, NamedTuple

from waymark.duties.engine import calendar, checks, duties, england_and_wales, history, plain


class Fault(NamedTuple):
    """In `function` the text `right` becomes `wrong`."""

    function: Callable[..., Any]
    right: str
    wrong: str


LOCAL_HOURS = "Due((start.astimezone(LONDON) + timedelta(hours=duration.amount)).astimezone(UTC))"

FAULTS = {
    "a day is due a day early": Fault(calendar.end_of_day, "day + ONE_DAY", "day"),
    "hours stop while the clocks change": Fault(
        calendar.Calendar.due, "Due(start + timedelta(hours=duration.amount))", LOCAL_HOURS
    ),
    "bank holidays are working days": Fault(calendar.Calendar.is_working_day, " and day not in self.bank_holidays", ""),
    "a month never ends after the 28th": Fault(calendar.add_months, "monthrange(year, month + 1)[1]", "28"),
    "at the due time is still in time": Fault(duties._decide, "done.occurred_at >= due", "done.occurred_at > due"),
    "at the due time is still in time, plain": Fault(
        plain.evaluate_plain, "done.occurred_at >= due", "done.occurred_at > due"
    ),
    "at the due time nothing is breached yet": Fault(
        duties._settle, "context.history.now < instance.due", "context.history.now <= instance.due"
    ),
    "at the due time nothing is breached yet, plain": Fault(
        plain.evaluate_plain, "history.now < due", "history.now <= due"
    ),
    "evidence before the trigger counts": Fault(
        duties._evidence, "None if clause.may_come_before else after", "after if clause.recurs else None"
    ),
    "evidence before the trigger counts, plain": Fault(plain._first, "event.key > trigger.key", "True"),
    "a trigger is its own evidence": Fault(plain._first, "event.key > trigger.key", "event.key >= trigger.key"),
    "evidence may never come before": Fault(duties._evidence, "None if clause.may_come_before else after", "after"),
    "half of what is needed is enough": Fault(duties._evidence, "len(found) == len(hits)", "len(found) > 0"),
    "done when the first of several things is": Fault(duties._evidence, "max(found", "min(found"),
    "endings are ignored": Fault(duties._ending, "return found", "return None"),
    "endings are ignored, plain": Fault(plain.is_plain_now, "duty.ended_by.isdisjoint(history.by_type)", "True"),
    "an ending at the due time takes the breach away": Fault(
        duties._decide, "event.occurred_at < due", "event.occurred_at <= due"
    ),
    "waivers are ignored, plain": Fault(plain.is_plain_now, "not history.has_waivers", "True"),
    "a waiver reaches back to before its duty": Fault(duties._waiver, "event.key > opened", "True"),
    "withdrawals are ignored": Fault(history._withdrawn, "return withdrawn", "return set()"),
    "a withdrawn withdrawal withdraws": Fault(history._withdrawn, "retraction.id not in withdrawn", "True"),
    "what nobody had written down yet is known": Fault(
        history.History.__init__, "event.occurred_at <= now and event.recorded_at <= now", "event.occurred_at <= now"
    ),
    "another placement's evidence counts": Fault(
        history.History.about, "index.get(ref, ())", "self.by_type.get(event_type, ())"
    ),
    "another placement's evidence counts, plain": Fault(plain._first, "event.refs.get(about) == ref", "True"),
    "another placement's ending ends it": Fault(
        duties._same_thing, "ending.refs[clause.about] == trigger.refs.get(clause.about)", "True"
    ),
    "facts of today are read at the trigger": Fault(
        history.History.facts_at, "self._facts[place - 1]", "self._facts[-1]"
    ),
    "what recurs is never ended after a breach": Fault(duties._chain, "settled.ended.key <= next_event.key", "False"),
    "what ends a duty as it shows it done lets it recur": Fault(
        duties._chain, "settled.ended.key <= next_event.key", "settled.ended.key < next_event.key"
    ),
    "what recurs counts on from when it was due": Fault(
        duties._chain, "if settled.done is None and", "if settled.done is not None and"
    ),
    "a date arranged again counts beside the first": Fault(duties._each_time, "if not superseded", "if True"),
    "what was done late has not been breached": Fault(
        duties._after_breaches, "(other.state == MET and other.late)", "False"
    ),
    "an escalation counts from the trigger": Fault(
        duties._after_breaches, "Start(moment, key, other.due)", "Start(moment, key, other.trigger.occurred_at)"
    ),
    "a gate is met by what happens after it": Fault(
        history.last_match, "bisect_left(events, before, key=_key) - 1", "len(events) - 1"
    ),
    "a gate asks for the last of its alternatives": Fault(
        checks._happened_before, "len(missing) < len(best[1])", "True"
    ),
    "evidence written down too late goes unnoticed": Fault(
        duties._decide, "any(hit.recorded_at > due for hit in evidence.done)", "False"
    ),
    "evidence written down too late goes unnoticed, plain": Fault(
        plain.evaluate_plain, "done.recorded_at > due", "False"
    ),
}


@contextmanager
def seeded(fault: Fault) -> Iterator[None]:
    """The engine with the fault in it, for the length of the block."""
    function = fault.function
    assert isinstance(function, FunctionType)
    source = textwrap.dedent(inspect.getsource(function))
    if source.count(fault.right) != 1:
        raise LookupError(f"{function.__qualname__} does not say {fault.right!r} once: think of this fault again")
    names: dict[str, Any] = {**vars(inspect.getmodule(function))}
    exec(compile(source.replace(fault.right, fault.wrong), "a fault", "exec"), names)  # noqa: S102 (the engine's own text)
    right = function.__code__
    function.__code__ = names[function.__name__].__code__
    _forget()
    try:
        yield
    finally:
        function.__code__ = right
        _forget()


def _forget() -> None:
    """What the calendar remembers would hide a fault, or outlive it."""
    england_and_wales()._working_days.clear()
