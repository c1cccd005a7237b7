"""Refusals that mean the same in every app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from waymark.core.actor import Actor
    from waymark.core.permissions import Permission


class Refused(PermissionDenied):  # noqa: N818  (a refusal is no error)
    """Somebody asked for what they may not do. Audited outside the transaction that it rolls back."""

    def __init__(self, actor: Actor, permission: Permission, about: Any = None) -> None:
        self.actor = actor
        self.permission = permission
        self.about = about
        self.audited = False
        super().__init__(f"You may not {permission.value}.")


class NotWiredError(RuntimeError):
    """A part that the system cannot run without has not registered itself at start-up."""
