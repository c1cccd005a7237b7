"""What pages know of the session that a request belongs to, and what a person is shown of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet
from django.db.models.functions import Now

from waymark.accounts.models import Account, LostFactor, Passkey, Token
from waymark.core.database import SERVICE, current_login, login

COLUMNS = ("id", "account_id", "membership_id", "live", "second_factor", "proved", "untouched")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose session a request belongs to. `live` is false when it has ended: then it only says who they were.

    `second_factor`: proved with two factors; `proved`: within the last 10 minutes; `untouched`: not used for a minute.
    """

    id: UUID
    account_id: UUID
    membership_id: UUID | None
    live: bool
    second_factor: bool
    proved: bool
    untouched: bool


def session_of_token() -> Holder | None:
    """The session whose token this transaction was told, as the database judges it; None when there never was one."""
    with connections[current_login()].cursor() as cursor:
        cursor.execute(f"select {', '.join(COLUMNS)} from public.waymark_session()")  # noqa: S608  (names of ours)
        row = cursor.fetchone()
    return Holder(*row) if row else None


def account_with_factors(account_id: UUID) -> Account:
    """The account with what it has to sign in with: `credential`, `app`."""
    with login(SERVICE):
        return Account.objects.select_related("credential", "app", "directory_identity").get(pk=account_id)


def has_password(account: Account) -> bool:
    """Whether there is a password; the account is from `account_with_factors`."""
    return hasattr(account, "credential")


def has_app(account: Account) -> bool:
    """Whether an app has been shown to work; the account is from `account_with_factors`."""
    app = getattr(account, "app", None)
    return app is not None and app.confirmed_at is not None


def factor_lost_at(account_id: UUID) -> datetime | None:
    """When the person's second factors were taken away; None when they were not, or there is a new one."""
    with login(SERVICE):
        return LostFactor.objects.filter(account=account_id).values_list("taken_at", flat=True).first()


def passkeys_of(account_id: UUID) -> list[Passkey]:
    """The person's passkeys, the oldest first."""
    with login(SERVICE):
        return list(Passkey.objects.filter(account=account_id).order_by("created_at").defer("credential"))


def sessions_of(account_id: UUID) -> list[Token]:
    """The person's sessions that have not ended, the one used last first."""
    with login(SERVICE):
        living: QuerySet[Token] = Token.objects.filter(account=account_id, ended_at=None, expires_at__gt=Now())
        return list(living.defer("digest").order_by("-last_seen_at"))
