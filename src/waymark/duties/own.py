"""Waymark's own clauses, which hold beside those of whatever protocol is in use (`protocols/waymark.toml`)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from waymark.duties.engine import Pack, load_pack
from waymark.setup import paths

OWN = paths.ROOT / "protocols" / "waymark.toml"


@cache
def own_pack() -> Pack:
    """Waymark's own clauses."""
    return load_pack(OWN)


def with_own_clauses(pack: Pack) -> Pack:
    """The pack with Waymark's own clauses after its own. One that names a clause the same keeps its own."""
    return replace(
        pack,
        clauses={
            **pack.clauses,
            **{name: clause for name, clause in own_pack().clauses.items() if name not in pack.clauses},
        },
    )
