"""One duty of one person or team: what a clause gives for one trigger (events.md, "Trace command")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .events import Event
from .pack import Clause, Deadline, VersionInForce

OPEN, MET, BREACHED, WAIVED, ENDED, UNKNOWN = "open", "met", "breached", "waived", "ended", "unknown"
STATES = (OPEN, MET, BREACHED, WAIVED, ENDED, UNKNOWN)


@dataclass(slots=True)
class Instance:
    """One line of `protocol trace`. `due` is exclusive and in UTC; None where nothing is timed."""

    clause: Clause
    trigger: Event
    refs: Mapping[str, str]
    under: VersionInForce
    since: datetime
    """When it began: the trigger's time, a month's first instant, or the breach that started it."""
    part: str | None = None
    who: str | None = None
    state: str = OPEN
    due: datetime | None = None
    provisional: bool = False
    met_by: tuple[str, ...] = ()
    late: bool = False
    breach_noticed_at: datetime | None = None
    missing: tuple[str, ...] = ()
    escalated_to: tuple[str, ...] = ()
    next_change: datetime | None = None
    """The next instant at which time alone changes it: its due time, or the next stage of escalation."""
    deadline: Deadline | None = None
    """How the pack states its time, and who decided it."""

    @property
    def version(self) -> str:
        """The version of the protocol that it belongs to for good."""
        return self.under.pack.version

    @property
    def protocol_from(self) -> datetime | None:
        """When the protocol came into use for the case, where this began before that (it is then `unknown`)."""
        return self.under.start if self.since < self.under.start else None

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells it apart within its case: clause, trigger and part."""
        return (self.clause.id, self.trigger.id, self.part or "")
