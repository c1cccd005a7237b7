"""Moving and ending the people of an agency, and what becomes of their work: nothing is left with nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest

from waymark.access.administering import (
    ChangedMeanwhile,
    Seen,
    allowed_role,
    at_work,
    end_sessions_in,
    has_come,
    locked_member,
    office,
    open_team,
    refuse_ended,
    refuse_own,
    works_on_something,
)
from waymark.access.locks import member_stays, present
from waymark.access.models import (
    Agency,
    Conflict,
    Grant,
    HeldBackReader,
    Involvement,
    Membership,
    Reason,
    RestrictedRecord,
    Team,
)
from waymark.access.rules import RULES
from waymark.access.services import NotAsAsked
from waymark.access.storing import store_involvements
from waymark.access.two_people import takes_two
from waymark.access.unread import hand_on_reading
from waymark.accounts.services import carry_links
from waymark.cases.models import Case, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.models import not_over
from waymark.core.permissions import Permission
from waymark.core.services import service

BACK_TO_TEAM: Literal["team"] = "team"
Taker = UUID | Literal["team"]
"""Who takes a record on: a colleague's membership, or the team of whoever gives it up."""

COPIED = ("case_id", "reads", "writes", "reason", "basis", "purpose", "named", "onward", "conditions", "consent")
COPIED_TOO = ("consent_note", "rules", "decided_by_id", "decided_at")


@dataclass(frozen=True, slots=True)
class HandOn:
    """Who takes on somebody's work: `each` by case, and `everything_else` the rest."""

    everything_else: Taker | None = None
    each: Mapping[UUID, Taker] = field(default_factory=dict)

    def taker_of(self, case_id: UUID) -> Taker | None:
        """Who takes on this record; None when nobody was chosen."""
        return self.each.get(case_id, self.everything_else)


@dataclass(frozen=True, slots=True)
class Move:
    """To which role and team somebody moves, and who takes on their work where the role is another."""

    role: str
    team_id: UUID | None
    hand_on: HandOn


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose work is handed on, when, and by whom."""

    member: Membership
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """A record that somebody works on in person, as an administrator may know of it: what it is called, no name.

    `restricted`: only named people may open it, so that an administrator cannot hand it on.
    """

    case_id: UUID
    reference: str
    kind: str
    roles: tuple[str, ...]
    restricted: bool


@service
def work_to_hand_on(member_id: UUID, *, actor: Actor) -> list[Piece]:
    """What a member of the actor's agency works on in person, by reference."""
    actor.require(Permission.MANAGE_OWN_AGENCY)
    theirs = living_work(member_id).filter(membership__agency=actor.agency_id).select_related("case")
    roles: dict[Case, list[str]] = {}
    for one in theirs.order_by("starts_at"):
        roles.setdefault(one.case, []).append(one.role)
    closed = {*RestrictedRecord.objects.current().filter(case__in=roles).values_list("case", flat=True)}
    pieces = [
        Piece(case.pk, case.reference, case.kind, tuple(dict.fromkeys(held)), case.pk in closed)
        for case, held in roles.items()
    ]
    return sorted(pieces, key=lambda piece: (piece.kind != Kind.YOUNG_PERSON, len(piece.reference), piece.reference))


@service
def end_member(member_id: UUID, *, actor: Actor, seen: Seen, hand_on: HandOn) -> None:
    """End somebody's work at the actor's agency: access goes at once, and their work to whom `hand_on` says.

    Raises `NotAsAsked` while anything would be left with nobody, and `ChangedMeanwhile`.
    """
    agency = office(actor)
    refuse_own(actor, member_id, "end")
    cases = _lock_cases(agency, member_id)
    member = locked_member(agency, member_id, seen)
    refuse_ended(member)
    hands = Hands(member, actor, present())
    _refuse_to_leave_a_team_empty(member)
    _hand_on(_work_in(member, cases), hand_on, hands)
    _end(hands)
    trail.wrote(actor, member, ended=True)


@service
def move_member(
    member_id: UUID, *, actor: Actor, seen: Seen, role: str, team_id: UUID | None, hand_on: HandOn
) -> Membership:
    """Have somebody work in another team or role: what they were ends, and the new membership begins.

    In the same role they keep their work and what was shared with them by name. In another they give it up, to whom
    `hand_on` says. Raises `NotAsAsked` and `ChangedMeanwhile`.
    """
    agency = office(actor)
    refuse_own(actor, member_id, "move")
    return moved(agency, member_id, Move(role, team_id, hand_on), actor=actor, seen=seen)


def moved(agency: Agency, member_id: UUID, to: Move, *, actor: Actor, seen: Seen, agreed: bool = False) -> Membership:
    """Move a member. The agency is locked, and whoever calls has checked the actor: that two people `agreed`, too,
    without which nobody is given a role that takes two.
    """
    role, team_id, hand_on = to.role, to.team_id, to.hand_on
    cases = _lock_cases(agency, member_id)
    member = locked_member(agency, member_id, seen)
    refuse_ended(member)
    if member.suspended_at:
        raise NotAsAsked("Somebody who is suspended cannot be moved. Resume them first, or end them")
    team = open_team(agency, team_id)
    same_role = allowed_role(agency, role) == member.role
    if takes_two(role) and not same_role and not agreed:
        raise NotAsAsked("This role is given once a second person agrees. Propose it")
    if same_role and team == member.team:
        raise NotAsAsked("They have this role in this team already")
    if team != member.team:
        _refuse_to_leave_a_team_empty(member)
    hands = Hands(member, actor, present())
    new = _begin(hands, role, team)
    carry_links(member.pk, new.pk)
    work = _work_in(member, cases)
    if same_role:
        _carry_over(work, new, hands)
    else:
        _hand_on(work, hand_on, hands)
    _end(hands)
    trail.wrote(actor, new, role=role, moved_from=str(member.pk))
    return new


@dataclass(frozen=True, slots=True)
class Takers:
    """Who could take on somebody's work: colleagues in the same role, and their team, if it may."""

    colleagues: list[Membership]
    team: Team | None


@service
def who_could_take_on(member_id: UUID, *, actor: Actor) -> Takers:
    """Who could take on the work of a member of the actor's agency."""
    actor.require(Permission.MANAGE_OWN_AGENCY)
    member = Membership.objects.select_related("team").get(pk=member_id, agency=actor.agency_id)
    colleagues = _candidates(member).select_related("account", "team").order_by("account__name")
    roles = living_work(member_id).values_list("role", flat=True)
    return Takers(list(colleagues), member.team if team_takes_back(member, roles) else None)


def _candidates(member: Membership) -> QuerySet[Membership]:
    """Colleagues who could take on a member's work: those at the same agency in the same role."""
    return at_work(member.agency_id).filter(role=member.role).exclude(pk=member.pk)


def team_takes_back(member: Membership, roles: Iterable[str]) -> bool:
    """Whether a member's team could take their work back: somebody else is in it, and nobody in it would be shown more
    than the team's own role is.
    """
    team = member.team
    if team is None or team.closed_at or not _others_in(member).exists():
        return False
    own = RULES[team.role]
    return all({*RULES[role].reads} <= {*own.reads} and {*RULES[role].writes} <= {*own.writes} for role in roles)


def living_work(member_id: UUID) -> QuerySet[Involvement]:
    """What somebody works on in person, now or later."""
    return Involvement.objects.filter(not_over(), membership=member_id)


def _lock_cases(agency: Agency, member_id: UUID) -> set[UUID]:
    """Lock the records that somebody works on, so that whoever is saving there comes first."""
    theirs = living_work(member_id).filter(membership__agency=agency).values_list("case", flat=True)
    locked = Case.objects.filter(pk__in=list(theirs)).order_by("pk").select_for_update(no_key=True)
    return {case.pk for case in locked}


def _work_in(member: Membership, cases: set[UUID]) -> list[Involvement]:
    work = list(living_work(member.pk).select_related("case").order_by("starts_at"))
    if {one.case_id for one in work} - cases:
        raise ChangedMeanwhile(["They have been brought in on another record"])
    return work


def _others_in(member: Membership) -> QuerySet[Membership]:
    return at_work(member.agency_id).filter(team=member.team_id).exclude(pk=member.pk)


def _refuse_to_leave_a_team_empty(member: Membership) -> None:
    team = member.team
    if team is not None and not _others_in(member).exists() and works_on_something(team):
        raise NotAsAsked(
            f"Nobody else is in {team.name}, and it works on records: they would be left with nobody."
            " Move or invite somebody into it first. To close everything to this person now, suspend them"
        )


def _hand_on(work: Sequence[Involvement], hand_on: HandOn, hands: Hands) -> None:
    _refuse_restricted(work)
    takers = {one.case_id: hand_on.taker_of(one.case_id) for one in work}
    people = _people_among(takers.values(), hands.member)
    _refuse_team(work, takers, hands.member)
    _refuse_conflicts(work, takers, people)
    new = [
        Involvement(
            case=one.case,
            role=one.role,
            team=hands.member.team if takers[one.case_id] == BACK_TO_TEAM else None,
            membership=people.get(takers[one.case_id]),
            starts_at=max(one.starts_at, hands.now),
            ends_at=one.ends_at,
        )
        for one in work
    ]
    already = _working_already(new)
    new = [one for one in new if (one.case_id, one.role, one.membership_id, one.team_id) not in already]
    _end_work(work, hands)
    stored = store_involvements(new, decided_by=hands.actor.membership_id)
    trail.write(*(trail.written(hands.actor, one, role=one.role, handed_on=True) for one in stored))
    taken_on = {case: people[taker] for case, taker in takers.items() if taker in people}
    hand_on_reading(taken_on, hands.member, actor=hands.actor)


def _working_already(new: Sequence[Involvement]) -> set[tuple[Any, ...]]:
    """Who works until further notice on a record that they would be given: they need not be brought in again."""
    lasting = Involvement.objects.current().filter(case__in={one.case_id for one in new}, ends_at=None)
    return {*lasting.values_list("case", "role", "membership", "team")}


def _people_among(takers: Iterable[Taker | None], member: Membership) -> dict[Taker | None, Membership]:
    """The colleagues who were chosen, each of whom can take work on and stays until it is done."""
    chosen = {*takers}
    if None in chosen:
        raise NotAsAsked("Select who takes on their work")
    asked = sorted(taker for taker in chosen if isinstance(taker, UUID))
    found: dict[Taker | None, Membership] = {}
    found |= {one.pk: one for one in _candidates(member).select_related("account").filter(pk__in=asked)}
    for taker in asked:
        if taker not in found or not member_stays(taker):
            raise NotAsAsked("Select somebody on the list: whoever you chose may have left")
    return found


def _refuse_team(work: Sequence[Involvement], takers: Mapping[UUID, Taker | None], member: Membership) -> None:
    back = [one for one in work if takers[one.case_id] == BACK_TO_TEAM]
    if not back:
        return
    if not team_takes_back(member, {one.role for one in back}):
        raise NotAsAsked("Their team cannot take this work back. Choose a colleague")
    accounts = {*_others_in(member).values_list("account", flat=True)}
    barred = _barred(back)
    for one in back:
        if all((one.case_id, account) in barred for account in accounts):
            raise NotAsAsked(f"Nobody in their team can take on {one.case.reference}. Choose a colleague for it")


def _refuse_conflicts(
    work: Sequence[Involvement], takers: Mapping[UUID, Taker | None], people: Mapping[Taker | None, Membership]
) -> None:
    barred = _barred(work)
    for one in work:
        person = people.get(takers[one.case_id])
        if person and (one.case_id, person.account_id) in barred:
            raise NotAsAsked(f"{person.account.name} cannot take on {one.case.reference}. Choose somebody else for it")


def _barred(work: Sequence[Involvement]) -> set[tuple[UUID, UUID]]:
    """Pairs of a case and an account that a conflict of interest keeps apart."""
    conflicts = Conflict.objects.current().filter(case__in={one.case_id for one in work})
    return {*conflicts.values_list("case", "account")}


def _refuse_restricted(work: Sequence[Involvement]) -> None:
    """Who may open a restricted record is not for an administrator to decide."""
    closed = RestrictedRecord.objects.current().filter(case__in=[one.case_id for one in work])
    references = sorted(closed.values_list("case__reference", flat=True))
    if references:
        raise NotAsAsked(
            f"Only named people may open {', '.join(references)}. One of them has to end this person's work there"
            " first. To close everything to this person now, suspend them"
        )


def _carry_over(work: Sequence[Involvement], new: Membership, hands: Hands) -> None:
    """The same work, and what was shared with them by name, under the new membership."""
    lines = Grant.objects.filter(not_over(), membership=hands.member).exclude(reason=Reason.EMERGENCY)
    before = {one.pk: one for one in work}
    again = {
        one.pk: Involvement(
            case_id=one.case_id,
            role=one.role,
            membership=new,
            starts_at=max(one.starts_at, hands.now),
            ends_at=one.ends_at,
        )
        for one in work
    }
    copies = [
        _copied(line, new, again[line.involvement_id] if line.involvement_id else None, hands.now)
        for line in lines
        if line.involvement_id is None or line.involvement_id in before
    ]
    _end_work(work, hands)
    stored = Involvement.objects.bulk_create(again.values())
    Grant.objects.bulk_create(copies)
    readers = HeldBackReader.objects.filter(membership=hands.member)
    HeldBackReader.objects.bulk_create(
        [HeldBackReader(held_back_id=one.held_back_id, case_id=one.case_id, membership=new) for one in readers]
    )
    trail.write(*(trail.written(hands.actor, one, role=one.role, carried_over=True) for one in stored))


def _copied(line: Grant, new: Membership, involvement: Involvement | None, now: datetime) -> Grant:
    same = {name: getattr(line, name) for name in COPIED + COPIED_TOO}
    starts_at = max(line.starts_at, now)
    return Grant(membership=new, involvement=involvement, starts_at=starts_at, ends_at=line.ends_at, **same)


def _end_work(work: Sequence[Involvement], hands: Hands) -> None:
    ends_at = Greatest(F("starts_at"), Value(hands.now))
    Involvement.objects.filter(pk__in=[one.pk for one in work]).update(ends_at=ends_at)
    trail.write(*(trail.written(hands.actor, one, ended=True) for one in work))


def _begin(hands: Hands, role: str, team: Team | None) -> Membership:
    member = hands.member
    return Membership.objects.create(
        account_id=member.account_id,
        agency_id=member.agency_id,
        team=team,
        role=role,
        administers=member.administers,
        starts_at=hands.now,
        invited_at=None if has_come(member) else member.invited_at,
        invited_as=member.invited_as,
        reviewed_at=hands.now,
        reviewed_by_id=hands.actor.membership_id,
    )


def _end(hands: Hands) -> None:
    """End the membership, its lines of the ledger and its sessions."""
    ends_at = Greatest(F("starts_at"), Value(hands.now))
    by = hands.actor.membership_id
    lines = Grant.objects.filter(not_over(), membership=hands.member)
    lines.update(
        ends_at=ends_at, ended_by=by, end_reason="Whoever held it left, or works elsewhere in their agency now"
    )
    Membership.objects.filter(pk=hands.member.pk).update(ends_at=ends_at)
    end_sessions_in(hands.member, hands.actor)
