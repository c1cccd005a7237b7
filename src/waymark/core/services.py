"""What makes a function a service: one transaction, as the `service` login, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import models, transaction

from waymark.core import trail
from waymark.core.database import SERVICE, login
from waymark.core.errors import Refused

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_inside: ContextVar[bool] = ContextVar("waymark_inside_service", default=False)


def service(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Run `function` in one transaction of the `service` login; every query in it uses that login.

    A service called by a service joins its transaction: an error in the inner one undoes the outer one too, even if
    somebody catches it on the way. A refusal is audited after the transaction it rolled back.
    """

    @wraps(function)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if _inside.get():
            with transaction.atomic(using=SERVICE, savepoint=False):
                return function(*args, **kwargs)
        try:
            return _outermost(function, *args, **kwargs)
        except Refused as refusal:
            audit_refusal(refusal)
            raise

    return run


def _outermost(function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
    token = _inside.set(True)
    try:
        with login(SERVICE), transaction.atomic(using=SERVICE):
            return function(*args, **kwargs)
    finally:
        _inside.reset(token)


def audit_refusal(refusal: Refused) -> None:
    """Write a refusal to the trail once, with the `service` login, in a transaction of its own."""
    if refusal.audited:
        return
    about = refusal.about
    known = isinstance(about, models.Model)
    stored = known and not about._state.adding
    with login(SERVICE), transaction.atomic(using=SERVICE):
        trail.refused(
            refusal.actor,
            trail.kind_of(about) if known else "",
            object_id=about.pk if stored else "",
            case_id=trail.case_id_of(about) if known else None,
            permission=refusal.permission.name,
        )
    refusal.audited = True


def inside_service() -> bool:
    """Whether the code that asks runs inside a service."""
    return _inside.get()


def after_commit(function: Callable[[], object]) -> None:
    """Call `function` when the service's transaction has committed; never if it does not."""
    transaction.on_commit(function, using=SERVICE)
