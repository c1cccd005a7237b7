"""The sharing ledger answers who may read and write what. The database's policies say the same (migration 0005)."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models import F, QuerySet, Value

from waymark.access.locks import member_stays
from waymark.access.models import Grant, HeldBack, OwnLine
from waymark.access.roles import permissions_of
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.database import WEB, current_login
from waymark.core.models import OneOf
from waymark.core.permissions import Permission
from waymark.core.security import FEW
from waymark.core.services import inside_service
from waymark.core.trail import case_id_of

WRITING = {
    Permission.RECORD_EVENT,
    Permission.RETRACT_EVENT,
    Permission.WAIVE_DUTY,
    Permission.MANAGE_INVOLVEMENT,
    Permission.MANAGE_PEOPLE,
    Permission.MERGE_RECORDS,
    Permission.ADD_DOCUMENT,
    Permission.RELEASE_DOCUMENT,
    Permission.REFER,
    Permission.CHECK_REFERRAL,
    Permission.ANSWER_CHECK,
    Permission.SEARCH_PLACEMENT,
    Permission.PROPOSE_SPENDING,
    Permission.APPROVE_SPENDING,
    Permission.ADD_HOUSING_ENTRY,
    Permission.OFFER,
    Permission.CHALLENGE,
    Permission.ANSWER_CHALLENGE,
    Permission.REVIEW_CHALLENGE,
    Permission.CHALLENGE_CONTRACT,
    Permission.NOTIFY_FAMILIES,
    Permission.SHARE,
    Permission.RESTRICT,
    Permission.DECLARE_CONFLICT,
    Permission.RECORD_RISK,
    Permission.RECORD_ASSOCIATION,
    Permission.HOLD_UNIT,
}
"""What needs a line that lets its holder write, where it is asked of a record."""

FEW_LINES = 3_000
"""Up to so many lines of a reader, of 150,000 records, sorting theirs is quicker than looking through all in order."""


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
        lines = _lines_opening_for(actor)
        if category != Category.IDENTITY:  # each line opens that: a constraint of the table
            lines = lines.filter(reads__contains=[category])
        return lines.values("case")

    def open_in(self, actor: Actor, case: Any, category: Any) -> QuerySet[Any, Any]:
        """The lines that open `category` of `case` to the actor."""
        lines = _lines_opening_for(actor).filter(case=case)
        if category == Category.IDENTITY:
            return lines
        asked = category if hasattr(category, "resolve_expression") else Value(str(category))
        return lines.filter(OneOf(asked, F("reads")))

    def reaches_few(self, actor: Actor) -> bool:
        """Whether no more than `FEW_LINES` open something to the actor. The policies of what is listed are told so."""
        few = _lines_opening_for(actor)[: FEW_LINES + 1].count() <= FEW_LINES
        with connections[current_login()].cursor() as cursor:
            cursor.execute("select set_config(%s, %s, true)", [FEW, "on" if few else "off"])
        return few

    def items_held_back_from(self, actor: Actor) -> QuerySet[Any, Any]:
        """Items held back of which the actor is no named reader."""
        return HeldBack.objects.hidden_from(actor).values("item")


def _lines_opening_for(actor: Actor) -> QuerySet[Any, Any]:
    """The lines that open something to the actor, as this login reads them: pages their own, services all."""
    if current_login() == WEB:
        return OwnLine.objects.opening_for(actor)
    return Grant.objects.opening_for(actor)


def _items_of(about: Any) -> list[Any]:
    """What of a row may be held back: itself, and what it hangs on."""
    return [identifier for identifier in (about.pk, getattr(about, "trigger_id", None)) if identifier is not None]
