"""The sharing ledger: an involvement in a case grants everything on that case, and nothing else grants anything."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from waymark.access.models import Involvement
from waymark.access.roles import ROLE_PERMISSIONS
from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.core.trail import case_id_of


class InvolvementLedger:
    """Answers `core.ledger` from involvements. The database's policies say the same (migration 0002)."""

    def allows(self, actor: Actor, permission: Permission, about: Any) -> bool:
        """The role must hold the permission; a record that belongs to a case must be within reach."""
        if permission not in ROLE_PERMISSIONS.get(actor.role, set()):
            return False
        case_id = None if about is None else case_id_of(about)
        return case_id is None or self.cases_within_reach(actor).filter(case=case_id).exists()

    def cases_within_reach(self, actor: Actor) -> QuerySet[Any, Any]:
        """Cases in which the actor's membership or its team is involved now."""
        return Involvement.objects.current().held_by(actor).values("case")
