"""Conditions of a pack: `gang_risk or yos_order`, `age < 18`, `data.route == spot`, `status in [cin, cla]`.

A condition is read at a moment: the facts in force, the age on a day, the trigger's own data. It is compiled once to
closures when the pack is loaded. A fact never recorded is false, one recorded as "unknown" is true, and a comparison
with something not known is false.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .errors import UnreadableError


class Moment(Protocol):
    """What a condition may look at."""

    @property
    def facts(self) -> Mapping[str, Any]: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def by(self) -> str | None: ...
    @property
    def age(self) -> int | None: ...


Test = Callable[[Moment], Any]

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+)|(?P<name>[A-Za-z_][\w.]*)|"(?P<double>[^"]*)"|'(?P<single>[^']*)'
    |(?P<symbol>==|!=|<=|>=|<|>|\(|\)|\[|\]|,))""",
    re.VERBOSE,
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_LITERALS: Mapping[str, Any] = {"true": True, "false": False}
_KEYWORDS = frozenset({"and", "or", "not", "in", "has"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition, its own text, and the facts and data fields that it reads."""

    text: str
    test: Test
    facts: frozenset[str]
    fields: frozenset[str]
    uses_age: bool

    def holds(self, moment: Moment) -> bool:
        return bool(self.test(moment))


def parse_condition(text: str, switches: Mapping[str, str] | None = None) -> Condition:
    """Compile a condition. `switches` gives the borough's choices; raises UnreadableError if it cannot be read."""
    parser = _Parser(text, switches or {})
    try:
        test = parser.whole()
    except RecursionError:
        raise UnreadableError("the condition is nested too deeply") from None
    return Condition(text, test, frozenset(parser.facts), frozenset(parser.fields), parser.uses_age)


def as_values(value: Any) -> tuple[Any, ...]:
    """A data field as the several values it may hold: `None` is none, a list is its members."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: Any


def _tokens(text: str) -> list[_Token]:
    tokens, position = [], 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if not found:
            raise UnreadableError(f"cannot read '{text[position:].strip()}' in the condition '{text}'")
        position = found.end()
        kind = str(found.lastgroup)
        value = found[kind]
        if kind == "name" and value in _KEYWORDS:
            kind = "symbol"
        tokens.append(_Token("text" if kind in ("double", "single") else kind, value))
    return tokens


class _Parser:
    """Recursive descent: or, and, not, comparison, operand."""

    def __init__(self, text: str, switches: Mapping[str, str]) -> None:
        self.text = text
        self.switches = switches
        self.tokens = _tokens(text)
        self.position = 0
        self.facts: set[str] = set()
        self.fields: set[str] = set()
        self.uses_age = False

    def whole(self) -> Test:
        test = self.either()
        if self.position < len(self.tokens):
            raise UnreadableError(f"did not expect '{self.tokens[self.position].value}' in '{self.text}'")
        return test

    def take(self, *symbols: str) -> str | None:
        """The next token's symbol when it is one of these, else None."""
        if self.position < len(self.tokens):
            token = self.tokens[self.position]
            if token.kind == "symbol" and token.value in symbols:
                self.position += 1
                return str(token.value)
        return None

    def need(self, symbol: str) -> None:
        if not self.take(symbol):
            raise UnreadableError(f"expected '{symbol}' in the condition '{self.text}'")

    def next_token(self) -> _Token:
        if self.position >= len(self.tokens):
            raise UnreadableError(f"the condition '{self.text}' ends too early")
        self.position += 1
        return self.tokens[self.position - 1]

    def either(self) -> Test:
        tests = [self.both()]
        while self.take("or"):
            tests.append(self.both())
        if len(tests) == 1:
            return tests[0]
        return lambda moment: any(test(moment) for test in tests)

    def both(self) -> Test:
        tests = [self.negated()]
        while self.take("and"):
            tests.append(self.negated())
        if len(tests) == 1:
            return tests[0]
        return lambda moment: all(test(moment) for test in tests)

    def negated(self) -> Test:
        if self.take("not"):
            test = self.negated()
            return lambda moment: not test(moment)
        return self.comparison()

    def comparison(self) -> Test:
        if self.take("("):
            test = self.either()
            self.need(")")
            return test
        left = self.reference(self.next_token())
        if symbol := self.take(*_COMPARE):
            return _compared(left, _COMPARE[symbol], self.literal(self.next_token()))
        if self.take("has"):
            wanted = self.literal(self.next_token())
            return lambda moment: wanted in as_values(left(moment))
        if self.take("in"):
            values = self.listed()
            return lambda moment: left(moment) in values
        return left

    def listed(self) -> tuple[Any, ...]:
        self.need("[")
        values = [self.literal(self.next_token())]
        while self.take(","):
            values.append(self.literal(self.next_token()))
        self.need("]")
        return tuple(values)

    def literal(self, token: _Token) -> Any:
        if token.kind == "number":
            return int(token.value)
        if token.kind == "name":
            return _LITERALS.get(token.value, token.value)
        if token.kind == "text":
            return token.value
        raise UnreadableError(f"expected a value, not '{token.value}', in the condition '{self.text}'")

    def reference(self, token: _Token) -> Test:
        if token.kind != "name":
            raise UnreadableError(f"expected a fact or field, not '{token.value}', in '{self.text}'")
        name: str = token.value
        if name == "age":
            self.uses_age = True
            return lambda moment: moment.age
        if name == "by":
            return lambda moment: moment.by
        if name.startswith("data."):
            field = name.removeprefix("data.")
            self.fields.add(field)
            return lambda moment: moment.data.get(field)
        if name.startswith("switch."):
            return self.switch(name.removeprefix("switch."))
        if "." in name:
            raise UnreadableError(f"'{name}' in the condition '{self.text}': only data.… and switch.… have a dot")
        self.facts.add(name)
        return lambda moment: moment.facts.get(name, False)

    def switch(self, name: str) -> Test:
        if name not in self.switches:
            raise UnreadableError(f"the pack has no switch '{name}'")
        chosen = self.switches[name]
        return lambda moment: chosen


def _compared(left: Test, compare: Callable[[Any, Any], bool], wanted: Any) -> Test:
    ordered = compare not in (operator.eq, operator.ne)

    def test(moment: Moment) -> bool:
        value = left(moment)
        if ordered and (not isinstance(value, int) or isinstance(value, bool)):
            return False  # an age or number that is not known is neither above nor below
        return compare(value, wanted)

    return test
