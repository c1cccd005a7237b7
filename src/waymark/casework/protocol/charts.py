"""Bars made of parts, as numbers that a template draws. Each chart stands beside its table, which says the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from waymark.casework.protocol.figures import Figures

WIDTH = 1000
"""Units of a bar's drawing, which is stretched to whatever room the screen has."""

HEIGHT = 18
PARTS = (("met", "Done in time"), ("late", "Done late"), ("breached", "Not done in time"), ("open", "To do"))


@dataclass(frozen=True, slots=True)
class Part:
    """One coloured part of a bar."""

    name: str
    label: str
    count: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the chart."""

    label: str
    parts: tuple[Part, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Rows of bars on one scale."""

    title: str
    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT


def stacked(title: str, rows: Iterable[tuple[str, Figures]]) -> Chart:
    """A chart of rows, each split by how things stand; the longest bar fills the width."""
    rows = list(rows)
    scale = WIDTH / (max((_total(figures) for _, figures in rows), default=0) or 1)
    return Chart(title, tuple(Bar(label, _parts(figures, scale), _total(figures)) for label, figures in rows))


def _total(figures: Figures) -> int:
    return sum(getattr(figures, name) for name, _ in PARTS)


def _parts(figures: Figures, scale: float) -> tuple[Part, ...]:
    parts, x = [], 0.0
    for name, label in PARTS:
        count = getattr(figures, name)
        if count:
            parts.append(Part(name, label, count, round(x, 1), round(count * scale, 1)))
            x += count * scale
    return tuple(parts)
