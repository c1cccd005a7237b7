"""A pack read back in plain English, clause by clause, for a head of service to sign off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .calendar import local_date
from .pack import (
    CALENDAR_MONTH,
    CASE,
    Check,
    Clause,
    Deadline,
    Duty,
    Gate,
    Guidance,
    Owner,
    Pack,
    Requirement,
)
from .patterns import Pattern
from .wording import day_text, event_text, listed, lower_first, name_text, part_text, plain, role_text, upper_first


def explain_pack(pack: Pack) -> Iterator[str]:
    """Paragraphs of the whole pack: its head, its terms and choices, then every clause in the document's order."""
    yield f"{pack.title}, version {pack.version}, in force from {day_text(local_date(pack.in_force_from))}."
    for term in pack.terms.values():
        yield f"'{plain(term.name)}' means {term.means} ({term.decided_by})."
    for switch in pack.switches.values():
        yield f"{switch.question} The choice made: {switch.chosen}."
    for clause in pack.clauses.values():
        yield explain_clause(clause)


def explain_clause(clause: Clause) -> str:
    """One clause as a paragraph: what it says, and how it is worked out."""
    lines = [f"{clause.id}. {clause.title} ({clause.cite})."]
    if clause.says:
        lines.append(clause.says)
    lines += clause_sentences(clause)
    return "\n   ".join(lines)


def clause_sentences(clause: Clause) -> list[str]:
    """How a clause is worked out, a sentence for each thing that is to be known."""
    return [sentence for sentence in _sentences(clause) if sentence]


def _sentences(clause: Clause) -> Iterator[str]:
    if isinstance(clause, Guidance):
        shown = listed(event_text(name).lower() for name in clause.shown_on)
        yield f"Guidance, never due{f'; shown when recording: {shown}' if shown else ''}. {clause.reason}".strip()
        return
    if clause.when:
        yield f"Applies only when: {condition_text(clause.when.text)}."
    if isinstance(clause, Duty):
        yield from _duty_sentences(clause)
    elif isinstance(clause, Gate):
        yield f"What is held back: {pattern_text(clause.before)}."
        for when, pattern in clause.needs:
            yield f"What comes first{f' ({condition_text(when.text)})' if when else ''}: {pattern_text(pattern)}."
        yield _owner_text(clause.who)
    elif isinstance(clause, Check):
        yield f"Looked at each time: {pattern_text(clause.on)}."
        yield from (_requirement_text(need) for need in clause.requires)


def _duty_sentences(clause: Duty) -> Iterator[str]:
    starts = f"a breach of {clause.breach_of}" if clause.breach_of else pattern_text(clause.after)
    yield f"Starts with: {starts}{f' (tied by the same {plain(clause.about)})' if clause.about != CASE else ''}."
    if clause.each:
        yield f"One for each of: {plain(clause.each)}."
    yield _owner_text(clause.who, clause.modality)
    for part in clause.parts:
        name = f"{upper_first(part_text(part.name))}: due" if part.name else "Due"
        yield f"{name} {deadline_text(part.deadline, clause.recurs)}. Done by: {pattern_text(part.done_by)}."
    if clause.may_come_before:
        yield "This may already have been done before it starts."
    if clause.until:
        yield f"Ends with: {pattern_text(clause.until)}."
    for stage in clause.escalate:
        yield f"If it is still not done {stage.after} after that, {role_text(stage.to)} is told."


def deadline_text(deadline: Deadline, recurs: str = "") -> str:
    """By when, and who decided it: `within 5 days`, `every 3 months`, `by the time the event names (due)`."""
    named = {"at": "at the end of the day that the event names", "by": "by the time that the event names"}
    if deadline.kind in named:
        text = f"{named[deadline.kind]} ({plain(deadline.field)})"
    elif recurs == CALENDAR_MONTH:
        text = f"for every calendar month, within {deadline.duration} after its end"
    else:
        text = f"{'every' if recurs else 'within'} {deadline.duration}"
    return f"{text}: {deadline.decided}" if deadline.decided else text


def _owner_text(owner: Owner | None, modality: str = "") -> str:
    if owner is None:
        return ""
    choices = [f"{role_text(role)}{f' ({condition_text(when.text)})' if when else ''}" for when, role in owner.choices]
    day = ""
    if any(when and when.uses_age for when, _ in owner.choices):
        day = (
            ", by age on the day it starts"
            if owner.age_on == "trigger"
            else ", by age on the last day before it is due"
        )
    return f"Owed by {', otherwise '.join(choices)}{day}{f' ({modality})' if modality else ''}."


def pattern_text(pattern: Pattern | None) -> str:
    """A pattern in words: `offer made, or refusal made`."""
    if pattern is None:
        return ""
    return ", or ".join(
        " and ".join(_need_text(need.type, need.text) for need in alternative) for alternative in pattern.alternatives
    )


def _need_text(event_type: str, text: str) -> str:
    rest = text.removeprefix(event_type).strip().replace("{", "(").replace("}", ")").replace("=", ": ")
    return f"{lower_first(event_text(event_type))}{f' {plain(rest)}' if rest else ''}"


_IN_WORDS = (
    (r"data\.has has (\w+)", r"it holds \1"),
    (r"data\.(\w+) has (\w+)", r"\1 includes \2"),
    (r" == true\b", ""),
    (r"\bdata\.", ""),
    (r"\bswitch\.(\w+)", r"the choice on \1"),
    (r"==", "is"),
    (r"!=", "is not"),
    (r"<=", "at most"),
    (r">=", "at least"),
    (r"<", "under"),
    (r">", "over"),
    (r" in \[([^\]]*)\]", r" is one of \1"),
    (r"_", " "),
)


def condition_text(text: str) -> str:
    """A condition in words."""
    for pattern, words in _IN_WORDS:
        text = re.sub(pattern, words, text)
    return text


def _requirement_text(need: Requirement) -> str:
    when = f" (when {condition_text(need.when.text)})" if need.when else ""
    if need.any_of:
        field, names = need.any_of
        verb = {"has": "It holds", "attended": "Present", "how": "How"}.get(field, plain(field))
        return f"{verb}: {listed((name_text(name) for name in names), 'or')}{when}."
    if need.that:
        return f"It must be so that {condition_text(need.that.text)}{when}."
    if need.earlier:
        return f"Earlier: {pattern_text(need.earlier)}{when}."
    return f"Not yet: {pattern_text(need.not_earlier)}{when}."
