"""Signing in with the account that a council's own directory keeps (OpenID Connect Core 1.0, code flow with PKCE).

Configured from the environment, for one directory. It speaks for the e-mail addresses of its own domains only: the
administrators of one council's directory must not be able to sign in as an officer of another agency.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from urllib.parse import urlencode

import jwt
import requests
from django.conf import settings
from django.db.models.functions import Now

from waymark.accounts.models import Account, DirectoryIdentity
from waymark.core import trail
from waymark.core.services import service

LONGEST = 255
"""Of what a directory may call somebody (OpenID Connect Core 1.0, section 2)."""
PATIENCE = 10
"""Seconds to wait for the directory."""
ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "RS512", "ES384")
"""Those with which only the directory can sign: none that a client secret would do for."""
SECOND_FACTORS = {"mfa", "otp", "hwk", "fido", "sc"}
"""What a directory says in `amr` (RFC 8176) when it asked for more than a password."""


class NotFromTheDirectory(Exception):  # noqa: N818  (a refusal is no error)
    """What came back does not say who this is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """What the environment says of the directory. `domains` are those of the e-mail addresses that it speaks for.

    `vouches` is for directories that never say whether an address is verified, because only their administrators can
    set one (Entra ID with a single tenant).
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str
    domains: tuple[str, ...]
    vouches: bool = False


def directory() -> Directory | None:
    """The directory that people may sign in through; None when none is configured, and in the demo."""
    return None if settings.DEMO or not settings.DIRECTORY else Directory(**cast("dict[str, Any]", settings.DIRECTORY))


def question(found: Directory, back: str) -> tuple[str, dict[str, str]]:
    """The address to send the person to, and what to keep until the directory sends them back to `back`.

    The state to keep holds a nonce, which the directory signs, and a verifier, which proves that the code is ours.
    """
    kept = {"nonce": secrets.token_urlsafe(32), "verifier": secrets.token_urlsafe(64), "back": back}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(kept["verifier"].encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": found.client_id,
        "redirect_uri": back,
        "scope": "openid email profile",
        "nonce": kept["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{_configuration(found.issuer)['authorization_endpoint']}?{urlencode(asked)}", kept


def claims_for(found: Directory, code: str, kept: dict[str, str]) -> dict[str, Any]:
    """What the directory says of the person, checked: signature, issuer, audience, time and nonce.

    Raises `NotFromTheDirectory`, also when the directory cannot be reached.
    """
    try:
        answer = fetch_token(found, code, kept)
        key = _keys(_configuration(found.issuer)["jwks_uri"]).get_signing_key_from_jwt(answer["id_token"])
        claims: dict[str, Any] = jwt.decode(
            answer["id_token"],
            key,
            algorithms=list(ALGORITHMS),
            audience=found.client_id,
            issuer=found.issuer,
            leeway=60,
            options={"require": ["exp", "iat", "sub", "nonce"]},
        )
    except (requests.RequestException, jwt.PyJWTError, KeyError, TypeError, ValueError) as problem:
        raise NotFromTheDirectory(type(problem).__name__) from problem
    if not secrets.compare_digest(str(claims["nonce"]).encode(), kept["nonce"].encode()):
        raise NotFromTheDirectory("the answer is to another question")
    return claims


def fetch_token(found: Directory, code: str, kept: dict[str, str]) -> dict[str, Any]:
    """Change the code for the token that says who this is, over TLS, with the client's secret."""
    answer = requests.post(
        _configuration(found.issuer)["token_endpoint"],
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": kept["back"],
            "code_verifier": kept["verifier"],
            "client_id": found.client_id,
            "client_secret": found.client_secret,
        },
        timeout=PATIENCE,
        allow_redirects=False,
    )
    answer.raise_for_status()
    return dict(answer.json())


@service
def account_of_claims(found: Directory, claims: dict[str, Any]) -> Account:
    """Whose account this is: bound to them before, or with their verified e-mail address, and then bound to them.

    Raises `NotFromTheDirectory`. Nobody gets an account by coming from the directory: somebody invites them first.
    """
    if not all(str(claims.get(name, "")).isprintable() for name in ("sub", "email")) or len(claims["sub"]) > LONGEST:
        raise NotFromTheDirectory("not a name")
    known = (
        DirectoryIdentity.objects.select_related("account").filter(issuer=found.issuer, subject=claims["sub"]).first()
    )
    account = known.account if known else _bind(found, claims)
    if account is None or not account.is_active:
        raise NotFromTheDirectory("not known here")
    return account


def _bind(found: Directory, claims: dict[str, Any]) -> Account | None:
    email = str(claims.get("email", ""))
    verified = claims.get("email_verified", found.vouches)
    if verified is not True or email.rpartition("@")[2].lower() not in found.domains:
        return None
    account = Account.objects.select_for_update().filter(email__iexact=email, is_active=True).first()
    if account is None or DirectoryIdentity.objects.filter(account=account).exists():
        return None  # this address belonged to somebody else in the directory before
    DirectoryIdentity.objects.create(account=account, issuer=found.issuer, subject=claims["sub"], bound_at=Now())
    trail.write(
        trail.Entry(
            action=trail.Action.WRITE,
            actor=None,
            kind="accounts.Account",
            object_id=str(account.pk),
            detail={"directory": "bound"},
        )
    )
    return account


def with_second_factor(claims: dict[str, Any]) -> bool:
    """Whether the directory says that it asked for a second factor."""
    said = claims.get("amr")
    return bool(SECOND_FACTORS.intersection(said)) if isinstance(said, list) else False


@service
def refuse_directory(why: NotFromTheDirectory) -> None:
    """For the trail."""
    trail.refused(None, "accounts.Account", purpose="sign in", why=f"directory: {why}")


@cache
def _configuration(issuer: str) -> dict[str, Any]:
    """What the directory says of itself (OpenID Connect Discovery). Kept for the life of the process."""
    answer = requests.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=PATIENCE)
    answer.raise_for_status()
    found = dict(answer.json())
    if found.get("issuer") != issuer:
        raise ValueError("The directory calls itself by another name than WAYMARK_DIRECTORY_ISSUER.")
    return found


@cache
def _keys(address: str) -> jwt.PyJWKClient:
    return jwt.PyJWKClient(address, timeout=PATIENCE)
