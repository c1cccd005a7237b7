"""The sharing ledger answers who may read and write what. The database's policies say the same (migration 0005)."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet, Value

from waymark.access.locks import member_stays
from waymark.access.models import Grant, HeldBack
from waymark.access.models.ledger import OneOf
from waymark.access.roles import permissions_of
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.permissions import Permission
from waymark.core.services import inside_service
from waymark.core.trail import case_id_of

WRITING = {
    Permission.RECORD_EVENT,
    Permission.RETRACT_EVENT,
    Permission.WAIVE_DUTY,
    Permission.MANAGE_INVOLVEMENT,
    Permission.MANAGE_PEOPLE,
    Permission.SHARE,
    Permission.RESTRICT,
    Permission.DECLARE_CONFLICT,
}
"""What needs a line that lets its holder write, where it is asked of a record."""


class SharingLedger:
    """Answers `core.ledger` from the lines of the ledger."""

    def allows(self, actor: Actor, permission: Permission, about: Any) -> bool:
        """The role must hold the permission; on a record, a line must open its category to read, or to write.

        A row without a category of its own is identity. An item that is held back is out of reach of the rest.
        """
        if permission not in permissions_of(actor):
            return False
        if inside_service() and not member_stays(actor.membership_id):
            return False  # suspended or ended since the page was asked for
        case_id = None if about is None else case_id_of(about)
        if case_id is None:
            return True
        category = getattr(about, "category", "") or Category.IDENTITY
        lines = Grant.objects.opening_for(actor).filter(case=case_id)
        if permission is Permission.RECORD_EVENT and not getattr(about, "category", ""):
            return lines.exclude(writes=[]).exists()
        field = "writes__contains" if permission in WRITING else "reads__contains"
        if not lines.filter(**{field: [category]}).exists():
            return False
        return not HeldBack.objects.hidden_from(actor).filter(item__in=_items_of(about)).exists()

    def cases_within_reach(self, actor: Actor, category: Category = Category.IDENTITY) -> QuerySet[Any, Any]:
        """Cases of which a line opens the category to the actor's membership, its team, or its role at its agency."""
        return Grant.objects.opening_for(actor).filter(reads__contains=[category]).values("case")

    def open_in(self, actor: Actor, case: Any, category: Any) -> QuerySet[Any, Any]:
        """The lines that open `category` of `case` to the actor."""
        asked = category if hasattr(category, "resolve_expression") else Value(str(category))
        return Grant.objects.opening_for(actor).filter(OneOf(asked, F("reads")), case=case)

    def items_held_back_from(self, actor: Actor) -> QuerySet[Any, Any]:
        """Items held back of which the actor is no named reader."""
        return HeldBack.objects.hidden_from(actor).values("item")


def _items_of(about: Any) -> list[Any]:
    """What of a row may be held back: itself, and what it hangs on."""
    return [identifier for identifier in (about.pk, getattr(about, "trigger_id", None)) if identifier is not None]
