"""The events and duties in PostgreSQL: recording, sweeping and rebuilding, each on a database of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from _casework import NOW, PACK, as_new, move_in, some_histories
from _database import (
    borough_working_by,
    fresh_database,
    settings,
    settle,
    size_of,
    social_worker_of,
    wait_for_the_disk,
    young_people,
)
from _measuring import Bars, heading, quantile, stop_if

if TYPE_CHECKING:
    from waymark.cases.models import Case
    from waymark.core.actor import Actor

EARLIER = 200
OPEN = 10_000
REBUILT, EACH = 10_000, 30
MEGABYTE = 2**20


def record_one(bars: Bars, quick: bool) -> None:
    """One `record()` by a social worker in a case of 200 earlier events, under the whole Islington protocol."""
    actor = fresh_database()
    heading(f"One record() under the whole Islington protocol, {EARLIER} earlier events in the case ({settings()})")
    from waymark.core.clock import FixedClock

    cases, following = _cases_with_a_past(20 if quick else 100, actor)
    worker = social_worker_of(cases, borough=cases[0].authority, actor=actor)
    settle()
    clock = FixedClock(NOW)
    _recorded(cases[:3], following[:3], worker, clock)  # the first of a process reads the pack
    times = _recorded(cases, following, worker, clock)
    kinds = len({new["type"] for new in following})
    _tell_times(f"the next thing that happened, {kinds} kinds of event", times)
    bars.at_most("one record(), database included, at the median", median(times) * 1000, 12, " ms")
    wait_for_the_disk(False)
    _tell_times("the same without waiting for the disk", _recorded(cases, following, worker, clock))
    wait_for_the_disk(True)
    _tell_times("a retraction: the whole protocol over the whole case", _retracted(cases, worker, clock))


def _cases_with_a_past(many: int, actor: Actor) -> tuple[list[Case], list[dict[str, Any]]]:
    """So many cases with 200 events each, and for each what happens next."""
    from waymark.core.clock import FixedClock
    from waymark.duties.models import Duty
    from waymark.events.models import Event
    from waymark.events.services import record_many

    borough = borough_working_by(PACK.read_bytes(), file=PACK.name, actor=actor)
    histories = some_histories(many, EARLIER + 1)
    cases = young_people(many, borough=borough, actor=actor)
    for history, case in zip(histories, cases, strict=True):
        record_many(as_new(history[:EARLIER], case), actor=actor, clock=FixedClock(NOW))
    print(f"  {Event.objects.count():,} events and {Duty.objects.count():,} duties in {many} cases")
    last = [history[-1] for history in histories]
    return cases, [{"type": one.type, "refs": one.refs, "by": one.by, "data": one.data} for one in last]


def _recorded(cases: Sequence[Case], following: Sequence[dict[str, Any]], worker: Actor, clock: Any) -> list[float]:
    from waymark.events.services import record

    times = []
    for case, new in zip(cases, following, strict=True):
        begun = time.perf_counter()
        record(case=case, actor=worker, occurred_at=NOW, clock=clock, **new)
        times.append(time.perf_counter() - begun)
    return times


def _retracted(cases: Sequence[Case], worker: Actor, clock: Any) -> list[float]:
    from waymark.events.models import Event

    last = [Event.objects.filter(case=case).order_by("-sequence").values_list("pk", flat=True)[0] for case in cases]
    retractions = [
        {"type": "event_retracted", "data": {"event": str(event_id), "reason": "another young person's"}}
        for event_id in last
    ]
    return _recorded(cases, retractions, worker, clock)


def _tell_times(what: str, times: Sequence[float]) -> None:
    ninety_five = quantile(times, 0.95) * 1000
    print(f"  {what:<62}{median(times) * 1000:10,.2f} ms at the median, {ninety_five:,.2f} ms or less in 95 of 100")


def sweep_nothing(bars: Bars, quick: bool) -> None:
    """A sweep of many open cases in which nothing has fallen due."""
    actor = fresh_database()
    heading(f"A sweep of {OPEN:,} open cases with nothing due ({settings()})")
    from waymark.core.clock import FixedClock
    from waymark.duties.models import Duty
    from waymark.duties.services import sweep

    borough = borough_working_by(PACK.read_bytes(), file=PACK.name, actor=actor)
    cases = young_people(OPEN, borough=borough, actor=actor)
    move_in(cases, NOW - timedelta(hours=1), actor=actor, clock=FixedClock(NOW))
    settle()
    waiting = Duty.objects.filter(next_change__isnull=False).count()
    print(f"  {waiting:,} open duties, {size_of('duties_duty') / MEGABYTE:,.0f} MB with their indexes")
    stop_if(sweep(NOW) != 0, "something was due after all")
    times = []
    for _ in range(200 if quick else 1_000):
        begun = time.perf_counter()
        sweep(NOW)
        times.append(time.perf_counter() - begun)
    _tell_times("one sweep", times)
    bars.at_most("a sweep with nothing due, at the median", median(times) * 1000, 2, " ms")


def rebuild(bars: Bars, quick: bool) -> None:
    """Every duty of many cases worked out from the events alone: first with no duties stored, then with all of them."""
    actor = fresh_database()
    heading(f"Rebuilding {REBUILT:,} cases of {EACH} events under the whole Islington protocol ({settings()})")
    from waymark.duties.models import Duty
    from waymark.duties.rebuilding import rebuild_all

    borough = borough_working_by(PACK.read_bytes(), file=PACK.name, actor=actor)
    cases = young_people(REBUILT // 10 if quick else REBUILT, borough=borough, actor=actor)
    _store(cases)
    settle()
    first, found = _timed(lambda: rebuild_all(NOW))
    duties = Duty.objects.count()
    print(f"  from no duties at all: {first:,.1f} s for {found.events:,} events, {duties:,} duties written")
    settle()
    again, found = _timed(lambda: rebuild_all(NOW))
    print(f"  again, with every duty there: {again:,.1f} s; {_sizes()}")
    bars.exactly("differences found by the second", len(found.changes), 0)
    wanted = 30 * len(cases) / REBUILT
    bars.at_most(f"a rebuild of {len(cases):,} cases of {EACH} events", again, wanted, " s")


def _store(cases: Sequence[Case]) -> None:
    """Put each case's history into the event store, and work nothing out yet."""
    from waymark.core.services import service
    from waymark.events.models import Event
    from waymark.events.store import insert

    @service
    def store(some: Sequence[tuple[Case, list[Any]]]) -> None:
        insert(
            [
                Event(
                    case=case,
                    type=one.type,
                    occurred_at=one.occurred_at,
                    recorded_at=one.recorded_at,
                    refs=one.refs,
                    by=one.by,
                    data=one.data,
                )
                for case, history in some
                for one in history
            ]
        )

    histories = some_histories(len(cases), EACH)
    told = list(zip(cases, histories, strict=True))
    for start in range(0, len(told), 500):
        store(told[start : start + 500])


def _timed(run: Any) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = run()
    return time.perf_counter() - begun, result


def _sizes() -> str:
    tables = {"events": "events_event", "duties": "duties_duty"}
    return ", ".join(f"{size_of(table) / MEGABYTE:,.0f} MB of {name}" for name, table in tables.items())
