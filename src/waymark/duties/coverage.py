"""`protocol coverage`: each clause of a pack and how it is realised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from waymark.duties.engine import Clause, Pack
from waymark.duties.engine.pack import Check, Duty, Gate, Guidance
from waymark.duties.engine.wording import listed
from waymark.duties.where_done import where_done

_REALISED = {
    "duty": "a duty with an owner and a due time",
    "escalation": "a duty to take it further, with the stages reached",
    "gate": "held until what must come first has happened",
    "content": "the record is checked for what it must hold",
    "rule": "the record is checked each time",
}


def realised(clause: Clause) -> str:
    """How a clause is realised, in words."""
    if isinstance(clause, Guidance):
        shown = f"; shown with {listed(clause.shown_on)}" if clause.shown_on else ""
        return f"guidance: {clause.reason}{shown}"
    if isinstance(clause, Duty) and clause.recurs:
        return "a duty that recurs, with an owner and a due time each time"
    return f"{_REALISED[clause.kind]}; {_starts(clause)}"


def _starts(clause: Clause) -> str:
    if isinstance(clause, Duty):
        return f"starts with {clause.after.text if clause.after else f'a breach of {clause.breach_of}'}"
    if isinstance(clause, Gate):
        return f"before {clause.before.text}"
    assert isinstance(clause, Check)
    return f"on {clause.on.text}"


def kind_of(clause: Clause) -> str:
    """The kind of a clause as people call it: a duty that comes round again is `recurring`."""
    return "recurring" if isinstance(clause, Duty) and clause.recurs else clause.kind


def coverage_table(pack: Pack) -> Iterator[str]:
    """A line a clause in the document's order, then the totals by kind."""
    for clause in pack.clauses.values():
        yield f"{clause.id:8} {kind_of(clause):11} {realised(clause)}; page: {where_done(clause.id)}"
    totals = Counter(kind_of(clause) for clause in pack.clauses.values())
    counted = ", ".join(f"{count} {kind}" for kind, count in totals.items())
    yield f"{len(pack.clauses)} clauses ({counted}); {len(pack.executable)} execute."
