"""What the worker does for the people of an agency."""

from __future__ import annotations

from uuid import UUID

from waymark.access.inviting import SEND_INVITATION, send_invitation
from waymark.outbox.registry import task


@task(SEND_INVITATION)
def invitation(member_id: str) -> None:
    """Tell somebody that an agency has invited them."""
    send_invitation(UUID(member_id))
