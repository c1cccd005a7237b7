"""What the engine says when a pack or a trace cannot be used: one message, with file, line and what is wrong."""

from __future__ import annotations


class EngineError(Exception):
    """A pack or trace cannot be used. `str()` is the whole message for a person."""

    def __init__(self, problem: str, *, file: str = "", line: int | None = None, subject: str = "") -> None:
        self.problem = problem
        self.file = file
        self.line = line
        self.subject = subject
        super().__init__(problem)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part)
        return ": ".join(part for part in (place, self.subject, self.problem) if part)


class PackError(EngineError):
    """The pack is not well formed or contradicts itself."""


class TraceError(EngineError):
    """An event is not well formed, or contradicts another one."""


class UnreadableError(ValueError):
    """A condition, pattern or length of time cannot be read; the pack loader adds file, line and clause."""
