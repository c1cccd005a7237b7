"""Whose work is it: the outstanding duties that somebody, or their team, answers for.

Who owes a duty is said by `waymark.casework.owning`, for My work as for the figures of the protocol.

**Somebody's own work** is what they owe by name, and what waits for their team's role: of a team's work, for those of
its members who have that role themselves; for all, if none has. What falls to somebody only because nobody who owes it
works on the record is nobody's own: not what a taker takes, nor a named person's role that only a team has, as with
children who were imported and have no worker yet. It is the team's, until somebody is named.

**A team's work** is what any of its members owes or takes, what waits in its queue, and, for whoever leads on a record,
what the people they lead owe there (`LEADS`). Leaders of one team lead together. Somebody who is in no team has their
agency for a team.

**When.** Late is what fell due in the last 28 days, and whatever was taken further to the reader; what is late for
longer stands by itself, so that it does not hide what can still be put right (decision 0012).

All of the reader's records are looked at in one statement, `work.sql`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connections

from waymark.casework.owning import owners_of_asked, owners_parameters, text_of
from waymark.core.actor import Actor
from waymark.core.database import current_login
from waymark.duties.engine.calendar import local_date, start_of_day
from waymark.duties.models import Duty

LEADS = {
    "deputy_team_manager": "social_worker",
    "service_manager": "social_worker",
    "head_of_service": "social_worker",
    "provider_manager": "housing_keyworker",
}
"""Whose work on a record is also the work of the team of whoever leads there."""

WEEK = timedelta(days=7)
LONG = timedelta(days=28)
"""How long after its time a duty stands among what is late; after that it is late for long."""


class Bucket(StrEnum):
    """When something is due, in the order that work is done."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"
    LONG_LATE = "long"
    LATER = "later"


PRESSING = (Bucket.LATE, Bucket.TODAY, Bucket.WEEK, Bucket.LONG_LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to show: of the whole team or of the reader alone, due when, of which clauses, of which records.

    `clauses` and `cases` None mean all. `musts` are the clauses that say "must", which come first of what is late, and
    of what is due at the same time. `start` and `size` say which rows of each bucket.
    """

    whole_team: bool = False
    buckets: Sequence[Bucket] = PRESSING
    clauses: Sequence[str] | None = None
    cases: Sequence[UUID] | None = None
    musts: Sequence[str] = ()
    start: int = 0
    size: int = 50


@dataclass(frozen=True, slots=True)
class Work:
    """A page of somebody's work, the most pressing first, and how much there is of each kind."""

    rows: list[tuple[Bucket, Duty]]
    mine: Mapping[Bucket, int]
    team: Mapping[Bucket, int]

    def counts(self, wanted: Wanted) -> Mapping[Bucket, int]:
        """How much there is of what was wanted: the team's or the reader's own."""
        return self.team if wanted.whole_team else self.mine

    def total(self, wanted: Wanted) -> int:
        """How many rows all pages have together."""
        counts = self.counts(wanted)
        return sum(counts[bucket] for bucket in wanted.buckets)


WORK = text_of("work.sql").replace("{owners}", owners_of_asked("due, clause"))


def work_of(actor: Actor, wanted: Wanted, now: datetime) -> Work:
    """The outstanding duties that `actor` or their team answers for, worked out by the rule above.

    Late is what was due by `now`, whether or not it has been noticed yet. What is due later is counted only where it
    is asked for. Two statements, however many rows.
    """
    found = _owned(actor, wanted, now)
    mine = dict.fromkeys(Bucket, 0)
    team = dict.fromkeys(Bucket, 0)
    places: dict[UUID, Bucket] = {}
    for bucket, duty, of_mine, of_team in found:
        if duty is None:
            mine[Bucket(bucket)], team[Bucket(bucket)] = of_mine, of_team
        else:
            places[duty] = Bucket(bucket)
    duties = with_names(actor).in_bulk(list(places))
    rows = [(bucket, duties[duty]) for duty, bucket in places.items() if duty in duties]
    return Work(sorted(rows, key=lambda row: list(Bucket).index(row[0])), mine, team)


def with_names(actor: Actor) -> Any:
    """The duties that `actor` may read, with what a row needs to be put into words."""
    about = ("case__young_person", "case__scheme__provider", "case__provider", "case__agency")
    return Duty.objects.visible_to(actor).select_related("trigger", "adoption", *about).defer("adoption__text")


def _owned(actor: Actor, wanted: Wanted, now: datetime) -> list[tuple[str, UUID | None, int, int]]:
    with connections[current_login()].cursor() as cursor:
        cursor.execute(WORK, parameters(actor, wanted, now))
        return [row[:4] for row in cursor.fetchall()]


def parameters(actor: Actor, wanted: Wanted, now: datetime) -> dict[str, Any]:
    """What `work.sql` is run with."""
    today = local_date(now)
    next_week = start_of_day(today + WEEK)
    return owners_parameters() | {
        "membership": actor.membership_id,
        "team": actor.team_id,
        "agency": actor.agency_id,
        "role": actor.role,
        "leads": actor.role in LEADS,
        "leaders": list(LEADS),
        "led": list(LEADS.values()),
        "now": now,
        "long_ago": now - LONG,
        "tomorrow": start_of_day(today + timedelta(days=1)),
        "next_week": next_week,
        "until": None if Bucket.LATER in wanted.buckets else next_week,
        "whole_team": wanted.whole_team,
        "buckets": [bucket.value for bucket in wanted.buckets],
        "clauses": None if wanted.clauses is None else list(wanted.clauses),
        "cases": None if wanted.cases is None else list(wanted.cases),
        "musts": list(wanted.musts),
        "size": wanted.size,
        "start": wanted.start,
    }
