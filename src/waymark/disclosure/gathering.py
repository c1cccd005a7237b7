"""Gathering what is held on a young person, marking what to look at, and taking out what was not cleared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from waymark.access.models import Agency, HeldBack, Membership, Team
from waymark.accounts.models import Account
from waymark.cases.models import Case
from waymark.disclosure.marks import THIRD_PARTY, Kind, Mark, code_of
from waymark.disclosure.tables import HELD, HELD_BACK, Held
from waymark.events.errors import RecordRefused
from waymark.events.schemas import event_type

PART_OF_WITHHELD = "belongs to something withheld"
TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `marks` are by place: a column, or `data.summary` for one answer; `mark` is of the whole row.

    `left_out` are places whose content was taken out: they are not in `values` any more.
    """

    identifier: str
    values: Mapping[str, Any]
    marks: Mapping[str, Mark]
    mark: Mark | None = None
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """A table with its rows on one person."""

    held: Held
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything held on one person at one time. `names` are what identifiers in it are called."""

    case: Case
    at: datetime
    parts: list[Part]
    names: Mapping[str, str]
    for_release: bool = False

    def rows(self, model: str) -> list[Row]:
        """The rows of one table."""
        return next(part.rows for part in self.parts if part.held.model == model)

    def items(self) -> Iterator[tuple[Part, Row, str, Mark]]:
        """Everything that is marked: its part and row, its place ("" for the whole row) and how."""
        for part in self.parts:
            for row in part.rows:
                if row.mark is not None:
                    yield part, row, "", row.mark
                for place, mark in row.marks.items():
                    yield part, row, place, mark


class NotAnItemError(Exception):
    """Codes were given that no marked item has: mistyped, or what they meant has changed since."""

    def __init__(self, codes: Collection[str]) -> None:
        super().__init__(", ".join(sorted(codes)))
        self.codes = sorted(codes)


def gather(case: Case, at: datetime) -> Gathered:
    """Everything that the registered tables hold on the person of `case`, marked. Run it as the service login."""
    held_back = set(HeldBack.objects.current().filter(case=case).values_list("item", flat=True))
    withheld: dict[UUID, str] = dict.fromkeys(held_back, HELD_BACK)
    found: dict[str, Part] = {}
    for held in HELD:
        rows = [_row(held, values, case.pk, withheld) for values in _values(held, case.pk)]
        found[held.model] = Part(held, rows)
    parts = list(found.values())
    return Gathered(case, at, parts, _names(parts))


def released(gathered: Gathered, cleared: Collection[str]) -> Gathered:
    """The same without anything marked that was not cleared by its code. `NotAnItemError` for a code of nothing."""
    known = {mark.code for *_, mark in gathered.items()}
    if strange := set(cleared) - known:
        raise NotAnItemError(strange)
    out = {row.identifier for part in gathered.parts for row in part.rows if _stays_in(row, cleared)}
    parts = [
        Part(part.held, [_released(row, cleared, out) for row in part.rows if row.identifier not in out])
        for part in gathered.parts
    ]
    return replace(gathered, parts=parts, names=_named_in(parts, gathered.names), for_release=True)


def _values(held: Held, case_id: UUID) -> Iterable[dict[str, Any]]:
    columns = [field.attname for field in held.fields]
    rows = held.of._base_manager.filter(held.rows(case_id)).order_by(*held.order).values(*columns)
    for values in rows:
        if held.model == "audit.Entry" and values["cases"]:
            values["cases"] = [case_id]  # whoever else stood in the list is nobody's business
        yield values


def _row(held: Held, values: dict[str, Any], case_id: UUID, withheld: dict[UUID, str]) -> Row:
    """A row with its marks. What is withheld of it is noted in `withheld`, so that what hangs on it is too."""
    key = values[held.of._meta.pk.attname]
    why = held.why_withheld(values) or _hangs_on(values, key, withheld)
    mark = Mark(Kind.WITHHELD, why, code_of(held.table, str(key), "", values)) if why else None
    if why and isinstance(key, UUID):
        withheld.setdefault(key, why)
    marks = {
        place: Mark(kind, reason, code_of(held.table, str(key), place, value))
        for place, value, kind, reason in _to_look_at(held, values, case_id)
    }
    return Row(str(key), values, marks, mark)


def _hangs_on(values: Mapping[str, Any], key: Any, withheld: Mapping[UUID, str]) -> str:
    """Why a row is withheld because it is held back itself, or names a row that is withheld."""
    if key in withheld:
        return withheld[key]
    named = [value for value in values.values() if isinstance(value, UUID)]
    named += _identifiers([str(values.get("object_id", "")), _event_named(values)])
    return PART_OF_WITHHELD if any(one in withheld for one in named) else ""


def _event_named(values: Mapping[str, Any]) -> str:
    data = values.get("data")
    return str(data.get("event", "")) if isinstance(data, dict) else ""


def _identifiers(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _to_look_at(held: Held, values: Mapping[str, Any], case_id: UUID) -> Iterator[tuple[str, Any, Kind, str]]:
    for field in held.fields:
        column, value = field.attname, values[field.attname]
        if value in (None, "", [], {}):
            continue
        if column in held.withheld:
            yield column, value, Kind.WITHHELD, held.withheld[column]
        elif column == held.answers:
            yield from _answers_to_look_at(column, values, case_id)
        elif column not in held.plain and _is_text(field):
            yield column, value, Kind.CHECK, THIRD_PARTY


def _is_text(field: models.Field[Any, Any]) -> bool:
    """Whether somebody may have written anything there. What is chosen from a list is not text."""
    inner = field.base_field if isinstance(field, ArrayField) else field
    return isinstance(inner, TEXT) and not inner.choices


def _answers_to_look_at(column: str, values: Mapping[str, Any], case_id: UUID) -> Iterator[tuple[str, Any, Kind, str]]:
    """Answers in words, and those that name other young people."""
    try:
        kinds = {field.name: field.kind for field in event_type(values["type"]).fields}
    except RecordRefused:  # a type that only an earlier version of a protocol knew
        kinds = {}
    for name, value in values[column].items():
        kind = kinds.get(name, "text")
        named = value if isinstance(value, list) else [value]
        if kind in ("person", "people"):
            if any(one != str(case_id) for one in named):
                yield f"{column}.{name}", value, Kind.CHECK, THIRD_PARTY
        elif kind == "text" and not _is_identifier_of_an_entry(name, values["type"]):
            yield f"{column}.{name}", value, Kind.CHECK, THIRD_PARTY


IDENTIFIERS = {("event_retracted", "event"), ("paragraph_held_back", "event"), ("duty_waived", "clause")}
"""Answers that are kept as text and are none."""


def _is_identifier_of_an_entry(name: str, kind: str) -> bool:
    return (kind, name) in IDENTIFIERS


def _stays_in(row: Row, cleared: Collection[str]) -> bool:
    return row.mark is not None and row.mark.code not in cleared


def _released(row: Row, cleared: Collection[str], out: Collection[str]) -> Row:
    """The row without what stays in. Lists of identifiers lose those of rows that stay in."""
    left_out = {place for place, mark in row.marks.items() if mark.code not in cleared}
    values: dict[str, Any] = {}
    for column, value in row.values.items():
        if column in left_out:
            continue
        if isinstance(value, dict):
            value = {name: said for name, said in value.items() if f"{column}.{name}" not in left_out}
        elif isinstance(value, list):
            value = [one for one in value if str(one) not in out]
        values[column] = value
    return Row(row.identifier, values, {}, None, frozenset(left_out))


def _names(parts: Iterable[Part]) -> dict[str, str]:
    """What the people, teams, agencies and places are called that rows name."""
    wanted = set(_identifiers_in(parts))
    names = {}
    for member in Membership.objects.filter(pk__in=wanted).select_related("account", "agency"):
        names[str(member.pk)] = f"{member.account.name}, {member.agency.name}"
    for model in (Account, Team, Agency):
        names |= {str(key): name for key, name in model._base_manager.filter(pk__in=wanted).values_list("pk", "name")}
    cases = Case.objects.filter(pk__in=wanted)
    for case in cases.select_related("young_person", "scheme", "provider", "agency"):
        names[str(case.pk)] = _called(case)
    return names


def _called(case: Case) -> str:
    """A person's full name, or the name of a place."""
    for kind in ("young_person", "scheme", "provider", "agency"):
        found = getattr(case, kind, None)
        if found is not None:
            return str(found)
    return case.reference


TRAIL = ("audit.Entry", "audit.Words")
"""Tables with very many rows, which name people in words already."""


def _identifiers_in(parts: Iterable[Part]) -> Iterator[UUID]:
    for part in parts:
        for row in part.rows if part.held.model not in TRAIL else ():
            for value in row.values.values():
                yield from _identifiers_of(value)


def _identifiers_of(value: Any) -> Iterator[UUID]:
    if isinstance(value, UUID):
        yield value
    elif isinstance(value, str):
        yield from _identifiers([value]) if len(value) == 36 else ()
    elif isinstance(value, dict):
        for one in value.values():
            yield from _identifiers_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from _identifiers_of(one)


def _named_in(parts: Iterable[Part], names: Mapping[str, str]) -> dict[str, str]:
    """The names that are still needed: nobody is named who was only in what was taken out."""
    wanted = set(map(str, _identifiers_in(parts)))
    return {identifier: name for identifier, name in names.items() if identifier in wanted}
