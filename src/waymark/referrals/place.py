"""What is true of a place, as facts of the young person whom it concerns (events.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from waymark.accommodation.models import Provider, Scheme
from waymark.cases.models import Case, Kind
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.services import service
from waymark.events.services import NewEvent, record_many
from waymark.referrals.record import FACTS, standing

OUT_OF_BOROUGH = "out_of_borough"


def facts_of_place(
    case: Case, refs: Mapping[str, str], *, at: datetime, entry: UUID, by: str | None = None
) -> list[NewEvent]:
    """What is true of the provider and scheme that `refs` name, where the record did not say so at the time: inside a
    service. `entry` is the entry that brings it over.
    """
    if case.kind != Kind.YOUNG_PERSON:
        return []
    known: dict[str, Any] = {}
    for event in standing(case, FACTS):
        if event.occurred_at <= at:
            known |= event.data
    changed = {name: value for name, value in _true_of(refs, known).items() if known.get(name) != value}
    if not changed:
        return []
    return [NewEvent(id=brought_id(entry), case=case, type=FACTS, occurred_at=at, by=by, data=changed)]


def brought_id(entry: UUID) -> UUID:
    """The identifier of the facts that an entry brings over from its place."""
    return uuid5(entry, FACTS)


@service
def record_facts_of_place(
    case: Case, refs: Mapping[str, str], *, actor: Actor, entry: UUID, clock: Clock = system_clock
) -> None:
    """Record what is true of a place now, for an entry that is recorded with it."""
    record_many(facts_of_place(case, refs, at=clock.now(), entry=entry), actor=actor, clock=clock)


def _true_of(refs: Mapping[str, str], known: Mapping[str, Any]) -> dict[str, bool]:
    scheme = (
        Scheme.objects.filter(case__id=refs["scheme"]).select_related("provider").first() if "scheme" in refs else None
    )
    provider = scheme.provider if scheme else None
    if provider is None and "provider" in refs:
        provider = Provider.objects.filter(case__id=refs["provider"]).first()
    found: dict[str, bool] = {}
    if scheme:
        found["curfew_capable"] = scheme.curfew_capable
        if scheme.host_authority or known.get(OUT_OF_BOROUGH):  # HAS-10; nobody needs to be told of the usual
            found[OUT_OF_BOROUGH] = not scheme.in_borough
    if provider:
        found |= {"block_contract": provider.block_contract, "several_tiers": provider.several_tiers}
    return found
