"""Inviting somebody to an agency, and the link with which they come in.

Where e-mail is set up a link goes to the person alone: whoever holds it can set their password, and nobody at their
agency needs to. The message in the queue names the member, and the worker makes the link as it sends it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db.models.functions import Now
from django.urls import reverse

from waymark.access.administering import allowed_role, locked_member, office, open_team, refuse_own
from waymark.access.locks import present
from waymark.access.models import Agency, Membership, Team
from waymark.access.services import NotAsAsked
from waymark.access.two_people import TWO_FOR_A_LINK, office_takes_two, takes_two
from waymark.accounts import services as accounts
from waymark.accounts.models import Account
from waymark.accounts.services.factors import must_enrol
from waymark.accounts.services.mail import address_of_link
from waymark.audit.models import Entry
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.outbox.services import defer

SEND_LINK = "access.send_link"
MOST_LINKS = 10
INVITATION = """Hello,

{agency} has made you a member of Waymark. Open this address within 7 days. It works once:

{address}

If you sign in to Waymark already, for another agency, open it all the same, and sign in as you always do:
{sign_in}

If you do not work with {agency}, please tell them, or do nothing.
"""
ANOTHER = """Hello {name},

an administrator of {agency} was told that you cannot get in to Waymark. Open this address within 7 days and set a new
password. It works once:

{address}

If it opens nothing, press "I have forgotten my password" on the sign-in page:
{sign_in}

If you did not ask for this, tell your manager and your data protection lead now.
"""


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody invited. `token` is that of the link to pass on, shown once and kept nowhere; "" where it goes to them
    by e-mail, and where only whoever runs Waymark makes one.
    """

    member: Membership
    token: str


@service
def invite_member(*, actor: Actor, name: str, email: str, role: str, team_id: UUID | None = None) -> Invited:
    """Make somebody a member of the actor's agency and give the link with which they come in.

    Whether somebody with this e-mail address has an account already is not to be told from the answer. Raises
    `NotAsAsked` for a role that the agency may not give or that takes two people, and for whoever works there already.
    """
    agency = office(actor)
    team = open_team(agency, team_id)
    if takes_two(allowed_role(agency, role)):
        raise NotAsAsked("This role is given once a second person agrees. Propose it")
    return make_member(agency, actor=actor, name=name, email=email, role=role, team=team)


def plain_address(agency: Agency, email: str) -> str:
    """The address as it is stored. Raises `NotAsAsked` for one that is not of plain letters, and where somebody with it
    works at the agency already.
    """
    email = email.strip().lower()
    if not email.isascii():  # to the database a long s is an s: the account of one would be that of the other
        raise NotAsAsked("Enter an e-mail address of plain letters, without accents")
    if Membership.objects.not_ended().filter(agency=agency, account__email__iexact=email).exists():
        raise NotAsAsked("Somebody with this e-mail address works at your agency already")
    return email


def make_member(agency: Agency, *, actor: Actor, name: str, email: str, role: str, team: Team | None) -> Invited:
    """Make somebody a member, in a role that whoever calls has checked. The agency is locked."""
    email = plain_address(agency, email)
    account, _ = Account.objects.get_or_create(email__iexact=email, defaults={"name": name, "email": email})
    now = present()
    member = Membership.objects.create(
        account=account, agency=agency, team=team, role=role, starts_at=now, invited_at=now, invited_as=name
    )
    trail.wrote(actor, member, role=role, invited=True)
    return _given(member, actor, shown=not takes_two(role), joined=False)


@service
def new_link(member_id: UUID, *, actor: Actor) -> Invited:
    """Another link for a member who cannot get in. The one before it ends.

    Whoever can decide with a second person is given one by e-mail only, or by whoever runs Waymark: an administrator
    who held it could be that second person themselves.
    """
    agency = office(actor)
    refuse_own(actor, member_id, "make a link for")
    member = locked_member(agency, member_id, None)
    if member.ended_by(present()) or member.suspended_at:
        raise NotAsAsked("Only somebody who works here and is not suspended can be given a link")
    decides = takes_two(member.role) or (member.administers and office_takes_two(agency))
    if decides and not settings.CAN_SEND_EMAIL:
        raise NotAsAsked(TWO_FOR_A_LINK)
    trail.wrote(actor, member, new_link=True)
    return _given(member, actor, shown=True, joined=_has_joined(member))


class LinkMade(NamedTuple):
    """A link that an administrator made for somebody who could not get in: for whom, by whom, and when."""

    member_id: UUID
    by: str
    at: datetime


@service
def links_made_lately(*, actor: Actor) -> list[LinkMade]:
    """Those of the last 30 days at the actor's agency, the latest first, for its administrators to notice.

    From the trail: it says the same whether the link opened something or not.
    """
    actor.require(Permission.MANAGE_OWN_AGENCY)
    administrators = Membership.objects.filter(agency=actor.agency_id, administers=True)
    entries = Entry.objects.filter(membership_id__in=administrators.values("pk"), at__gt=Now() - timedelta(days=30))
    made = entries.filter(kind=Membership._meta.label, detail__has_key="new_link").order_by("-at")[:MOST_LINKS]
    return [LinkMade(UUID(one.object_id), one.who, one.at) for one in made]


def _given(member: Membership, actor: Actor, *, shown: bool, joined: bool) -> Invited:
    """A link, sent, or `shown` where it may be. One is made in any case: until one was used nobody acts as them."""
    shown = shown and not settings.CAN_SEND_EMAIL
    by = actor if shown else Actor.system("a link that nobody is shown")
    token = _link(member, by, joined=joined)
    if settings.CAN_SEND_EMAIL:
        defer(SEND_LINK, member_id=member.pk)
    return Invited(member, token if shown else "")


def _link(member: Membership, actor: Actor, *, joined: bool) -> str:
    """The token of a link with which the person joins the agency, and sets a password if they work nowhere else.

    Who works elsewhere too has a way in already, and a link that set their password would let one agency act in the
    name of another's people. What is given then looks the same; they sign in as they always do, and have joined. Once
    they have, it opens nothing. The same goes for whoever has lost a second factor and not set up a new one: password
    and factor are never both given.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=member.account_id)  # two agencies at once
    has_a_way_in = _elsewhere(member, joined=joined) or must_enrol(account.pk)
    if has_a_way_in and joined:
        return secrets.token_urlsafe(32)
    if has_a_way_in:
        return accounts.invite_to_join(account, actor=actor, joins=member.pk)
    return accounts.invite(account, actor=actor, joins=None if joined else member.pk)


def works_elsewhere(member: Membership) -> bool:
    """Whether the person works, or is to work, for another agency too: then their account is not this one's alone.

    Once they have joined, that another agency has invited them is not enough: it could take them out of the hands of
    their own. Before that it is: the first link is for whoever invited them first.
    """
    return _elsewhere(member, joined=_has_joined(member))


def _has_joined(member: Membership) -> bool:
    return Membership.objects.joined().filter(pk=member.pk).exists()


def _elsewhere(member: Membership, *, joined: bool) -> bool:
    others = Membership.objects.not_ended().filter(account=member.account_id).exclude(agency=member.agency_id)
    return (others.joined() if joined else others).exists()


def send_link(member_id: UUID) -> None:
    """Make a link and send it to the person. Nothing is sent to who has left by now; delivered twice, the second link
    is the one that works.

    An invitation says the same whether they had an account before or not, and nothing that an administrator typed:
    Waymark sends no stranger somebody else's words.
    """
    found = _linked(member_id)
    if found is None:
        return
    member, token, text = found
    said = text.format(
        name=member.account.name,
        agency=member.agency.name,
        address=address_of_link(token),
        sign_in=f"{settings.ADDRESS}{reverse('sign_in')}",
    )
    send_mail(f"Your way in to Waymark, from {member.agency.name}", said, None, [member.account.email])


@service
def _linked(member_id: UUID) -> tuple[Membership, str, str] | None:
    current = Membership.objects.current().filter(account__is_active=True)
    member = current.select_related("account", "agency").filter(pk=member_id).first()
    if member is None:
        return None
    joined = _has_joined(member)
    token = _link(member, Actor.system("link by e-mail"), joined=joined)
    return member, token, ANOTHER if joined else INVITATION
