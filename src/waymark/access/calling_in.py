"""Those whom the protocol itself brings to a record: whoever takes the step that a clause names need not ask a manager.

Sending a referral brings in the team it is sent to, asking for a check whoever is to answer. What they may read there
is what their role reads anywhere (`access.rules`); the line of the ledger names who took the step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from waymark.access.models import Agency, Grant, Involvement, Membership, Team
from waymark.access.storing import store_involvements
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.errors import Refused
from waymark.core.models import not_over
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.models import Event
from waymark.events.vocabulary import ROLES

CALLED_BY: Mapping[str, Permission] = MappingProxyType(
    {
        "placements_team": Permission.REFER,  # REF-02
        "sp_referrals": Permission.REFER,  # REF-02; SEA-08
        "gangs_coordinator": Permission.REFER,  # REF-07
        "gangs_team": Permission.REFER,  # REF-08, SEA-06
        "yos_worker": Permission.REFER,  # REF-10
        "head_of_service": Permission.PROPOSE_SPENDING,  # SEA-10
        "service_manager": Permission.PROPOSE_SPENDING,  # SEA-10
        "provider_manager": Permission.SEARCH_PLACEMENT,  # SEA-04, SEA-08
        "commissioning": Permission.REVIEW_CHALLENGE,  # CHA-04
    }
)
"""The roles that are called in, and what somebody must be allowed to do here to call them."""
FURTHER: Mapping[str, tuple[Permission, Category]] = MappingProxyType(
    {
        "placements_team": (Permission.ANSWER_CHALLENGE, Category.IDENTITY),  # CHA-06, CHA-08
        "commissioning": (Permission.ANSWER_CHALLENGE, Category.IDENTITY),  # CHA-08
        "gangs_team": (Permission.ANSWER_CHECK, Category.RISK),  # REF-14
    }
)
"""Those whom others call in, too, and what these must be allowed to do there, with which kind of information: a
provider when a challenge stays unresolved, the coordinator to get checks done.
"""


Holder = dict[str, Any]


class NobodyToCallIn(Exception):  # noqa: N818  (that a post is not filled is no error of ours)
    """No team and no member of the responsible council has the role `role`."""

    def __init__(self, role: str) -> None:
        self.role = role
        super().__init__(f"There is no {ROLES[role]} to send this to. Ask the head of service who it should go to")


@service
def call_in_agency(case: Case, agency: Agency, role: str, *, actor: Actor, at: datetime) -> list[Involvement]:
    """Have an agency's members in `role` work on a case from `at`, but for those who do already.

    Raises `NobodyToCallIn` where the agency has none, and `Refused` for whoever may not take the step.
    """
    _require(role, case, actor)
    members = Membership.objects.current().filter(agency=agency, role=role).order_by("pk")
    if not members:
        raise NobodyToCallIn(role)
    there = Involvement.objects.current().filter(case=case, role=role, membership__in=members)
    known = set(there.values_list("membership", flat=True))
    return _store(case, role, [{"membership": one} for one in members if one.pk not in known], actor=actor, at=at)


@service
def let_agency_go(case: Case, agency: Agency, *, since: Collection[datetime], actor: Actor, at: datetime) -> None:
    """End the work of those who were called in for an agency at one of the times `since`, and of all whom they have
    brought in, or those in turn, at whichever agency: what they were asked is over.

    Whoever worked on the record before stays, and whom somebody else brought in; so does the council that is
    responsible for it, whose teams a provider calls in when it takes a challenge further (CHA-06, CHA-08).
    """
    everyone = list(Involvement.objects.filter(case=case).select_related("grant", "membership", "team"))
    there = {one.pk for one in Involvement.objects.filter(not_over(), case=case)}
    council = set(Agency.objects.filter(case=case.authority_id or case.pk).values_list("pk", flat=True))
    called = {one.pk for one in everyone if one.starts_at in since and _agency_of(one) == agency.pk}
    others = [one for one in everyone if one.starts_at >= min(since) and _agency_of(one) not in council]
    traced = _traced(called, others, _works_by(everyone), there)
    for involvement in (one for one in everyone if one.pk in traced & there):
        involvement.ends_at = max(at, involvement.starts_at)
        involvement.save(update_fields=["ends_at"])
        Grant.objects.filter(involvement=involvement).update(ends_at=involvement.ends_at, ended_by=actor.membership_id)
        trail.wrote(actor, involvement, ended=True)


def _agency_of(involvement: Involvement) -> UUID | None:
    holder = involvement.membership or involvement.team
    return holder.agency_id if holder is not None else None


def _works_by(everyone: list[Involvement]) -> dict[UUID, set[UUID]]:
    """The involvements by which each membership is or was on the record: its own, and those of its team."""
    found: dict[UUID, set[UUID]] = {}
    teams = {one.team_id: one.pk for one in everyone if one.team_id is not None}
    for one in everyone:
        if one.membership_id is not None:
            found.setdefault(one.membership_id, set()).add(one.pk)
    for member, team in Membership.objects.filter(team__in=teams).values_list("pk", "team"):
        found.setdefault(member, set()).add(teams[team])
    return found


def _traced(
    called: set[UUID], others: list[Involvement], works: Mapping[UUID, set[UUID]], there: set[UUID]
) -> set[UUID]:
    """`called`, and those of `others` that were brought in by somebody who is on the record by what is traced alone."""
    traced = set(called)
    while True:
        by = {member for member, held in works.items() if held & traced and held & there <= traced}
        more = {one.pk for one in others if one.pk not in traced and _decided_by(one) in by}
        if not more:
            return traced
        traced |= more


def _decided_by(involvement: Involvement) -> UUID | None:
    grant = getattr(involvement, "grant", None)
    return grant.decided_by_id if grant is not None else None


@service
def call_in(case: Case, role: str, *, actor: Actor, at: datetime) -> list[Involvement]:
    """Have the responsible council's team that has `role` work on a case from `at`; nothing where somebody in that role
    does already. Where the council has no such team, its members who have the role.

    Raises `NobodyToCallIn` where there is none, `Refused` for whoever may not take the step, and KeyError for a role
    that nobody is called in for.
    """
    _require(role, case, actor)
    if Involvement.objects.current().filter(case=case, role=role).exists():
        return []
    holders = _holders(case, role)
    if not holders:
        raise NobodyToCallIn(role)
    return _store(case, role, holders, actor=actor, at=at)


def _require(role: str, case: Case, actor: Actor) -> None:
    """Whoever sends a referral, checks it and searches, gets checks done, or takes a challenge further brings others in
    by that step.
    """
    needed = CALLED_BY[role]
    if any(actor.may(step, case) for step in (needed, Permission.CHECK_REFERRAL)):
        return
    step, category = FURTHER.get(role, (needed, Category.IDENTITY))
    if not actor.may(step, Event(case=case, category=category)):
        raise Refused(actor, needed, case)


def _store(case: Case, role: str, holders: list[Holder], *, actor: Actor, at: datetime) -> list[Involvement]:
    new = [Involvement(case=case, role=role, starts_at=at, **holder) for holder in holders]
    stored = store_involvements(new, decided_by=actor.membership_id)
    trail.write(*(trail.written(actor, one, role=role, called_in=True) for one in stored))
    return stored


def _holders(case: Case, role: str) -> list[Holder]:
    borough = case.authority_id or case.pk
    teams = Team.objects.filter(role=role, borough=borough, closed_at=None).order_by("name")
    found: list[Holder] = [{"team": team} for team in teams]
    if found:
        return found
    members = Membership.objects.current().filter(role=role, agency__case=borough).order_by("pk")
    return [{"membership": member} for member in members]
