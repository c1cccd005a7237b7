"""Who is told of new events, in the transaction that stores them.

Apps to the right of this one register at start-up; the duties app must be among them, or the system refuses to start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from waymark.cases.models import Case
from waymark.events.models import Event

Handler = Callable[[Case, list[Event], datetime], None]
"""Told of a case, its newly stored events in order of storing, and the instant they were recorded."""

BulkHandler = Callable[[Sequence[tuple[Case, list[Event]]], datetime], None]
"""Told of many cases at once, each with its new events."""

REQUIRED = ("duties",)
"""Handlers without which the system must not run."""


@dataclass(frozen=True, slots=True)
class _Registration:
    handler: Handler
    bulk: BulkHandler | None


_registered: dict[str, _Registration] = {}


def register(name: str, handler: Handler, *, bulk: BulkHandler | None = None) -> None:
    """Have `handler` called with each case's new events; with `bulk`, one call for all that `record_many` stores.

    Both run inside the transaction, with the case locked: what they raise undoes the recording.
    """
    _registered[name] = _Registration(handler, bulk)


def unregister(name: str) -> None:
    """Forget a handler; for tests."""
    _registered.pop(name, None)


def missing() -> list[str]:
    """Names of required handlers that nobody registered."""
    return [name for name in REQUIRED if name not in _registered]


def tell(batch: Sequence[tuple[Case, list[Event]]], now: datetime) -> None:
    """Call every handler, in the order they registered, with the cases and events just stored."""
    for registration in list(_registered.values()):
        if registration.bulk is not None and len(batch) > 1:
            registration.bulk(batch, now)
        else:
            for case, events in batch:
                registration.handler(case, events, now)
