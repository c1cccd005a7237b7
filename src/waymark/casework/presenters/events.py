"""What happened, in words: an entry with what it says, who did it and who wrote it down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from waymark.access.closing import PARAGRAPH
from waymark.access.models import Membership
from waymark.cases.models import Case
from waymark.casework.finding import people_named
from waymark.casework.history import PLACES, Describer, History, Thing
from waymark.core import formats
from waymark.core.actor import Actor
from waymark.duties.engine.calendar import parse_instant
from waymark.duties.engine.wording import event_text, month_text, plain
from waymark.events.errors import RecordRefused
from waymark.events.models import RETRACTED, Event
from waymark.events.schemas import event_type
from waymark.events.vocabulary import REF_KINDS, ROLES
from waymark.events.vocabulary import Field as EventField

ANSWERS = {True: "Yes", False: "No", "unknown": "Not known"}
WRITTEN_LATER = timedelta(hours=1)
"""How long after it happened something is written down before the page says when it was."""

FROM_AN_IMPORT = "Waymark, from an import"
"""Who wrote down what nobody did: only bringing in what a council keeps elsewhere records without a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """Something that happened, as a page shows it."""

    event: Event
    title: str
    when: str
    about: list[str]
    details: list[tuple[str, str]]
    done_by: str
    recorded_by: str
    recorded: str
    withdrawn: str
    withdrawn_by: str
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Teller:
    """What is needed to put events of a record into words."""

    people: Mapping[UUID, str]
    names: Mapping[str, str]
    describer: Describer
    history: History = field(repr=False)

    def row(self, event: Event) -> EventRow:
        """An event in words."""
        retraction = self.history.withdrawn.get(str(event.pk))
        later = event.recorded_at - event.occurred_at > WRITTEN_LATER
        return EventRow(
            event=event,
            title=event_text(event.type),
            when=formats.moment(event.occurred_at),
            about=self._about(event),
            details=details(event, self.names),
            done_by=ROLES.get(event.by, plain(event.by)),
            recorded_by=self._writer(event),
            recorded=formats.moment(event.recorded_at) if later else "",
            withdrawn=str(retraction.data.get("reason", "")) if retraction else "",
            withdrawn_by=f"{self._writer(retraction)}, {formats.moment(retraction.recorded_at)}" if retraction else "",
            is_withdrawn=retraction is not None,
        )

    def _writer(self, event: Event) -> str:
        return self.people.get(event.actor, "") if event.actor else FROM_AN_IMPORT

    def _about(self, event: Event) -> list[str]:
        things = self.history.things
        known = [things[kind, ref] for kind, ref in event.refs.items() if (kind, ref) in things]
        return [self.describer.describe(thing) for thing in known if not _begins(event, thing)]


def _begins(event: Event, thing: Thing) -> bool:
    """Whether a thing, of the record's own, is first named by this event: then the event says what it is."""
    first = thing.first()
    return thing.kind not in PLACES and first is not None and first.pk == event.pk


def teller(actor: Actor, events: Sequence[Event], history: History, describer: Describer) -> Teller:
    """Asks for the people that some events name, in two queries."""
    retractions = [history.withdrawn[str(event.pk)] for event in events if str(event.pk) in history.withdrawn]
    writers = {event.actor for event in (*events, *retractions) if event.actor}
    members = Membership.objects.visible_to(actor).filter(pk__in=writers).select_related("account", "agency")
    return Teller(
        people={member.pk: f"{member.account.name}, {member.agency.name}" for member in members},
        names=people_named(actor, _people_in(events)),
        describer=describer,
        history=history,
    )


def _people_in(events: Iterable[Event]) -> set[str]:
    found: set[str] = set()
    for event in events:
        for name in ("young_person", "young_people"):
            value = event.data.get(name) or ()
            found |= {value} if isinstance(value, str) else set(value)
    return found


def details(event: Event, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What an event says, as pairs of question and answer; answers not given are left out."""
    if event.type == RETRACTED:
        return [("What was wrong with it", str(event.data.get("reason", "")))]
    try:
        fields: Mapping[str, EventField] = {one.name: one for one in event_type(event.type).fields}
    except RecordRefused:  # a type that only an earlier version of a protocol knew
        fields = {}
    found = []
    for name, value in event.data.items():
        if event.type == PARAGRAPH and name == "event":  # which entry it belongs to: its page leads there
            continue
        question = fields.get(name)
        label = question.label if question else plain(name).capitalize()
        text = value_text(question, value, names)
        if text:
            found.append((label, text))
    return found


def value_text(question: EventField | None, value: Any, names: Mapping[str, str]) -> str:
    """One answer in words."""
    if isinstance(value, list):
        return "\n".join(value_text(question, one, names) for one in value)
    if isinstance(value, bool) or value == "unknown":
        return ANSWERS[value]
    if question is None:
        return str(value)
    if question.choices:
        return dict(question.choices).get(value, str(value))
    words = _BY_KIND.get(question.kind)
    return words(str(value), names) if words else str(value)


def _role_words(text: str, names: Mapping[str, str]) -> str:
    return ROLES.get(text, plain(text))


def _person_words(text: str, names: Mapping[str, str]) -> str:
    return names.get(text, "A young person")


_BY_KIND: Mapping[str, Callable[[str, Mapping[str, str]], str]] = {
    "date": lambda text, names: formats.day(datetime.fromisoformat(text).date()),
    "datetime": lambda text, names: formats.moment(parse_instant(text)),
    "month": lambda text, names: month_text(text),
    "role": _role_words,
    "roles": _role_words,
    "person": _person_words,
    "people": _person_words,
}


def ref_label(kind: str) -> str:
    """`Which placement`, for a question."""
    return f"Which {REF_KINDS[kind].lower()}"


def facts_shown(case: Case, history: History) -> dict[str, str]:
    """What is known now, in words, by fact."""
    fields = {one.name: one for one in event_type("facts_recorded").fields}
    return {name: value_text(fields.get(name), value, {}) for name, value in history.facts.items()}
