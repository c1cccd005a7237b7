"""What a new import changes: events that are new, and events recorded before that the return no longer says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from waymark.returns.ssda903.casework import PlannedEvent, identifier

Ledger = Mapping[str, Sequence[str | int]]
"""For each slot ever used: how often it was put right, and the digest of what stands (empty when nothing does)."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What to do for one child. `ledger` is what to keep for next time."""

    record: tuple[tuple[UUID, PlannedEvent], ...]
    retract: tuple[UUID, ...]
    ledger: dict[str, tuple[int, str]]


def changes(planned: Sequence[PlannedEvent], ledger: Ledger, *, authority: str, child: str) -> Changes:
    """The difference between what a child's rows say now and what an earlier import recorded.

    An event that says something else than before is withdrawn and recorded anew under the identifier of its next
    revision; so the same return twice changes nothing, and a value that comes back is recorded once more.
    """
    record: list[tuple[UUID, PlannedEvent]] = []
    retract: list[UUID] = []
    after: dict[str, tuple[int, str]] = {}
    for event in planned:
        revision, standing = _entry(ledger, event.slot)
        digest = _digest(event)
        if standing and standing != digest:
            retract.append(_identifier(authority, child, event.slot, revision))
        if standing != digest:
            revision += 1
            record.append((_identifier(authority, child, event.slot, revision), event))
        after[event.slot] = revision, digest
    for slot in ledger.keys() - after.keys():
        revision, standing = _entry(ledger, slot)
        if standing:
            retract.append(_identifier(authority, child, slot, revision))
        after[slot] = revision, ""
    return Changes(tuple(record), tuple(sorted(retract)), after)


def _entry(ledger: Ledger, slot: str) -> tuple[int, str]:
    revision, standing = ledger.get(slot, (0, ""))
    return int(revision), str(standing)


def _identifier(authority: str, child: str, slot: str, revision: int) -> UUID:
    return identifier(authority, child, f"{slot}#{revision}")


def _digest(event: PlannedEvent) -> str:
    said = [event.type, event.day.isoformat(), dict(event.refs), dict(event.data)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
