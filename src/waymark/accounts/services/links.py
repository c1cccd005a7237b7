"""Links with which somebody sets their password, once."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db.models.functions import Now

from waymark.accounts.models import Account, Credential, Link, LostFactor, Token
from waymark.accounts.services.passwords import set_password
from waymark.accounts.services.sessions import digest_of, end_all_sessions, may_administer, person_of
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import service

LASTS = {Link.Purpose.INVITATION: timedelta(days=7), Link.Purpose.RESET: timedelta(hours=1)}


@service
def invite(account: Account, *, actor: Actor) -> str:
    """A token for a link with which `account` sets a password, good once and for 7 days. Earlier links end.

    For somebody new, and for somebody who cannot get in any more. It is shown to `actor` once and kept nowhere. Whether
    `actor` looks after this person, the caller has checked.
    """
    may_administer(account, actor)
    if actor.account_id == account.pk:
        raise Refused(actor, Permission.MANAGE_OWN_AGENCY, account)  # nobody steps around their own password
    return _new_link(account, Link.Purpose.INVITATION, actor)


@service
def reset_link(account: Account) -> str:
    """A token for a link to be sent to the account's own e-mail address, good once and for an hour."""
    return _new_link(account, Link.Purpose.RESET, Actor.system("password forgotten"))


def _new_link(account: Account, purpose: Link.Purpose, actor: Actor) -> str:
    Link.objects.filter(account=account, used_at=None).update(expires_at=Now())
    token = secrets.token_urlsafe(32)
    link = Link.objects.create(
        account=account,
        purpose=purpose,
        digest=digest_of(token),
        created_at=Now(),
        expires_at=Now() + LASTS[purpose],
    )
    trail.wrote(actor, link, purpose=purpose.value, account=str(account.pk))
    return token


@service
def account_of_link(token: str) -> Account | None:
    """Whose password the link sets; None when it was used, has run out or never was."""
    link = Link.objects.select_related("account").filter(**_good(token)).first()
    return link.account if link else None


@service
def set_password_by_link(token: str, password: str) -> Account | None:
    """Set the password and use the link up; all sessions end. None when the link is good no more.

    Raises `ValidationError` for a weak password; the link stays good.
    """
    link = Link.objects.select_for_update(of=("self",)).select_related("account").filter(**_good(token)).first()
    if link is None:
        return None
    set_password(link.account, password, actor=person_of(link.account))
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
    account.passkeys.all().delete()
    account.recovery_codes.all().delete()
    app = getattr(account, "app", None)
    if app is not None:
        app.delete()
    trail.wrote(actor, account, second_factors="removed")
    end_all_sessions(account, actor=actor)


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


def _good(token: str) -> dict[str, object]:
    return {"digest": digest_of(token), "used_at": None, "expires_at__gt": Now(), "account__is_active": True}
