"""Timing, and what is printed around the figures."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path


def medians(runs: Mapping[str, Callable[[], object]], *, least: float, turns: int = 10) -> dict[str, float]:
    """The median time of one call of each, in seconds, over at least `turns` calls and about `least` seconds of them.

    They take turns, so that whatever else the machine is doing slows all of them alike.
    Rubbish is collected before each turn, not during: collections that the calls themselves cause still count.
    """
    times: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    for _ in range(turns):
        for name, run in runs.items():
            gc.collect()
            until = time.perf_counter() + least / turns
            while True:
                begun = time.perf_counter()
                run()
                times[name].append(time.perf_counter() - begun)
                if time.perf_counter() >= until:
                    break
    return {name: statistics.median(taken) for name, taken in times.items()}


def tell(taken: Mapping[str, float], peers: Mapping[str, float]) -> None:
    """A line for each: its time, how many cases a second that is, and how many times the best of the peers."""
    best = min(peers.values())
    for what, one in taken.items():
        ratio = f"{best / one:9,.1f} x SpiffWorkflow's best"
        print(f"  {what:<70}{one * 1000:10,.3f} ms{1 / one:10,.1f} cases a second{ratio}", flush=True)


def quantile(times: Sequence[float], share: float) -> float:
    """The time within which that share of `times` lies."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def machine() -> list[str]:
    """What the figures were measured on, a line each."""
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in ("Django", "psycopg", "SpiffWorkflow"))
    return [
        f"{_processor()}, {os.cpu_count()} cores, {_memory():.0f} GB memory",
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, {packages}",
    ]


def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _memory() -> float:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemTotal:"):
            return int(line.split()[1]) / 1024**2
    return float("nan")


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


class Bars:
    """The figures that were promised, and whether they were reached."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def at_least(self, what: str, figure: float, wanted: float, unit: str = "") -> None:
        self._say(what, figure >= wanted, f"{figure:,.1f}{unit}, at least {wanted:,.0f}{unit} wanted")

    def at_most(self, what: str, figure: float, wanted: float, unit: str) -> None:
        self._say(what, figure <= wanted, f"{figure:,.2f}{unit}, at most {wanted:,.0f}{unit} wanted")

    def exactly(self, what: str, figure: int, wanted: int) -> None:
        self._say(what, figure == wanted, f"{figure:,}, {wanted:,} wanted")

    def _say(self, what: str, reached: bool, figures: str) -> None:
        print(f"  {'reached' if reached else 'MISSED '}  {what}: {figures}")
        if not reached:
            self.missed.append(what)


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def stop_if(condition: bool, message: str) -> None:
    """End with a message when the figures would mean nothing."""
    if condition:
        sys.exit(message)
