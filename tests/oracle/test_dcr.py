"""The graphs mean what the publications say: the example of medicine that is prescribed, signed for and given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from .dcr import AT_ONCE, Graph, Marking

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def medicine() -> Graph:
    """Prescribed, then signed for, then given; a nurse who does not trust it has it signed for again."""
    graph = Graph()
    graph.conditions["sign"] = {"prescribe": AT_ONCE}
    graph.conditions["give"] = {"sign": HOUR}
    graph.conditions["distrust"] = {"sign": AT_ONCE}
    graph.responses["prescribe"] = {"sign": lambda at: at + HOUR, "give": lambda at: at + 3 * HOUR}
    graph.responses["distrust"] = {"sign": lambda at: at + HOUR}
    graph.milestones["give"] = {"sign"}
    graph.excludes["distrust"] = {"give"}
    graph.includes["sign"] = {"give"}
    return graph


@pytest.fixture
def marking() -> Marking:
    return Marking({"prescribe", "sign", "give", "distrust"})


def test_a_condition_holds_what_it_is_a_condition_of(medicine, marking):
    assert not marking.enables(medicine, "sign", NOON)
    marking.execute(medicine, "prescribe", NOON)
    assert marking.enables(medicine, "sign", NOON)


def test_a_condition_with_a_delay_holds_until_the_delay_is_over(medicine, marking):
    marking.execute(medicine, "prescribe", NOON)
    marking.execute(medicine, "sign", NOON)
    assert not marking.enables(medicine, "give", NOON + HOUR - timedelta(microseconds=1))
    assert marking.enables(medicine, "give", NOON + HOUR)


def test_a_response_is_pending_until_it_happens_and_overdue_from_its_deadline(medicine, marking):
    marking.execute(medicine, "prescribe", NOON)
    assert marking.overdue(NOON + HOUR - timedelta(microseconds=1)) == set()
    assert marking.overdue(NOON + HOUR) == {"sign"}
    marking.execute(medicine, "sign", NOON + 2 * HOUR)
    assert marking.pending == {"give": NOON + 3 * HOUR}


def test_owing_it_again_puts_the_new_deadline_in_the_place_of_the_old(medicine, marking):
    marking.execute(medicine, "prescribe", NOON)
    marking.execute(medicine, "prescribe", NOON + HOUR)
    assert marking.pending["sign"] == NOON + 2 * HOUR


def test_a_milestone_holds_for_as_long_as_it_is_pending(medicine, marking):
    marking.execute(medicine, "prescribe", NOON)
    marking.execute(medicine, "sign", NOON)
    marking.execute(medicine, "prescribe", NOON + HOUR)
    assert not marking.enables(medicine, "give", NOON + 2 * HOUR)
    marking.execute(medicine, "sign", NOON + 2 * HOUR)
    assert marking.enables(medicine, "give", NOON + 3 * HOUR)


def test_what_is_excluded_may_not_happen_and_is_not_owed_until_it_is_included_again(medicine, marking):
    marking.execute(medicine, "prescribe", NOON)
    marking.execute(medicine, "sign", NOON)
    marking.execute(medicine, "distrust", NOON + HOUR)
    assert not marking.enables(medicine, "give", NOON + HOUR)
    assert marking.overdue(NOON + 9 * HOUR) == {"sign"}
    marking.execute(medicine, "sign", NOON + HOUR)
    assert marking.overdue(NOON + 9 * HOUR) == {"give"}


def test_an_excluded_condition_or_milestone_holds_nothing(medicine, marking):
    marking.included -= {"sign"}
    marking.pending["sign"] = NOON
    assert marking.enables(medicine, "give", NOON)
    assert marking.enables(medicine, "distrust", NOON)
