"""What is open to somebody on one record, so that pages offer that and no more. Services ask the ledger again."""

from __future__ import annotations

from itertools import chain

from waymark.access.models import Grant
from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.permissions import Permission
from waymark.events.categories import category_of
from waymark.events.models import Event
from waymark.events.vocabulary import EventType


def writable(actor: Actor, case: Case) -> frozenset[Category]:
    """The categories of a record that the actor may write now; none where their role records nothing."""
    if not actor.may(Permission.RECORD_EVENT):
        return frozenset()
    lines = Grant.objects.opening_for(actor).filter(case=case).values_list("writes", flat=True)
    return frozenset(map(Category, chain.from_iterable(lines)))


def not_open(actor: Actor, case: Case) -> list[Category]:
    """The categories of a record that are not shared with the actor, so that a page can say that it shows a part."""
    lines = Grant.objects.opening_for(actor).filter(case=case).values_list("reads", flat=True)
    shared = set(chain.from_iterable(lines))
    return [category for category in Category if category not in shared]


def of_type(schema: EventType) -> Category:
    """The category of an entry of this type, where that does not hang on what it says."""
    return category_of(schema.name, schema.group, {})


def require_to_record(actor: Actor, case: Case, schema: EventType) -> None:
    """Raise `Refused` unless the actor may record this type here."""
    actor.require(Permission.RECORD_EVENT, Event(case=case, category=of_type(schema)))
