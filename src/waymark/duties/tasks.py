"""What the worker does about duties: notice what time has changed."""

from __future__ import annotations

from datetime import datetime

from waymark.core.clock import Clock, system_clock
from waymark.duties.services import sweep


def sweep_all(clock: Clock = system_clock) -> int:
    """Work out every case in which time has changed something by now. Returns how many cases were done.

    Safe to run in any number of workers at once: each takes cases that nobody else has locked.
    """
    now: datetime = clock.now()
    done = 0
    while swept := sweep(now):
        done += swept
    return done
