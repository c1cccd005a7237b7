"""Reads `cases.md`: what is written there in a row becomes events, a time to look, and what must be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from waymark.duties.engine import Event
from waymark.events.vocabulary import EVENT_TYPES

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
TABLES = Path(__file__).with_name("cases.md")

_OFFSET = re.compile(r"\+(\d+)([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_SPEC = re.compile(
    r"(?:(?P<offset>\+\d+[dhm])\s+)?(?P<type>\w+)(?:\{(?P<data>[^}]*)\})?"
    r"(?:\s+by\s+(?P<by>\w+))?(?:\s+about\s+(?P<about>\w+))?"
)
_FIELD = re.compile(r"(\w+)=(\[[^\]]*\]|[^,\s]+)")
_LITERALS: Mapping[str, Any] = {"true": True, "false": False}


@dataclass(frozen=True)
class Happening:
    """An event as a table writes it: `+1d spot_purchase_made by placements_team`."""

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)
    by: str | None = None
    about: str | None = None
    at: datetime = START

    def on(self, instant: datetime) -> Happening:
        return replace(self, at=instant)

    def having(self, **data: Any) -> Happening:
        return replace(self, data={**self.data, **data})

    def without(self, name: str) -> Happening:
        return replace(self, data={key: value for key, value in self.data.items() if key != name})

    @property
    def label(self) -> str:
        """What a result calls it when it is missing."""
        for name in ("to", "by"):
            if name in self.data:
                return f"{name}: {self.data[name]}"
        return self.type

    def event(self, position: int, other: str = "") -> Event:
        """As the engine takes it, about the first thing of every kind; of the kind `other`, about the second."""
        kinds = EVENT_TYPES[self.type].all_refs
        if self.about is not None:
            kinds = tuple(kind for kind in kinds if kind == self.about)
        return Event(
            id=f"e{position}",
            case="YP1",
            type=self.type,
            occurred_at=self.at,
            recorded_at=self.at,
            refs={kind: f"{kind}-{2 if kind == other else 1}" for kind in kinds},
            by=self.by,
            data=self.data,
            position=position,
        )


def section(title: str) -> Iterator[list[str]]:
    """The rows of the table below a heading, as their cells."""
    rows = 0
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", TABLES.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    if found is None:
        raise LookupError(f"cases.md has no section '{title}'")
    for line in found[1].splitlines():
        if line.startswith("|"):
            rows += 1
            if rows > 2:  # below the heading and the rule
                yield [cell.strip() for cell in line.strip("|").split("|")]


def happening(text: str) -> Happening:
    """Read one event. Raises ValueError for what cannot be read or is not in the vocabulary."""
    found = _SPEC.fullmatch(text.strip())
    if found is None or found["type"] not in EVENT_TYPES:
        raise ValueError(f"cases.md: cannot read the event '{text}'")
    about = found["about"]
    return Happening(found["type"], data_of(found["data"] or ""), found["by"], about, instant(found["offset"] or "+0d"))


def trace(text: str) -> list[Happening]:
    return [happening(part) for part in text.split(";")]


def alternatives(text: str) -> list[list[Happening]]:
    """`a, b + c` as [[a], [b, c]]."""
    return [[happening(need) for need in part.split("+")] for part in re.split(r",(?![^{]*\})", text)]


def facts(text: str) -> dict[str, Any]:
    """`gang_risk, status=cin` as facts; one without a value is true."""
    words = (word.strip().partition("=") for word in text.split(",") if word.strip())
    return {name: value or True for name, _, value in words}


def data_of(text: str) -> dict[str, Any]:
    """`chair=iro, has=[a b], scheduled_for=+2d` as data."""
    return {name: _value(value) for name, value in _FIELD.findall(text)}


def instant(offset: str) -> datetime:
    """`+3d`, `+2h` or `+10m` from the start."""
    found = _OFFSET.fullmatch(offset)
    if found is None:
        raise ValueError(f"cases.md: '{offset}' is not a time such as +3d")
    return START + timedelta(**{_UNITS[found[2]]: int(found[1])})


def _value(text: str) -> Any:
    if text.startswith("["):
        return text[1:-1].split()
    if _OFFSET.fullmatch(text):
        return instant(text).isoformat()
    return _LITERALS.get(text, text)
