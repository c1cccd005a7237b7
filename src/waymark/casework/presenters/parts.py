"""What rows are made of: a state in words, and something to go to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """A state in words, with the colour that goes with the words."""

    text: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Something to go to. `words` are what else it is found by in a list that narrows while one types."""

    text: str
    href: str
    words: str = ""
