"""Who is missing now, or absent: what a record says of it, and of all records within somebody's reach.

An absence (MIS-05) begins when one is recorded or somebody is reported missing to the police, and is over once an
`episode_ended` of the same episode says that they are back. Before the report they are *absent*, with the time by
which they are to be reported; from the report on they are *missing*, since the hour they were first found gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.urls import reverse

from waymark.cases.models import Case
from waymark.casework.finding import name_of, records
from waymark.casework.history import History
from waymark.core import formats
from waymark.core.actor import Actor
from waymark.core.ledger import current_ledger
from waymark.duties.engine.calendar import parse_instant
from waymark.events.models import RETRACTED, Event

EPISODE = "episode"
ABSENT, REPORTED, RETURNED = "absence_recorded", "reported_missing", "episode_ended"
BEGINNINGS = (ABSENT, REPORTED)
TOLD_BY = (*BEGINNINGS, RETURNED, RETRACTED)
"""The types of event that say whether somebody is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """An absence that nobody has said is over. `report_by` is the time that was agreed, where one was recorded."""

    case_id: UUID
    episode: str
    since: datetime
    report_by: datetime | None = None
    reported_at: datetime | None = None

    @property
    def is_missing(self) -> bool:
        """Whether they were reported missing to the police; until then they are absent."""
        return self.reported_at is not None

    @property
    def state(self) -> str:
        """`Missing`, or `Absent` before it is reported to the police."""
        return "Missing" if self.is_missing else "Absent"

    @property
    def words(self) -> str:
        """`Missing since Sat 21 November 2026 at 23:40`."""
        return f"{self.state} since {formats.moment_with_day(self.since)}"

    def next_words(self, now: datetime) -> str:
        """What goes with it: when the police were told, or by when they are to be."""
        if self.reported_at is not None:
            return f"Reported to the police on {formats.moment_with_day(self.reported_at)}"
        if self.report_by is None:
            return "Not reported to the police"
        was = "Was to be" if self.is_overdue(now) else "To be"
        return f"{was} reported missing by {formats.moment_with_day(self.report_by)}"

    def is_overdue(self, now: datetime) -> bool:
        """Whether the agreed time is over and the police have not been told."""
        return not self.is_missing and self.report_by is not None and self.report_by <= now

    def is_urgent(self, now: datetime) -> bool:
        """Whether it is missing, or ought to be: what a page shows in red."""
        return self.is_missing or self.is_overdue(now)

    @property
    def return_address(self) -> str:
        """Where the form is that records the return, for this episode."""
        return self._form(RETURNED)

    @property
    def report_address(self) -> str:
        """Where the form is that records the report to the police, for this episode."""
        return self._form(REPORTED)

    def _form(self, event_type: str) -> str:
        address = reverse("record_event", args=[self.case_id, event_type])
        return f"{address}?{urlencode({f'ref-{EPISODE}': self.episode})}"


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who is missing or absent now, with the absences that are open, the gravest first. Never none."""

    case: Case
    absences: tuple[Absence, ...]

    @property
    def name(self) -> str:
        """What the record is called."""
        return name_of(self.case)

    @property
    def gravest(self) -> Absence:
        """The one to show where there is room for one: reported before not, and the longest first."""
        return self.absences[0]


def absences(history: History) -> list[Absence]:
    """The absences of a record that are open, the gravest first: reported before not, and the longest first."""
    found = (_open_absence(thing.ref, thing.events) for thing in history.things.values() if thing.kind == EPISODE)
    return sorted(filter(None, found), key=_gravity)


def missing_since(history: History) -> datetime | None:
    """When the earliest absence began that is still open, reported to the police or not; None if there is none."""
    return min((absence.since for absence in absences(history)), default=None)


def _gravity(absence: Absence) -> tuple[bool, datetime]:
    return not absence.is_missing, absence.since


def _open_absence(episode: str, events: Iterable[Event]) -> Absence | None:
    """What of an episode is not over. An episode may begin again after a return, so ends are set against beginnings."""
    told = [event for event in events if event.type in (*BEGINNINGS, RETURNED)]
    begun = [event for event in told if event.type in BEGINNINGS]
    ends = [event for event in told if event.type == RETURNED and begun and event.occurred_at >= begun[0].occurred_at]
    standing = [event for event in begun if not any(_is_over(event, end) for end in ends)]
    if not standing:
        return None
    agreed = [event.data.get("agreed_report_by") for event in standing]
    return Absence(
        case_id=standing[0].case_id,
        episode=episode,
        since=standing[0].occurred_at,
        report_by=next((parse_instant(text) for text in reversed(agreed) if text), None),
        reported_at=next((event.occurred_at for event in standing if event.type == REPORTED), None),
    )


def _is_over(beginning: Event, end: Event) -> bool:
    """Whether a return answers a beginning: it came after it, or was written down knowing of it."""
    return end.occurred_at >= beginning.occurred_at or end.recorded_at > beginning.recorded_at


def missing_now(actor: Actor, now: datetime) -> list[Missing]:
    """Everybody within reach who is missing or absent, the gravest first. Two queries, however many there are."""
    known = Q(occurred_at__lte=now) | Q(type=RETRACTED)
    open_to_them = current_ledger().cases_within_reach(actor)  # to begin with, rather than with all absences
    within_reach = _perhaps_missing(Event.objects.visible_to(actor).filter(known, case__in=open_to_them))
    told = Event.objects.filter(known, type__in=TOLD_BY, case__in=within_reach).order_by("case")
    open_ones = {
        case: found for case, of_case in groupby(told, key=_case) if (found := tuple(absences(History(of_case))))
    }
    if not open_ones:
        return []
    cases = records(actor).in_bulk(list(open_ones))
    people = [Missing(cases[case], found) for case, found in open_ones.items() if case in cases]
    return sorted(people, key=lambda one: _gravity(one.gravest))


def _case(event: Event) -> UUID:
    return event.case_id


def _perhaps_missing(events: QuerySet[Event]) -> QuerySet[Event, Any]:
    """Records with a beginning after which no return stands: all who are missing, and some few who are not."""
    returned = Event.objects.alias(episode=KT("refs__episode")).filter(
        case=OuterRef("case"),
        type=RETURNED,
        episode=OuterRef("episode"),
        occurred_at__gte=OuterRef("occurred_at"),
    )
    begun = events.alias(episode=KT("refs__episode")).filter(type__in=BEGINNINGS, episode__isnull=False)
    return begun.filter(~Exists(returned.not_withdrawn())).values("case")
