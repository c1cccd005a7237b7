"""Bars made of parts, as numbers that a template draws. Each chart stands beside its table, which says the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from waymark.casework.protocol.figures import Figures

WIDTH = 600  # units of the drawing, of which labels take the first part
LABEL_WIDTH = 190
LABEL_LETTERS = 24  # what fits there; the table beside the chart has the whole name
ROW_HEIGHT = 26
BAR_HEIGHT = 18
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
    y: int
    parts: tuple[Part, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Rows of bars on one scale."""

    title: str
    bars: tuple[Bar, ...]
    height: int
    width: int = WIDTH
    bar_height: int = BAR_HEIGHT
    label_width: int = LABEL_WIDTH


def stacked(title: str, rows: Iterable[tuple[str, Figures]]) -> Chart:
    """A chart of rows, each split by how things stand; the longest bar fills the width."""
    rows = list(rows)
    longest = max((_total(figures) for _, figures in rows), default=0) or 1
    scale = (WIDTH - LABEL_WIDTH - 60) / longest
    bars = tuple(
        Bar(_short(label), place * ROW_HEIGHT, _parts(figures, scale), _total(figures))
        for place, (label, figures) in enumerate(rows)
    )
    return Chart(title, bars, max(len(rows), 1) * ROW_HEIGHT)


def _short(label: str) -> str:
    return label if len(label) <= LABEL_LETTERS else f"{label[: LABEL_LETTERS - 1]}…"


def _total(figures: Figures) -> int:
    return sum(getattr(figures, name) for name, _ in PARTS)


def _parts(figures: Figures, scale: float) -> tuple[Part, ...]:
    parts, x = [], float(LABEL_WIDTH)
    for name, label in PARTS:
        count = getattr(figures, name)
        if count:
            parts.append(Part(name, label, count, round(x, 1), round(count * scale, 1)))
            x += count * scale
    return tuple(parts)
