"""Naming what the worker can do. An app does it in its `tasks.py`, which is found by itself.

A task may run more than once for one message (delivery is at least once), so what it writes is guarded by a unique key.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from waymark.core.requests import request_id

RETRY = RetryStrategy(max_attempts=12, exponential_wait=5)
"""How often a message that failed is delivered again: after 5 seconds, then longer each time, for about 12 hours."""

Task = Callable[..., None]


def task(name: str) -> Callable[[Task], Task]:
    """Let `defer(name, ...)` have this function called by the worker, with identifiers as keyword arguments."""

    def declare(function: Task) -> Task:
        app.task(name=name, retry=RETRY)(_as_a_job(function))
        return function

    return declare


def periodic(name: str, *, cron: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Have the worker call this function at the times of `cron` (five fields, or six with seconds last).

    However many workers run, one of them does it each time; while one run is waiting, no other is queued.
    """

    def declare(function: Callable[[], object]) -> Callable[[], object]:
        def run(timestamp: int) -> None:
            function()

        app.periodic(cron=cron, periodic_id=name)(app.task(name=name, queueing_lock=name)(_as_a_job(run)))
        return function

    return declare


def _as_a_job(function: Callable[..., None]) -> Callable[..., None]:
    """Tie the audit entries of one run together."""

    @wraps(function)
    def job(*args: object, **kwargs: object) -> None:
        token = request_id.set(uuid.uuid4())
        try:
            function(*args, **kwargs)
        finally:
            request_id.reset(token)

    return job
