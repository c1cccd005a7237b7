"""Who is missing now, in words, for the page that people open first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from waymark.casework.finding import living, place_names
from waymark.casework.missing import Missing, missing_now
from waymark.casework.presenters.parts import Link, Tag
from waymark.core.actor import Actor
from waymark.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class MissingRow:
    """Somebody who is missing or absent: since when, what of the police, where they live, what to record next."""

    case_id: UUID
    who: Link
    tag: Tag
    words: str
    next: str
    home: str
    links: list[Link]
    is_urgent: bool


def missing_rows(actor: Actor, now: datetime) -> list[MissingRow]:
    """Everybody within reach who is missing or absent, the gravest first; as many queries for many as for one."""
    people = missing_now(actor, now)
    if not people:
        return []
    homes = living(actor, cases=[person.case.pk for person in people])
    names = place_names(actor, homes.values())
    may_record = actor.may(Permission.RECORD_EVENT)
    return [_row(person, names.get(homes.get(person.case.pk, ""), ""), now, may_record) for person in people]


def _row(person: Missing, home: str, now: datetime, may_record: bool) -> MissingRow:
    absence = person.gravest
    links = [Link("Record their return", absence.return_address)]
    if not absence.is_missing:
        links.append(Link("Report them missing", absence.report_address))
    urgent = absence.is_urgent(now)
    return MissingRow(
        case_id=person.case.pk,
        who=Link(person.name, reverse("case", args=[person.case.pk])),
        tag=Tag(absence.state, "red" if urgent else "orange"),
        words=absence.words,
        next=absence.next_words(now),
        home=home,
        links=links if may_record else [],
        is_urgent=urgent,
    )
