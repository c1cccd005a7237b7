"""The one sentence that explains a result: what happened, what is owed, by whom, by when, and which clause says so."""

from __future__ import annotations

from .calendar import local_date
from .instances import BREACHED, ENDED, MET, OPEN, UNKNOWN, WAIVED, Instance
from .pack import Check, Duty, Gate
from .wording import (
    day_text,
    due_text,
    event_text,
    listed,
    lower_first,
    owed_text,
    part_text,
    role_text,
)

_OUTCOME = {
    WAIVED: "it was waived",
    ENDED: "it ended before it was due",
}


def why(instance: Instance) -> str:
    """One English sentence for an instance; it never credits the document with a number that it does not give."""
    clause = instance.clause
    if isinstance(clause, Duty):
        return _duty_sentence(instance, clause)
    if isinstance(clause, Gate):
        return _gate_sentence(instance, clause)
    assert isinstance(clause, Check)  # guidance gives no instance
    return _check_sentence(instance, clause)


def _trigger(instance: Instance) -> str:
    event = instance.trigger
    return f"{event_text(event.type)} on {day_text(local_date(event.occurred_at))}"


def _source(instance: Instance) -> str:
    return f"({instance.clause.id}, {instance.clause.cite})"


def _duty_sentence(instance: Instance, clause: Duty) -> str:
    about = f" ({part_text(instance.part)})" if instance.part else ""
    when = f" by {due_text(instance.due)}" if instance.due else ", though no date for it has been given,"
    cause = f"{_trigger(instance)}, so"
    if clause.breach_of:
        cause = f"{clause.breach_of} was not done by {due_text(instance.since)}, so"
    owed = f"{role_text(instance.who)} {clause.modality} {lower_first(clause.title)}"
    sentence = f"{cause} {owed}{about}{when} {_source(instance)}"
    clauses = [sentence]
    if instance.deadline and instance.deadline.decided:
        clauses.append(instance.deadline.decided)
    if instance.provisional:
        clauses.append("the date is provisional, because the bank holidays that far ahead are not known")
    clauses.append(_duty_outcome(instance))
    return "; ".join(clauses) + "."


def _duty_outcome(instance: Instance) -> str:
    if outcome := _outcome(instance):
        return outcome
    if instance.state == MET:
        if instance.late:
            return "it was done late"
        if instance.breach_noticed_at:
            return "it was done in time, though only recorded after it was due"
        return "it was done in time"
    owed = f"still owed: {listed(owed_text(item) for item in instance.missing)}"
    if instance.state == OPEN:
        return owed
    stages = f", taken to {listed(role_text(role) for role in instance.escalated_to)}" if instance.escalated_to else ""
    return f"it was not done in time{stages}, {owed}"


def _outcome(instance: Instance) -> str | None:
    """What is said of a state that needs no more than itself; None for the others."""
    if instance.state == UNKNOWN:
        return f"{_not_known_because(instance)}, so whether it was done is not known"
    return _OUTCOME.get(instance.state)


def _not_known_because(instance: Instance) -> str:
    if instance.protocol_from is None:
        return "the record does not reach back that far"
    return f"the protocol was not in use here until {day_text(local_date(instance.protocol_from))}"


def _gate_sentence(instance: Instance, clause: Gate) -> str:
    sentence = (
        f"Before this ({_trigger(instance)}), {role_text(instance.who)} {clause.modality} {lower_first(clause.title)}"
    )
    return f"{sentence} {_source(instance)}; {_check_outcome(instance, 'this had happened', 'this had not happened')}."


def _check_sentence(instance: Instance, clause: Check) -> str:
    owed = f"{role_text(instance.who)} {clause.modality} {lower_first(clause.title)}"
    outcome = _check_outcome(instance, "this was so", "what is missing")
    return f"{_trigger(instance)}, where {owed} {_source(instance)}; {outcome}."


def _check_outcome(instance: Instance, good: str, bad: str) -> str:
    if instance.state == BREACHED:
        return f"{bad}: {listed(owed_text(item) for item in instance.missing)}"
    return _outcome(instance) or good
