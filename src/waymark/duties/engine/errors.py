"""What the engine says when a pack or a trace cannot be used: one message, with file, line and what is wrong."""

from __future__ import annotations

import re

LONGEST_WORD = 300
_LONG = re.compile(rf"\S{{{LONGEST_WORD},}}")


def printable(text: str) -> str:
    """Text that quotes what somebody wrote, for one line of a terminal: nothing that moves it, no endless words."""
    shown = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
    return _LONG.sub(lambda word: f"{word[0][:LONGEST_WORD]}…", shown)


class EngineError(Exception):
    """A pack or trace cannot be used. `str()` is the whole message for a person, in one line."""

    def __init__(self, problem: str, *, file: str = "", line: int | None = None, subject: str = "") -> None:
        self.problem = problem
        self.file = file
        self.line = line
        self.subject = subject
        super().__init__(problem)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part)
        return printable(": ".join(part for part in (place, self.subject, self.problem) if part))


class PackError(EngineError):
    """The pack is not well formed or contradicts itself."""


class TraceError(EngineError):
    """An event is not well formed, or contradicts another one."""


class UnreadableError(ValueError):
    """A condition, pattern or length of time cannot be read; the pack loader adds file, line and clause."""
