"""The duty engine against timed DCR graphs on 20,000 random cases: `./waymark benchmark oracle [--cases N] [--from N]`.

The suite does the first thousand. The exit status is 1 when the two disagree, or a fault put into the engine goes
unseen; every disagreement is shown with as little of the casework as it needs.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from tqdm import tqdm

from _measuring import heading, machine

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.oracle.comparing import agrees, explained, random_case
from tests.oracle.faults import FAULTS, Fault, seeded

SHOWN = 5


def main() -> int:
    options = _options()
    print("\n".join(machine()))
    heading(f"{options.cases:,} random protocols and casework, from number {options.begin:,}")
    numbers = range(options.begin, options.begin + options.cases)
    wrong = _compare(numbers)
    heading(f"{len(FAULTS)} faults, one at a time in the engine")
    unseen = [name for name, fault in FAULTS.items() if not _caught(name, fault, numbers)]
    return 1 if wrong or unseen else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the duty engine with timed DCR graphs on random cases.")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--from", dest="begin", type=int, default=0, help="the number of the first case")
    return parser.parse_args()


def _compare(numbers: range) -> int:
    """How many cases the engine and the graphs disagree on."""
    states: Counter[str] = Counter()
    wrong = []
    begun = time.perf_counter()
    for number in tqdm(numbers, unit=" cases", disable=None, leave=False):
        case = random_case(number)
        states.update(one.state if one.due else f"{one.state} (gate)" for one in case.judgements)
        if not agrees(case):
            wrong.append(case)
    for case in wrong[:SHOWN]:
        print(explained(case))
    print(f"  {states.total():,} duties and gates: {', '.join(f'{many:,} {state}' for state, many in states.items())}")
    print(f"  {len(wrong):,} cases on which they disagree, {time.perf_counter() - begun:.0f} s")
    return len(wrong)


def _caught(name: str, fault: Fault, numbers: range) -> bool:
    """Whether some case shows the fault; says which is the first."""
    with seeded(fault):
        first = next((number for number in numbers if not agrees(random_case(number))), None)
    print(f"  {'UNSEEN' if first is None else f'case {first:,}':<12}{name}")
    return first is not None


if __name__ == "__main__":
    sys.exit(main())
