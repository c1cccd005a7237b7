"""Rows of the database in words, ready for a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from waymark.access.models import Involvement, Membership
from waymark.cases.models import Case
from waymark.casework.finding import is_identifier, name_of, people_named
from waymark.casework.history import PLACES, RETRACTED, Describer, History, Thing
from waymark.casework.queries import RECORDER, TAKERS
from waymark.core import formats
from waymark.core.actor import Actor
from waymark.duties import presenting
from waymark.duties.engine.calendar import local_date, parse_instant, start_of_day
from waymark.duties.engine.wording import due_text, event_text, listed, month_text, plain
from waymark.duties.models import Duty, State
from waymark.duties.presenting import Doing
from waymark.events.errors import RecordRefused
from waymark.events.models import Event
from waymark.events.schemas import event_type
from waymark.events.vocabulary import REF_KINDS, ROLES
from waymark.events.vocabulary import Field as EventField

ANSWERS = {True: "Yes", False: "No", "unknown": "Not known"}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WRITTEN_LATER = timedelta(hours=1)
"""How long after it happened something is written down before the page says when it was."""

OUTSTANDING = (State.OPEN, State.BREACHED)
NEVER_ASSUMED = frozenset({"attended", "how"})
"""What a form never fills in beforehand: who was there, and by what means, is for the person to say."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A state in words, with the colour that goes with the words."""

    text: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Something to go to."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class ToRecord:
    """An event that would meet a duty: what it is called, what of it is owed, and where its form is."""

    text: str
    owed: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """A duty as a page shows it. `due` is how pressing it is, `due_by` the date where `due` does not say it."""

    duty: Duty
    who_it_is_about: Link
    title: str
    modality: str
    part: str
    tag: Tag
    due: str
    due_by: str
    owners: list[str]
    missing: list[str]
    to_record: list[ToRecord]
    escalated: str
    why: str = ""
    may_be_waived: bool = False


def duty_rows(duties: Iterable[Duty], *, actor: Actor, now: datetime, explain: bool = False) -> list[DutyRow]:
    """Duties as rows. What they concern is asked for in two queries, however many they are."""
    duties = list(duties)
    people = people_on(actor, {duty.case_id for duty in duties})
    names = people_named(actor, {duty.part for duty in duties if duty.part})
    return [_duty_row(duty, people, names, now, explain) for duty in duties]


def _duty_row(duty: Duty, people: PeopleOn, names: Mapping[str, str], now: datetime, explain: bool) -> DutyRow:
    clause = presenting.clause_of(duty)
    part = _part(duty.part, names)
    outstanding = duty.state in OUTSTANDING
    doings = presenting.doings(duty) if outstanding and duty.timed else []
    due, due_by = due_words(duty, now)
    return DutyRow(
        duty=duty,
        who_it_is_about=Link(name_of(duty.case), reverse("case", args=[duty.case_id])),
        title=clause.title,
        modality=clause.modality,
        part=part,
        tag=state_tag(duty, now),
        due=due,
        due_by=due_by,
        owners=[people.owner(duty, role) for role in duty.roles],
        missing=presenting.owed(duty) if outstanding else [],
        to_record=[_to_record(duty, doing) for doing in doings],
        escalated=" and ".join(ROLES.get(role, role) for role in duty.escalated_to),
        why=presenting.sentence(duty, part=part) if explain else "",
        may_be_waived=duty.state == State.OPEN and duty.timed and (duty.due is None or duty.due > now),
    )


def _to_record(duty: Duty, doing: Doing) -> ToRecord:
    return ToRecord(doing.label, listed(doing.owed), record_address(duty.case_id, doing))


def _part(part: str, names: Mapping[str, str]) -> str:
    """What a part is called: a month, a young person's name, or its own word."""
    if part in names:
        return names[part]
    return "a young person" if is_identifier(part) else month_text(plain(part))


def state_tag(duty: Duty, now: datetime) -> Tag:
    """How a duty stands, in words: late is late from the minute, whether or not it has been noticed."""
    if duty.state == State.MET:
        return Tag("Done late", "yellow") if duty.late else Tag("Done", "green")
    if duty.state in OUTSTANDING and not duty.timed:
        return Tag("Not as the protocol says", "orange")
    if is_late(duty, now):
        return Tag("Late", "red")
    if duty.state == State.OPEN:
        return Tag("To do", "blue")
    words = {State.WAIVED: "Waived", State.ENDED: "No longer needed", State.UNKNOWN: "Not known"}
    return Tag(words[State(duty.state)], "grey")


def is_late(duty: Duty, now: datetime) -> bool:
    """Whether a duty is outstanding and its time is over."""
    return duty.state in OUTSTANDING and duty.due is not None and duty.due <= now


def due_words(duty: Duty, now: datetime) -> tuple[str, str]:
    """How pressing it is, and the date: `2 days late`, `End of Thu 5 Mar 2026`; while it is far off, only the date."""
    if duty.due is None:
        return ("No date yet" if duty.timed and duty.state in OUTSTANDING else ""), ""
    at = due_text(duty.due).removeprefix("the ")
    by = at[:1].upper() + at[1:]
    if is_late(duty, now):
        return f"{length(now - duty.due)} late", by
    pressing = _pressing(duty.due, now) if duty.state in OUTSTANDING else ""
    return (pressing, by) if pressing else (by, "")


def _pressing(due: datetime, now: datetime) -> str:
    today = local_date(now)
    if due == start_of_day(today + DAY):
        return "By the end of today"
    if local_date(due) == today:
        return f"Today by {due.astimezone(formats.LONDON):%H:%M}"
    return "Tomorrow" if due <= start_of_day(today + 2 * DAY) else ""


def length(time: timedelta) -> str:
    """A length of time in its largest whole unit: `2 days`, `1 hour`, `5 minutes`."""
    for unit, name in ((DAY, "day"), (HOUR, "hour")):
        if time >= unit:
            return _count(time // unit, name)
    return _count(max(1, time // MINUTE), "minute")


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def record_address(case_id: UUID, doing: Doing) -> str:
    """Where the form is that records this, with its refs and data filled in."""
    query: dict[str, Sequence[str] | str] = {f"ref-{kind}": ref for kind, ref in doing.refs.items()}
    query |= {f"data-{name}": values for name, values in doing.data.items() if name not in NEVER_ASSUMED}
    address = reverse("record_event", args=[case_id, doing.event_type])
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


EVERYONE = "everyone who works on this record"


class PeopleOn:
    """Who works on some records now, and so who owes what there: the rule of `casework.queries`, in words."""

    def __init__(self, involvements: Iterable[Involvement]) -> None:
        self._names: dict[tuple[UUID, str], list[str]] = {}
        self._queues: dict[tuple[UUID, str], str] = {}
        self._members: dict[tuple[UUID, UUID | None], str] = {}
        for one in involvements:
            self._members[one.case_id, one.membership_id] = holder_name(one)
            self._names.setdefault((one.case_id, one.role), []).append(holder_name(one))
            team = one.team or (one.membership.team if one.membership else None)
            if team is not None and team.borough_id in (one.case.authority_id, one.case_id):
                self._queues[one.case_id, team.role] = team.name

    def owner(self, duty: Duty, role: str) -> str:
        """A role, with whoever has it on a record, or whom it falls to."""
        if role == RECORDER:
            recorder = self._members.get((duty.case_id, duty.trigger.actor))
            return f"Whoever recorded what began it: {recorder or EVERYONE}"
        label = ROLES.get(role, plain(role))
        names = self._names.get((duty.case_id, role))
        return f"{label}: {', '.join(names or [self._falls_to(duty.case_id, role)])}"

    def _falls_to(self, case_id: UUID, role: str) -> str:
        if (case_id, role) in self._queues:
            return f"nobody named, so {self._queues[case_id, role]}"
        taker = next((taker for taker in TAKERS if (case_id, taker) in self._names), None)
        if taker is None:
            return f"nobody named, so {EVERYONE}"
        return f"nobody named, so {', '.join(self._names[case_id, taker])} ({ROLES[taker].lower()})"


def people_on(actor: Actor, cases: Iterable[UUID]) -> PeopleOn:
    """Who works on some records now, in one query."""
    return PeopleOn(
        Involvement.objects.visible_to(actor)
        .current()
        .filter(case__in=list(cases))
        .select_related("case", "team", "membership__account", "membership__team")
        .order_by("starts_at")
    )


def holder_name(involvement: Involvement) -> str:
    """The person's name, or the team's."""
    if involvement.membership is not None:
        return str(involvement.membership.account.name)
    return str(involvement.team)


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
        return self.people.get(event.actor, "") if event.actor else "Waymark"

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
