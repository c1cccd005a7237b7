"""What is open to somebody on one record, so that pages offer that and no more. Services ask the ledger again."""

from __future__ import annotations

from waymark.access.models import Grant
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.permissions import Permission
from waymark.events.categories import category_of
from waymark.events.models import Event
from waymark.events.vocabulary import EventType


def opened(actor: Actor, case: Case) -> tuple[frozenset[Category], frozenset[Category]]:
    """The categories of a record that the actor may read now, and write: none where their role records nothing."""
    reads, writes = Grant.objects.opening_for(actor).filter(case=case).categories()
    return reads, writes if actor.may(Permission.RECORD_EVENT) else frozenset()


def writable(actor: Actor, case: Case) -> frozenset[Category]:
    """The categories of a record that the actor may write now."""
    return opened(actor, case)[1]


def of_type(schema: EventType) -> Category:
    """The category of an entry of this type, where that does not hang on what it says."""
    return category_of(schema.name, schema.group, {})


def require_to_record(actor: Actor, case: Case, schema: EventType) -> None:
    """Raise `Refused` unless the actor may record this type here."""
    actor.require(Permission.RECORD_EVENT, Event(case=case, category=of_type(schema)))
