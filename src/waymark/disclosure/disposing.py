"""Removing what is held on a person from every table that holds something, and certifying how much went.

Rows go as the `service` login removes them; what happened is removed by a function of the owner's, `waymark_dispose`,
for one case whose disposal two people have decided, and for nothing else. The audit trail stays: it holds no text, and
what people typed beside it goes. So its seals still hold.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, models

from waymark.access.models import Membership
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.database import SERVICE
from waymark.disclosure.marks import Encoder
from waymark.disclosure.models import Certificate, Proposal
from waymark.disclosure.tables import HELD, Held, named_elsewhere

EVENTS = "events.Event"
ELSEWHERE = "Entries in the records of places that name them"
WHY_ELSEWHERE = "they belong to the place; the identifier in them leads nowhere now"


class NotAllRemovedError(Exception):
    """Not as many rows went as were counted: nothing is removed."""


def dispose(proposal: Proposal, *, actor: Actor, by: Membership, now: datetime) -> Certificate:
    """Remove the record of a proposal and leave a certificate. The case is locked, and nothing stands in the way."""
    case_id = proposal.case_id
    going = [held for held in in_order_of_removal() if rows_of(held, case_id).exists()]
    counts = {held.model: rows_of(held, case_id).count() for held in going}
    certificate = _certify(proposal, by, now, {held.title: counts[held.model] for held in going})
    for held in going:
        removed = _remove(held, case_id, certificate.pk)
        if removed != counts[held.model]:
            raise NotAllRemovedError(f"{held.table}: {removed} of {counts[held.model]} rows went")
    trail.write(
        trail.Entry(
            action=trail.Action.WRITE,
            actor=actor,
            kind=trail.kind_of(certificate),
            object_id=str(certificate.pk),
            case_id=case_id,
            purpose="disposal",
            detail={"removed": sum(counts.values())},
        )
    )
    return certificate


def rows_of(held: Held, case_id: UUID) -> models.QuerySet[Any]:
    """The rows of a table that go with a record."""
    return held.of._base_manager.filter(held.goes(case_id))


def in_order_of_removal() -> list[Held]:
    """The tables whose rows go, each before those that it refers to."""
    going = {held.of: held for held in HELD if not held.kept}
    ordered: list[Held] = []

    def put(model: type[models.Model]) -> None:
        if going[model] in ordered:
            return
        for other in going:
            if other is not model and any(field.related_model is model for field in other._meta.concrete_fields):
                put(other)
        ordered.append(going[model])

    for model in going:
        put(model)
    return ordered


def digest_of(certificate: Certificate) -> str:
    """The SHA-256 of what a certificate says, by which a printed one is compared with the one that is kept."""
    said = {
        field.attname: getattr(certificate, field.attname)
        for field in certificate._meta.concrete_fields
        if field.attname != "digest"
    }
    return hashlib.sha256(json.dumps(said, cls=Encoder, sort_keys=True).encode()).hexdigest()


def _remove(held: Held, case_id: UUID, certificate_id: UUID) -> int:
    if held.model == EVENTS:
        with connections[SERVICE].cursor() as cursor:
            cursor.execute("select public.waymark_dispose(%s, %s)", [case_id, certificate_id])
            return int(cursor.fetchone()[0])
    return int(rows_of(held, case_id)._raw_delete(SERVICE))


def _certify(proposal: Proposal, by: Membership, now: datetime, removed: Mapping[str, int]) -> Certificate:
    kept = {held.title: held.kept for held in HELD if held.kept}
    if elsewhere := named_elsewhere(proposal.case_id).count():
        kept[ELSEWHERE] = f"{elsewhere}: {WHY_ELSEWHERE}"
    certificate = Certificate(
        authority=proposal.case.authority,
        proposal=proposal.pk,
        rule=proposal.rule,
        removed=dict(removed),
        kept=kept,
        proposed_by_id=proposal.proposed_by_id,
        proposed_at=proposal.starts_at,
        approved_by=by,
        approved_at=now,
    )
    certificate.digest = digest_of(certificate)
    certificate.save(force_insert=True)
    return certificate
