"""Hidden values of a form: which form it is, so that sent twice it counts once, and what somebody confirmed in it."""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.utils.crypto import salted_hmac

from waymark.casework.setting import Setting
from waymark.events.vocabulary import EventType

SALT = "waymark.casework.record"
CONFIRMED = "waymark.casework.confirmed"


def make_ticket(event_id: UUID, schema: EventType, setting: Setting) -> str:
    """A signed statement that this person opened a form of this type for this record."""
    return signing.dumps([str(event_id), *_bound_to(schema, setting)], salt=SALT)


def read_ticket(text: str, schema: EventType, setting: Setting) -> UUID | None:
    """The identifier in a ticket that this person was given for this form; None for any other."""
    try:
        event_id, *bound_to = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return UUID(event_id) if bound_to == _bound_to(schema, setting) else None


def _bound_to(schema: EventType, setting: Setting) -> list[str]:
    return [schema.name, str(setting.case.pk), str(setting.actor.membership_id)]


def confirmation(ticket: UUID, key: str) -> str:
    """What a ticked box sends to confirm one doubt in one form. Another doubt, or another form, has another."""
    return salted_hmac(CONFIRMED, f"{ticket} {key}", algorithm="sha256").hexdigest()[:32]
