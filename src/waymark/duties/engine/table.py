"""Reading one paragraph of a pack: every key is asked for by name and kind, and what is left over is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .conditions import Condition, parse_condition
from .errors import PackError, UnreadableError
from .patterns import Pattern, parse_pattern

Read = TypeVar("Read")


@dataclass
class Source:
    """The text of a pack file, to say on which line a thing stands."""

    file: str
    text: str
    headings: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = self.text.splitlines()
        self.headings = {}
        for number, line in enumerate(self.lines, start=1):
            if found := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line):
                self.headings.setdefault(found[1].replace('"', ""), number)

    def line_of(self, heading: str, key: str | None = None) -> int | None:
        """The line of a heading such as `duty.PPM-02`, or of a key below it when it stands there."""
        start = self.headings.get(heading)
        if start is None or key is None:
            return start
        for number in range(start, len(self.lines)):
            line = self.lines[number]
            if re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number + 1
            if re.match(r"\s*\[(?!\[)", line):
                break
        return start


class Table:
    """A TOML table being read. Raises PackError with file, line and clause for whatever is wrong with it."""

    def __init__(self, source: Source, heading: str, values: Any, subject: str, switches: Mapping[str, str]) -> None:
        self.source = source
        self.heading = heading
        self.subject = subject
        self.switches = switches
        if not isinstance(values, dict):
            raise self.error(f"[{heading}] must be a table")
        self.values: dict[str, Any] = dict(values)

    def error(self, problem: str, key: str | None = None) -> PackError:
        line = self.source.line_of(self.heading, key)
        return PackError(problem, file=self.source.file, line=line, subject=self.subject)

    def inner(self, key: str, values: Any) -> Table:
        """A table within this one, such as one part of a duty."""
        if not isinstance(values, dict):
            raise self.error(f"'{key}' must hold tables such as {{ … }}", key)
        return Table(self.source, self.heading, values, self.subject, self.switches)

    def done(self) -> None:
        """Refuse whatever nobody asked for: most often a slip of the pen."""
        for key in self.values:
            raise self.error(f"'{key}' is not a key that this paragraph may have", key)

    def take(self, key: str) -> Any:
        return self.values.pop(key, None)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.take(key)
        if value is None:
            if default is None:
                raise self.error(f"'{key}' is missing")
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"'{key}' must be text", key)
        return " ".join(value.split())

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in choices:
            raise self.error(f"'{key}' is '{value}'; it must be one of {', '.join(choices)}", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of words; a single word counts as a list of one."""
        value = self.take(key)
        values = [] if value is None else [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
            raise self.error(f"'{key}' must be text or a list of texts", key)
        return tuple(values)

    def tables(self, key: str) -> list[Table]:
        value = self.take(key)
        values = [] if value is None else value
        if not isinstance(values, list):
            raise self.error(f"'{key}' must be a list", key)
        return [self.inner(key, item) for item in values]

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if value not in (None, True, False):
            raise self.error(f"'{key}' must be true or false", key)
        return bool(value)

    def parsed(self, key: str, parse: Callable[[str], Read]) -> Read:
        """A text that must be there, read by `parse`."""
        line_key = key
        text = self.text(key)
        try:
            return parse(text)
        except UnreadableError as problem:
            raise self.error(str(problem), line_key) from None

    def maybe(self, key: str, parse: Callable[[str], Read]) -> Read | None:
        """A text that may be there, read by `parse`."""
        return self.parsed(key, parse) if key in self.values else None

    def pattern(self, key: str) -> Pattern:
        return self.parsed(key, parse_pattern)

    def maybe_pattern(self, key: str) -> Pattern | None:
        return self.maybe(key, parse_pattern)

    def maybe_condition(self, key: str) -> Condition | None:
        return self.maybe(key, lambda text: parse_condition(text, self.switches))
