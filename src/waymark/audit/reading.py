"""Fetching a record for somebody to read: audited when it is shown, and when it is not."""

from __future__ import annotations

from functools import partial
from typing import Any, TypeVar, cast

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.database import SERVICE, login
from waymark.core.requests import Request

Record = TypeVar("Record", bound=Model)


def read_or_404(request: HttpRequest, visible: QuerySet[Record], *, purpose: str = "", **lookup: Any) -> Record:
    """The one row of `visible` (`Model.objects.visible_to(actor)`) that `lookup` finds, with the reading audited.

    Not there and not theirs are the same 404. What was asked for is looked up once more after the request and audited
    as a refusal, with the same work whether it exists or not, so that timing tells nothing.
    """
    sent = cast(Request, request)
    record = visible.filter(**lookup).first()
    if record is None:
        raise not_found(sent, visible.model, purpose=purpose, **lookup)
    trail.read(sent.actor, record, purpose=purpose)
    return record


def not_found(request: HttpRequest, model: type[Model], *, purpose: str = "", **lookup: Any) -> Http404:
    """The 404 to raise for what `lookup` does not find for this reader. It is audited once the request has ended."""
    sent = cast(Request, request)
    sent.afterwards.append(partial(_audit_refusal, sent.actor, model, purpose, lookup))
    return Http404()


def _audit_refusal(actor: Actor, model: type[Model], purpose: str, lookup: dict[str, Any]) -> None:
    with login(SERVICE), transaction.atomic(using=SERVICE):
        record = model._base_manager.filter(**lookup).first()
        trail.refused(
            actor,
            model._meta.label,
            object_id=record.pk if record else "",
            case_id=trail.case_id_of(record) if record else None,
            purpose=purpose,
            exists=record is not None,
        )
