"""Taking it further: stages after a breach, the challenge route, and duties that another's breach starts."""

from __future__ import annotations

import pytest

from waymark.duties.engine import Event

from .kit import event, judge, pack_of, shown, the_line, waived

STAGES = pack_of(
    """[duty.PPM-02]
title = "Hold the planning meeting"
after = "placement_started"
about = "placement"
within = "5 days"
who = "social_worker"
done_by = "planning_meeting_held"
unless = "placement_ended"
escalate = [
    { after = "1 week", to = "deputy_team_manager" },
    { after = "1 month", to = "service_manager" },
]
"""
)
STARTED = event("e1", "placement_started", "2026-03-02 10:00", placement="P1")  # due at the end of Saturday 7 March


def held(at: str, *, recorded: str | None = None) -> Event:
    return event("held", "planning_meeting_held", at, recorded=recorded, placement="P1")


@pytest.mark.parametrize(
    ("now", "stages"),
    [
        ("2026-03-07 10:00", []),
        ("2026-03-08 00:00", []),
        ("2026-03-13 10:00", []),
        ("2026-03-17 10:00", ["deputy_team_manager"]),
        ("2026-04-06 10:00", ["deputy_team_manager"]),
        ("2026-04-10 10:00", ["deputy_team_manager", "service_manager"]),
    ],
)
def test_a_breach_left_alone_climbs_the_stages(now: str, stages: list[str]) -> None:
    assert the_line(STAGES, [STARTED], now)["escalated_to"] == stages


def test_what_is_done_in_time_is_told_to_nobody() -> None:
    assert the_line(STAGES, [STARTED, held("2026-03-04 10:00")], "2026-05-01 10:00")["escalated_to"] == []


def test_what_is_done_late_climbs_no_further_than_it_had() -> None:
    between = the_line(STAGES, [STARTED, held("2026-03-25 10:00")], "2026-05-01 10:00")
    at_once = the_line(STAGES, [STARTED, held("2026-03-08 10:00")], "2026-05-01 10:00")
    assert (between["escalated_to"], at_once["escalated_to"]) == (["deputy_team_manager"], [])


def test_what_was_waived_or_ended_in_time_is_told_to_nobody() -> None:
    waiver = waived("w", "PPM-02", "2026-03-04 10:00", placement="P1")
    ending = event("x", "placement_ended", "2026-03-04 10:00", placement="P1")
    for closing in (waiver, ending):
        assert the_line(STAGES, [STARTED, closing], "2026-05-01 10:00")["escalated_to"] == []


CHALLENGE = pack_of(
    """[escalation.CHA-02]
after = "challenge_unresolved{stage=provider}"
about = "challenge"
within = "promptly"
time_from = "local default: the document gives no time"
who = "social_worker"
done_by = "escalated{to=placements_team}"
until = "challenge_resolved"
""",
    """[escalation.CHA-04]
when = "block_contract"
after = "challenge_unresolved{stage=placements}"
about = "challenge"
within = "promptly"
time_from = "local default: the document gives no time"
who = "placements_team"
done_by = "escalated{to=commissioning}"
until = "challenge_resolved"
""",
    """[duty.CHA-08]
after = "challenge_unresolved{stage=provider}"
about = "challenge"
within = "promptly"
time_from = "local default: the document gives no time"
who = "provider_manager"
done_by = "escalated{to=placements_team} + escalated{to=commissioning}"
until = "challenge_resolved"
""",
)


def unresolved(event_id: str, at: str, stage: str) -> Event:
    return event(event_id, "challenge_unresolved", at, challenge="C1", stage=stage)


def escalated(event_id: str, at: str, *to: str) -> Event:
    return event(event_id, "escalated", at, challenge="C1", to=list(to))


def test_an_escalation_clause_is_a_duty_like_any_other() -> None:
    first = unresolved("u1", "2026-03-02 10:00", "provider")
    line = the_line(CHALLENGE, [first], "2026-03-20 10:00", clause="CHA-02")
    assert shown([line], "state", "due", "who", "missing", "escalated_to") == [
        ("breached", "2026-03-04T00:00:00+00:00", "social_worker", ["to: placements_team"], [])
    ]


def test_an_escalation_shows_the_stage_it_reached() -> None:
    events = [unresolved("u1", "2026-03-02 10:00", "provider"), escalated("x", "2026-03-03 10:00", "placements_team")]
    line = the_line(CHALLENGE, events, "2026-03-20 10:00", clause="CHA-02")
    assert shown([line], "state", "late", "met_by", "escalated_to") == [("met", False, ["x"], ["placements_team"])]


def test_an_escalation_does_not_show_a_stage_before_it_is_reached() -> None:
    events = [unresolved("u1", "2026-03-02 10:00", "provider"), escalated("x", "2026-03-03 10:00", "placements_team")]
    line = the_line(CHALLENGE, events, "2026-03-03 09:59", clause="CHA-02")
    assert shown([line], "state", "escalated_to") == [("open", [])]


def test_a_stage_reached_in_an_earlier_round_of_the_challenge_does_not_count() -> None:
    events = [
        escalated("x", "2026-03-01 10:00", "commissioning"),
        unresolved("u1", "2026-03-02 10:00", "provider"),
        escalated("y", "2026-03-03 10:00", "placements_team"),
    ]
    line = the_line(CHALLENGE, events, "2026-03-20 10:00", clause="CHA-02")
    assert line["escalated_to"] == ["placements_team"]


def test_going_on_to_commissioning_is_only_for_block_contracts() -> None:
    second = unresolved("u2", "2026-03-06 10:00", "placements")
    assert judge(CHALLENGE, [second], "2026-03-20 10:00") == []
    block = event("f", "facts_recorded", "2026-03-01 10:00", data={"block_contract": True})
    assert shown(judge(CHALLENGE, [block, second], "2026-03-20 10:00"), "clause") == [("CHA-04",)]


def test_a_resolved_challenge_goes_no_further() -> None:
    events = [
        unresolved("u1", "2026-03-02 10:00", "provider"),
        event("done", "challenge_resolved", "2026-03-03 10:00", challenge="C1"),
    ]
    assert {state for (state,) in shown(judge(CHALLENGE, events, "2026-03-20 10:00"), "state")} == {"ended"}


def test_the_provider_takes_it_to_both() -> None:
    events = [unresolved("u1", "2026-03-02 10:00", "provider"), escalated("x", "2026-03-03 10:00", "commissioning")]
    line = the_line(CHALLENGE, events, "2026-03-20 10:00", clause="CHA-08")
    assert shown([line], "state", "missing") == [("breached", ["to: placements_team"])]


AFTER_BREACH = pack_of(
    """[duty.PPM-02]
title = "Hold the planning meeting"
after = "placement_started"
about = "placement"
within = "5 days"
who = "social_worker"
done_by = "planning_meeting_held"
""",
    """[escalation.TELL]
after = "breach of PPM-02"
about = "placement"
within = "24 hours"
who = "housing_keyworker"
done_by = "escalated{to=service_manager}"
""",
)


def test_a_breach_starts_the_clock_of_the_clause_that_waits_for_it() -> None:
    assert shown(judge(AFTER_BREACH, [STARTED], "2026-03-07 23:59"), "clause") == [("PPM-02",)]
    line = the_line(AFTER_BREACH, [STARTED], "2026-03-08 00:00", clause="TELL")
    assert shown([line], "state", "due", "refs") == [("open", "2026-03-09T00:00:00+00:00", {"placement": "P1"})]


def test_what_was_never_breached_starts_nothing() -> None:
    lines = judge(AFTER_BREACH, [STARTED, held("2026-03-04 10:00")], "2026-05-01 10:00")
    assert shown(lines, "clause") == [("PPM-02",)]


def test_a_breach_made_good_late_was_still_a_breach() -> None:
    lines = judge(AFTER_BREACH, [STARTED, held("2026-03-10 10:00")], "2026-05-01 10:00")
    assert shown(lines, "clause", "state") == [("PPM-02", "met"), ("TELL", "breached")]


def test_the_clause_that_waits_is_met_by_evidence_after_the_breach_only() -> None:
    early = event("x", "escalated", "2026-03-07 12:00", placement="P1", to="service_manager")
    later = event("y", "escalated", "2026-03-08 12:00", placement="P1", to="service_manager")
    assert the_line(AFTER_BREACH, [STARTED, early], "2026-03-08 13:00", clause="TELL")["state"] == "open"
    assert the_line(AFTER_BREACH, [STARTED, early, later], "2026-03-08 13:00", clause="TELL")["met_by"] == ["y"]
