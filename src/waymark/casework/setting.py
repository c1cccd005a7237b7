"""What a form of a record needs to know about the record, the person who fills it in and the moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from waymark.accommodation.models import Scheme
from waymark.cases.models import Case
from waymark.casework.history import Describer, History
from waymark.core.actor import Actor
from waymark.duties.engine import Pack
from waymark.duties.presenting import Known
from waymark.events.models import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a form is about: who fills it in, for which record, at what time, and what is known there."""

    actor: Actor
    case: Case
    history: History
    describer: Describer
    now: datetime
    pack: Pack | None
    schemes: Sequence[Scheme] = ()
    young_people: Sequence[tuple[str, str]] = ()
    """Identifier and name of the young people that a log of this place may name."""
    writer: Callable[[Event], str] = lambda event: "Somebody"
    """Whoever wrote an entry down, by name."""

    @property
    def known(self) -> Known:
        """What is known now, to tell which clauses matter."""
        return Known(self.history.facts, self.now)
