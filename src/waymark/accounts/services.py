"""Opening and ending sessions."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.db.models.functions import Now

from waymark.accounts.models import Account, Token
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.services import service

SESSION_LASTS = timedelta(hours=12)


def digest_of(token: str) -> str:
    """The SHA-256 of a session token in hexadecimal. The token is random, so there is nothing to guess or to salt."""
    return hashlib.sha256(token.encode()).hexdigest()


@service
def open_session(account: Account, *, actor: Actor, membership_id: UUID | None = None) -> str:
    """Start a session of `account`, acting in `membership_id`. Returns the token for the browser; it is kept nowhere.

    `actor` is the person who has just proved who they are, for the trail. The database's clock measures the session,
    since the database judges it.
    """
    token = secrets.token_urlsafe(32)
    session = Token.objects.create(
        account=account,
        membership_id=membership_id,
        digest=digest_of(token),
        created_at=Now(),
        expires_at=Now() + SESSION_LASTS,
    )
    trail.write(trail.Entry(action=trail.Action.SIGN_IN, actor=actor, kind="accounts.Token", object_id=str(session.pk)))
    return token


@service
def end_session(token: str, *, actor: Actor | None) -> None:
    """End the session that `token` stands for; nothing happens when there is none or it ended before."""
    session = Token.objects.filter(digest=digest_of(token), ended_at=None).first()
    if session is None:
        return
    Token.objects.filter(pk=session.pk).update(ended_at=Now())
    trail.write(
        trail.Entry(action=trail.Action.SIGN_OUT, actor=actor, kind="accounts.Token", object_id=str(session.pk))
    )
