"""Taking away a second factor that somebody of one's agency has lost, and telling those who should notice.

Password and second factor are never both given to one administrator: no factor is taken away while the password may be
one that an administrator set, and no link for a new password opens anything until there is a new factor.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from waymark.access.acting import needs_second_factor
from waymark.access.administering import Seen, locked_member, office, refuse_ended, refuse_own
from waymark.access.inviting import works_elsewhere
from waymark.access.locks import present
from waymark.access.models import Agency, Membership
from waymark.access.services import NotAsAsked, acting_as
from waymark.accounts.models import Account
from waymark.accounts.services.factors import has_second_factor
from waymark.accounts.services.links import password_is_of_an_unproved_link, remove_second_factors
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.services import service
from waymark.outbox.services import defer

TELL_PERSON = "access.tell_of_lost_factor"
TELL_ADMINISTRATOR = "access.tell_administrator_of_lost_factor"

NOT_PROVED = (
    "Their password was set with a link that an administrator made, and they have not signed in with it since. Whoever"
    " runs Waymark can take the second factor away, once they are sure who asks"
)
TAKEN = """Hello,

{agency} has taken away your second factor for Waymark, because somebody said that you had lost it. You are signed out
everywhere. Sign in with your password and set up a new one:

{address}

If you did not ask for this, tell your manager and your data protection lead now: somebody may be trying to sign in as
you.
"""
NOT_TAKEN = """Hello,

{agency} was told that you had lost your second factor for Waymark. Nothing has been changed, because you work for
another agency too: one agency cannot change how you sign in for another. If you have lost it, ask whoever runs Waymark
for your area.

If you did not ask for this, tell your manager and your data protection lead now: somebody may be trying to sign in as
you.
"""
TO_ADMINISTRATORS = """Hello,

another administrator of {agency} has asked for the lost second factor of one of your people to be taken away, whose
role needs one. Who it is:

{address}

If you know of no reason for it, ask the person and your colleague today.
"""


@service
def take_second_factors_away(member_id: UUID, *, actor: Actor, seen: Seen) -> None:
    """Take the app, passkeys and codes of a member who has lost them; their sessions end, and they must enrol again.

    Whoever works for another agency too keeps what they have: one agency must not weaken how somebody signs in for
    another, nor be told that they do. They are told, and so are the agency's other administrators where the role needs
    a second factor. Raises `NotAsAsked` for oneself, and where the password may be one that an administrator set.
    """
    agency = office(actor)
    refuse_own(actor, member_id, "take a second factor away from")
    member = locked_member(agency, member_id, seen)
    refuse_ended(member)
    if member.suspended_at:
        raise NotAsAsked("They are suspended. Let them back in first")
    account = Account.objects.select_for_update(no_key=True).get(pk=member.account_id)  # two agencies at once
    _refuse_unsafe(account)  # whether they work elsewhere or not, so that it does not tell
    own = not works_elsewhere(member)
    if own:
        remove_second_factors(account, actor=actor)
    trail.wrote(actor, member, second_factors="to be taken away")  # the same for both: it does not tell either
    _have_them_told(member, actor, taken=own)


def _refuse_unsafe(account: Account) -> None:
    if not has_second_factor(account.pk):
        raise NotAsAsked("They have no second factor. There is nothing to take away")
    if password_is_of_an_unproved_link(account):
        raise NotAsAsked(NOT_PROVED)


def _have_them_told(member: Membership, actor: Actor, *, taken: bool) -> None:
    """A message each to the person and, for a role that needs a second factor, to each other administrator."""
    if not settings.CAN_SEND_EMAIL:
        return
    defer(TELL_PERSON, member_id=member.pk, taken=int(taken))
    if not needs_second_factor(acting_as(member)):
        return
    told = Membership.objects.current().filter(agency=member.agency_id, administers=True, account__is_active=True)
    for administrator in told.exclude(pk__in=[actor.membership_id, member.pk]).values_list("pk", flat=True):
        defer(TELL_ADMINISTRATOR, administrator_id=administrator, member_id=member.pk)


def tell_person(member_id: UUID, *, taken: bool) -> None:
    """Write to the person themselves. Delivered twice, it is sent twice."""
    found = _to_write_to(member_id)
    if found is None:
        return
    email, agency = found
    address = f"{settings.ADDRESS}{reverse('sign_in')}"
    text = (TAKEN if taken else NOT_TAKEN).format(agency=agency.name, address=address)
    send_mail("Your second factor for Waymark", text, None, [email])


def tell_administrator(administrator_id: UUID, member_id: UUID) -> None:
    """Write to another administrator of the agency. The mail names nobody; the page that it leads to does."""
    found = _to_write_to(administrator_id)
    if found is None:
        return
    email, agency = found
    address = f"{settings.ADDRESS}{reverse('person', args=[member_id])}"
    text = TO_ADMINISTRATORS.format(agency=agency.name, address=address)
    send_mail("A second factor was taken away", text, None, [email])


@service
def _to_write_to(member_id: UUID) -> tuple[str, Agency] | None:
    """The address and the agency of a member who works there still; None for who has left or has no address."""
    members = Membership.objects.not_ended().filter(starts_at__lte=present(), account__is_active=True)
    member = members.select_related("account", "agency").filter(pk=member_id).first()
    return (member.account.email, member.agency) if member and member.account.email else None
