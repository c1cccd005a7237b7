"""What a browser keeps of a form while there is no connection: sealed with a key that only its writer is given."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from django.conf import settings

from waymark.core.actor import Actor


def key_of(actor: Actor, about: UUID, part: str) -> str:
    """The key, in base64, with which the page seals what this person types into this form.

    The copy on the machine is of no use to whoever signs in there next: their pages hold another key.
    """
    whose = f"keep {actor.account_id} {about} {part}"
    key = hmac.new(settings.SECRET_KEY.encode(), whose.encode(), hashlib.sha256).digest()
    return base64.b64encode(key).decode()
