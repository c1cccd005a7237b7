"""Reading a trace: one JSON event a line, checked as strictly as the event store checks a form.

A million events fit in well under 1.5 GB: lines are checked as they come, kept as bytes by case, and read again when
their case is evaluated.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from waymark.duties.engine import Event, Pack, TraceError
from waymark.duties.engine.calendar import parse_instant
from waymark.duties.engine.events import CONTROL_TYPES, DUTY_WAIVED, EVENT_RETRACTED, FACTS_RECORDED
from waymark.duties.engine.history import as_date
from waymark.duties.engine.pack import CASE
from waymark.duties.trace_protocols import PROTOCOL_IN_USE, ProtocolsInUse
from waymark.events.vocabulary import EVENT_TYPES, FACTS, ROLES

KEYS = frozenset({"id", "case", "type", "occurred_at", "recorded_at", "refs", "by", "data"})
OUR_OWN = CONTROL_TYPES | {PROTOCOL_IN_USE}
"""Types that a trace may hold whatever the vocabulary and the packs say."""
LONGEST_LINE = 1_000_000  # bytes
MOST_DIGITS = 1_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise ValueError(f"the field '{twice}' stands twice")
    return values


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number that JSON has")


def _whole_number(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"a number of {len(text):,} digits is too long")
    return int(text)


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number, parse_int=_whole_number)
"""JSON as it is defined: no NaN, no field twice."""


class Vocabulary:
    """What a trace may say: Waymark's event types and facts, and those that the packs add."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.clauses = {clause.id: clause for pack in packs for clause in pack.executable}
        self.facts = FACTS.keys() | {fact for pack in packs for fact in pack.own_facts}
        self.roles = ROLES.keys() | {role for pack in packs for role in pack.own_roles}
        self.refs: dict[str, tuple[str, ...]] = {name: known.refs for name, known in EVENT_TYPES.items()}
        for pack in packs:
            self.refs.update(pack.own_events)
        self.required = {
            name: tuple(field.name for field in known.fields if field.required) for name, known in EVENT_TYPES.items()
        }
        self.instants = {
            name: tuple(field.name for field in known.fields if field.kind == "datetime")
            for name, known in EVENT_TYPES.items()
        }


class Trace:
    """The checked lines of a trace, grouped by case."""

    def __init__(self, file: str, vocabulary: Vocabulary, in_use: ProtocolsInUse) -> None:
        self.file = file
        self.vocabulary = vocabulary
        self.in_use = in_use
        """Which protocol judges each case."""
        self.cases: dict[str, list[tuple[int, bytes]]] = {}
        self.count = 0
        self._first: dict[str, bytes] = {}
        """The line in which each identifier stands first; the same bytes as in `cases`, so it costs no copy."""
        self._retractions: list[tuple[int, str, str, str]] = []
        self._protocols: set[str] = set()

    def events(self, case: str) -> list[Event]:
        """The events of one case, read again from their lines."""
        return [_event(_read(line), number) for number, line in self.cases[case]]

    def add(self, number: int, line: bytes) -> None:
        """Check one line and keep it. Raises TraceError naming the line, the event and what is wrong."""
        values = self._parse(number, line)
        event = self._checked(number, values)
        first = self._first.get(event.id)
        if first is not None:
            if _content(_event(_read(first), number)) != _content(event):
                self._refuse(number, "the same id stands earlier in the trace with other content", event.id)
            return
        self._first[event.id] = line
        if event.type == PROTOCOL_IN_USE:
            self._add_protocol(number, event)
            return
        self.cases.setdefault(event.case, []).append((number, line))
        self.count += 1
        if event.type == EVENT_RETRACTED:
            self._retractions.append((number, event.id, event.case, str(event.data["event"])))

    def _add_protocol(self, number: int, event: Event) -> None:
        self._protocols.add(event.id)
        try:
            self.in_use.add(event)
        except ValueError as problem:
            self._refuse(number, str(problem), event.id)

    def finish(self) -> None:
        """Check what can only be seen at the end: that every retraction names an event of its own case."""
        for number, event_id, case, target in self._retractions:
            if target == event_id:
                self._refuse(number, "an event cannot retract itself", event_id)
            if target not in self._first:
                self._refuse(number, f"retracts '{target}', which is not in the trace", event_id)
            if target in self._protocols:
                self._refuse(number, f"retracts '{target}', which says what protocol was in use", event_id)
            if _read(self._first[target])["case"] != case:
                self._refuse(number, f"retracts '{target}', which belongs to another case", event_id)

    def _refuse(self, number: int, problem: str, event_id: str = "") -> NoReturn:
        raise TraceError(problem, file=self.file, line=number, subject=f"event {event_id}" if event_id else "")

    def _parse(self, number: int, line: bytes) -> dict[str, Any]:
        try:
            values = _read(line)
        except UnicodeEncodeError:
            self._refuse(number, "holds half of a character (a lone surrogate)")
        except UnicodeDecodeError:
            self._refuse(number, "is not text in UTF-8")
        except RecursionError:
            self._refuse(number, "is nested too deeply")
        except ValueError as problem:
            if not line.endswith(b"\n") and line.lstrip().startswith(b"{"):
                self._refuse(number, "the file ends in the middle of a line")
            self._refuse(number, f"is not a JSON object ({getattr(problem, 'msg', problem)})")
        if not isinstance(values, dict):
            self._refuse(number, "is not a JSON object")
        return values

    def _checked(self, number: int, values: dict[str, Any]) -> Event:
        event_id = values.get("id")
        if not isinstance(event_id, str) or not event_id:
            self._refuse(number, "the field 'id' is missing" if event_id is None else "the field 'id' must be text")
        for key in ("case", "type", "occurred_at"):
            if values.get(key) in (None, ""):
                self._refuse(number, f"the field '{key}' is missing", event_id)
        for key in values.keys() - KEYS:
            self._refuse(number, f"'{key}' is not a field of an event", event_id)
        for problem in self._shape_problems(values):
            self._refuse(number, problem, event_id)
        try:
            event = _event(values, number)
        except ValueError as error:
            self._refuse(number, str(error), event_id)
        for problem in self._problems(event):
            self._refuse(number, problem, event_id)
        return event

    def _shape_problems(self, values: Mapping[str, Any]) -> Iterator[str]:
        for key in ("case", "type"):
            if not isinstance(values[key], str):
                yield f"the field '{key}' must be text"
        refs, data, by = values.get("refs"), values.get("data"), values.get("by")
        if refs is not None and not _is_text_by_text(refs):
            yield "the field 'refs' must be an object of texts"
        if data is not None and not isinstance(data, dict):
            yield "the field 'data' must be an object"
        if by is not None and (not isinstance(by, str) or by not in self.vocabulary.roles):
            yield f"'{by}' is not a role"
        if values["type"] not in self.vocabulary.refs and values["type"] not in OUR_OWN:
            yield f"unknown event type '{values['type']}'"

    def _problems(self, event: Event) -> Iterator[str]:
        vocabulary = self.vocabulary
        for name in vocabulary.required.get(event.type, ()):
            if event.data.get(name) in (None, ""):
                yield f"{event.type} is missing data.{name}"
        refs = vocabulary.refs.get(event.type, ())
        if refs and not any(kind in event.refs for kind in refs):
            yield f"{event.type} is missing refs.{' or refs.'.join(refs)}"
        for name in vocabulary.instants.get(event.type, ()):
            if event.data.get(name) is not None and as_date(event.data[name]) is None:
                try:
                    parse_instant(event.data[name])
                except ValueError as problem:
                    yield f"data.{name}: {problem}"
        if event.type == FACTS_RECORDED:
            yield from self._fact_problems(event)
        if event.type == DUTY_WAIVED:
            yield from self._waiver_problems(event)

    def _fact_problems(self, event: Event) -> Iterator[str]:
        for name, value in event.data.items():
            if name not in self.vocabulary.facts:
                yield f"'{name}' is not a fact that is recorded"
            kind = FACTS[name].kind if name in FACTS else "answer"
            if kind == "date" and value is not None and as_date(value) is None:
                yield f"the fact {name} must be a day such as 2008-05-17, not {value!r}"
            if kind == "answer" and value not in (True, False, None, "unknown"):
                yield f'the fact {name} must be true, false or "unknown", not {value!r}'
            choices = tuple(choice for choice, _ in FACTS[name].choices) if kind == "choice" else ()
            if choices and value is not None and value not in choices:
                yield f"the fact {name} must be one of {', '.join(choices)}, not {value!r}"

    def _waiver_problems(self, event: Event) -> Iterator[str]:
        clause = self.vocabulary.clauses.get(str(event.data["clause"]))
        if clause is None:
            yield f"waives '{event.data['clause']}', which is not a clause that gives duties"
        elif clause.about != CASE and clause.about not in event.refs:
            yield f"waives {clause.id} without saying for which {clause.about}: refs.{clause.about} is missing"


def read_trace(
    path: Path,
    packs: Sequence[Pack],
    advance: Callable[[int], object] = lambda _: None,
    *,
    ignore_adoptions: bool = False,
) -> Trace:
    """Read and check a whole trace. `advance` is told of bytes read. Raises TraceError for the first wrong line.

    With `ignore_adoptions` each pack judges from its own day, whatever the trace says of protocols in use.
    """
    try:
        with path.open("rb") as file:
            return read_lines(file, path.name, packs, advance, ignore_adoptions=ignore_adoptions)
    except OSError as problem:
        raise TraceError(f"cannot be read ({problem.strerror})", file=str(path)) from None


def read_lines(
    file: BinaryIO | Iterable[bytes],
    name: str,
    packs: Sequence[Pack],
    advance: Callable[[int], object] = lambda _: None,
    *,
    ignore_adoptions: bool = False,
) -> Trace:
    """The same from an open file; blank lines are passed over."""
    trace = Trace(name, Vocabulary(packs), ProtocolsInUse(packs, as_given=ignore_adoptions))
    for number, line in enumerate(file, start=1):
        if len(line) > LONGEST_LINE:
            raise TraceError("is longer than an event can be", file=name, line=number)
        if line.strip():
            trace.add(number, line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line)
        advance(len(line))
    trace.finish()
    return trace


def _read(line: bytes) -> Any:
    """The JSON value of a line. Raises ValueError; UnicodeEncodeError for half a character."""
    text = line.decode("utf-8")
    if "\\ud" in text or "\\uD" in text:
        json.dumps(_decoder.decode(text), ensure_ascii=False).encode()
    return _decoder.decode(text.strip())


def _event(values: Mapping[str, Any], position: int) -> Event:
    occurred_at = _instant(values, "occurred_at")
    return Event(
        id=values["id"],
        case=values["case"],
        type=values["type"],
        occurred_at=occurred_at,
        recorded_at=_instant(values, "recorded_at") if values.get("recorded_at") is not None else occurred_at,
        refs=values.get("refs") or {},
        by=values.get("by"),
        data=values.get("data") or {},
        position=position,
    )


def _instant(values: Mapping[str, Any], key: str) -> datetime:
    try:
        return parse_instant(values[key])
    except ValueError as problem:
        raise ValueError(f"{key}: {problem}") from None


def _content(event: Event) -> str:
    """Everything that an event says, written so that 1 and true differ and the order of fields does not."""
    instants = [event.occurred_at.isoformat(), event.recorded_at.isoformat()]
    told = [event.case, event.type, instants, dict(event.refs), event.by, dict(event.data)]
    return json.dumps(told, sort_keys=True)


def _is_text_by_text(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
