"""Mistakes withdrawn and duties waived."""

from __future__ import annotations

from .kit import event, facts, judge, pack_of, retracted, shown, the_line, waived

PACK = pack_of(
    """[duty.PPM-02]
after = "placement_started"
about = "placement"
within = "5 days"
who = "social_worker"
done_by = "planning_meeting_held"
unless = "placement_ended"
""",
    """[gate.REF-07]
when = "gang_risk"
before = "referral_submitted"
about = "referral"
who = "social_worker"
needs = "gangs_coordinator_consulted"
""",
)
STARTED = event("e1", "placement_started", "2026-03-02 10:00", placement="P1")
HELD = event("e2", "planning_meeting_held", "2026-03-04 10:00", placement="P1")
ENDED = event("e3", "placement_ended", "2026-03-05 10:00", placement="P1")
NOW = "2026-03-20 09:00"


def test_a_withdrawn_trigger_leaves_no_duty() -> None:
    assert judge(PACK, [STARTED, HELD, retracted("r", "e1", "2026-03-06 10:00")], NOW) == []


def test_withdrawn_evidence_opens_the_duty_again() -> None:
    events = [STARTED, HELD, retracted("r", "e2", "2026-03-06 10:00")]
    assert the_line(PACK, events, "2026-03-06 09:59")["state"] == "met"
    assert the_line(PACK, events, "2026-03-06 10:00")["state"] == "open"
    assert shown([the_line(PACK, events, NOW)], "state", "met_by", "breach_noticed_at") == [("breached", [], None)]


def test_when_the_first_evidence_is_withdrawn_the_next_counts() -> None:
    second = event("e4", "planning_meeting_held", "2026-03-05 10:00", placement="P1")
    events = [STARTED, HELD, second, retracted("r", "e2", "2026-03-06 10:00")]
    assert the_line(PACK, events, NOW)["met_by"] == ["e4"]


def test_a_withdrawn_ending_leaves_the_duty_running() -> None:
    events = [STARTED, ENDED, retracted("r", "e3", "2026-03-06 10:00")]
    assert the_line(PACK, events, NOW)["state"] == "breached"


def test_a_withdrawn_fact_was_never_in_force() -> None:
    risk = facts("f", "2026-03-01 10:00", gang_risk=True)
    referral = event("e5", "referral_submitted", "2026-03-02 10:00", referral="R1")
    assert shown(judge(PACK, [risk, referral], NOW), "clause", "state") == [("REF-07", "breached")]
    assert judge(PACK, [risk, referral, retracted("r", "f", "2026-03-03 10:00")], NOW) == []


def test_a_withdrawn_fact_lets_the_one_before_it_stand() -> None:
    earlier = facts("f1", "2026-02-01 10:00", gang_risk=True)
    mistake = facts("f2", "2026-03-01 10:00", gang_risk=False)
    referral = event("e5", "referral_submitted", "2026-03-02 10:00", referral="R1")
    events = [earlier, mistake, referral, retracted("r", "f2", "2026-03-03 10:00")]
    assert the_line(PACK, events, NOW)["state"] == "breached"


def test_withdrawing_a_withdrawal_brings_the_event_back() -> None:
    once = [STARTED, HELD, retracted("r1", "e2", "2026-03-06 10:00")]
    twice = [*once, retracted("r2", "r1", "2026-03-07 10:00")]
    thrice = [*twice, retracted("r3", "r2", "2026-03-08 10:00")]
    states = [the_line(PACK, events, NOW)["state"] for events in (once, twice, thrice)]
    assert states == ["breached", "met", "breached"]


def test_withdrawing_what_is_already_withdrawn_changes_nothing() -> None:
    events = [STARTED, HELD, retracted("r1", "e2", "2026-03-06 10:00"), retracted("r2", "e2", "2026-03-07 10:00")]
    assert the_line(PACK, events, NOW)["state"] == "breached"
    # one of the two withdrawals was itself a mistake: the other still stands
    assert the_line(PACK, [*events, retracted("r3", "r1", "2026-03-08 10:00")], NOW)["state"] == "breached"


def test_a_withdrawal_may_stand_before_what_it_withdraws() -> None:
    events = [retracted("r", "e2", "2026-03-01 10:00"), STARTED, HELD]
    assert the_line(PACK, events, NOW)["state"] == "breached"


def test_a_withdrawal_only_recorded_later_is_not_there_yet() -> None:
    withdrawal = retracted("r", "e2", "2026-03-06 10:00")
    withdrawal.recorded_at = withdrawal.recorded_at.replace(day=10)
    assert the_line(PACK, [STARTED, HELD, withdrawal], "2026-03-09 10:00")["state"] == "met"
    assert the_line(PACK, [STARTED, HELD, withdrawal], "2026-03-10 10:00")["state"] == "breached"


def test_two_withdrawals_of_each_other_still_give_an_answer() -> None:
    events = [STARTED, HELD, retracted("r1", "r2", "2026-03-06 10:00"), retracted("r2", "r1", "2026-03-06 10:00")]
    assert the_line(PACK, events, NOW)["state"] == "met"


# Waivers.


def test_a_waiver_ends_the_wait_for_what_it_names() -> None:
    events = [STARTED, waived("w", "PPM-02", "2026-03-04 10:00", placement="P1")]
    assert the_line(PACK, events, "2026-03-04 09:59")["state"] == "open"
    assert shown([the_line(PACK, events, NOW)], "state", "late", "breach_noticed_at") == [("waived", False, None)]


def test_a_waiver_names_one_placement_and_leaves_the_other() -> None:
    second = event("e4", "placement_started", "2026-03-03 10:00", placement="P2")
    events = [STARTED, second, waived("w", "PPM-02", "2026-03-04 10:00", placement="P2")]
    assert shown(judge(PACK, events, NOW), "trigger", "state") == [("e1", "breached"), ("e4", "waived")]


def test_a_waiver_of_another_clause_changes_nothing() -> None:
    events = [STARTED, waived("w", "REF-07", "2026-03-04 10:00", placement="P1")]
    assert the_line(PACK, events, NOW)["state"] == "breached"


def test_a_waiver_before_the_duty_began_waives_nothing() -> None:
    events = [waived("w", "PPM-02", "2026-03-01 10:00", placement="P1"), STARTED]
    assert the_line(PACK, events, NOW)["state"] == "breached"


def test_what_was_done_before_the_waiver_was_done() -> None:
    events = [STARTED, HELD, waived("w", "PPM-02", "2026-03-05 10:00", placement="P1")]
    assert the_line(PACK, events, NOW)["state"] == "met"


def test_what_had_ended_before_the_waiver_had_ended() -> None:
    events = [STARTED, ENDED, waived("w", "PPM-02", "2026-03-06 10:00", placement="P1")]
    assert the_line(PACK, events, NOW)["state"] == "ended"


def test_a_withdrawn_waiver_opens_the_duty_again() -> None:
    waiver = waived("w", "PPM-02", "2026-03-04 10:00", placement="P1")
    assert the_line(PACK, [STARTED, waiver, retracted("r", "w", "2026-03-06 10:00")], NOW)["state"] == "breached"


def test_a_waiver_covers_both_parts_of_a_clause() -> None:
    pack = pack_of(
        """[duty.INF-01]
after = "harm_concern_raised"
about = "concern"
who = "any_professional"
[[duty.INF-01.part]]
name = "voice"
within = "1 hour"
time_from = "document says immediately; the number is local"
done_by = "concern_shared"
[[duty.INF-01.part]]
name = "writing"
within = "24 hours"
done_by = "concern_shared{how=writing}"
"""
    )
    events = [
        event("c", "harm_concern_raised", "2026-03-02 10:00", concern="C1"),
        waived("w", "INF-01", "2026-03-02 10:30", concern="C1"),
    ]
    assert shown(judge(pack, events, NOW), "part", "state") == [("voice", "waived"), ("writing", "waived")]
