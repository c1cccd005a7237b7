"""Reading one clause of each kind from its paragraph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .calendar import Duration
from .errors import UnreadableError
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
    Part,
    Requirement,
    Stage,
    Term,
)
from .patterns import Pattern, parse_pattern
from .table import Table

MODALITIES = ("must", "should")
BREACH_OF = "breach of "
JOINTLY = " and "


def read_clause(clause_id: str, kind: str, table: Table, terms: Mapping[str, Term]) -> Clause:
    """The clause that a paragraph states. Raises PackError naming its line and what is wrong."""
    read: dict[str, Callable[..., Clause]] = {
        "duty": _duty,
        "escalation": _duty,
        "gate": _gate,
        "content": _check,
        "rule": _check,
        "guidance": _guidance,
    }
    shared: dict[str, Any] = {
        "id": clause_id,
        "kind": kind,
        "title": table.text("title"),
        "says": table.text("says", ""),
        "cite": table.text("cite"),
        "modality": table.choice("modality", MODALITIES),
        "section": table.text("section", ""),
        "about": table.text("about", CASE),
        "when": table.maybe_condition("when"),
        "line": table.source.line_of(table.heading),
        "who": _owner(table),
    }
    clause = read[kind](table, terms, shared)
    table.done()
    return clause


def _owner(table: Table) -> Owner | None:
    value = table.take("who")
    age_on = table.choice("age_on", ("due", "trigger"), "due")
    if value is None:
        return None
    if isinstance(value, str):
        return Owner(((None, value),), age_on)
    if not isinstance(value, list) or not value:
        raise table.error("'who' must be a role, or a list", "who")
    if all(isinstance(item, str) for item in value):
        return Owner(((None, JOINTLY.join(value)),), age_on)
    choices = []
    for item in value:
        inner = table.inner("who", item)
        choices.append((inner.maybe_condition("when"), inner.text("role")))
        inner.done()
    if choices[-1][0] is not None:
        raise table.error("the last choice of 'who' must have no 'when': somebody always owes it", "who")
    return Owner(tuple(choices), age_on)


def _duty(table: Table, terms: Mapping[str, Term], shared: dict[str, Any]) -> Duty:
    after = table.text("after")
    breach_of = after.removeprefix(BREACH_OF) if after.startswith(BREACH_OF) else None
    if shared["who"] is None:
        raise table.error("'who' is missing: somebody always owes a duty")
    recurs = _recurrence(table)
    return Duty(
        **shared,
        after=None if breach_of else _parsed(table, "after", after, parse_pattern),
        breach_of=breach_of,
        recurs=recurs,
        parts=_parts(table, terms, recurs),
        until=table.maybe_pattern("until") or table.maybe_pattern("unless"),
        each=_field_name(table, "each"),
        may_come_before=table.flag("may_come_before"),
        escalate=_stages(table),
    )


def _parsed(table: Table, key: str, text: str, parse: Callable[[str], Pattern]) -> Pattern:
    try:
        return parse(text)
    except UnreadableError as problem:
        raise table.error(str(problem), key) from None


def _recurrence(table: Table) -> str:
    every = table.values.get("every")
    if every is None:
        return ""
    if every == CALENDAR_MONTH:
        table.take("every")
        return CALENDAR_MONTH
    if "within" in table.values:
        raise table.error("has both 'every' and 'within': a recurring duty is due each time its period ends", "every")
    table.values["within"] = table.take("every")
    return "each time"


def _parts(table: Table, terms: Mapping[str, Term], recurs: str) -> tuple[Part, ...]:
    if "part" not in table.values:
        return (Part.of(None, _deadline(table, terms), table.pattern("done_by")),)
    if recurs:
        raise table.error("a recurring duty cannot have parts", "part")
    parts = []
    for inner in table.tables("part"):
        parts.append(Part.of(inner.text("name"), _deadline(inner, terms), inner.pattern("done_by")))
        inner.done()
    if len({part.name for part in parts}) != len(parts):
        raise table.error("two parts have the same name", "part")
    return tuple(parts)


def _deadline(table: Table, terms: Mapping[str, Term]) -> Deadline:
    given = [key for key in ("within", "at", "by") if key in table.values]
    if len(given) != 1:
        raise table.error(
            "needs one of 'within', 'at', 'by' or 'every' to say by when"
            if not given
            else f"has {' and '.join(given)}: one deadline only",
            given[0] if given else None,
        )
    kind = given[0]
    time_from = table.text("time_from", "document")
    local = "" if time_from == "document" else time_from
    if kind != "within":
        return Deadline(kind, field=_field_name(table, kind) or "", time_from=local)
    text = table.text("within")
    if text in terms:
        return Deadline("within", terms[text].means, text=text, time_from=local or terms[text].decided_by)
    try:
        return Deadline("within", Duration.parse(text), text=text, time_from=local)
    except UnreadableError as problem:
        undefined = f"the term '{text}' is not defined: add [term.{text}] or write a number"
        message = str(problem) if any(letter.isdigit() for letter in text) else undefined
        raise table.error(message, "within") from None


def _field_name(table: Table, key: str) -> str | None:
    """The name behind `data.`, or None when the key is not there."""
    if key not in table.values:
        return None
    text = table.text(key)
    if not text.startswith("data."):
        raise table.error(f"'{key}' must name a field of the trigger, such as data.scheduled_for", key)
    return text.removeprefix("data.")


def _stages(table: Table) -> tuple[Stage, ...]:
    stages = []
    for inner in table.tables("escalate"):
        stages.append(Stage(inner.parsed("after", Duration.parse), inner.text("to")))
        inner.done()
    return tuple(stages)


def _gate(table: Table, terms: Mapping[str, Term], shared: dict[str, Any]) -> Gate:
    before = table.pattern("before")
    if isinstance(table.values.get("needs"), str):
        return Gate(**shared, before=before, needs=((None, table.pattern("needs")),))
    needs = []
    for inner in table.tables("needs"):
        needs.append((inner.maybe_condition("when"), inner.pattern("event")))
        inner.done()
    if not needs:
        raise table.error("'needs' is missing: what must have happened first")
    return Gate(**shared, before=before, needs=tuple(needs))


def _check(table: Table, terms: Mapping[str, Term], shared: dict[str, Any]) -> Check:
    requires = [
        *_items(table, "has", "{}"),
        *_items(table, "attended", "{}"),
        *_items(table, "how", "how: {}"),
        *(_requirement(inner) for inner in table.tables("requires")),
    ]
    on = table.pattern("on")
    if not requires:
        raise table.error("requires nothing: give 'has', 'attended', 'how' or 'requires'")
    return Check(**shared, on=on, requires=tuple(requires))


def _items(table: Table, field: str, label: str) -> list[Requirement]:
    """`has = ["a", "b or c", { item = "d", when = "…" }]` as requirements on a data field."""
    value = table.take(field)
    entries = [] if value is None else value if isinstance(value, list) else [value]
    requirements = []
    for entry in entries:
        inner = table.inner(field, {"item": entry} if isinstance(entry, str) else entry)
        names = tuple(name.strip() for name in inner.text("item").split(" or "))
        when = inner.maybe_condition("when")
        inner.done()
        requirements.append(Requirement(missing=label.format(names[0]), when=when, any_of=(field, names)))
    return requirements


def _requirement(table: Table) -> Requirement:
    given = [key for key in ("that", "earlier", "not_earlier") if key in table.values]
    if len(given) != 1:
        raise table.error("each of 'requires' needs one of 'that', 'earlier' or 'not_earlier'", "requires")
    requirement = Requirement(
        missing=table.text("missing"),
        when=table.maybe_condition("when"),
        that=table.maybe_condition("that"),
        earlier=table.maybe_pattern("earlier"),
        not_earlier=table.maybe_pattern("not_earlier"),
    )
    table.done()
    return requirement


def _guidance(table: Table, terms: Mapping[str, Term], shared: dict[str, Any]) -> Guidance:
    return Guidance(**shared, shown_on=table.texts("shown_on"), reason=table.text("reason"))
