"""What the administrator of an agency does about its people and teams. Of their own agency only.

Somebody of another agency, and somebody who is not there, are the same `DoesNotExist`. Each change to an agency waits
for the one before it (its row is locked first), so that two administrators at once cannot leave it without any.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from waymark.access.agency_roles import roles_for
from waymark.access.locks import present
from waymark.access.models import Agency, AgencyKind, Grant, Involvement, Membership, Team
from waymark.access.services import NotAsAsked
from waymark.access.two_people import office_takes_two
from waymark.accounts.models import Token
from waymark.cases.models import Case, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.errors import Refused
from waymark.core.models import not_over
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.vocabulary import ROLES


class ChangedMeanwhile(NotAsAsked):
    """Somebody else changed the person since the page was opened. `changes` says what, a sentence each."""

    def __init__(self, changes: Iterable[str]) -> None:
        self.changes = tuple(changes)
        super().__init__("This has changed since you opened the page")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page showed of a member, to be compared with what is so when its form comes."""

    role: str
    team: str
    administers: bool
    suspended: bool
    ended: bool

    @classmethod
    def of(cls, member: Membership, now: datetime) -> Seen:
        """What is so of `member` at `now`; its team is loaded."""
        return cls(
            role=member.role,
            team=member.team.name if member.team else "",
            administers=member.administers,
            suspended=member.suspended_at is not None,
            ended=member.ended_by(now),
        )

    def changes(self, since: Seen) -> list[str]:
        """What is so now (`self`) and was not when the page was shown (`since`), a sentence each."""
        said = []
        if self.ended and not since.ended:
            said.append("This has ended: they have left, or work in another role or team now")
        if self.suspended != since.suspended:
            said.append("They have been suspended" if self.suspended else "They are not suspended any more")
        if self.administers != since.administers:
            said.append("They are an administrator now" if self.administers else "They are no administrator any more")
        if self.role != since.role:
            said.append(f"Their role is {ROLES[self.role]}, and was {ROLES[since.role]}")
        if self.team != since.team:
            said.append(f"Their team is {self.team or 'none'}, and was {since.team or 'none'}")
        return said


def office(actor: Actor) -> Agency:
    """The agency that `actor` administers now, locked: whoever else changes it waits. `Refused` for anybody else."""
    if actor.agency_id is None or actor.membership_id is None:
        raise Refused(actor, Permission.MANAGE_OWN_AGENCY)
    agency = Agency.objects.select_for_update(no_key=True).get(pk=actor.agency_id)
    actor.require(Permission.MANAGE_OWN_AGENCY)
    if not Membership.objects.current().filter(pk=actor.membership_id, agency=agency, administers=True).exists():
        raise Refused(actor, Permission.MANAGE_OWN_AGENCY)
    return agency


def locked_member(agency: Agency, member_id: UUID, seen: Seen | None) -> Membership:
    """A member of the agency, to be changed. `ChangedMeanwhile` when it is not as it was `seen`."""
    found = Membership.objects.select_related("account", "team").select_for_update(of=("self",), no_key=True)
    member = found.get(pk=member_id, agency=agency)
    if seen is not None and (changes := Seen.of(member, present()).changes(seen)):
        raise ChangedMeanwhile(changes)
    return member


def refuse_own(actor: Actor, member_id: UUID, what: str) -> None:
    """Nobody does this to themselves, in whatever role they are a member: by accident, or to give themselves more.

    Since whoever does it to another administers the agency still (`office`), somebody always does.
    """
    if Membership.objects.filter(pk=member_id, account=actor.account_id).exists():
        raise NotAsAsked(
            f"You cannot {what} yourself. Another administrator can: where there is none, make somebody one first"
        )


def has_come(member: Membership) -> bool:
    """Whether somebody has ever signed in as `member`."""
    return Token.objects.filter(membership_id=member.pk).exists()


def at_work(agency_id: UUID) -> QuerySet[Membership]:
    """Members of an agency who can do something now: those who are invited and have never come can not."""
    came = Exists(Token.objects.filter(membership_id=OuterRef("pk")))
    found = Membership.objects.current().filter(agency=agency_id, account__is_active=True)
    return found.filter(Q(invited_at=None) | came)


@service
def invited_and_not_come(*, actor: Actor) -> frozenset[UUID]:
    """Members of the actor's agency, past ones too, who were invited and have never signed in as such."""
    actor.require(Permission.MANAGE_OWN_AGENCY)
    came = Token.objects.filter(membership_id=OuterRef("pk"))
    invited = Membership.objects.filter(agency=actor.agency_id, invited_at__isnull=False)
    return frozenset(invited.exclude(Exists(came)).values_list("pk", flat=True))


@service
def how_many_young_people(members: Collection[UUID], *, actor: Actor) -> dict[UUID, int]:
    """With how many young people each of these members of the actor's agency works in person now. A number, no more."""
    actor.require(Permission.MANAGE_OWN_AGENCY)
    theirs = Involvement.objects.current().filter(
        membership__in=members, membership__agency=actor.agency_id, case__kind=Kind.YOUNG_PERSON
    )
    counted = theirs.values("membership").annotate(number=Count("case", distinct=True))
    return {row["membership"]: row["number"] for row in counted}


@service
def teams_that_work(*, actor: Actor) -> dict[UUID, int]:
    """On how many records each team of the actor's agency works as a whole; teams that work on none are left out."""
    actor.require(Permission.MANAGE_OWN_AGENCY)
    theirs = Involvement.objects.filter(not_over(), team__agency=actor.agency_id)
    counted = theirs.values("team").annotate(number=Count("case", distinct=True))
    return {row["team"]: row["number"] for row in counted}


def open_team(agency: Agency, team_id: UUID | None) -> Team | None:
    """A team of the agency that is not closed; None for none. `Team.DoesNotExist` for any other."""
    return None if team_id is None else Team.objects.open().get(pk=team_id, agency=agency)


def allowed_role(agency: Agency, role: str) -> str:
    """The role, if agencies of this kind may give it; else `NotAsAsked`."""
    if role not in roles_for(agency.kind):
        label = agency.get_kind_display().lower()
        raise NotAsAsked(f"{ROLES.get(role, role)} is not a role at an agency of this kind ({label})")
    return role


def end_sessions_in(member: Membership, actor: Actor) -> None:
    """End the sessions in which somebody acts as `member`. Those at another agency are none of this one's business."""
    ended = Token.objects.filter(membership_id=member.pk, ended_at=None, expires_at__gt=Now()).update(ended_at=Now())
    if ended:
        trail.wrote(actor, member, sessions_ended=ended)


@service
def suspend(member_id: UUID, *, actor: Actor, seen: Seen) -> None:
    """Close everything to somebody at once. Their work stays in their name."""
    agency = office(actor)
    refuse_own(actor, member_id, "suspend")
    member = locked_member(agency, member_id, seen)
    refuse_ended(member)
    if member.suspended_at:
        return
    _change(member, actor, "suspended", suspended_at=present())
    end_sessions_in(member, actor)


@service
def resume(member_id: UUID, *, actor: Actor, seen: Seen) -> None:
    """Let somebody who was suspended back in, to what they worked on before."""
    agency = office(actor)
    refuse_own(actor, member_id, "resume")
    member = locked_member(agency, member_id, seen)
    refuse_ended(member)
    if member.suspended_at:
        _change(member, actor, "resumed", suspended_at=None)


@service
def set_administrator(member_id: UUID, administers: bool, *, actor: Actor, seen: Seen) -> None:
    """Give somebody the office of administrator, or take it away."""
    agency = office(actor)
    refuse_own(actor, member_id, "make an administrator of" if administers else "take the office of administrator from")
    member = locked_member(agency, member_id, seen)
    refuse_ended(member)
    if member.administers == administers:
        return
    if administers and office_takes_two(agency):
        raise NotAsAsked("Somebody is made an administrator here once a second person agrees. Propose it")
    if administers:
        make_administrator(member, actor)
        return
    end_sessions_in(member, actor)  # what their session was opened with no longer holds
    _change(member, actor, "no administrator any more", administers=False)


def make_administrator(member: Membership, actor: Actor) -> None:
    """Give the office to a member who is locked, where whoever calls has checked who may."""
    refuse_ended(member)
    if member.suspended_at:
        raise NotAsAsked("Somebody who is suspended cannot be made an administrator")
    _change(member, actor, "made an administrator", administers=True)


@service
def still_right(shown: Mapping[UUID, Seen], *, actor: Actor) -> list[Membership]:
    """Say that these members still work here, in this role and team. Gives those that had changed since they were
    shown, of which nothing is said.
    """
    agency = office(actor)
    found = Membership.objects.select_related("account", "team").filter(pk__in=list(shown), agency=agency)
    members = list(found.order_by("pk").select_for_update(of=("self",), no_key=True))
    if len(members) < len(shown):
        raise Membership.DoesNotExist
    now = present()
    same = [one for one in members if not Seen.of(one, now).changes(shown[one.pk])]
    right = [one for one in same if not one.ended_by(now)]
    Membership.objects.filter(pk__in=[one.pk for one in right]).update(reviewed_at=now, reviewed_by=actor.membership_id)
    trail.write(*(trail.written(actor, one, reviewed="still right") for one in right))
    return [one for one in members if one not in right]


@service
def open_new_team(*, actor: Actor, name: str, role: str) -> Team:
    """Add a team to the actor's agency, whose queue gets the duties of `role`."""
    agency = office(actor)
    allowed_role(agency, role)
    _refuse_taken(agency, name)
    team = Team.objects.create(agency=agency, name=name, role=role, borough=_borough_of(agency))
    trail.wrote(actor, team, role=role)
    return team


@service
def rename_team(team_id: UUID, name: str, *, actor: Actor, seen: str) -> None:
    """Call a team something else. `seen` is the name that the page showed."""
    agency = office(actor)
    team = _locked_team(agency, team_id)
    if team.name != seen:
        raise ChangedMeanwhile([f"The team is called {team.name} now, and was {seen}"])
    if name == team.name:
        return
    _refuse_taken(agency, name)
    Team.objects.filter(pk=team.pk).update(name=name)
    trail.wrote(actor, team, changed=["name"])


@service
def close_team(team_id: UUID, *, actor: Actor) -> None:
    """Close a team that nobody is in and that works on nothing. Raises `NotAsAsked` for any other."""
    agency = office(actor)
    team = _locked_team(agency, team_id)
    if Membership.objects.not_ended().filter(team=team).exists():
        raise NotAsAsked("Somebody is in this team. Move them to another team first")
    if works_on_something(team):
        raise NotAsAsked("This team works on records. Whoever works on them has to end that first")
    Team.objects.filter(pk=team.pk).update(closed_at=present())
    trail.wrote(actor, team, closed=True)


def works_on_something(team: Team) -> bool:
    """Whether the team as a whole works on a record, now or later, or may see one."""
    return any(model.objects.filter(not_over(), team=team).exists() for model in (Involvement, Grant))


def _locked_team(agency: Agency, team_id: UUID) -> Team:
    return Team.objects.open().select_for_update(no_key=True).get(pk=team_id, agency=agency)


def _refuse_taken(agency: Agency, name: str) -> None:
    if Team.objects.open().filter(agency=agency, name__iexact=name).exists():
        raise NotAsAsked("There is a team with this name already")


def _borough_of(agency: Agency) -> Case | None:
    """For whom a new team works: the council's own borough, or the one that the agency's other teams work for."""
    if agency.kind == AgencyKind.LOCAL_AUTHORITY:
        return agency.case
    boroughs = Case.objects.filter(kind=Kind.BOROUGH, teams__agency=agency).distinct()[:2]
    if len(boroughs) == 1:
        return boroughs[0]
    return agency.case.authority if agency.case and not boroughs else None


def refuse_ended(member: Membership) -> None:
    if member.ended_by(present()):
        raise NotAsAsked("They have left already")


def _change(member: Membership, actor: Actor, said: str, **changes: Any) -> None:
    Membership.objects.filter(pk=member.pk).update(**changes)
    trail.wrote(actor, member, changed=said)
