"""Whose work is it: the outstanding duties that somebody, or their team, answers for.

**Who owes a duty.** A clause names a role. The duty belongs to whoever has that role on the record now: a person, or a
team. Where nobody has it, it falls to that role's team in the authority that is responsible, if the team can see the
record. Where there is no such team, or it works on nothing there (only an involvement lets anybody see a record), it
falls to the first of `TAKERS` who does work on it, whose business it is to bring somebody in; and where there is none
of those either, to everyone who works on it. It is never nobody.

`any_professional` stands for whoever recorded what started the duty; once they no longer work on the record, it
is everyone who does. A duty that was taken further is also the work of whoever it was taken to.

What a team answers for is the work of those of its members who have that role themselves; of all, if none has.

**A team's work** is what any of its members owes, what waits in its queue, and, for whoever leads on a record, what
the people they lead owe there (`LEADS`). Somebody who is in no team has their agency for a team.

The rule is worked out for all of the reader's records in one statement, `owners.sql`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib import resources
from typing import Any
from uuid import UUID

from django.db import connections

from waymark.core.actor import Actor
from waymark.core.database import current_login
from waymark.duties.engine.calendar import local_date, start_of_day
from waymark.duties.models import Duty

RECORDER = "any_professional"
"""The role that stands for whoever recorded the trigger."""

TAKERS = (
    "deputy_team_manager",
    "service_manager",
    "head_of_service",
    "commissioning",
    "placements_team",
    "sp_referrals",
    "provider_manager",
)
"""Who takes a duty that nobody who can see the record owes, the first of them who works on it: each of these may
bring somebody in, or is responsible for whom the borough buys from."""

LEADS = {
    "deputy_team_manager": "social_worker",
    "service_manager": "social_worker",
    "head_of_service": "social_worker",
    "provider_manager": "housing_keyworker",
}
"""Whose work on a record is also the work of the team of whoever leads there."""

WEEK = timedelta(days=7)


class Bucket(StrEnum):
    """When something is due, in the order that work is done."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


PRESSING = (Bucket.LATE, Bucket.TODAY, Bucket.WEEK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to show: of the whole team or of the reader alone, due when, of which clauses, of which records.

    `clauses` and `cases` None mean all. `musts` are the clauses that say "must", which come first of what is due
    at the same time.
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


OWNERS = resources.files("waymark.casework").joinpath("owners.sql").read_text(encoding="utf-8")


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
    return Work([(bucket, duties[duty]) for duty, bucket in places.items()], mine, team)


def with_names(actor: Actor) -> Any:
    """The duties that `actor` may read, with what a row needs to be put into words."""
    about = ("case__young_person", "case__scheme__provider", "case__provider", "case__agency")
    return Duty.objects.visible_to(actor).select_related("trigger", "adoption", *about).defer("adoption__text")


def _owned(actor: Actor, wanted: Wanted, now: datetime) -> list[tuple[str, UUID | None, int, int]]:
    with connections[current_login()].cursor() as cursor:
        cursor.execute(OWNERS, parameters(actor, wanted, now))
        return [row[:4] for row in cursor.fetchall()]


def parameters(actor: Actor, wanted: Wanted, now: datetime) -> dict[str, Any]:
    """What `owners.sql` is run with."""
    today = local_date(now)
    next_week = start_of_day(today + WEEK)
    return {
        "membership": actor.membership_id,
        "team": actor.team_id,
        "agency": actor.agency_id,
        "role": actor.role,
        "recorder": RECORDER,
        "takers": list(TAKERS),
        "leaders": list(LEADS),
        "led": list(LEADS.values()),
        "now": now,
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
