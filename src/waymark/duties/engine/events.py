"""An event as the engine sees it (events.md, "An event")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Key = tuple[datetime, datetime, int]

FACTS_RECORDED = "facts_recorded"
EVENT_RETRACTED = "event_retracted"
DUTY_WAIVED = "duty_waived"
CONTROL_TYPES = frozenset({FACTS_RECORDED, EVENT_RETRACTED, DUTY_WAIVED})
"""Types the engine itself understands, whatever the pack says."""


@dataclass(slots=True, eq=False)
class Event:
    """Something that happened in one case. Instants are aware and in UTC; `position` settles exact ties.

    `key` is the order of happening: ties in `occurred_at` go by `recorded_at`, then by position.
    """

    id: str
    case: str
    type: str
    occurred_at: datetime
    recorded_at: datetime
    refs: Mapping[str, str] = field(default_factory=dict)
    by: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    position: int = 0

    key: Key = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.key = (self.occurred_at, self.recorded_at, self.position)
