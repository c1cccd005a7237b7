"""Opening, keeping alive and ending sessions."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Least, Now

from waymark.accounts.models import Account, Token
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import service

IDLE = timedelta(minutes=15)
"""How long a session waits for its person."""
SESSION_LASTS = timedelta(hours=10)
"""How long a session may last, however much it is used: a working day with its overtime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How somebody proved who they are. `how` is "password", "passkey", "directory" or "demo"."""

    how: str = ""
    second_factor: bool = False
    browser: str = ""


def digest_of(token: str) -> str:
    """The SHA-256 of a session token in hexadecimal. The token is random, so there is nothing to guess or to salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def person_of(account: Account) -> Actor:
    """Somebody who has proved who they are and acts in no membership yet. They may do nothing but go on signing in."""
    return Actor(name=account.name, account_id=account.pk)


@service
def open_session(
    account: Account, *, actor: Actor, membership_id: UUID | None = None, proof: Proof | None = None
) -> str:
    """Start a session of `account`, acting in `membership_id`. Returns the token for the browser; it is kept nowhere.

    `actor` is the person who has just proved who they are, for the trail. The database's clock measures the session,
    since the database judges it: it ends 15 minutes after it was last used, and after 10 hours in any case.
    """
    proof = proof or Proof()
    _alone(account.pk)
    token = secrets.token_urlsafe(32)
    session = Token.objects.create(
        account=account,
        membership_id=membership_id,
        digest=digest_of(token),
        created_at=Now(),
        last_seen_at=Now(),
        proved_at=Now(),
        expires_at=Now() + IDLE,
        ends_by=Now() + SESSION_LASTS,
        second_factor=proof.second_factor,
        how=proof.how,
        browser=proof.browser[:80],
    )
    _wrote(trail.Action.SIGN_IN, actor, session.pk, {"how": proof.how} if proof.how else {})
    return token


@service
def act_in(token: str, *, actor: Actor, membership_id: UUID) -> str | None:
    """Go on as `actor` in `membership_id`: the session of `token` ends, and one of the same person takes its place.

    What was proved, and when the session must end, stay as they were. Returns the new token; None when the session
    had ended, so that a token kept from before can open nothing.
    """
    _alone(actor.account_id)
    old = _live().filter(digest=digest_of(token), account=actor.account_id).first()
    if old is None:
        return None
    Token.objects.filter(pk=old.pk).update(ended_at=Now())
    new = secrets.token_urlsafe(32)
    session = Token.objects.create(
        account_id=old.account_id,
        membership_id=membership_id,
        digest=digest_of(new),
        created_at=old.created_at,
        last_seen_at=Now(),
        proved_at=old.proved_at,
        expires_at=Least(Now() + IDLE, old.ends_by),
        ends_by=old.ends_by,
        second_factor=old.second_factor,
        how=old.how,
        browser=old.browser,
    )
    _wrote(trail.Action.SIGN_IN, actor, session.pk, {"acting_as": True})
    return new


@service
def touch_session(token: str) -> None:
    """Say that the session is in use: it waits another 15 minutes, and never beyond its 10 hours.

    A session that has ended stays ended. Nothing changes within a minute of the last time, so that reading costs no
    writing.
    """
    _live().filter(digest=digest_of(token), last_seen_at__lt=Now() - timedelta(minutes=1)).update(
        last_seen_at=Now(), expires_at=Least(Now() + IDLE, "ends_by")
    )


@service
def proved_again(token_id: UUID, *, actor: Actor, second_factor: bool = False) -> None:
    """The person of this session has just proved once more who they are; with a second factor, if they used one."""
    changes: dict[str, object] = {"proved_at": Now()} | ({"second_factor": True} if second_factor else {})
    Token.objects.filter(pk=token_id).update(**changes)
    _wrote(trail.Action.SIGN_IN, actor, token_id, {"again": True})


@service
def end_session(token: str, *, actor: Actor | None) -> None:
    """End the session that `token` stands for; nothing happens when there is none or it ended before."""
    session = Token.objects.filter(digest=digest_of(token), ended_at=None).first()
    if session is None:
        return
    Token.objects.filter(pk=session.pk).update(ended_at=Now())
    _wrote(trail.Action.SIGN_OUT, actor, session.pk)


@service
def end_one_session(token_id: UUID, *, actor: Actor) -> bool:
    """End one of the person's own sessions. False when it is not theirs or had ended."""
    if actor.account_id is None:
        return False
    ended = _live().filter(pk=token_id, account=actor.account_id).update(ended_at=Now())
    if ended:
        _wrote(trail.Action.SIGN_OUT, actor, token_id, {"from_elsewhere": True})
    return bool(ended)


@service
def end_all_sessions(account: Account, *, actor: Actor, but: UUID | None = None) -> int:
    """End every session of `account` (except the token `but`): their own wish, a changed password, or a leaver.

    Whoever is not the person themselves must look after agencies; whether that includes this person, the caller has
    checked. Returns how many ended.
    """
    may_administer(account, actor)
    _alone(account.pk)
    living = _live().filter(account=account)
    if but is not None:
        living = living.exclude(pk=but)
    found = list(living.values_list("pk", flat=True))
    Token.objects.filter(pk__in=found).update(ended_at=Now())
    if found:
        trail.wrote(actor, account, sessions_ended=len(found))
    return len(found)


def may_administer(account: Account, actor: Actor) -> None:
    """Raise `Refused` unless this is the person's own account, or `actor` looks after the people of an agency."""
    own = actor.account_id is not None and actor.account_id == account.pk
    if not own and not actor.may(Permission.MANAGE_AGENCIES) and not actor.may(Permission.MANAGE_OWN_AGENCY):
        raise Refused(actor, Permission.MANAGE_OWN_AGENCY, account)


def _alone(account_id: UUID | None) -> None:
    """Nobody else opens, changes or ends sessions of this account meanwhile: none slips past the end of all."""
    if account_id is None:
        return
    Account.objects.select_for_update(no_key=True).filter(pk=account_id).values_list("pk", flat=True).first()


def _live() -> QuerySet[Token]:
    return Token.objects.filter(ended_at=None, expires_at__gt=Now())


def _wrote(action: trail.Action, actor: Actor | None, token_id: UUID, detail: dict[str, object] | None = None) -> None:
    trail.write(
        trail.Entry(action=action, actor=actor, kind="accounts.Token", object_id=str(token_id), detail=detail or {})
    )
