"""Proposing and agreeing to a role or an office that takes two people (`two_people` says which).

One administrator alone could otherwise invite somebody they invented as data protection lead, hold the link, and read
all that is held on anybody. Whoever agrees is another administrator of the agency, its data protection lead or head of
service: never whoever proposed it or is to have it, in whatever membership of theirs.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import Any
from uuid import UUID

from waymark.access.administering import (
    Seen,
    allowed_role,
    locked_member,
    make_administrator,
    office,
    open_team,
    refuse_ended,
    refuse_own,
)
from waymark.access.handing_on import BACK_TO_TEAM, HandOn, Move, Taker, moved
from waymark.access.inviting import Invited, make_member, plain_address
from waymark.access.locks import present
from waymark.access.models import Agency, Appointment, Membership, Team
from waymark.access.services import NotAsAsked
from waymark.access.two_people import serving
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import service

NOBODY = (
    "Nobody else at your agency can agree to this: it takes another administrator, a data protection lead or a head of"
    " service who has signed in. Whoever runs Waymark can make somebody one"
)
NOT_YOURS = "Somebody else has to agree: neither whoever proposed it, nor whom it is for"


@service
def propose_new(*, actor: Actor, name: str, email: str, role: str, team_id: UUID | None = None) -> Appointment:
    """Propose to invite somebody in a role that takes two people. They are told once somebody has agreed.

    Raises `NotAsAsked` as an invitation does, and where nobody could agree.
    """
    agency = office(actor)
    team = open_team(agency, team_id)
    allowed_role(agency, role)
    email = plain_address(agency, email)
    if Appointment.objects.waiting().filter(agency=agency, email=email).exists():
        raise NotAsAsked("Somebody with this e-mail address is proposed already")
    return _proposed(Appointment(agency=agency, name=name, email=email, role=role, team=team), actor)


@service
def propose_move(member_id: UUID, to: Move, *, actor: Actor, seen: Seen) -> Appointment:
    """Propose to move somebody to a role that takes two people. Until somebody agrees they stay what they are."""
    agency, member = _member_to_appoint(actor, member_id, seen, "move")
    team = open_team(agency, to.team_id)
    allowed_role(agency, to.role)
    if member.suspended_at:
        raise NotAsAsked("Somebody who is suspended cannot be moved. Resume them first, or end them")
    about: dict[str, Any] = {"role": to.role, "team": team, "hand_on": _stored(to.hand_on)}
    return _proposed(Appointment(agency=agency, member=member, seen=[*astuple(seen)], **about), actor)


@service
def propose_administrator(member_id: UUID, *, actor: Actor, seen: Seen) -> Appointment:
    """Propose to make a member an administrator. Until somebody agrees they are none."""
    agency, member = _member_to_appoint(actor, member_id, seen, "make an administrator of")
    return _proposed(Appointment(agency=agency, member=member, seen=[*astuple(seen)]), actor)


def _member_to_appoint(actor: Actor, member_id: UUID, seen: Seen, what: str) -> tuple[Agency, Membership]:
    agency = office(actor)
    refuse_own(actor, member_id, what)
    member = locked_member(agency, member_id, seen)
    refuse_ended(member)
    if Appointment.objects.waiting().filter(member=member).exists():
        raise NotAsAsked("Something is proposed for them already. It has to be decided first")
    return agency, member


def _proposed(new: Appointment, actor: Actor) -> Appointment:
    new.proposed_by_id, new.proposed_at = actor.membership_id, present()  # type: ignore[assignment]
    if not _others(new, actor.account_id).exists():
        raise NotAsAsked(NOBODY)
    new.save(force_insert=True)
    trail.wrote(
        actor, new, proposed=new.role or "administrator", **({"member": str(new.member_id)} if new.member_id else {})
    )
    return new


def _others(one: Appointment, proposer: UUID | None) -> Any:
    """Those at the agency who can agree to `one`."""
    others = serving(one.agency).exclude(account=proposer)
    if one.member is not None:
        return others.exclude(account=one.member.account_id)
    return others.exclude(account__email__iexact=one.email)


@service
def who_can_agree(one: Appointment, *, actor: Actor) -> list[Membership]:
    """Those who can agree to what waits at the actor's agency, by name."""
    actor.require(Permission.AGREE_TO_APPOINTMENT)
    found = _others(one, one.proposed_by.account_id).filter(agency=actor.agency_id).select_related("account")
    return list(found.order_by("account__name", "pk"))


@service
def agree(appointment_id: UUID, *, actor: Actor) -> Invited | None:
    """Give somebody what another person proposed. `Invited` for whoever is new, with the link where it may be shown.

    Raises `NotAsAsked` for the proposer and for whom it is about, and `ChangedMeanwhile` or `NotAsAsked` where it
    cannot be done any more: it waits on then, to be turned down.
    """
    one = _to_decide(appointment_id, actor)
    if actor.membership_id not in _others(one, one.proposed_by.account_id).values_list("pk", flat=True):
        raise NotAsAsked(NOT_YOURS)
    invited = _carried_out(one, actor)
    _decide(one, actor, agreed=True)
    return invited


def _carried_out(one: Appointment, actor: Actor) -> Invited | None:
    if one.member_id is None:
        team = _still_open(one)
        return make_member(one.agency, actor=actor, name=one.name, email=one.email, role=one.role, team=team)
    seen = Seen(*one.seen)
    if one.role:
        to = Move(one.role, one.team_id, _hand_on(one.hand_on))
        moved(one.agency, one.member_id, to, actor=actor, seen=seen, agreed=True)
    else:
        make_administrator(locked_member(one.agency, one.member_id, seen), actor)
    return None


def _still_open(one: Appointment) -> Team | None:
    try:
        return open_team(one.agency, one.team_id)
    except Team.DoesNotExist as gone:
        raise NotAsAsked("Their team has been closed since. Turn this down, and have it proposed anew") from gone


@service
def turn_down(appointment_id: UUID, *, actor: Actor) -> None:
    """Leave things as they are. Whoever proposed it can take it back like this."""
    _decide(_to_decide(appointment_id, actor), actor, agreed=False)


def _to_decide(appointment_id: UUID, actor: Actor) -> Appointment:
    """Something that waits at the actor's agency, locked with the agency. Only those who can agree there decide."""
    actor.require(Permission.AGREE_TO_APPOINTMENT)
    if actor.agency_id is None or actor.membership_id is None:
        raise Refused(actor, Permission.AGREE_TO_APPOINTMENT)
    agency = Agency.objects.select_for_update(no_key=True).get(pk=actor.agency_id)
    if not serving(agency).filter(pk=actor.membership_id).exists():
        raise Refused(actor, Permission.AGREE_TO_APPOINTMENT)
    found = Appointment.objects.select_related("agency", "member", "proposed_by")
    one = found.get(pk=appointment_id, agency=agency)
    if one.decided_at is not None:
        raise NotAsAsked("Somebody has decided this already")
    return one


def _decide(one: Appointment, actor: Actor, *, agreed: bool) -> None:
    decided = {"decided_by": actor.membership_id, "decided_at": present(), "agreed": agreed}
    Appointment.objects.filter(pk=one.pk).update(**decided)
    trail.wrote(actor, one, agreed=agreed, proposed=one.role or "administrator", proposed_by=str(one.proposed_by_id))


def _stored(hand_on: HandOn) -> dict[str, Any]:
    each = {str(case): str(taker) for case, taker in hand_on.each.items()}
    return {"everything_else": str(hand_on.everything_else or ""), "each": each}


def _hand_on(stored: dict[str, Any]) -> HandOn:
    each = {UUID(case): taker for case, text in stored["each"].items() if (taker := _taker(text))}
    return HandOn(_taker(stored["everything_else"]), each)


def _taker(text: str) -> Taker | None:
    if text == BACK_TO_TEAM:
        return BACK_TO_TEAM
    return UUID(text) if text else None
