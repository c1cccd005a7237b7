"""Write the demo borough's events as a trace: `python -m waymark.demo.simulation OUT.jsonl`."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from waymark.demo.simulation.simulation import SEED, Simulation


def main(arguments: list[str] | None = None) -> int:
    """Write the trace and say how much it holds. Status 2 with one message for input that makes no borough."""
    parser = argparse.ArgumentParser(prog="python -m waymark.demo.simulation", description=__doc__)
    parser.add_argument("out", type=Path, help="the file to write, a JSON object a line")
    parser.add_argument(
        "--now", type=datetime.fromisoformat, default=datetime.now(UTC), help="an instant with its offset"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--scale", type=int, default=1, help="how many times 120 residents")
    options = parser.parse_args(arguments)
    try:
        simulation = Simulation(now=options.now, seed=options.seed, scale=options.scale)
        count = _write(simulation, options.out)
    except (ValueError, OSError) as error:
        print(f"demo simulation: {error}", file=sys.stderr)
        return 2
    print(f"{count:,} events up to {simulation.present.isoformat()} in {options.out}")
    return 0


def _write(simulation: Simulation, out: Path) -> int:
    count = 0
    with out.open("w", encoding="utf-8") as file:
        for number, part in enumerate(simulation.parts(), start=1):
            for event in part.all_events():
                file.write(event.as_line())
                count += 1
            if simulation.scale > 1:
                print(f"{number} of {simulation.scale} parts, {count:,} events", file=sys.stderr)
    return count


if __name__ == "__main__":
    sys.exit(main())
