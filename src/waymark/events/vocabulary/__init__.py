"""The words of the record: what can happen, what is asked about it, who does it and what it is about.

Plain Python, with no Django in it: the engine, the trace command, the forms and the event store all read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from waymark.events.vocabulary import (
    assessment,
    gangs,
    partners,
    placement,
    record,
    referral,
    safety,
    sharing,
)
from waymark.events.vocabulary.content import CONTENT_ITEMS, item_choices
from waymark.events.vocabulary.facts import FACTS
from waymark.events.vocabulary.roles import RECORDING_ROLES, REF_KINDS, ROLES
from waymark.events.vocabulary.types import FIELD_KINDS, Choices, ContentItem, EventType, Fact, Field, Implied

__all__ = [
    "CONTENT_ITEMS",
    "EVENT_TYPES",
    "FACTS",
    "FIELD_KINDS",
    "GROUPS",
    "RECORDING_ROLES",
    "REF_KINDS",
    "ROLES",
    "Choices",
    "ContentItem",
    "EventType",
    "Fact",
    "Field",
    "Implied",
    "item_choices",
]


def _by_name(types: Iterable[EventType]) -> Mapping[str, EventType]:
    """The types by name, in their order. Raises ValueError for a name used twice."""
    named: dict[str, EventType] = {}
    for event_type in types:
        if event_type.name in named:
            raise ValueError(f"two event types are called {event_type.name}")
        named[event_type.name] = event_type
    return MappingProxyType(named)


EVENT_TYPES: Mapping[str, EventType] = _by_name(
    referral.EVENTS
    + assessment.EVENTS
    + placement.EVENTS
    + sharing.EVENTS
    + gangs.EVENTS
    + safety.EVENTS
    + partners.EVENTS
    + record.EVENTS
)
"""Every event type that Waymark knows, by name, in the order of the journey."""

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(event_type.group for event_type in EVENT_TYPES.values()))
"""The groups that forms list event types under, in the order of the journey."""
