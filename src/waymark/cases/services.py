"""Starting a case, and moving it to another authority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connections

from waymark.cases.models import REFERENCE_PREFIXES, Case, CaseAuthority, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.database import SERVICE
from waymark.core.permissions import Permission
from waymark.core.services import service


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case to be opened. Without `reference` it gets the next free one; `starts_at` None means now."""

    kind: Kind
    authority: Case | None
    reference: str = ""
    starts_at: datetime | None = None
    id: UUID = field(default_factory=uuid4)


def locked(case_id: UUID) -> Case:
    """The case, locked until the transaction ends, for a service: whoever is saving there comes first, or waits.

    `no_key`: whoever only refers to it (an audit entry, an event of another case) need not wait.
    """
    return Case.objects.select_for_update(no_key=True).get(pk=case_id)


@service
def open_case(
    *,
    actor: Actor,
    kind: Kind,
    authority: Case | None,
    reference: str = "",
    starts_at: datetime | None = None,
    clock: Clock = system_clock,
) -> Case:
    """Start a case of `kind` for which the borough `authority` is responsible from `starts_at` (None: now)."""
    case = NewCase(kind=kind, authority=authority, reference=reference, starts_at=starts_at)
    return open_cases([case], actor=actor, clock=clock)[0]


@service
def open_cases(new: Sequence[NewCase], *, actor: Actor, clock: Clock = system_clock) -> list[Case]:
    """Start many cases at once, in the order given."""
    actor.require(Permission.OPEN_CASE)
    references = _references(new)
    cases = Case.objects.bulk_create(
        [
            Case(id=item.id, kind=item.kind, authority=item.authority, reference=reference)
            for item, reference in zip(new, references, strict=True)
        ],
        batch_size=2_000,
    )
    now = clock.now()
    CaseAuthority.objects.bulk_create(
        [
            CaseAuthority(case=case, authority=case.authority, starts_at=item.starts_at or now)
            for item, case in zip(new, cases, strict=True)
            if case.authority is not None
        ],
        batch_size=2_000,
    )
    trail.write(*(trail.written(actor, case, kind=case.kind) for case in cases))
    return cases


@service
def change_authority(*, actor: Actor, case: Case, authority: Case, at: datetime) -> Case:
    """Make the borough `authority` responsible for `case` from `at`; the one before it is kept as history."""
    case = locked(case.pk)
    actor.require(Permission.OPEN_CASE)
    case.authorities.filter(ends_at=None).update(ends_at=at)
    CaseAuthority.objects.create(case=case, authority=authority, starts_at=at)
    case.authority = authority
    case.save(update_fields=["authority"])
    trail.wrote(actor, case, authority=str(authority.pk))
    return case


def _references(new: Sequence[NewCase]) -> list[str]:
    """The reference of each new case: its own, or its kind's prefix and a number nobody else was given."""
    missing = sum(not item.reference for item in new)
    numbers: list[int] = []
    if missing:
        with connections[SERVICE].cursor() as cursor:
            cursor.execute("select nextval('cases_reference') from generate_series(1, %s)", [missing])
            numbers = [row[0] for row in cursor.fetchall()]
    return [item.reference or f"{REFERENCE_PREFIXES[item.kind]}{numbers.pop(0)}" for item in new]
