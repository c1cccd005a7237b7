"""Meanings that the engine once had otherwise than the contract: each with the smallest history that shows it."""

from __future__ import annotations

import pytest

from waymark.duties.engine.tests.kit import event, judge, pack_of, retracted, shown, the_line, waived
from waymark.duties.engine.tests.test_calendar_months import logs
from waymark.duties.engine.tests.test_corrections import HELD, NOW, PACK, STARTED
from waymark.duties.engine.tests.test_named_dates import AT, arranged
from waymark.duties.engine.tests.test_recurrence import REVIEWS, review
from waymark.duties.engine.tests.test_recurrence import STARTED as MOVE


def test_a_waiver_waives_the_months_open_then_and_not_those_to_come() -> None:
    lines = logs(waived("w", "INF-13", "2026-02-20 10:00", scheme="S1"), now="2026-04-20 10:00")
    assert shown(lines, "part", "state") == [("2026-02", "waived"), ("2026-03", "breached"), ("2026-04", "open")]


def test_a_start_recorded_twice_does_not_double_what_recurs() -> None:
    again = event("start2", "placement_started", "2026-01-12 10:00", placement="P1")
    lines = judge(REVIEWS, [MOVE, again, review("v1", "2026-03-20 10:00")], "2026-03-21 10:00")
    names = [(line["clause"], line["trigger"], line["part"]) for line in lines]
    assert len(names) == len(set(names))


def test_withdrawing_a_withdrawal_works_in_whatever_order_the_two_were_recorded() -> None:
    events = [STARTED, HELD, retracted("r1", "e2", "2026-03-07 10:00"), retracted("r2", "r1", "2026-03-06 10:00")]
    assert the_line(PACK, events, NOW)["state"] == "met"


def test_two_withdrawals_at_one_instant_work_in_whatever_order_they_are_listed() -> None:
    first, second = retracted("r1", "e2", "2026-03-06 10:00"), retracted("r2", "r1", "2026-03-06 10:00")
    assert the_line(PACK, [STARTED, HELD, second, first], NOW)["state"] == "met"


def test_a_meeting_moved_under_a_new_version_still_has_only_its_latest_date() -> None:
    new = pack_of(
        """[duty.HAS-08]
after = "assessment_interview_arranged"
about = "referral"
at = "data.scheduled_for"
who = "social_worker"
done_by = "assessment_interview_held{attended=social_worker}"
""",
        version="2",
        in_force="2026-03-04",
    )
    events = [
        arranged("a1", "2026-03-02 10:00", "2026-03-10T14:00:00+00:00"),
        arranged("a2", "2026-03-05 10:00", "2026-03-17T14:00:00+00:00"),
    ]
    assert shown(judge([AT, new], events, "2026-03-12 10:00"), "trigger", "state") == [("a2", "open")]


PASSED_ON = pack_of(
    """[duty.GAN-04]
after = "intelligence_passed{to=social_worker}"
about = "intelligence"
within = "24 hours"
who = "social_worker"
done_by = "intelligence_passed{to=housing_keyworker}"
"""
)


@pytest.mark.parametrize("days", [1, 2, 5])
def test_days_after_a_breach_are_counted_alike_by_both_ways_of_taking_it_further(days: int) -> None:
    """`escalate` counts from the last day, `breach of` from the day after it: a day apart for the same words."""
    pack = pack_of(
        f"""[duty.A]
after = "placement_started"
about = "placement"
within = "5 days"
who = "social_worker"
done_by = "planning_meeting_held"
escalate = [{{ after = "{days} days", to = "service_manager" }}]
""",
        f"""[duty.B]
after = "breach of A"
about = "placement"
within = "{days} days"
who = "service_manager"
done_by = "planning_meeting_held"
""",
    )
    due = the_line(pack, [MOVE], "2026-12-01 10:00", clause="B")["due"]
    before = the_line(pack, [MOVE], f"{due[:10]} 00:00", clause="A")
    assert before["escalated_to"] == ["service_manager"]
    from datetime import datetime, timedelta

    just_before = (datetime.fromisoformat(due) - timedelta(hours=1)).isoformat()
    assert the_line(pack, [MOVE], just_before, clause="A")["escalated_to"] == []
