"""The engine says of random casework what timed DCR graphs say, and would not with a fault in it."""

from __future__ import annotations

from collections import Counter

import pytest

from .comparing import agrees, explained, random_case
from .faults import FAULTS, seeded

CASES = 1_000
ENOUGH = 20
"""So many of the cases show each state at the least."""


def test_the_engine_agrees_with_the_graphs_on_a_thousand_random_cases():
    for case in map(random_case, range(CASES)):
        assert agrees(case), explained(case)


def test_the_thousand_cases_show_every_state_of_duties_and_gates():
    said = [judgement for number in range(CASES) for judgement in random_case(number).judgements]
    states = Counter(judgement.state for judgement in said if judgement.due is not None)
    gates = Counter(judgement.state for judgement in said if judgement.due is None)
    assert set(states) == {"open", "met", "late", "breached", "ended", "waived"}
    assert set(gates) == {"met", "breached"}
    assert min(*states.values(), *gates.values()) >= ENOUGH


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_in_the_engine_is_caught(fault):
    with seeded(fault):
        assert not all(agrees(random_case(number)) for number in range(CASES))
    assert agrees(random_case(0))
