"""Passkeys and security keys (WebAuthn level 3), with Yubico's `fido2`.

A challenge is kept in a `Step` and used once. The page's own origin must have signed it, whatever the browser says.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from waymark.accounts.models import Account, Passkey
from waymark.accounts.services.factors import enrolled
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.services import service

Options = dict[str, Any]
MOST = 10
"""How many passkeys a person may have."""
MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, struct.error)
"""What reading an answer raises that no browser made: `fido2` takes its parts for what they should be."""
DEEPEST = 50
"""How many brackets an answer may open."""


class NotThisPasskey(Exception):  # noqa: N818  (a refusal is no error)
    """What the browser sent proves nothing."""


def server_at(origin: str) -> Fido2Server:
    """The service as passkeys know it: `origin` is the page's own address, `https://waymark.example.gov.uk`."""
    host = origin.partition("://")[2].partition(":")[0]
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name="Waymark"), verify_origin=lambda said: said == origin)


@service
def begin_registration(account: Account, origin: str) -> tuple[Options, dict[str, Any]]:
    """What the browser is asked for a new passkey with, and the state that its answer is checked against."""
    user = PublicKeyCredentialUserEntity(id=account.pk.bytes, name=account.email, display_name=account.name)
    options, state = server_at(origin).register_begin(
        user,
        [_data(passkey) for passkey in account.passkeys.all()],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options), state


@service
def add_passkey(
    account: Account, name: str, answer: str, *, state: Mapping[str, Any], origin: str, actor: Actor
) -> Passkey:
    """Store the passkey that the browser made. Raises `NotThisPasskey` when the answer is not to our question."""
    if account.passkeys.count() >= MOST:
        raise NotThisPasskey("There are too many passkeys already")
    try:
        data = server_at(origin).register_complete(dict(state), _read(answer))
    except MALFORMED as problem:
        raise NotThisPasskey("This is not an answer to what was asked") from problem
    credential = data.credential_data
    if credential is None or Passkey.objects.filter(credential_id=credential.credential_id).exists():
        raise NotThisPasskey("This passkey is known already")
    passkey = Passkey.objects.create(
        account=account,
        name=name,
        credential_id=credential.credential_id,
        credential=bytes(credential),
        signatures=data.counter,
        created_at=Now(),
    )
    enrolled(account)
    trail.wrote(actor, account, passkey="added")
    return passkey


@service
def begin_authentication(origin: str, account: Account | None = None) -> tuple[Options, dict[str, Any]]:
    """What the browser is asked for a signature with.

    Without an account, any passkey that the device offers: then it must have made sure who holds it (a PIN, a
    fingerprint), for it is both factors at once.
    """
    known = [_data(passkey) for passkey in account.passkeys.all()] if account else None
    needed = UserVerificationRequirement.PREFERRED if account else UserVerificationRequirement.REQUIRED
    options, state = server_at(origin).authenticate_begin(known, user_verification=needed)
    return dict(options), state


@service
def account_of_signature(
    answer: str, *, state: Mapping[str, Any], origin: str, account: Account | None = None
) -> Account:
    """Whose passkey signed the challenge in `state`; of `account`, when given. Raises `NotThisPasskey` otherwise.

    A passkey that counts its signatures must have counted on: one that has not was copied.
    """
    try:
        given = _read(answer)
        response = AuthenticationResponse.from_dict(given)
        passkey = (
            Passkey.objects.select_for_update(of=("self",)).select_related("account").get(credential_id=response.raw_id)
        )
        server_at(origin).authenticate_complete(dict(state), [_data(passkey)], given)
    except (*MALFORMED, Passkey.DoesNotExist) as problem:
        raise NotThisPasskey("This is not an answer to what was asked") from problem
    signatures = response.response.authenticator_data.counter
    handle = response.response.user_handle
    if account is not None and passkey.account_id != account.pk:
        raise NotThisPasskey("This is somebody else's passkey")
    if handle and handle != passkey.account_id.bytes:
        raise NotThisPasskey("This passkey was made for somebody else")
    if not passkey.account.is_active:
        raise NotThisPasskey("This account is closed")
    if (signatures or passkey.signatures) and signatures <= passkey.signatures:
        raise NotThisPasskey("This passkey has been copied")
    Passkey.objects.filter(pk=passkey.pk).update(signatures=signatures, last_used_at=Now())
    return passkey.account


@service
def refuse_passkey(account_id: UUID | None, why: NotThisPasskey) -> None:
    """A passkey that proved nothing, for the trail."""
    trail.refused(None, "accounts.Account", object_id=account_id or "", purpose="sign in", why=str(why))


def _data(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(passkey.credential))


def _read(answer: str) -> dict[str, Any]:
    if answer.count("[") + answer.count("{") > DEEPEST:
        raise ValueError("no answer of a browser is so deep")
    found = json.loads(answer)
    response = found.get("response") if isinstance(found, dict) else None
    if not isinstance(response, dict):
        raise ValueError("no answer of a browser")
    texts = {name: value for name, value in response.items() if isinstance(value, str)}
    made = {name: str(found.get(name)) for name in ("id", "rawId", "type")}
    return made | {"clientExtensionResults": {}, "response": texts}
