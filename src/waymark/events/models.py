"""What happened: rows that are added and never changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from waymark.cases.models import Case
from waymark.core.categories import CHOICES
from waymark.core.models import BaseModel, IdentityField, ItemQuerySet
from waymark.events.vocabulary import EVENT_TYPES

RETRACTED = "event_retracted"
"""That an entry is withdrawn: `data["event"]` is the other's identifier."""


class EventQuerySet(ItemQuerySet["Event"]):
    """Events as somebody sees them."""

    def in_order(self) -> Self:
        """In the order of happening: ties go by when they were written down, then by the order of storing."""
        return self.order_by("occurred_at", "recorded_at", "sequence")

    def not_withdrawn(self) -> Self:
        """Without those that somebody has withdrawn, and without the withdrawals themselves."""
        withdrawal = Event.objects.alias(withdraws=KT("data__event")).filter(
            case=OuterRef("case"), type=RETRACTED, withdraws=Cast(OuterRef("pk"), TextField())
        )
        return self.exclude(type=RETRACTED).filter(~Exists(withdrawal))


class Event(BaseModel):
    """One thing that happened in a case (events.md, "An event").

    Stored only through `events.services`: the database refuses change and removal, and gives `sequence` itself.
    `refs` names what it is about by kind, `by` the role that did it, `data` what its type's fields hold. `actor` is the
    membership of whoever wrote it down (a plain identifier: memberships belong to a later app), None for the system.
    `category` is the kind of information it is (`events.categories`), by which the ledger says who reads it.
    """

    sequence = IdentityField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    type = models.CharField(max_length=80)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    refs = models.JSONField(default=dict)
    by = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict)
    actor = models.UUIDField(null=True)
    category = models.CharField(max_length=20, choices=CHOICES)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="event_by_case", fields=["case", "type", "occurred_at"]),
            # Who is missing now is asked on every My work, of all records within reach: it begins with these few.
            models.Index(
                name="event_absences",
                fields=["case"],
                condition=models.Q(type__in=("absence_recorded", "reported_missing")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.occurred_at:%Y-%m-%d %H:%M}"

    @property
    def stands(self) -> bool:
        """Whether nobody may withdraw it, hold it back or waive what it began (`EventType.stands`)."""
        known = EVENT_TYPES.get(self.type)
        return known is not None and known.stands

    def identifier(self, kind: str) -> UUID | None:
        """What a ref of this kind names; None where it names nothing, or what another system calls theirs."""
        try:
            return UUID(self.refs.get(kind, ""))
        except ValueError:
            return None


def named_by(events: Iterable[Event], kind: str, types: Iterable[str]) -> set[UUID]:
    """What new entries of these types are about, by a ref of this kind; with those of entries that they withdraw."""
    events, types = list(events), set(types)
    withdrawn = [event.data["event"] for event in events if event.type == RETRACTED]
    before = list(Event.objects.filter(pk__in=withdrawn)) if withdrawn else []
    found = (event.identifier(kind) for event in (*events, *before) if event.type in types)
    return {identifier for identifier in found if identifier is not None}
