"""A thousand of ten thousand cases fall due at one instant, and several workers notice it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _casework import NOW, move_in
from _database import borough_working_by, fresh_database, settings, settle, young_people
from _measuring import Bars, heading, stop_if
from waymark.setup.processes import Child, refuse_dead, start_child, stop_children

if TYPE_CHECKING:
    from waymark.cases.models import Case
    from waymark.core.actor import Actor

WORKERS = 4
DUE, OTHERS = 1_000, 9_000
HOUR = timedelta(hours=1)
AHEAD = timedelta(seconds=20)
"""How long before the instant the thousand are recorded: longer than recording them takes."""
PATIENCE = 60.0
SWEEPER = Path(__file__).with_name("_sweeper.py")
PACK = b"""
[protocol]
id = "one-duty"
title = "A protocol with one duty"
version = "1"
in_force = 2020-01-01
source = "made up"

[duty.PPM-02]
title = "Hold the placement planning meeting"
cite = "made up"
modality = "must"
after = "placement_started"
about = "placement"
within = "1 hour"
who = "social_worker"
done_by = "planning_meeting_held"
"""


def notice_due(bars: Bars, quick: bool) -> None:
    """Once with processes that are told to sweep at one moment, once with the worker as it runs in earnest."""
    for title, measure in (("processes that sweep", _by_sweepers), ("of ./waymark worker", _by_workers)):
        heading(f"{DUE:,} of {DUE + OTHERS:,} cases fall due, {WORKERS} {title}")
        seconds = measure()
        notices = _notices()
        bars.exactly("duties noticed", len(notices), DUE)
        bars.exactly("notices of one duty, at the most", max(notices.values(), default=0), 1)
        bars.at_most(f"until all were noticed by {WORKERS} {title}", seconds, 5, " s")


def _by_sweepers() -> float:
    """Seconds from the word to the end of the last process."""
    actor = fresh_database()
    cases = _ten_thousand(actor)
    _will_be_due(cases[:DUE], NOW, actor, recorded=NOW - HOUR)
    _will_be_due(cases[DUE:], NOW + HOUR / 2, actor, recorded=NOW)
    settle()
    print(f"  {settings()}")
    with _sweepers() as processes:
        begun = time.perf_counter()
        for process in processes:
            _say(process)
        done = [_hear(process) for process in processes]
        seconds = time.perf_counter() - begun
    print(f"  cases worked out by each: {', '.join(done)}; {sum(map(int, done)) - DUE:,} of them twice")
    return seconds


def _by_workers() -> float:
    """Seconds from the instant at which they fall due to the last notice."""
    from waymark.duties.models import Notice

    actor = fresh_database()
    cases = _ten_thousand(actor)
    _will_be_due(cases[DUE:], datetime.now(UTC) + HOUR, actor, recorded=datetime.now(UTC))
    settle()
    with _workers() as children:
        due = datetime.now(UTC) + AHEAD
        _will_be_due(cases[:DUE], due, actor, recorded=datetime.now(UTC))
        stop_if(datetime.now(UTC) >= due, "recording them took too long: the machine is too busy to measure on")
        _wait_until(lambda: Notice.objects.count() >= DUE, children)
        seconds = (datetime.now(UTC) - due).total_seconds()
        last = Notice.objects.latest("noticed_at").noticed_at - due
        print(f"  the last sweep that found any began {last.total_seconds():.1f} s after they fell due")
        time.sleep(5)  # two more sweeps of each, so that anything noticed twice is there to be counted
    return seconds


def _notices() -> Counter[tuple[Any, ...]]:
    """How often each duty was noticed."""
    from waymark.duties.models import Notice

    return Counter(Notice.objects.values_list("case", "clause", "trigger", "part"))


def _ten_thousand(actor: Actor) -> list[Case]:
    borough = borough_working_by(PACK, file="one-duty.toml", actor=actor)
    return young_people(DUE + OTHERS, borough=borough, actor=actor)


def _will_be_due(cases: Sequence[Case], due: datetime, actor: Actor, *, recorded: datetime) -> None:
    from waymark.core.clock import FixedClock

    move_in(cases, due - HOUR, actor=actor, clock=FixedClock(recorded))


@contextmanager
def _sweepers() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that have connected and wait for the word."""
    command = [sys.executable, str(SWEEPER), NOW.isoformat()]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(WORKERS)
    ]
    try:
        for process in processes:
            _hear(process)
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def _say(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("now\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    stop_if(not line, "a sweeping process ended before it was done")
    return line


@contextmanager
def _workers() -> Iterator[list[Child]]:
    """Workers as `./waymark worker` runs them, all started."""
    from procrastinate.contrib.django.models import ProcrastinateWorker

    command = [sys.executable, "-P", "-m", "django", "worker"]
    children = [start_child(f"measured worker {number}", command) for number in range(1, WORKERS + 1)]
    try:
        _wait_until(lambda: ProcrastinateWorker.objects.count() == WORKERS, children)
        yield children
    finally:
        stop_children(children)


def _wait_until(there: Callable[[], bool], children: Sequence[Child]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not there():
        refuse_dead(children)
        stop_if(time.monotonic() > deadline, f"nothing came of {PATIENCE:.0f} s of waiting for the workers")
        time.sleep(0.05)
