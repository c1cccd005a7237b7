"""Links with which somebody sets their password, once."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from django.db.models.functions import Now

from waymark.accounts.models import Account, AuthenticatorApp, Credential, Link, LostFactor, Token
from waymark.accounts.services.passwords import set_password
from waymark.accounts.services.sessions import digest_of, end_all_sessions, may_administer, person_of
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import service

LASTS = {
    Link.Purpose.INVITATION: timedelta(days=7),
    Link.Purpose.RESET: timedelta(hours=1),
    Link.Purpose.JOINING: timedelta(days=7),
}
TO_SET_A_PASSWORD = (Link.Purpose.INVITATION, Link.Purpose.RESET)
TO_JOIN = (Link.Purpose.JOINING,)
MOST_LINKS = 10


@service
def invite(account: Account, *, actor: Actor, joins: UUID | None = None) -> str:
    """A token for a link with which `account` sets a password, good once and for 7 days. Earlier links end. `joins` is
    the membership that they were invited to, in which they act once they have used it.

    For somebody new, and for somebody who cannot get in any more. It is shown to `actor` once and kept nowhere. Whether
    `actor` looks after this person, the caller has checked.
    """
    may_administer(account, actor)
    if actor.account_id == account.pk:
        raise Refused(actor, Permission.MANAGE_OWN_AGENCY, account)  # nobody steps around their own password
    return _new_link(account, Link.Purpose.INVITATION, actor, joins)


@service
def invite_to_join(account: Account, *, actor: Actor, joins: UUID) -> str:
    """A token for a link with which somebody who signs in already takes up the membership `joins`, good for 7 days.

    It sets no password. Whoever opens it signs in as they always do, with the account that was invited.
    """
    may_administer(account, actor)
    Link.objects.filter(membership_id=joins, used_at=None).update(expires_at=Now())
    return _stored(account, Link.Purpose.JOINING, actor, joins)


@service
def leads_to_joining(token: str) -> bool:
    """Whether a link is for somebody who signs in already, and is still good."""
    return Link.objects.filter(**_good(token, TO_JOIN)).exists()


@service
def join(token: str, account: Account) -> None:
    """Somebody who has just signed in takes up what the link that they opened before is for, if the link is theirs."""
    link = Link.objects.select_for_update(of=("self",)).filter(**_good(token, TO_JOIN), account=account).first()
    if link is None:
        return
    Link.objects.filter(pk=link.pk).update(used_at=Now())
    trail.wrote(person_of(account), link, joined=str(link.membership_id))


@service
def carry_links(before: UUID, after: UUID) -> None:
    """What somebody was invited to is another membership now: they still have to use the link."""
    Link.objects.filter(membership_id=before).update(membership_id=after)


@service
def reset_link(account: Account) -> str:
    """A token for a link to be sent to the account's own e-mail address, good once and for an hour."""
    return _new_link(account, Link.Purpose.RESET, Actor.system("password forgotten"))


def _new_link(account: Account, purpose: Link.Purpose, actor: Actor, joins: UUID | None = None) -> str:
    Link.objects.filter(account=account, used_at=None, purpose__in=TO_SET_A_PASSWORD).update(expires_at=Now())
    return _stored(account, purpose, actor, joins)


def _stored(account: Account, purpose: Link.Purpose, actor: Actor, joins: UUID | None) -> str:
    token = secrets.token_urlsafe(32)
    link = Link.objects.create(
        account=account,
        purpose=purpose,
        digest=digest_of(token),
        created_at=Now(),
        expires_at=Now() + LASTS[purpose],
        membership_id=joins,
        made_by=f"{actor.name}, {actor.agency_name}" if actor.membership_id else "",
    )
    trail.wrote(actor, link, purpose=purpose.value, account=str(account.pk))
    return token


@service
def links_made(account_id: UUID) -> list[Link]:
    """The links for a new password that administrators made in the last 90 days, the latest first."""
    found = Link.objects.filter(account=account_id, purpose=Link.Purpose.INVITATION)
    found = found.filter(created_at__gt=Now() - timedelta(days=90)).exclude(made_by="").defer("digest")
    return list(found.order_by("-created_at")[:MOST_LINKS])


@service
def links_since_last_sign_in(account_id: UUID) -> list[Link]:
    """Those that were made since somebody last signed in with this account: none before the first time."""
    before = Token.objects.filter(account=account_id).order_by("-created_at").values_list("created_at", flat=True)
    last = before.first()
    return [] if last is None else [link for link in links_made(account_id) if link.created_at > last]


@service
def account_of_link(token: str) -> Account | None:
    """Whose password the link sets; None when it was used, has run out or never was."""
    link = Link.objects.select_related("account").filter(**_good(token)).first()
    return link.account if link else None


@service
def set_password_by_link(token: str, password: str) -> Account | None:
    """Set the password and use the link up; all sessions end. None when the link is good no more.

    Raises `ValidationError` for a weak password; the link stays good. Whoever takes up a membership by it begins anew:
    what could sign in before (an app, a passkey) may be somebody's who was given the account by another agency.
    """
    link = Link.objects.select_for_update(of=("self",)).select_related("account").filter(**_good(token)).first()
    if link is None:
        return None
    set_password(link.account, password, actor=person_of(link.account))
    if link.membership_id is not None:
        _without_factors(link.account)
    Link.objects.filter(pk=link.pk).update(used_at=Now())
    return link.account


@service
def remove_second_factors(account: Account, *, actor: Actor) -> None:
    """For somebody who lost their phone and their codes: they set a second factor up anew, and all sessions end.

    Whether `actor` looks after this person, the caller has checked; nobody does it for themselves. A link that was made
    for them and not used ends too: whoever holds it could have set the password that is now enough to come in.
    """
    may_administer(account, actor)
    if actor.account_id == account.pk:
        raise Refused(actor, Permission.MANAGE_OWN_AGENCY, account)
    Link.objects.filter(account=account, used_at=None, purpose=Link.Purpose.INVITATION).update(expires_at=Now())
    LostFactor.objects.update_or_create(account=account, defaults={"taken_at": Now()})
    _without_factors(account)
    trail.wrote(actor, account, second_factors="removed")
    end_all_sessions(account, actor=actor)


def _without_factors(account: Account) -> None:
    account.passkeys.all().delete()
    account.recovery_codes.all().delete()
    AuthenticatorApp.objects.filter(account=account).delete()


@service
def password_is_of_an_unproved_link(account: Account) -> bool:
    """Whether the password was set by a link that an administrator held, and nobody has since signed in with it and a
    second factor. Then it may be the administrator's, and the second factor is all that keeps them out.

    A passkey or the directory proves nothing of the password, so only sign-ins that began with it count.
    """
    made = Link.objects.filter(account=account, purpose=Link.Purpose.INVITATION, used_at__isnull=False)
    used_at = made.order_by("-used_at").values_list("used_at", flat=True).first()
    if used_at is None or Credential.objects.filter(account=account, changed_at__gt=used_at).exists():
        return False
    proved = Token.objects.filter(account=account, how="password", second_factor=True, created_at__gt=used_at)
    return not proved.exists()


def _good(token: str, purposes: tuple[Link.Purpose, ...] = TO_SET_A_PASSWORD) -> dict[str, object]:
    found = {"digest": digest_of(token), "used_at": None, "expires_at__gt": Now(), "account__is_active": True}
    return found | {"purpose__in": purposes}
