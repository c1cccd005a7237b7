"""A made-up borough, simulated from a seed: its people, its places and fourteen months of what happened.

Pure Python, no Django: `python -m waymark.demo.simulation OUT.jsonl` writes a trace for `waymark protocol trace`.
"""

from waymark.demo.simulation.simulation import SEED, Part, Simulation

__all__ = ["SEED", "Part", "Simulation"]
