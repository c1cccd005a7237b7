"""Whether an event says what its type needs, in values of the right kind (events.md, "An event")."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

from waymark.events.errors import RecordRefused
from waymark.events.vocabulary import EVENT_TYPES, RECORDING_ROLES, REF_KINDS, ROLES, EventType, Field
from waymark.events.vocabulary.limits import FIRST_YEAR, LAST_YEAR

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
LONGEST_REF = 200
LONGEST_TEXT = 20_000

TypeSource = Callable[[str], EventType | None]
_sources: list[TypeSource] = []
_answers: ContextVar[dict[str, EventType] | None] = ContextVar("what the sources said", default=None)


def also_ask(source: TypeSource) -> None:
    """Let `source` name event types that the built-in vocabulary lacks, as an adopted pack may add."""
    _sources.append(source)


@contextmanager
def asking_once() -> Iterator[None]:
    """Ask the sources about each type once for the length of the block, and not beyond: a pack may be adopted after."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def event_type(name: str) -> EventType:
    """The type called `name`; `RecordRefused` when nobody knows it."""
    known = EVENT_TYPES.get(name) or _asked(name)
    if known is None:
        raise RecordRefused("type", f"there is no event type called {name!r}")
    return known


def _asked(name: str) -> EventType | None:
    answers = _answers.get()
    if answers is not None and name in answers:
        return answers[name]
    known = next(filter(None, (source(name) for source in _sources)), None)
    if answers is not None and known is not None:
        answers[name] = known
    return known


def check(name: str, *, refs: Mapping[str, str], by: str, data: Mapping[str, Any]) -> None:
    """Raise `RecordRefused` naming the field unless type, refs, role and data fit together."""
    schema = event_type(name)
    _check_refs(schema, refs)
    if by and by not in RECORDING_ROLES:
        raise RecordRefused("by", f"{by!r} is not a role that records events")
    _check_data(schema, data)


def _check_refs(schema: EventType, refs: Mapping[str, str]) -> None:
    for kind, value in refs.items():
        if kind not in REF_KINDS:
            raise RecordRefused(f"refs.{kind}", "is not a kind of thing that an event can be about")
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_REF:
            raise RecordRefused(f"refs.{kind}", f"must be an identifier of at most {LONGEST_REF} characters")
    if schema.refs and not any(kind in refs for kind in schema.refs):
        wanted = " or ".join(REF_KINDS[kind].lower() for kind in schema.refs)
        raise RecordRefused(f"refs.{schema.refs[0]}", f"say which {wanted} this is about")


def _check_data(schema: EventType, data: Mapping[str, Any]) -> None:
    for name in schema.required_fields:
        if data.get(name) in (None, "", []):
            raise RecordRefused(f"data.{name}", "is missing: a deadline counts from it")
    for name, value in data.items():
        field = schema.field(name)
        if field is None:
            raise RecordRefused(f"data.{name}", f"is not something that {schema.name} holds")
        _check_value(field, value)
    _check_storable(data)


def _check_storable(data: Mapping[str, Any]) -> None:
    try:
        text = json.dumps(data, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise RecordRefused("data", f"cannot be stored as JSON: {error}") from error
    if "\\u0000" in text:
        raise RecordRefused("data", "holds a null character, which cannot be stored")


def _check_value(field: Field, value: Any) -> None:
    problem = _CHECKS[field.kind](field, value)
    if problem:
        raise RecordRefused(f"data.{field.name}", problem)


def _text(field: Field, value: Any) -> str | None:
    if not isinstance(value, str):
        return "must be text"
    return f"must be at most {LONGEST_TEXT:,} characters" if len(value) > LONGEST_TEXT else None


def _flag(field: Field, value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _answer(field: Field, value: Any) -> str | None:
    return None if value is True or value is False or value == "unknown" else "must be true, false or unknown"


def _date(field: Field, value: Any) -> str | None:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return f"must be a date such as 2026-03-07, not {value!r}"
    return outside_calendar(day)


def outside_calendar(day: date) -> str | None:
    """What is wrong with a day that no casework can be about; None when nothing is."""
    return None if FIRST_YEAR <= day.year <= LAST_YEAR else f"must be in the years {FIRST_YEAR} to {LAST_YEAR}"


def _datetime(field: Field, value: Any) -> str | None:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return f"must be a date and time such as 2026-03-07T10:00:00+00:00, not {value!r}"
    if instant.utcoffset() is None:
        return "has no offset: write 2026-03-07T10:00:00+00:00"
    return outside_calendar(instant.date())


def _month(field: Field, value: Any) -> str | None:
    return None if isinstance(value, str) and MONTH.fullmatch(value) else "must be a month such as 2026-02"


def _role(field: Field, value: Any) -> str | None:
    return None if isinstance(value, str) and value in ROLES else f"{value!r} is not a role"


def _choice(field: Field, value: Any) -> str | None:
    allowed = [choice for choice, _label in field.choices]
    return None if value in allowed else f"{value!r} is not one of {', '.join(map(str, allowed))}"


def _person(field: Field, value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "must be the identifier of a case"


def _each(check_one: Callable[[Field, Any], str | None]) -> Callable[[Field, Any], str | None]:
    """One value or a list of them (events.md: these take one value or a list)."""

    def check_all(field: Field, value: Any) -> str | None:
        values = value if isinstance(value, list) else [value]
        return next(filter(None, (check_one(field, item) for item in values)), None)

    return check_all


_CHECKS: dict[str, Callable[[Field, Any], str | None]] = {
    "text": _text,
    "flag": _flag,
    "answer": _answer,
    "date": _date,
    "datetime": _datetime,
    "month": _month,
    "role": _role,
    "roles": _each(_role),
    "choice": _choice,
    "choices": _each(_choice),
    "items": _each(_choice),
    "person": _person,
    "people": _each(_person),
}
