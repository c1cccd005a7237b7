"""Dynamic condition response graphs with time, as published.

T. Hildebrandt and R. R. Mukkamala, "Declarative event-based workflow as distributed dynamic condition response
graphs", PLACES 2010: events, their marking (executed, pending, included) and the five relations. T. Hildebrandt,
R. R. Mukkamala, T. Slaats and F. Zanitti, "Contracts for cross-organizational workflows as timed dynamic condition
response graphs", Journal of Logic and Algebraic Programming 82 (2013): delays on conditions, deadlines on responses.

Two things differ in form only. Instants stand where the papers count time steps, and a deadline is a function of the
instant of the event that owes it, because a working day is no fixed number of steps. And where the papers let no time
pass beyond a deadline, because they describe what may be done, time passes here and `overdue` says what was missed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

AT_ONCE = timedelta(0)
Deadline = Callable[[datetime], datetime]


def _relation() -> defaultdict[str, set[str]]:
    return defaultdict(set)


@dataclass
class Graph:
    """The relations. `conditions[e][f]`: f before e, by that delay. `responses[e][f]`: after e, f by that deadline."""

    conditions: defaultdict[str, dict[str, timedelta]] = field(default_factory=lambda: defaultdict(dict))
    responses: defaultdict[str, dict[str, Deadline]] = field(default_factory=lambda: defaultdict(dict))
    milestones: defaultdict[str, set[str]] = field(default_factory=_relation)
    includes: defaultdict[str, set[str]] = field(default_factory=_relation)
    excludes: defaultdict[str, set[str]] = field(default_factory=_relation)


@dataclass
class Marking:
    """Which events have been executed and when, which are pending and by when, and which are included."""

    included: set[str]
    executed: dict[str, datetime] = field(default_factory=dict)
    pending: dict[str, datetime] = field(default_factory=dict)

    def enables(self, graph: Graph, event: str, at: datetime) -> bool:
        """Whether the event may happen: included, its included conditions met, no included milestone pending."""
        return (
            event in self.included
            and all(
                other in self.executed and self.executed[other] + delay <= at
                for other, delay in graph.conditions[event].items()
                if other in self.included
            )
            and not any(other in self.pending for other in graph.milestones[event] & self.included)
        )

    def execute(self, graph: Graph, event: str, at: datetime) -> None:
        """The event happens: it is no longer pending, its responses are, and others come and go."""
        self.executed[event] = at
        self.pending.pop(event, None)
        self.pending |= {owed: deadline(at) for owed, deadline in graph.responses[event].items()}
        self.included = (self.included | graph.includes[event]) - graph.excludes[event]

    def overdue(self, now: datetime) -> set[str]:
        """What is included and pending and should have happened before now."""
        return {event for event, due in self.pending.items() if event in self.included and due <= now}
