"""Somebody who turned up at Amira's provider. For tests of walk-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from tests.support.remembering import remembered


@remembered
def came(keyworker: Any) -> Any:
    """J, 16, looked after by another council, logged by Amira's keyworker. Words are long."""
    from waymark.walk_ins.services import Seen, log

    seen = Seen(
        who="J",
        age=16,
        home_authority="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Council",
        social_worker="Ms T, 020 7946 0000",
        said="Missed the last train home",
        tonight="An aunt in Camden",
        advice="Called the duty team",
    )
    return log(seen, actor=keyworker, id=uuid4())


def walk_in_visits(visit: Callable[..., Any], one: Any, send_empty: Any) -> Iterator[Any]:
    """Each page of walk-ins, and each form sent empty."""
    yield visit("walk-ins", "keyworker", "/walk-ins")
    yield visit("walk-ins of a borough", "commissioner", "/walk-ins")
    yield visit("walk-ins closed", "keyworker", "/walk-ins?show=closed")
    yield visit("log a walk-in", "keyworker", "/walk-ins/new")
    yield visit("log a walk-in wrong", "keyworker", "/walk-ins/new", send_empty)
    yield visit("walk-in", "keyworker", f"/walk-ins/{one.pk}")
    for slug in ("told", "follow-up", "close"):
        yield visit(f"walk-in {slug}", "keyworker", f"/walk-ins/{one.pk}/{slug}")
        yield visit(f"walk-in {slug} wrong", "keyworker", f"/walk-ins/{one.pk}/{slug}", send_empty)
    yield visit("walk-ins counted", "commissioner", "/walk-ins/report")
