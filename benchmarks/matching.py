"""Matching one young person against every setting at once, beside asking setting by setting: one run, same answers.

`./waymark benchmark matching`: 3,000 units in 600 settings, 12,000 residents over time, 200,000 associations. What is
timed is the product's own `match`, whole: every statement, and what Python makes of them. docs/benchmarks.md says more.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from random import Random
from statistics import median
from typing import Any

from _database import fresh_database, server, settings, settle
from _measuring import Bars, heading, machine, quantile, stop_if
from _settings import (
    ASSOCIATIONS,
    NOW,
    RESIDENTS,
    SCHEMES,
    TODAY,
    UNITS_EACH,
    fill,
)

PROMISED = 100
"""Milliseconds at p95 for one young person against all settings."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure matching, beside one query for each setting.")
    parser.add_argument("--people", type=int, default=200, help="how many young people are matched (200)")
    parser.add_argument("--beside", type=int, default=5, help="for how many of them setting by setting too (5)")
    options = parser.parse_args()
    print("\n".join(machine()))
    bars = Bars()
    with server():
        begun = time.perf_counter()
        people = fill(fresh_database())
        settle()
        check_sizes()
        heading(
            f"One young person against {SCHEMES * UNITS_EACH:,} units in {SCHEMES} settings: {RESIDENTS:,} residents,"
            f" {ASSOCIATIONS:,} associations ({settings()})"
        )
        print(f"  made in {time.perf_counter() - begun:,.0f} s; load of the machine {os.getloadavg()[0]:.1f}")
        measure(people, options.people, options.beside, bars)
        print(f"  load of the machine at the end {os.getloadavg()[0]:.1f}")
    if bars.missed:
        print("\nMissed:\n" + "\n".join(f"  {what}" for what in bars.missed))
    return 1 if bars.missed else 0


def check_sizes() -> None:
    """Stop unless what was promised to be there is there."""
    from waymark.accommodation.models import Occupancy, Unit
    from waymark.risks.models import Association

    for model, wanted in ((Unit, SCHEMES * UNITS_EACH), (Occupancy, RESIDENTS), (Association, ASSOCIATIONS)):
        held = model.objects.count()
        stop_if(held != wanted, f"{model.__name__}: {held:,} rows and not {wanted:,}.")


def measure(people: list[Any], many: int, beside: int, bars: Bars) -> None:
    """Match young people against everything at once, and some of them setting by setting in turns."""
    at_once, one_by_one = ways()
    chosen = Random("who").sample(people, many)
    times: list[float] = []
    slow: list[float] = []
    conflicts = 0
    for person in chosen[:5]:
        at_once(person)
    for number, person in enumerate(chosen):
        taken, found = timed(at_once, person)
        times.append(taken)
        conflicts += sum(len(one) for one in found.values())
        if number < beside:
            taken, same = timed(one_by_one, person)
            slow.append(taken)
            stop_if(found != same, "Setting by setting something else is found than all at once.")
    stop_if(not conflicts, "Nobody has a conflict with anybody: that is no matching.")
    print(f"  {conflicts / many:,.0f} conflicts each; the same found both ways for {beside}")
    say("all settings at once", times)
    say("setting by setting", slow)
    print(f"  {median(slow) / median(times[:beside]):,.0f} times as fast at the median of the same {beside} people")
    bars.at_most("one young person against all settings, p95", quantile(times, 0.95) * 1000, PROMISED, " ms")


def ways() -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """The product's way, and the obvious one: the same question for each setting in turn."""
    from django.db.backends.postgresql.psycopg_any import DateRange

    from waymark.accommodation.models import Scheme
    from waymark.core.clock import FixedClock
    from waymark.risks.matching import match

    nights, clock = DateRange(TODAY, None), FixedClock(NOW)
    schemes = list(Scheme.objects.values_list("pk", flat=True))

    def at_once(person: Any) -> Any:
        return match(person, nights=nights, clock=clock)

    def one_by_one(person: Any) -> Any:
        found: dict[Any, Any] = {}
        for scheme in schemes:
            found |= match(person, nights=nights, schemes=[scheme], clock=clock)
        return found

    return at_once, one_by_one


def timed(way: Callable[[Any], Any], person: Any) -> tuple[float, Any]:
    """Seconds, and what was found."""
    begun = time.perf_counter()
    found = way(person)
    return time.perf_counter() - begun, found


def say(what: str, times: list[float]) -> None:
    """A line of figures."""
    ms = [one * 1000 for one in times]
    print(f"  {what:<24} median {median(ms):9.2f} ms   p95 {quantile(ms, 0.95):9.2f} ms   of {len(ms)}")


if __name__ == "__main__":
    sys.exit(main())
