"""The Islington pack does what the protocol says, clause by clause (cases.md)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from waymark.duties.engine import Event, Instance, Pack, VersionInForce, evaluate

from .making import EARLIER, Case, every_case
from .reading import START, Happening

CASES = every_case()


def look(pack: Pack, case: Case) -> list[Instance]:
    """The lines that the case's clause gives."""
    recorded = Happening("facts_recorded", case.facts, at=START - EARLIER)
    events: list[Event] = [recorded.event(0)] if case.facts else []
    for place, happening in enumerate(case.happenings):
        events.append(happening.event(place + 1, case.about if place in case.other else ""))
    versions = [VersionInForce(pack, pack.in_force_from)]
    return evaluate(events, versions, case.now, clauses={case.clause}).instances


def missing_of(lines: Sequence[Instance]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for line in lines for name in line.missing))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_clause_gives_what_the_table_says(case: Case, islington: Pack) -> None:
    lines = look(islington, case)
    expected = [(seen.part, seen.state, seen.late) for seen in case.gives]
    assert [(line.part, line.state, line.late) for line in lines] == expected
    assert [line.due for line, seen in zip(lines, case.gives, strict=True) if seen.due] == [
        seen.due for seen in case.gives if seen.due
    ]
    if case.missing is not None:
        assert missing_of(lines) == case.missing
    if case.who is not None:
        assert {line.who or "" for line in lines} == {case.who}


def test_what_is_owed_is_named_whenever_it_is_not_done(islington: Pack) -> None:
    lines = [line for case in CASES for line in look(islington, case)]
    assert [str(line) for line in lines if (line.state in ("open", "breached")) != bool(line.missing)] == []


def test_each_executable_clause_is_shown_met_and_not_met(islington: Pack) -> None:
    shown = {(case.clause, seen.state) for case in CASES for seen in case.gives}
    wanted = {(clause.id, state) for clause in islington.executable for state in ("met", "breached")}
    assert sorted(wanted - shown) == []


def test_no_case_is_about_a_clause_that_only_guides_or_is_not_there(islington: Pack) -> None:
    assert {case.clause for case in CASES} == {clause.id for clause in islington.executable}
