"""A form filled in, and whether what it says is recorded already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from waymark.casework.history import FACTS, History
from waymark.events.models import Event

JUST_RECORDED = timedelta(minutes=30)
"""How recently an entry must have been written down to be taken for the same one sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form filled in: what happened, and the identifier it was given when the form was opened.

    `new` are the kinds of ref that it begins: their identifiers are made by the form, so each form has others.
    """

    id: UUID
    type: str
    occurred_at: datetime
    refs: Mapping[str, str] = field(default_factory=dict)
    by: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    new: frozenset[str] = frozenset()


class SameAgain(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """The record has an entry that says the same, and nobody has said that this is another one."""

    def __init__(self, event: Event) -> None:
        self.event = event
        super().__init__(f"the same is recorded already: {event}")


def earlier_same(filled: Filled, history: History, now: datetime) -> Event | None:
    """The entry, written down last, that may well be the one that a form is about to record again.

    It says the same of the same things, and was written down in the last half hour by anybody, or happened in the very
    same minute. What is known is recorded only where it changed, so facts that come back are no repetition; nor is the
    same form sent twice, whose entry has its identifier.
    """
    if filled.type == FACTS or any(event.pk == filled.id for event in history.events):
        return None
    found = [event for event in history.events if _says_the_same(filled, event) and _may_be(filled, event, now)]
    return max(found, key=lambda event: (event.recorded_at, event.sequence), default=None)


def _says_the_same(filled: Filled, event: Event) -> bool:
    if event.type != filled.type or event.data != filled.data:
        return False
    return event.refs.keys() == filled.refs.keys() and all(
        kind in filled.new or event.refs[kind] == ref for kind, ref in filled.refs.items()
    )


def _may_be(filled: Filled, event: Event, now: datetime) -> bool:
    return now - event.recorded_at <= JUST_RECORDED or _minute(event.occurred_at) == _minute(filled.occurred_at)


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
