"""What a form of a record needs to know about the record, the person who fills it in and the moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from waymark.accommodation.models import Scheme
from waymark.cases.models import Case, Kind
from waymark.casework.finding import name_of
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
    in_use_from: datetime | None = None
    """Since when a protocol judges what happens here; None where none does."""
    schemes: Sequence[Scheme] = ()
    young_people: Callable[[], Sequence[tuple[str, str]]] = tuple
    """Gives identifier and name of the young people that a log of this place may name. Whoever asks shows them."""
    writer: Callable[[Event], str] = lambda event: "somebody"
    """Whoever wrote an entry down, by name."""

    @property
    def name(self) -> str:
        """What the record is called."""
        return name_of(self.case)

    @property
    def born(self) -> date | None:
        """The young person's date of birth; None of a place."""
        return self.case.young_person.date_of_birth if self.case.kind == Kind.YOUNG_PERSON else None

    @property
    def known(self) -> Known:
        """What is known now, to tell which clauses matter."""
        return Known(self.history.facts, self.now)
