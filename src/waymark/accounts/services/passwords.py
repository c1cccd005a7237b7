"""Checking and changing passwords."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models.functions import Now

from waymark.accounts.models import Account, AuthenticatorApp, Credential
from waymark.accounts.rules import normalised, refuse_weak
from waymark.accounts.services.attempts import begin_attempt, forgive, key_for_email
from waymark.accounts.services.sessions import end_all_sessions
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import service


@cache
def _nobodys_password() -> str:
    """A hash to check against when there is none, so that an unknown account takes as long as a known one."""
    return make_password("nobody's")


def account_with_password(email: str, password: str, *, address: str) -> Account | None:
    """The account whose e-mail address and password these are; None for anything else, always after the same work.

    `address` is the key under which the sender is counted. Raises `TooManyAttempts`. An unknown account, one without a
    password, a wrong password and a closed account cannot be told apart by the answer, by the queries or by the hash
    that is computed.
    """
    own = key_for_email(email)
    begin_attempt(own, address)
    account = _account(email)
    credential = getattr(account, "credential", None) if account else None
    right = check_password(normalised(password), credential.password if credential else _nobodys_password())
    if not right or account is None or credential is None or not account.is_active:
        _refuse(account)
        return None
    forgive(own, address)
    return account


def password_is_right(account: Account, password: str, *, address: str) -> bool:
    """Whether this is the person's password, for somebody who is signed in. Counted like signing in."""
    found = account_with_password(account.email, password, address=address)
    return found is not None and found.pk == account.pk


@service
def _account(email: str) -> Account | None:
    return Account.objects.select_related("credential").filter(email__iexact=email.strip()).first()


@service
def _refuse(account: Account | None) -> None:
    """The trail says whose account was tried, when it is one of ours; never what was typed."""
    trail.refused(None, "accounts.Account", object_id=account.pk if account else "", purpose="sign in", why="not right")


@service
def set_password(account: Account, password: str, *, actor: Actor, keep: UUID | None = None) -> None:
    """Give the person a new password; all their sessions end, whoever opened them, but for the token `keep`.

    Only the person themselves may: whoever holds their link acts as them. Raises `ValidationError` for a weak one.
    """
    if actor.account_id != account.pk:
        raise Refused(actor, Permission.MANAGE_OWN_AGENCY, account)
    refuse_weak(password, account)
    hashed = make_password(normalised(password))
    Credential.objects.update_or_create(account=account, defaults={"password": hashed, "changed_at": Now()})
    AuthenticatorApp.objects.filter(account=account, confirmed_at=None).delete()  # whoever knew the password saw it
    trail.wrote(actor, account, password="changed")  # noqa: S106  (a word of the trail)
    end_all_sessions(account, actor=actor, but=keep)
