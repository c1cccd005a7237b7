"""What the worker does for the people of an agency."""

from __future__ import annotations

from uuid import UUID

from waymark.access import emergency_notes, lost_factors
from waymark.access.inviting import SEND_LINK, send_link
from waymark.outbox.registry import task


@task(SEND_LINK)
def link(member_id: str) -> None:
    """Send somebody the link with which they come in."""
    send_link(UUID(member_id))


@task(lost_factors.TELL_PERSON)
def lost_factor(member_id: str, taken: int) -> None:
    """Tell somebody that their second factor was taken away, or that it was asked for and left."""
    lost_factors.tell_person(UUID(member_id), taken=bool(taken))


@task(lost_factors.TELL_ADMINISTRATOR)
def lost_factor_to_administrator(administrator_id: str, member_id: str) -> None:
    """Tell another administrator of the agency."""
    lost_factors.tell_administrator(UUID(administrator_id), UUID(member_id))


@task(emergency_notes.SEND_NOTE)
def emergency_note(member_id: str, emergency_id: str) -> None:
    """Tell somebody whose business it is that a record was opened in an emergency."""
    emergency_notes.send_note(UUID(member_id), UUID(emergency_id))
