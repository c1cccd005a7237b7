"""What a form asks once more before it is stored: what may well be a slip, and may be true all the same.

Each is worked out from what the form says and what the record holds. Somebody who confirms one confirms it for what it
is about (`key`) and for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from waymark.casework.entries import Filled, earlier_same
from waymark.casework.history import FACTS, PLACES
from waymark.casework.missing import ABSENT, BEGINNINGS, EPISODE, REPORTED, absences
from waymark.casework.order import misplaced
from waymark.casework.presenters import Link
from waymark.casework.presenters.duties import length
from waymark.casework.setting import Setting
from waymark.core import formats
from waymark.duties.engine.calendar import age_on, local_date
from waymark.duties.engine.history import as_instant
from waymark.duties.engine.pack import Duty as DutyClause
from waymark.duties.engine.wording import event_text
from waymark.duties.presenting import attention
from waymark.events.models import Event
from waymark.events.vocabulary import REF_KINDS, EventType

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LONG_AGO = 365 * DAY
FAR_AHEAD = 2 * 365 * DAY
LONG_BEFORE = 14 * DAY
"""How long before anything else about a thing something may happen without a question."""
TOLD_OF_ABSENCE = "worker_notified"
YOUNGEST, OLDEST = 10, 26
"""Ages, in years, between which a date of birth is taken as it is."""
ARRANGED = frozenset({"scheduled_for", "due", "agreed_report_by", "expected_at"})
"""Answers that say for when something is arranged."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to be asked: the question, what confirms it, and where to look. `key` says what exactly it is about."""

    key: str
    question: str
    yes: str
    links: tuple[Link, ...] = ()


def doubts(filled: Filled, schema: EventType, setting: Setting) -> list[Doubt]:
    """What is doubtful about a form that is otherwise right, the gravest first."""
    same = earlier_same(filled, setting.history, setting.now)
    found = [same_again(same, setting)] if same else _another_absence(filled, setting)
    found += _without_absence(filled, setting) if not found else []
    found += _once_more(filled, schema, setting) if not same else []
    found += _long_ago(filled, setting)
    found += _out_of_order(filled, schema, setting)
    found += _before_anything(filled, schema, setting)
    found += _arranged(filled, schema)
    return [*found, *_unlikely_age(filled, setting)]


def same_again(event: Event, setting: Setting) -> Doubt:
    """The record has an entry that says the same."""
    ago = _ago(event.recorded_at, setting.now)
    entry = f"{event_text(event.type)}, {formats.moment(event.occurred_at)}"
    is_own = event.actor == setting.actor.membership_id
    said = f"You recorded the same {ago}" if is_own else f"The same was recorded {ago} by {setting.writer(event)}"
    return Doubt(
        key=f"same {event.pk}",
        question=f"{said}: {entry}. Is this another one?",
        yes="Yes, this is another one",
        links=(Link("See that entry", reverse("event", args=[setting.case.pk, event.pk])),),
    )


def _ago(instant: datetime, now: datetime) -> str:
    """`just now`, `2 minutes ago`, `3 hours ago`; from a day on, the day and time."""
    passed = now - instant
    if passed < MINUTE:
        return "just now"
    return f"{length(passed)} ago" if passed < DAY else f"on {formats.moment(instant)}"


def _another_absence(filled: Filled, setting: Setting) -> list[Doubt]:
    """Somebody who is away already, as far as anybody has said, is said to have gone."""
    away = absences(setting.history)
    if not away or filled.type not in BEGINNINGS or EPISODE not in filled.new:
        return []
    absence, since = away[0], formats.moment(away[0].since)
    return [
        Doubt(
            key=f"away {absence.episode}",
            question=f"{setting.name} has been recorded {absence.state.lower()} since {since} and not as returned. "
            "Is this another absence?",
            yes="Yes, this is another absence",
            links=(Link(f"Record the return from the absence since {since}", absence.return_address),),
        )
    ]


def _without_absence(filled: Filled, setting: Setting) -> Iterator[Doubt]:
    """A report to the police of which no absence is recorded, where the absence begins telling the worker."""
    episode = filled.refs.get(EPISODE, "")
    thing = setting.history.things.get((EPISODE, episode))
    telling = _telling_of_absence(setting)
    if filled.type != REPORTED or not telling or (thing is not None and thing.first(ABSENT)):
        return
    address = reverse("record_event", args=[setting.case.pk, ABSENT])
    chosen = "" if EPISODE in filled.new else f"?{urlencode({f'ref-{EPISODE}': episode})}"
    yield Doubt(
        key=f"no absence {'' if EPISODE in filled.new else episode}",
        question="No absence is recorded. Record the absence first, because that is what begins telling the worker "
        f"({telling}).",
        yes="Yes, record the report without it",
        links=(Link("Record the absence", f"{address}{chosen}"),),
    )


def _telling_of_absence(setting: Setting) -> str:
    """The clause by which an absence begins that the worker is told; "" where the protocol has none."""
    starts = attention(setting.pack, ABSENT, setting.known).starts if setting.pack else ()
    duties = [clause for clause in starts if isinstance(clause, DutyClause)]
    return next((duty.id for duty in duties for part in duty.parts if TOLD_OF_ABSENCE in part.done_by.types), "")


def _once_more(filled: Filled, schema: EventType, setting: Setting) -> Iterator[Doubt]:
    """What happens once to a thing is said to have happened to it again. An absence begun anew may end anew."""
    kind = schema.once_of
    thing = setting.history.things.get((kind, filled.refs.get(kind, "")))
    before = thing.last(filled.type) if thing else None
    if thing is None or before is None or _goes_on(thing.kind, thing.ref, setting):
        return
    more = "who was there" if schema.field("attended") else "to what it says"
    yield Doubt(
        key=f"once {before.pk}",
        question=f"“{schema.label}” is recorded already, for {formats.moment(before.occurred_at)}. To add {more}, "
        "withdraw that entry and record it again. Is this another one?",
        yes="Yes, this is another one",
        links=(Link("See that entry", reverse("event", args=[setting.case.pk, before.pk])),),
    )


def _goes_on(kind: str, ref: str, setting: Setting) -> bool:
    return kind == EPISODE and any(absence.episode == ref for absence in absences(setting.history))


def _before_anything(filled: Filled, schema: EventType, setting: Setting) -> Iterator[Doubt]:
    """Long before anything else about the thing that was chosen: the date is a slip, or another thing is meant."""
    asked = {(one.kind, one.ref) for one in misplaced(filled, schema, setting.history)}
    for key in filled.refs.items():
        thing = setting.history.things.get(key)
        if thing is None or thing.kind in PLACES or key in asked:
            continue
        if thing.events[0].occurred_at - filled.occurred_at > LONG_BEFORE:
            when = formats.moment(filled.occurred_at)
            yield Doubt(
                f"before {thing.kind} {thing.ref} {filled.occurred_at.isoformat()}",
                f"{when} is before anything recorded of {setting.describer.describe(thing)}. "
                f"Is the date right, and is this the {REF_KINDS[thing.kind].lower()}?",
                "Yes, both are right",
            )
            return  # one question for the date is enough


def _long_ago(filled: Filled, setting: Setting) -> Iterator[Doubt]:
    """Before the record begins, or the protocol was in use, nothing that is owed is known; a year ago is far back."""
    at = filled.occurred_at
    when, unknown = formats.moment(at), "" if filled.type == FACTS else " What is owed from it will not be known."
    covered = as_instant(setting.history.facts.get("covered_from"))
    if covered is not None and at < covered:
        said = f"{when} is before Waymark’s record of {setting.name} begins, on {formats.day(covered)}."
    elif setting.in_use_from is not None and at < setting.in_use_from:
        said = f"{when} is before the protocol was in use here, from {formats.day(setting.in_use_from)}."
    elif setting.now - at > LONG_AGO:
        said, unknown = f"{when} is more than a year ago.", ""
    else:
        return
    yield Doubt(f"when {at.isoformat()}", f"{said} Is the year right?{unknown}", f"Yes, {when} is right")


def _out_of_order(filled: Filled, schema: EventType, setting: Setting) -> Iterator[Doubt]:
    """An end before its beginning that may be so: a move that was made before it was agreed, say."""
    when = formats.moment(filled.occurred_at)
    for one in misplaced(filled, schema, setting.history):
        if not one.is_certain:
            order, did = ("after", "ended") if one.after_end else ("before", "began")
            yield Doubt(
                f"order {one.kind} {one.ref} {filled.occurred_at.isoformat()}",
                f"{when} is {order} the {one.name} {did}, {formats.moment(one.other)}. Is that right?",
                f"Yes, {when} is right",
            )


def _arranged(filled: Filled, schema: EventType) -> Iterator[Doubt]:
    """What is arranged lies ahead of the arranging, and not years ahead."""
    for field in schema.fields:
        text = filled.data.get(field.name)
        if field.name not in ARRANGED or not text:
            continue
        instant = datetime.fromisoformat(text)
        ahead = instant - filled.occurred_at
        if ahead <= -MINUTE:
            problem = "is before this happened. Is the date right?"
        elif ahead > FAR_AHEAD:
            problem = "is more than 2 years ahead. Is the year right?"
        else:
            continue
        when = formats.moment(instant)
        yield Doubt(f"{field.name} {text} {problem}", f"{field.label}: {when} {problem}", f"Yes, {when} is right")


def _unlikely_age(filled: Filled, setting: Setting) -> Iterator[Doubt]:
    """Supported accommodation is for those of 16 to 25; a little more either way leaves room for plans and delays."""
    born = filled.data.get("date_of_birth")
    if not born:
        return
    age = age_on(date.fromisoformat(born), local_date(setting.now))
    if not YOUNGEST <= age <= OLDEST:
        yield Doubt(
            key=f"born {born}",
            question=f"This makes {setting.name} {age} years old. Is the date of birth right?",
            yes=f"Yes, {formats.day(date.fromisoformat(born))} is right",
        )
