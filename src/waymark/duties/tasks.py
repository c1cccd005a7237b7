"""What the worker does about duties: notice what time has changed."""

from __future__ import annotations

from waymark.core.clock import Clock, system_clock
from waymark.duties.services import CASES_AT_A_TIME, sweep
from waymark.outbox.registry import periodic

EVERY_TWO_SECONDS = "* * * * * */2"


def sweep_all(clock: Clock = system_clock, *, most: int = CASES_AT_A_TIME) -> int:
    """Work out every case in which time has changed something by now, `most` in a transaction. Returns how many.

    Safe to run in any number of workers at once: each takes cases that nobody else has locked, and the database lets
    each breach and each stage be noticed once.
    """
    now = clock.now()
    done = 0
    while swept := sweep(now, most=most):
        done += swept
    return done


@periodic("duties.sweep", cron=EVERY_TWO_SECONDS)
def notice_what_is_due() -> None:
    """Look for what fell due. With nothing due it is one query of a small index."""
    sweep_all()
