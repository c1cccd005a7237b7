"""What a form does not accept, because it cannot be so: the question it is about, and what is said there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from waymark.events.vocabulary import EventType


def contradictions(schema: EventType, cleaned: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Answers that another answer of the same form rules out. `cleaned` is what was understood of the form so far."""
    for implied in schema.implied:
        given, then = cleaned.get(f"data-{implied.name}"), cleaned.get(f"data-{implied.then}")
        if given in implied.values and then is not None and then != implied.answer:
            field = schema.field(implied.name)
            label = dict(field.choices)[given] if field else given
            yield f"data-{implied.then}", f"“{label}” {implied.because}"
