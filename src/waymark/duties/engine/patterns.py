"""Patterns over events: `offer_made, refusal_made`, `a{to=x} + a{to=y}`, `spot_purchase_approved by head_of_service`.

A pattern is alternatives of needs: any one alternative is enough, and all needs of that alternative must be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .conditions import as_values
from .errors import UnreadableError
from .events import Event

Match = Callable[[Event, str | None], bool]

_NEED = re.compile(
    r"\s*(?P<type>[a-z][a-z_0-9]*)\s*(?:\{(?P<conditions>[^{}]*)\})?\s*(?:\bby\s+(?P<by>[a-z_]+(?:\s+or\s+[a-z_]+)*))?\s*"
)
_CONDITION = re.compile(r"(?P<field>[a-z_]+)\s*(?:=\s*(?P<values>[\w\-]+(?:\s+or\s+[\w\-]+)*))?")
_LITERALS = {"true": True, "false": False}
ROLE_FIELDS = ("to", "by", "attended", "role", "chair")
"""Fields of `data` that hold roles."""


@dataclass(frozen=True, slots=True)
class Need:
    """One event that must be there: its type, a test of its data (None: any), and how a result names it."""

    type: str
    match: Match | None
    label: str
    text: str
    fields: frozenset[str]
    roles: frozenset[str]
    """The roles it names, as who did it or in a field that holds roles."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Alternatives of needs, and the text they were read from."""

    text: str
    alternatives: tuple[tuple[Need, ...], ...]

    @property
    def needs(self) -> Iterable[Need]:
        return (need for alternative in self.alternatives for need in alternative)

    @property
    def either(self) -> str:
        """What is still owed while none of the alternatives has begun."""
        return " or ".join(" and ".join(need.label for need in alternative) for alternative in self.alternatives)

    @property
    def types(self) -> frozenset[str]:
        """Every event type the pattern names."""
        return frozenset(need.type for need in self.needs)


def parse_pattern(text: str) -> Pattern:
    """Read a pattern; raises UnreadableError saying what cannot be read."""
    alternatives: list[tuple[Need, ...]] = []
    needs: list[Need] = []
    position = 0
    while True:
        found = _NEED.match(text, position)
        if not found:
            raise UnreadableError(f"expected the name of an event at '{text[position:]}' in '{text}'")
        needs.append(_need(found, text))
        position = found.end()
        joiner = text[position : position + 1]
        if joiner in (",", ""):
            alternatives.append(tuple(needs))
            needs = []
        elif joiner != "+":
            raise UnreadableError(
                f"cannot read '{text[position:]}' in '{text}': join events with ',' (either) or '+' (all)"
            )
        if not joiner:
            return Pattern(text, tuple(alternatives))
        position += 1


def _need(found: re.Match[str], whole: str) -> Need:
    conditions = [_condition(part, whole) for part in (found["conditions"] or "").split(",") if part.strip()]
    if found["conditions"] is not None and not conditions:
        raise UnreadableError(f"empty braces in '{whole}'")
    matches = [match for _, _, match in conditions]
    named = {field: values for field, values, _ in conditions}
    roles = {role for field in ROLE_FIELDS if named.get(field) for role in re.split(r"\s+or\s+", named[field])}
    if found["by"]:
        recorders = frozenset(re.split(r"\s+or\s+", found["by"]))
        matches.append(_recorded_by(recorders))
        roles |= recorders
    return Need(
        type=found["type"],
        match=_all_of(matches),
        label=_label(found["type"], named),
        text=found[0].strip(),
        fields=frozenset(named),
        roles=frozenset(roles),
    )


def _label(event_type: str, named: dict[str, str]) -> str:
    """What `missing` calls it: `to: young_person` where the recipient tells it apart, otherwise the event type."""
    for field in ("to", "by"):
        if named.get(field):
            return f"{field}: {named[field]}"
    return event_type


def _condition(text: str, whole: str) -> tuple[str, str, Match]:
    found = _CONDITION.fullmatch(text.strip())
    if not found:
        raise UnreadableError(f"cannot read '{text.strip()}' in '{whole}': write field=value or field=a or b")
    field, values = found["field"], found["values"] or ""
    if not values:
        return field, values, lambda event, part: part in as_values(event.data.get(field))
    wanted = tuple(_LITERALS.get(value, value) for value in re.split(r"\s+or\s+", values))
    return field, values, _holds(field, wanted)


def _holds(field: str, wanted: tuple[Any, ...]) -> Match:
    def match(event: Event, part: str | None) -> bool:
        value = event.data.get(field)
        if isinstance(value, list | tuple):
            return any(item in wanted for item in value)
        return value in wanted

    return match


def _recorded_by(roles: frozenset[str]) -> Match:
    return lambda event, part: event.by in roles


def _all_of(matches: list[Match]) -> Match | None:
    if len(matches) <= 1:
        return matches[0] if matches else None
    return lambda event, part: all(match(event, part) for match in matches)
