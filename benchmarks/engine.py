"""What the duty engine's speed is claimed to be, measured beside SpiffWorkflow in one run.

    ./waymark benchmark engine [--quick] [SECTION ...]

Prints figures, ratios, sizes and the machine, and says of each promised figure whether it was reached; the exit status
is 1 when one was missed. docs/benchmarks.md explains what is measured and how fair it is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from _database import server
from _ledger import rebuild, record_one, sweep_nothing
from _measuring import Bars, heading, machine, medians, stop_if, tell
from _noticing import notice_due
from _peer import EveryProcessTold, OneProcessForEachDuty, OneProcessForTheCase
from _scenario import CHECKED, LARGE, NOW, SMALL, Scenario, answers
from _stored import stored
from waymark.duties.engine import evaluate

WHOLE = "Waymark, the whole case at once"
STEPWISE = "Waymark, worked out afresh after every event"
ARRANGEMENTS = (OneProcessForEachDuty, EveryProcessTold, OneProcessForTheCase)


def same_answers() -> None:
    """Neither is worth timing unless both say the same of every duty: met, late or breached, and when it was due."""
    heading("Same answers")
    for scenario in CHECKED:
        ours = answers(evaluate(scenario.events, scenario.versions, NOW).instances)
        for arrangement in ARRANGEMENTS:
            peer = arrangement(scenario)
            peer.run()
            stop_if(peer.answers() != ours, f"{arrangement.title} disagrees with us on {scenario}")
        counted = ", ".join(f"{sum(a.state == state for a in ours)} {state}" for state in ("met", "late", "breached"))
        print(f"  {len(ours)} duties, {counted}: the same from both engines in every arrangement")


def in_memory(bars: Bars, quick: bool) -> None:
    """From the events of a case to how each duty stands, nothing stored."""
    same_answers()
    for name, scenario in (("3 duties, 2 met, 1 breached", SMALL), ("150 duties, 100 met, 50 breached", LARGE)):
        heading(f"In memory: {name}")
        ours = {WHOLE: _whole_case(scenario), STEPWISE: _event_by_event(scenario)}
        peers = {f"SpiffWorkflow, {kind.title}": kind(scenario).run for kind in ARRANGEMENTS}
        taken = medians(ours | peers, least=0.3 if quick else 3.0)
        theirs = {what: taken[what] for what in peers}
        tell(taken, theirs)
        if scenario is LARGE:
            bars.at_least("150 duties in memory", 1 / taken[WHOLE], 400, " cases a second")
            bars.at_least("times SpiffWorkflow's best, in memory", min(theirs.values()) / taken[WHOLE], 100)


def _whole_case(scenario: Scenario) -> Callable[[], object]:
    events, versions = scenario.events, scenario.versions
    return lambda: evaluate(events, versions, NOW)


def _event_by_event(scenario: Scenario) -> Callable[[], object]:
    """As `record()` does it: after each event the clauses that it can change; then once when time has passed."""
    events, versions, touched_by = scenario.events, scenario.versions, scenario.pack.touched_by

    def run() -> None:
        for place, event in enumerate(events):
            evaluate(events[: place + 1], versions, event.occurred_at, clauses=touched_by[event.type])
        evaluate(events, versions, NOW)

    return run


SECTIONS: dict[str, Callable[[Bars, bool], None]] = {
    "memory": in_memory,
    "stored": stored,
    "record": record_one,
    "sweep": sweep_nothing,
    "notice": notice_due,
    "rebuild": rebuild,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the duty engine, beside SpiffWorkflow.")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"one of {', '.join(SECTIONS)}; all when none")
    parser.add_argument("--quick", action="store_true", help="fewer runs: for a look, not for the record")
    options = parser.parse_args()
    for unknown in set(options.sections) - SECTIONS.keys():
        parser.error(f"there is no section {unknown}")
    for line in machine():
        print(line)
    bars = Bars()
    with server():
        for name in options.sections or SECTIONS:
            SECTIONS[name](bars, options.quick)
    if bars.missed:
        print("\nMissed:\n" + "\n".join(f"  {what}" for what in bars.missed))
    return 1 if bars.missed else 0


if __name__ == "__main__":
    sys.exit(main())
