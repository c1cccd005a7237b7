"""The lines of one record, and those of one reader: one query for each kind of thing, however many lines there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper

from waymark.access.models import Conflict, Grant, Membership, Reason, RestrictedRecord
from waymark.cases.models import Case
from waymark.core.actor import Actor

MOST_ENDED = 50
"""How many lines that have ended a page shows, the latest first."""
MOST_COUNTED = 1_000
"""How far lines of one reader are counted, and how many of them can be paged through."""

HOLDERS = ("membership__account", "membership__agency", "membership__team", "team__agency", "agency", "involvement")
DECIDERS = ("decided_by__account", "decided_by__agency", "ended_by__account", "ended_by__agency")


@dataclass(frozen=True, slots=True)
class Sight:
    """What the ledger says of a record: lines in force and lines over, who is in the teams and roles that hold them,
    whether only named people may open it, and the accounts that are kept from it.
    """

    lines: list[Grant]
    ended: list[Grant]
    members: list[Membership]
    restriction: RestrictedRecord | None
    conflicts: frozenset[UUID]


def sight_of(actor: Actor, case: Case, now: datetime) -> Sight:
    """Who can see a record, as far as `actor` may know."""
    found = Grant.objects.visible_to(actor).filter(case=case).select_related(*HOLDERS, *DECIDERS)
    lines = list(found.filter(Q(ends_at=None) | Q(ends_at__gt=now)).order_by("starts_at", "pk"))
    kept_out = Conflict.objects.visible_to(actor).current().filter(case=case)
    return Sight(
        lines=lines,
        ended=list(found.filter(ends_at__lte=now).order_by("-ends_at", "pk")[:MOST_ENDED]),
        members=_members(actor, lines),
        restriction=RestrictedRecord.objects.visible_to(actor).current().filter(case=case).first(),
        conflicts=frozenset(kept_out.values_list("account", flat=True)),
    )


def _members(actor: Actor, lines: Iterable[Grant]) -> list[Membership]:
    """Who is in the teams and has the roles that hold lines, by name."""
    held = Q(pk__in=[])
    for line in lines:
        if line.team_id:
            held |= Q(team=line.team_id)
        elif line.agency_id:
            held |= Q(agency=line.agency_id, role=line.role)
    found = Membership.objects.visible_to(actor).current().filter(held, account__is_active=True)
    return list(found.select_related("account").order_by(Upper("account__name"), "pk"))


# What somebody can open

OWN, TEAM, SHARED, EMERGENCY = "own", "team", "shared", "emergency"
"""Why a line opens a record to whoever asks."""

_INVOLVED = Q(reason=Reason.INVOLVEMENT)
WAYS: dict[str, Q] = {
    OWN: _INVOLVED & Q(team=None),
    TEAM: _INVOLVED & Q(team__isnull=False),
    SHARED: ~Q(reason__in=(Reason.INVOLVEMENT, Reason.EMERGENCY)),
    EMERGENCY: Q(reason=Reason.EMERGENCY),
}
"""The lines of each kind: somebody's own work, their team's, what was shared with them, their team or their role, and
what they opened in an emergency."""


def lines_of(actor: Actor, way: str) -> QuerySet[Grant]:
    """The lines of one kind that open a record to `actor` now."""
    return Grant.objects.opening_for(actor).filter(WAYS[way])


def counts_of(actor: Actor) -> dict[str, int]:
    """How many lines of each kind there are, each counted up to one more than `MOST_COUNTED`."""
    return {way: lines_of(actor, way)[: MOST_COUNTED + 1].count() for way in WAYS}


def page_of_lines(actor: Actor, way: str, start: int, size: int) -> list[Grant]:
    """A page of the lines of one kind: what ends soonest first, then what began last."""
    places = lines_of(actor, way).order_by("ends_at", "-starts_at", "pk").values_list("pk", flat=True)
    wanted = list(places[start : start + size])
    names = ("case__young_person", "case__scheme__provider", "case__provider", "case__agency")
    found = Grant.objects.filter(pk__in=wanted).select_related(*names, "team", "agency", *DECIDERS, "involvement")
    return _in_order(found, wanted)


def _in_order(found: Iterable[Grant], wanted: Collection[UUID]) -> list[Grant]:
    by_key = {line.pk: line for line in found}
    return [by_key[key] for key in wanted if key in by_key]
