"""A passkey in a few lines: what a phone or a security key does when a page asks it (WebAuthn level 3)."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class Authenticator:
    """One key pair for one site. `changes` to an answer make it a wrong one."""

    def __init__(self, origin: str = "http://testserver") -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(16)
        self.signatures = 0
        self.user = b""

    def create(self, options: str) -> str:
        """Make the key pair for the page that asks."""
        asked = json.loads(options)["publicKey"]
        self.user = base64.urlsafe_b64decode(asked["user"]["id"] + "==")
        numbers = self.key.public_key().public_numbers()
        point = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", 16) + self.credential_id + cbor.encode(point)
        data = self._data(PRESENT | VERIFIED | ATTESTED) + attested
        client = self._client("webauthn.create", asked["challenge"])
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": _text(client), "attestationObject": _text(attestation)})

    def sign(self, options: str, *, flags: int = PRESENT | VERIFIED, count: int | None = None, **changes: Any) -> str:
        """Sign the challenge of the page that asks."""
        asked = json.loads(options)["publicKey"]
        self.signatures = self.signatures + 1 if count is None else count
        data = self._data(flags)
        client = self._client(changes.pop("type", "webauthn.get"), changes.pop("challenge", asked["challenge"]))
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": _text(client),
            "authenticatorData": _text(data),
            "signature": _text(signature),
            "userHandle": _text(self.user),
        }
        return self._answer(response | changes)

    def _data(self, flags: int) -> bytes:
        host = self.origin.partition("://")[2].partition(":")[0]
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.signatures)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        made = {"id": _text(self.credential_id), "rawId": _text(self.credential_id), "type": "public-key"}
        return json.dumps(made | {"clientExtensionResults": {}, "response": response})
