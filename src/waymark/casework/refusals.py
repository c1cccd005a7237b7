"""What a form does not accept, because it cannot be so: the question it is about, and what is said there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from waymark.casework.entries import Filled
from waymark.casework.order import misplaced
from waymark.casework.questions import NOBODY
from waymark.casework.setting import Setting
from waymark.core import formats
from waymark.duties.engine.calendar import local_date
from waymark.events.vocabulary import EventType

BORN = "date_of_birth"


def contradictions(schema: EventType, cleaned: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Answers that another answer of the same form rules out. `cleaned` is what was understood of the form so far."""
    for implied in schema.implied:
        given, then = cleaned.get(f"data-{implied.name}"), cleaned.get(f"data-{implied.then}")
        if given in implied.values and then is not None and then != implied.answer:
            field = schema.field(implied.name)
            label = dict(field.choices)[given] if field else given
            yield f"data-{implied.then}", f"“{label}” {implied.because}"
    for one in schema.fields:
        if one.nobody and NOBODY in (named := cleaned.get(f"data-{one.name}") or ()) and len(named) > 1:
            yield f"data-{one.name}", f"Select those who are meant, or “{one.nobody}”, not both"


def impossible_dates(filled: Filled, setting: Setting) -> Iterator[tuple[str, str]]:
    """Dates that cannot be. What is said follows the question."""
    said = filled.data.get(BORN)
    born = date.fromisoformat(said) if said else setting.born
    if said and born and born > local_date(setting.now):
        yield f"data-{BORN}", "must be in the past"
    elif born and local_date(filled.occurred_at) < born:
        yield "when", f"must be after {setting.name} was born"


def out_of_order(filled: Filled, schema: EventType, setting: Setting) -> Iterator[tuple[str, str]]:
    """An end before its beginning. What is said follows the question."""
    for one in misplaced(filled, schema, setting.history):
        if one.is_certain:
            order, did = ("before", "ended") if one.after_end else ("after", "began")
            yield "when", f"must be the same as or {order} {formats.moment(one.other)}, when the {one.name} {did}"
