"""The event table: adding rows in bulk, and finding them by identifier."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connections

from waymark.core.database import SERVICE
from waymark.events.errors import RecordRefused
from waymark.events.models import Event

BATCH = 5_000

# One array a column: a statement of fixed length however many rows there are, and no COPY, which row-level security
# does not allow. The order of the arrays is the order in which the database counts `sequence` up.
INSERT = """
    insert into events_event (id, case_id, type, occurred_at, recorded_at, refs, by, data, actor, category)
    select id, case_id, type, occurred_at, recorded_at, refs::jsonb, by, data::jsonb, actor, category
    from unnest(
        %s::uuid[], %s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[], %s::text[],
        %s::uuid[], %s::text[]
    ) with ordinality as new (id, case_id, type, occurred_at, recorded_at, refs, by, data, actor, category, place)
    order by place
    returning id, sequence
"""


def insert(events: Sequence[Event]) -> None:
    """Store `events` in their order and give each its `sequence`. `RecordRefused` when an identifier is taken."""
    for batch in _batches(events, BATCH):
        columns = zip(*(_columns(event) for event in batch), strict=True)
        with connections[SERVICE].cursor() as cursor:
            try:
                cursor.execute(INSERT, [list(column) for column in columns])
            except IntegrityError as error:
                # Stored by somebody else between our look and our insert, so in a case that we did not lock.
                raise RecordRefused("id", "is recorded already, with other content") from error
            sequences = dict(cursor.fetchall())
        for event in batch:
            event.sequence = sequences[event.pk]
            event._state.adding = False
            event._state.db = SERVICE


def find(identifiers: set[UUID]) -> dict[UUID, Event]:
    """The stored events among `identifiers`."""
    found: dict[UUID, Event] = {}
    for batch in _batches(sorted(identifiers), BATCH):
        found |= {event.pk: event for event in Event.objects.filter(pk__in=batch)}
    return found


def _columns(event: Event) -> tuple[Any, ...]:
    return (
        event.pk,
        event.case_id,
        event.type,
        event.occurred_at,
        event.recorded_at,
        json.dumps(event.refs),
        event.by,
        json.dumps(event.data),
        event.actor,
        event.category,
    )


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
