"""Second factors: an app on a phone, passkeys, and codes on paper for when both are out of reach."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from uuid import UUID

import pyotp
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db.models.functions import Now

from waymark.accounts.models import Account, AuthenticatorApp, LostFactor, Passkey, RecoveryCode, Token
from waymark.accounts.services.attempts import begin_attempt, forgive
from waymark.accounts.services.sessions import digest_of
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.services import service

SECONDS = 30
"""How long a code of an app holds (RFC 6238)."""
LATE = 1
"""How many steps a phone's clock may be off."""
CODES = 10
WAITS = timedelta(minutes=15)
"""How long a secret waits for its first code. Whoever saw it before shall not have it when the app is set up later."""
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mistakes for one another."""


@service
def has_second_factor(account_id: UUID) -> bool:
    """Whether the person has an app that they have shown to work, or a passkey."""
    app = AuthenticatorApp.objects.filter(account=account_id, confirmed_at__isnull=False)
    return app.exists() or Passkey.objects.filter(account=account_id).exists()


@service
def must_enrol(account_id: UUID) -> bool:
    """Whether the person's second factors were taken away and they have set up none since, whatever their role."""
    return LostFactor.objects.filter(account=account_id).exists()


@service
def enrolled(account: Account) -> None:
    """The person has set up a second factor: nothing is left of one that was lost."""
    LostFactor.objects.filter(account=account).delete()


@service
def begin_app(account: Account) -> str:
    """The secret to put into an app. The same again for some minutes, until a code has shown that the app has it."""
    AuthenticatorApp.objects.filter(account=account, confirmed_at=None, created_at__lt=Now() - WAITS).delete()
    app = AuthenticatorApp.objects.filter(account=account).first()
    if app is not None and app.confirmed_at is None:
        return _readable(app.secret)
    if app is not None:
        raise ValueError("There is an app already.")
    secret = pyotp.random_base32()
    AuthenticatorApp.objects.create(account=account, secret=_hidden(secret), created_at=Now())
    return secret


def confirm_app(account: Account, code: str, *, actor: Actor, address: str, clock: Clock = system_clock) -> bool:
    """Whether the app shows the right code; from then on it is asked for. Counted like signing in."""
    begin_attempt(f"factor:{account.pk}", address, about=str(account.pk))
    if not _take_code(account, code, clock, confirmed=False):
        return False
    _confirm(account, actor)
    forgive(f"factor:{account.pk}", address)
    return True


@service
def _confirm(account: Account, actor: Actor) -> None:
    AuthenticatorApp.objects.filter(account=account, confirmed_at=None).update(confirmed_at=Now())
    enrolled(account)
    trail.wrote(actor, account, authenticator_app="added")


def code_is_right(account: Account, code: str, *, address: str, clock: Clock = system_clock) -> bool:
    """Whether `code` is what the person's app shows now, or one of their recovery codes, and was not taken before.

    Raises `TooManyAttempts`. Of two who send the same code at once, one is right.
    """
    begin_attempt(f"factor:{account.pk}", address, about=str(account.pk))
    plain = re.sub(r"[\s-]", "", code).lower()
    if _take_code(account, plain, clock, confirmed=True) or _take_recovery_code(account, plain):
        forgive(f"factor:{account.pk}", address)
        return True
    _refuse(account)
    return False


@service
def _take_code(account: Account, code: str, clock: Clock, *, confirmed: bool) -> bool:
    """Compare with the steps around now that come after the last one taken, and remember which it was."""
    app = (
        AuthenticatorApp.objects.select_for_update().filter(account=account, confirmed_at__isnull=not confirmed).first()
    )
    if app is None:
        return False
    generator = pyotp.TOTP(_readable(app.secret), interval=SECONDS)
    now = int(clock.now().timestamp()) // SECONDS
    typed = re.sub(r"\s", "", code)
    for step in range(max(now - LATE, app.last_step + 1), now + LATE + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), typed.encode()):
            AuthenticatorApp.objects.filter(pk=app.pk).update(last_step=step)
            return True
    return False


@service
def _take_recovery_code(account: Account, code: str) -> bool:
    unused = RecoveryCode.objects.filter(account=account, digest=digest_of(code), used_at=None)
    taken = unused.update(used_at=Now())
    if taken:
        trail.write(
            trail.Entry(
                action=trail.Action.WRITE,
                actor=None,
                kind="accounts.Account",
                object_id=str(account.pk),
                detail={"recovery_code": "used"},
            )
        )
    return bool(taken)


@service
def _refuse(account: Account) -> None:
    trail.refused(None, "accounts.Account", object_id=account.pk, purpose="sign in", why="second factor not right")


@service
def make_recovery_codes(account: Account, *, actor: Actor) -> list[str]:
    """New codes, to be written down; those of before are good no more. About 79 bits each."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(16)) for _ in range(CODES)]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, digest=digest_of(code)) for code in codes)
    trail.wrote(actor, account, recovery_codes="made")
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


@service
def recovery_codes_left(account_id: UUID) -> int:
    """How many codes are good still."""
    return RecoveryCode.objects.filter(account=account_id, used_at=None).count()


@service
def remove_app(account: Account, *, actor: Actor) -> None:
    """No code of an app is asked for any more."""
    AuthenticatorApp.objects.filter(account=account).delete()
    trail.wrote(actor, account, authenticator_app="removed")
    _without_factors(account)


@service
def remove_passkey(account: Account, passkey_id: UUID, *, actor: Actor) -> None:
    """One passkey of the person's own is good no more."""
    removed, _ = Passkey.objects.filter(account=account, pk=passkey_id).delete()
    if removed:
        trail.wrote(actor, account, passkey="removed")
        _without_factors(account)


def _without_factors(account: Account) -> None:
    """Whoever has no second factor left has proved who they are with one factor only, in every session."""
    if not has_second_factor(account.pk):
        RecoveryCode.objects.filter(account=account).delete()
        Token.objects.filter(account=account, ended_at=None).update(second_factor=False)


def _keys() -> MultiFernet:
    """The key for the apps' secrets, made from the server's; those of before are still read."""
    made = [
        hashlib.sha256(b"waymark authenticator app " + key.encode()).digest()
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])


def _hidden(secret: str) -> str:
    return _keys().encrypt(secret.encode()).decode()


def _readable(hidden: str) -> str:
    return _keys().decrypt(hidden.encode()).decode()
