"""What comes first: a thing ends after it began. From `history.ENDINGS` and from what the vocabulary says begins it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from waymark.casework.entries import Filled
from waymark.casework.history import ENDINGS, History, Thing
from waymark.events.vocabulary import EVENT_TYPES, REF_KINDS, EventType

STARTS: Mapping[str, tuple[str, ...]] = {"placement": ("placement_started",)}
"""What begins a thing, where it is spoken of before: a placement is agreed, and planned, before it starts."""
SHOWN_BY_GATES = frozenset({"move"})
"""Things whose end may well come first: that a move was made before anybody agreed to it is what MOV-02 looks for."""


@dataclass(frozen=True, slots=True)
class Misplaced:
    """An entry that would end a thing before it began, or begin it after it ended (`after_end`).

    `other` is when it began, or ended. `is_certain` where the entry is about that very thing, so that it cannot be;
    otherwise it may be so all the same: somebody moved in before the referral was written.
    """

    kind: str
    ref: str
    other: datetime
    after_end: bool
    is_certain: bool

    @property
    def name(self) -> str:
        """`missing episode`."""
        return REF_KINDS[self.kind].lower()


def misplaced(filled: Filled, schema: EventType, history: History) -> Iterator[Misplaced]:
    """The things that a form would end before they began, or begin after they ended, to the minute."""
    for kind, ref in filled.refs.items():
        thing = history.things.get((kind, ref))
        if thing is None:
            continue
        is_certain = kind in schema.refs and kind not in SHOWN_BY_GATES
        began = _began(thing)
        if filled.type in ENDINGS.get(kind, ()):
            if began is not None and filled.occurred_at < _minute(began):
                yield Misplaced(kind, ref, began, after_end=False, is_certain=is_certain)
        elif began is None and begins(filled.type, kind):
            ended = [event.occurred_at for event in thing.events if event.type in ENDINGS.get(kind, ())]
            if ended and _minute(filled.occurred_at) > max(ended):
                yield Misplaced(kind, ref, max(ended), after_end=True, is_certain=is_certain)


def _began(thing: Thing) -> datetime | None:
    return next((event.occurred_at for event in thing.events if begins(event.type, thing.kind)), None)


def begins(event_type: str, kind: str) -> bool:
    """Whether an event of this type can begin a thing of this kind."""
    if kind in STARTS:
        return event_type in STARTS[kind]
    schema = EVENT_TYPES.get(event_type)
    return schema is not None and kind in schema.begins and event_type not in ENDINGS.get(kind, ())


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
