"""What somebody typed when their session had ended, kept while they sign in again.

Sealed with a key that only their browser holds: in the database it can be read by nobody. It is given back to the same
person alone, at the address that the form was for, for half an hour.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from cryptography.fernet import Fernet

from waymark.accounts.models import Account, Step
from waymark.accounts.services.steps import keep_step, new_token, step_of
from waymark.core.services import service

KIND = "typed"
LASTS = timedelta(minutes=30)
MOST = 200_000
"""Characters, with the names of the inputs. Whoever wrote more sends it from the page that says they are signed out."""

Typed = Sequence[tuple[str, str]]


def fits(typed: Typed) -> bool:
    """Whether it is little enough to be kept."""
    return sum(len(name) + len(value) for name, value in typed) <= MOST


@service
def keep_typed(account_id: UUID, address: str, typed: Typed) -> str | None:
    """Keep what was typed on the form at `address`. Returns the key for the browser; None where nothing is kept.

    What was kept for the person before goes: one browser, one form.
    """
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None or not fits(typed):
        return None
    Step.objects.filter(kind=KIND, account=account).delete()
    token = new_token()
    sealed = _seal(token).encrypt(json.dumps([address, list(typed)]).encode())
    keep_step(token, KIND, account, {"sealed": sealed.decode()}, lasts=LASTS)
    return token


@service
def typed_before(token: str, account_id: UUID, address: str) -> list[tuple[str, str]] | None:
    """What the person typed on the form at `address`; None for anybody else, any other form, and after half an hour."""
    step = step_of(token, KIND)
    if step is None or step.account_id != account_id:
        return None
    form, typed = json.loads(_seal(token).decrypt(step.state["sealed"].encode()))
    return [(name, value) for name, value in typed] if form == address else None


def _seal(token: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"waymark typed " + token.encode()).digest()))
