"""Whoever acts: a person in a role at an agency, or the system for a stated reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from waymark.core.errors import Refused
from waymark.core.ledger import current_ledger
from waymark.core.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One person acting in one membership, as they were when they signed in; or the system (`reason` says why).

    Frozen and free of secrets, so it may be kept, logged and compared.
    """

    name: str
    role: str = ""
    agency_name: str = ""
    team_name: str = ""
    account_id: UUID | None = None
    membership_id: UUID | None = None
    agency_id: UUID | None = None
    team_id: UUID | None = None
    administers: bool = False
    reason: str = ""

    @classmethod
    def system(cls, reason: str) -> Actor:
        """The system itself, acting for `reason` ("import of an SSDA903 return", "worker"). It may do everything."""
        if not reason:
            raise ValueError("Say why the system acts.")
        return cls(name="Waymark", reason=reason)

    @property
    def is_system(self) -> bool:
        """Whether this is the system rather than a person."""
        return self.membership_id is None and bool(self.reason)

    def may(self, permission: Permission, about: Any = None) -> bool:
        """Whether the role holds `permission` and, given a record, the ledger grants it on that record now."""
        if self.is_system or permission is Permission.PUBLIC:
            return True
        return self.membership_id is not None and current_ledger().allows(self, permission, about)

    def require(self, permission: Permission, about: Any = None) -> None:
        """Raise `Refused` unless `may`."""
        if not self.may(permission, about):
            raise Refused(self, permission, about)
