"""Facts are read at the trigger; age decides who owes it on the last day, or on the day of the meeting."""

from __future__ import annotations

import pytest

from waymark.duties.engine import Event

from .kit import event, facts, judge, pack_of, retracted, shown, the_line

AGE_WHO = 'who = [{ when = "age < 18", role = "social_worker" }, { role = "housing_keyworker" }]'
PACK = pack_of(
    f"""[duty.REV-07]
after = "significant_change_recorded"
about = "placement"
within = "5 days"
time_from = "local default: the document gives no time"
{AGE_WHO}
done_by = "review_held, early_review_not_needed"
""",
    f"""[duty.PPM-11]
after = "planning_meeting_held"
about = "placement"
within = "1 week"
time_from = "local default: the document gives no time"
{AGE_WHO}
age_on = "trigger"
done_by = "meeting_notes_sent"
""",
    """[duty.SEA-06]
when = "gang_risk"
after = "options_shared"
about = "referral"
within = "promptly"
time_from = "local default: the document gives no time"
who = "social_worker"
done_by = "address_check_requested"
""",
    """[duty.ADULT]
when = "age >= 18"
after = "team_changed"
about = "case"
within = "5 days"
who = "housing_keyworker"
done_by = "team_list_shared"
""",
    """[duty.CHILD]
when = "age < 18"
after = "team_changed"
about = "case"
within = "5 days"
who = "social_worker"
done_by = "team_list_shared"
""",
)
CHANGE = event("change", "significant_change_recorded", "2026-03-02 10:00", placement="P1")  # due at the end of 7 March
MEETING = event("meeting", "planning_meeting_held", "2026-03-02 10:00", placement="P1")
SHARED = event("shared", "options_shared", "2026-03-02 10:00", referral="R1")
TEAM = event("team", "team_changed", "2026-03-02 10:00")


def born(day: str) -> Event:
    return facts("born", "2026-01-01 10:00", date_of_birth=day)


@pytest.mark.parametrize(
    ("date_of_birth", "who"),
    [
        ("2008-03-02", "housing_keyworker"),  # 18 on the day of the trigger
        ("2008-03-05", "housing_keyworker"),  # turns 18 in between
        ("2008-03-07", "housing_keyworker"),  # turns 18 on the last day
        ("2008-03-08", "social_worker"),  # turns 18 the day after the last day
        ("2009-01-01", "social_worker"),
    ],
)
def test_who_owes_it_goes_by_age_on_the_last_day_before_due(date_of_birth: str, who: str) -> None:
    assert the_line(PACK, [born(date_of_birth), CHANGE], "2026-03-03 10:00")["who"] == who


@pytest.mark.parametrize(
    ("date_of_birth", "who"),
    [("2008-03-02", "housing_keyworker"), ("2008-03-03", "social_worker"), ("2008-03-05", "social_worker")],
)
def test_where_the_clause_says_so_age_is_that_on_the_day_of_the_meeting(date_of_birth: str, who: str) -> None:
    assert the_line(PACK, [born(date_of_birth), MEETING], "2026-03-03 10:00")["who"] == who


@pytest.mark.parametrize(
    ("trigger", "who"),
    [
        ("2026-02-22 10:00", "social_worker"),  # last day 27 February
        ("2026-02-23 10:00", "social_worker"),  # last day 28 February: the birthday is 1 March in 2026
        ("2026-02-24 10:00", "housing_keyworker"),  # last day 1 March
    ],
)
def test_someone_born_on_29_february_turns_18_on_1_march(trigger: str, who: str) -> None:
    change = event("change", "significant_change_recorded", trigger, placement="P1")
    assert the_line(PACK, [born("2008-02-29"), change], trigger)["who"] == who


def test_the_day_of_the_meeting_is_the_local_day() -> None:
    meeting = event("meeting", "planning_meeting_held", "2026-07-01T23:30:00+00:00", placement="P1")
    lines = [the_line(PACK, [born(day), meeting], "2026-07-05 10:00") for day in ("2008-07-02", "2008-07-03")]
    assert [line["who"] for line in lines] == ["housing_keyworker", "social_worker"]


@pytest.mark.parametrize(("date_of_birth", "clause"), [("2008-03-02", "ADULT"), ("2008-03-03", "CHILD")])
def test_a_condition_on_age_is_read_at_the_trigger(date_of_birth: str, clause: str) -> None:
    lines = judge(PACK, [born(date_of_birth), TEAM], "2026-03-20 10:00")
    assert shown(lines, "clause") == [(clause,)]


def test_an_age_nobody_recorded_makes_every_comparison_false() -> None:
    assert judge(PACK, [TEAM], "2026-03-20 10:00") == []
    assert the_line(PACK, [CHANGE], "2026-03-03 10:00")["who"] == "housing_keyworker"


def test_the_recurring_reviews_change_hands_as_someone_turns_18() -> None:
    pack = pack_of(
        f"""[duty.REV-01]
after = "placement_started"
about = "placement"
every = "3 months"
{AGE_WHO}
done_by = "review_held"
"""
    )
    events = [
        born("2008-05-01"),
        event("start", "placement_started", "2026-01-10 10:00", placement="P1"),
        event("review", "review_held", "2026-03-01 10:00", placement="P1"),
    ]
    lines = judge(pack, events, "2026-03-02 10:00")
    assert shown(lines, "trigger", "who") == [("start", "social_worker"), ("review", "housing_keyworker")]


# Facts.


def test_a_fact_never_recorded_is_false() -> None:
    assert judge(PACK, [SHARED], "2026-03-20 10:00") == []


@pytest.mark.parametrize(("value", "lines"), [(True, 1), (False, 0), ("unknown", 1), (None, 0)])
def test_a_risk_holds_when_true_or_not_known(value: object, lines: int) -> None:
    risk = facts("f", "2026-03-01 10:00", gang_risk=value)
    assert len(judge(PACK, [risk, SHARED], "2026-03-20 10:00")) == lines


@pytest.mark.parametrize(
    ("first", "then", "lines"), [(True, False, 0), (False, True, 1), ("unknown", False, 0), (True, "unknown", 1)]
)
def test_a_fact_holds_until_it_changes(first: object, then: object, lines: int) -> None:
    changes = [facts("f1", "2026-02-01 10:00", gang_risk=first), facts("f2", "2026-03-01 10:00", gang_risk=then)]
    assert len(judge(PACK, [*changes, SHARED], "2026-03-20 10:00")) == lines


def test_recording_one_fact_leaves_the_others() -> None:
    recorded = [facts("f1", "2026-02-01 10:00", gang_risk=True), facts("f2", "2026-03-01 10:00", yos_order=False)]
    assert len(judge(PACK, [*recorded, SHARED], "2026-03-20 10:00")) == 1


def test_a_fact_that_changes_after_the_trigger_changes_nothing() -> None:
    before, after = facts("f1", "2026-03-01 10:00", gang_risk=True), facts("f2", "2026-03-02 10:01", gang_risk=False)
    assert len(judge(PACK, [before, SHARED, after], "2026-03-20 10:00")) == 1
    assert judge(PACK, [SHARED, facts("f1", "2026-03-02 10:01", gang_risk=True)], "2026-03-20 10:00") == []


def test_a_fact_is_in_force_from_when_it_was_so_not_from_when_it_was_recorded() -> None:
    back_dated = facts("f", "2026-03-01 10:00", recorded="2026-03-10 10:00", gang_risk=True)
    assert judge(PACK, [SHARED, back_dated], "2026-03-10 09:59") == []
    assert shown(judge(PACK, [SHARED, back_dated], "2026-03-10 10:00"), "state") == [("breached",)]


def test_a_back_dated_fact_does_not_outlive_a_later_one() -> None:
    later = facts("f2", "2026-03-01 10:00", gang_risk=False)
    back_dated = facts("f1", "2026-02-01 10:00", recorded="2026-03-01 12:00", gang_risk=True)
    assert judge(PACK, [later, back_dated, SHARED], "2026-03-20 10:00") == []


def test_a_fact_at_the_instant_of_the_trigger_counts_when_it_comes_first() -> None:
    risk = facts("f", "2026-03-02 10:00", gang_risk=True)
    assert len(judge(PACK, [risk, SHARED], "2026-03-20 10:00")) == 1
    assert judge(PACK, [SHARED, risk], "2026-03-20 10:00") == []


def test_two_facts_at_one_instant_go_by_when_they_were_recorded() -> None:
    wrong = facts("f1", "2026-03-01 10:00", recorded="2026-03-01 10:00", gang_risk=True)
    right = facts("f2", "2026-03-01 10:00", recorded="2026-03-01 11:00", gang_risk=False)
    assert judge(PACK, [right, wrong, SHARED], "2026-03-20 10:00") == []


def test_a_corrected_date_of_birth_moves_the_duty_to_the_right_person() -> None:
    events = [born("2008-03-20"), facts("f2", "2026-02-01 10:00", date_of_birth="2008-02-20"), CHANGE]
    assert the_line(PACK, events, "2026-03-03 10:00")["who"] == "housing_keyworker"


# covered_from: where the record begins.

COVERED = facts("covered", "2026-04-01 10:00", covered_from="2026-03-02")


@pytest.mark.parametrize(
    ("at", "state"),
    [("2026-03-01 23:59:59", "unknown"), ("2026-03-02 00:00", "breached"), ("2026-03-05 10:00", "breached")],
)
def test_what_was_triggered_before_the_record_begins_is_unknown(at: str, state: str) -> None:
    change = event("change", "significant_change_recorded", at, placement="P1")
    line = the_line(PACK, [COVERED, change], "2026-05-01 10:00")
    assert shown([line], "state", "late", "breach_noticed_at") == [(state, False, None)]


def test_the_record_begins_with_a_local_day() -> None:
    covered = facts("covered", "2026-08-01 10:00", covered_from="2026-07-02")
    change = event("change", "significant_change_recorded", "2026-07-01T23:30:00+00:00", placement="P1")
    assert the_line(PACK, [covered, change], "2026-08-01 10:00")["state"] == "breached"


def test_unknown_gates_and_checks_are_not_breached_either() -> None:
    pack = pack_of(
        """[gate.PAN-02]
before = "panel_held"
about = "panel"
who = "social_worker"
needs = "keyworker_consulted"
""",
        """[content.REF-04]
on = "referral_submitted"
about = "referral"
has = ["young_person_view"]
""",
    )
    events = [
        COVERED,
        event("p", "panel_held", "2026-02-02 10:00", panel="N1"),
        event("r", "referral_submitted", "2026-02-02 10:00", referral="R1"),
    ]
    assert {state for (state,) in shown(judge(pack, events, "2026-05-01 10:00"), "state")} == {"unknown"}


def test_reviews_are_known_again_from_the_first_one_on_record() -> None:
    pack = pack_of(
        """[duty.REV-01]
after = "placement_started"
about = "placement"
every = "3 months"
who = "housing_keyworker"
done_by = "review_held"
"""
    )
    events = [
        COVERED,
        event("start", "placement_started", "2025-01-10 10:00", placement="P1"),
        event("review", "review_held", "2026-03-10 10:00", placement="P1"),
    ]
    assert shown(judge(pack, events, "2026-07-01 10:00"), "trigger", "state") == [
        ("start", "unknown"),
        ("review", "breached"),
    ]


def test_withdrawing_where_the_record_begins_makes_the_past_count() -> None:
    change = event("change", "significant_change_recorded", "2026-01-02 10:00", placement="P1")
    events = [COVERED, change, retracted("r", "covered", "2026-04-02 10:00")]
    assert the_line(PACK, events, "2026-05-01 10:00")["state"] == "breached"
