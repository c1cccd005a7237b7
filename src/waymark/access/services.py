"""Agencies, teams and members; who works on which case; which protocol an authority adopts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from waymark.access.bringing_in import is_responsible, why_not
from waymark.access.locks import member_stays, team_stays
from waymark.access.models import (
    Adoption,
    Agency,
    AgencyKind,
    EmergencyAccess,
    Grant,
    Involvement,
    Membership,
    Team,
)
from waymark.access.roles import INVOLVABLE
from waymark.access.storing import store_involvements
from waymark.accounts.models import Account
from waymark.accounts.services import open_session
from waymark.cases.models import Case
from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.vocabulary import RECORDING_ROLES, ROLES

ALLOCATED = "social_worker"
"""The role of which a case has one holder at a time: its allocated worker."""
REVIEWER = "data_protection_lead"
"""The role that reviews emergencies (WAY-01)."""
ONE_WORKER = ("one_allocated_worker_at_a_time", "involvement_ends_after_start")
"""The database's rules that a second allocated worker breaks: now, or because there is to be one later."""


class NotAsAsked(Exception):  # noqa: N818  (a refusal is no error)
    """Who works on a case cannot change in this way. The text says why, to whoever asked."""


def acting_as(membership: Membership) -> Actor:
    """The actor that the person of `membership` is when they act in it."""
    team = membership.team
    return Actor(
        name=membership.account.name,
        role=membership.role,
        agency_name=membership.agency.name,
        team_name=team.name if team else "",
        account_id=membership.account_id,
        membership_id=membership.pk,
        agency_id=membership.agency_id,
        team_id=membership.team_id,
        administers=membership.administers,
    )


@service
def sign_in_to_demo(membership_id: UUID) -> str | None:
    """Open a session as somebody, asking nothing. Returns its token, or None when there is no such current member.

    Raises `PermissionDenied` outside the demo.
    """
    if not settings.DEMO:
        raise PermissionDenied("Only the demo lets people choose whom to be.")
    current = Membership.objects.current().filter(account__is_active=True)
    membership = current.select_related("account", "agency", "team").filter(pk=membership_id).first()
    if membership is None:
        return None
    return open_session(membership.account, actor=acting_as(membership), membership_id=membership.pk)


@service
def add_agency(*, actor: Actor, name: str, kind: AgencyKind, case: Case | None = None) -> Agency:
    """Add an organisation; `case` is the provider or borough that it is."""
    actor.require(Permission.MANAGE_AGENCIES)
    agency = Agency.objects.create(name=name, kind=kind, case=case)
    trail.wrote(actor, agency)
    return agency


@service
def add_team(*, actor: Actor, agency: Agency, name: str, role: str, borough: Case | None = None) -> Team:
    """Add a team whose queue gets the duties of `role` in `borough`."""
    actor.require(Permission.MANAGE_AGENCIES)
    team = Team.objects.create(agency=agency, name=name, role=_known(role), borough=borough)
    trail.wrote(actor, team, role=role)
    return team


@service
def add_member(
    *,
    actor: Actor,
    name: str,
    email: str,
    agency: Agency,
    role: str,
    team: Team | None = None,
    starts_at: datetime,
    administers: bool = False,
) -> Membership:
    """Make a person a member of `agency` in `role` from `starts_at`. An account with this e-mail address is reused."""
    actor.require(Permission.MANAGE_AGENCIES)
    if team is not None and team.agency_id != agency.pk:
        raise ValueError(f"{team} is a team of another agency.")
    account = Account.objects.filter(email__iexact=email).first()
    if account is None:
        account = Account.objects.create(name=name, email=email)
    membership = Membership.objects.create(
        account=account, agency=agency, team=team, role=_known(role), starts_at=starts_at, administers=administers
    )
    detail: dict[str, Any] = {"administers": True} if administers else {}
    trail.wrote(actor, membership, role=role, **detail)
    return membership


@service
def involve(
    *,
    actor: Actor,
    case: Case,
    role: str,
    membership: Membership | None = None,
    team: Team | None = None,
    starts_at: datetime,
    ends_at: datetime | None = None,
) -> Involvement:
    """Give a membership or a team a role on `case`, from `starts_at` until `ends_at` (None: further notice)."""
    new = Involvement(case=case, role=role, membership=membership, team=team, starts_at=starts_at, ends_at=ends_at)
    return involve_many([new], actor=actor)[0]


@service
def involve_many(new: Sequence[Involvement], *, actor: Actor) -> list[Involvement]:
    """Store many involvements at once; `new` are instances not yet stored."""
    for case in {involvement.case for involvement in new}:
        actor.require(Permission.MANAGE_INVOLVEMENT, case)
    for involvement in new:
        _known(involvement.role)
    stored = store_involvements(new, decided_by=actor.membership_id)
    trail.write(*(trail.written(actor, involvement, role=involvement.role) for involvement in stored))
    return stored


@service
def allocate(*, actor: Actor, case: Case, worker: Membership, at: datetime) -> Involvement:
    """Make `worker` the allocated worker of `case` from `at`; whoever was before is so no longer."""
    case = locked(case.pk)
    actor.require(Permission.MANAGE_INVOLVEMENT, case)
    return _allocate(actor, case, worker, at)


def _allocate(actor: Actor, case: Case, worker: Membership, at: datetime) -> Involvement:
    """On a case that is locked, by somebody who may."""
    for before in case.involvements.filter(role=ALLOCATED, team=None, ends_at=None):
        _refuse_anothers(before, actor, case)
        _end(before, actor, at)
    return involve(actor=actor, case=case, role=ALLOCATED, membership=worker, starts_at=at)


@service
def end_involvement(involvement: Involvement, *, actor: Actor, at: datetime) -> None:
    """End an involvement at `at`: from then on it grants nothing. The row stays as history."""
    case = locked(involvement.case_id)  # whoever is saving comes first, or not at all
    actor.require(Permission.MANAGE_INVOLVEMENT, case)
    _refuse_anothers(involvement, actor, case)
    _end(involvement, actor, at)


def _end(involvement: Involvement, actor: Actor, at: datetime) -> None:
    """On a case that is locked, by somebody who may."""
    involvement.ends_at = at
    involvement.save(update_fields=["ends_at"])
    Grant.objects.filter(involvement=involvement).update(ends_at=at, ended_by=actor.membership_id)
    trail.wrote(actor, involvement, ended=True)


def bring_in(
    *,
    actor: Actor,
    case: Case,
    role: str,
    membership: Membership | None = None,
    team: Team | None = None,
    at: datetime,
) -> Involvement:
    """Have a member or a team that has `role` work on `case` from `at`. A new allocated worker ends the one before.

    Raises `NotAsAsked` for whoever has left, has another role or works on it in this role already, for another
    membership of one's own (nobody opens more to themselves than their own role does), and for a role that reads more
    than the actor may open to others (`bringing_in`).
    """
    try:
        return _bring_in(actor, case, role, membership, team, at)
    except IntegrityError as problem:
        if not any(name in str(problem) for name in ONE_WORKER):
            raise
        text = "There is another allocated worker at that time. Look at the team again before you choose"
        raise NotAsAsked(text) from problem


@service
def _bring_in(
    actor: Actor, case: Case, role: str, membership: Membership | None, team: Team | None, at: datetime
) -> Involvement:
    case = locked(case.pk)
    actor.require(Permission.MANAGE_INVOLVEMENT, case)
    holder = membership or team
    name = membership.account.name if membership else str(team)
    if holder is None or holder.role != role or role not in INVOLVABLE:
        raise NotAsAsked(f"{name} does not have this role")
    if membership and membership.account_id == actor.account_id and membership.pk != actor.membership_id:
        raise NotAsAsked("Have somebody else bring you in as what you are elsewhere")
    if refused := why_not(actor, case, role):
        raise NotAsAsked(refused)
    if membership and not member_stays(membership.pk):
        raise NotAsAsked(f"{name} has left. Choose somebody else")
    if team and not team_stays(team.pk):
        raise NotAsAsked(f"{name} has been closed. Choose another team")
    if Involvement.objects.current().filter(case=case, role=role, membership=membership, team=team).exists():
        raise NotAsAsked(f"{name} works on this record already, as {ROLES[role]}")
    if membership and role == ALLOCATED:
        return _allocate(actor, case, membership, at)
    return involve(actor=actor, case=case, role=role, membership=membership, team=team, starts_at=at)


@service
def why_not_bring_in(case: Case, role: str, *, actor: Actor) -> str:
    """Why the actor may not bring in somebody in a role, and who can: "" where they may."""
    return why_not(actor, case, role)


@service
def let_go(involvement: Involvement, *, actor: Actor, at: datetime) -> None:
    """End a current involvement, unless it is the last: then nobody could open the record or bring anybody in.

    Raises `NotAsAsked` then, when it has ended since somebody looked (what is history stays as it was), for the people
    of another agency, and for the data protection lead while they have an emergency to review there.
    """
    case = locked(involvement.case_id)
    actor.require(Permission.MANAGE_INVOLVEMENT, case)
    current = Involvement.objects.current().filter(case=case)
    if not current.filter(pk=involvement.pk).exists():
        raise NotAsAsked("This had ended already")
    if not current.exclude(pk=involvement.pk).exists():
        raise NotAsAsked("Nobody else works on this record. Bring somebody in first, or nobody could open it")
    _refuse_anothers(involvement, actor, case)
    if involvement.role == REVIEWER and EmergencyAccess.objects.filter(case=case, reviewed_at=None).exists():
        raise NotAsAsked("They have to review first why this record was opened in an emergency")
    _end(involvement, actor, at)


def _refuse_anothers(involvement: Involvement, actor: Actor, case: Case) -> None:
    """The council that is responsible ends anybody's work on a record; whoever works for another agency, their own
    people's: a provider does not take a young person's worker away from them.
    """
    holder = involvement.membership or involvement.team
    if holder is None or actor.agency_id is None or holder.agency_id == actor.agency_id:
        return
    if is_responsible(actor, case):
        return
    name = holder.account.name if isinstance(holder, Membership) else holder.name
    raise NotAsAsked(f"{name} works for another agency. Ask the council that is responsible to end that")


@service
def adopt(
    *,
    actor: Actor,
    authority: Case,
    pack_id: str,
    version: str,
    text: str,
    starts_on: date,
    terms: Mapping[str, str] | None = None,
    switches: Mapping[str, str] | None = None,
    clock: Clock = system_clock,
) -> Adoption:
    """Have `authority` work by this version of a pack from `starts_on`. Whoever calls has checked the pack's text."""
    actor.require(Permission.ADOPT_PROTOCOL)
    adoption = Adoption.objects.create(
        authority=authority,
        pack_id=pack_id,
        version=version,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        starts_on=starts_on,
        terms=dict(terms or {}),
        switches=dict(switches or {}),
        adopted_at=clock.now(),
    )
    trail.wrote(actor, adoption, pack=pack_id, version=version, starts_on=starts_on.isoformat())
    return adoption


def _known(role: str) -> str:
    if role not in RECORDING_ROLES:
        raise ValueError(f"{role!r} is not a role.")
    return role
