"""What shows a duty done: several recipients, either of two things, parts, and what may come before the trigger."""

from __future__ import annotations

import pytest

from waymark.duties.engine import Event

from .kit import Line, event, judge, pack_of, shown, the_line

SUPPORT_PLAN = pack_of(
    """[duty.PPM-12]
after = "planning_meeting_held"
about = "placement"
within = "2 weeks"
who = "housing_keyworker"
done_by = "support_plan_sent{to=social_worker} + support_plan_sent{to=young_person}"
until = "placement_ended"
"""
)
MEETING = event("e1", "planning_meeting_held", "2026-03-02 10:00", placement="P1")


def sent(event_id: str, at: str, to: str | list[str], *, recorded: str | None = None) -> Event:
    return event(event_id, "support_plan_sent", at, recorded=recorded, placement="P1", to=to)


def plan_line(*sendings: Event, now: str = "2026-03-30 09:00") -> Line:
    return the_line(SUPPORT_PLAN, [MEETING, *sendings], now)


def test_several_recipients_are_one_duty_that_lists_who_is_still_owed() -> None:
    line = plan_line(now="2026-03-10 09:00")
    assert shown([line], "state", "part", "missing") == [("open", None, ["to: social_worker", "to: young_person"])]


def test_one_of_two_recipients_is_not_enough() -> None:
    line = plan_line(sent("e2", "2026-03-05 10:00", "social_worker"))
    assert shown([line], "state", "missing") == [("breached", ["to: young_person"])]


def test_a_duty_to_several_is_met_when_the_last_arrives() -> None:
    sendings = [
        sent("e2", "2026-03-05 10:00", "young_person"),
        sent("e3", "2026-03-16 23:59", "social_worker"),
    ]
    line = plan_line(*sendings)
    assert shown([line], "state", "late", "missing") == [("met", False, [])]
    assert sorted(line["met_by"]) == ["e2", "e3"]


def test_a_duty_to_several_is_late_when_the_last_is_late() -> None:
    sendings = [sent("e2", "2026-03-05 10:00", "young_person"), sent("e3", "2026-03-17 00:00", "social_worker")]
    assert shown([plan_line(*sendings)], "state", "late") == [("met", True)]


def test_one_event_to_a_list_of_both_meets_a_duty_to_several() -> None:
    line = plan_line(sent("e2", "2026-03-05 10:00", ["young_person", "social_worker"]))
    assert shown([line], "state", "met_by") == [("met", ["e2"])]


def test_sending_to_someone_else_meets_nothing() -> None:
    line = plan_line(sent("e2", "2026-03-05 10:00", ["placements_team", "police"]))
    assert line["missing"] == ["to: social_worker", "to: young_person"]


def test_a_breach_of_a_duty_to_several_was_noticed_if_the_last_was_recorded_late() -> None:
    sendings = [
        sent("e2", "2026-03-05 10:00", "young_person"),
        sent("e3", "2026-03-06 10:00", "social_worker", recorded="2026-03-18 10:00"),
    ]
    line = plan_line(*sendings)
    assert shown([line], "state", "late", "breach_noticed_at") == [("met", False, "2026-03-17T00:00:00+00:00")]


def test_a_breach_was_noticed_whichever_of_several_was_recorded_late() -> None:
    sendings = [
        sent("e2", "2026-03-05 10:00", "young_person", recorded="2026-03-18 10:00"),
        sent("e3", "2026-03-06 10:00", "social_worker"),
    ]
    assert plan_line(*sendings)["breach_noticed_at"] == "2026-03-17T00:00:00+00:00"


def test_a_copy_recorded_at_the_due_instant_was_still_no_breach() -> None:
    sendings = [
        sent("e2", "2026-03-05 10:00", "young_person", recorded="2026-03-17 00:00"),
        sent("e3", "2026-03-06 10:00", "social_worker"),
    ]
    line = plan_line(*sendings)
    assert shown([line], "state", "late", "breach_noticed_at") == [("met", False, None)]


def test_a_first_copy_sent_twice_still_leaves_the_other_owed() -> None:
    sendings = [sent("e2", "2026-03-05 10:00", "young_person"), sent("e3", "2026-03-06 10:00", "young_person")]
    assert plan_line(*sendings)["missing"] == ["to: social_worker"]


def test_an_ending_between_the_first_and_the_last_of_several_ends_the_duty() -> None:
    ending = event("end", "placement_ended", "2026-03-06 10:00", placement="P1")
    sendings = [sent("e2", "2026-03-05 10:00", "young_person"), sent("e3", "2026-03-07 10:00", "social_worker")]
    assert plan_line(*sendings, ending)["state"] == "ended"


MAY_COME_BEFORE = pack_of(
    """[duty.PPM-01]
after = "placement_started"
about = "placement"
within = "5 days"
who = "social_worker"
done_by = "planning_meeting_arranged, planning_meeting_held"
may_come_before = true
unless = "placement_ended"
"""
)
STARTED = event("move", "placement_started", "2026-03-02 10:00", placement="P1")


@pytest.mark.parametrize("evidence", ["planning_meeting_arranged", "planning_meeting_held"])
def test_a_meeting_before_the_move_meets_the_duty_where_the_clause_says_so(evidence: str) -> None:
    before = event("early", evidence, "2026-02-20 10:00", placement="P1")
    line = the_line(MAY_COME_BEFORE, [before, STARTED], "2026-03-02 10:00")
    assert shown([line], "state", "met_by", "late", "breach_noticed_at") == [("met", ["early"], False, None)]


def test_a_meeting_before_another_move_meets_nothing() -> None:
    before = event("early", "planning_meeting_held", "2026-02-20 10:00", placement="P0")
    assert the_line(MAY_COME_BEFORE, [before, STARTED], "2026-03-03 10:00")["state"] == "open"


def test_where_evidence_may_come_before_it_may_also_come_after() -> None:
    after = event("later", "planning_meeting_held", "2026-03-04 10:00", placement="P1")
    assert the_line(MAY_COME_BEFORE, [STARTED, after], "2026-03-05 10:00")["met_by"] == ["later"]


def test_before_the_move_there_is_no_duty_at_all() -> None:
    before = event("early", "planning_meeting_held", "2026-02-20 10:00", placement="P1")
    assert judge(MAY_COME_BEFORE, [before], "2026-03-20 10:00") == []


def test_early_evidence_written_down_late_leaves_a_noticed_breach() -> None:
    before = event("early", "planning_meeting_held", "2026-02-20 10:00", recorded="2026-03-10 10:00", placement="P1")
    line = the_line(MAY_COME_BEFORE, [STARTED, before], "2026-03-20 10:00")
    assert shown([line], "state", "late", "breach_noticed_at") == [("met", False, "2026-03-08T00:00:00+00:00")]


INF_01 = pack_of(
    """[duty.INF-01]
after = "harm_concern_raised"
about = "concern"
who = "any_professional"

[[duty.INF-01.part]]
name = "voice"
within = "immediately"
time_from = "document says immediately; the number is local"
done_by = "concern_shared"

[[duty.INF-01.part]]
name = "writing"
within = "24 hours"
done_by = "concern_shared{how=writing}"
"""
)
CONCERN = event("c", "harm_concern_raised", "2026-03-28 12:00", concern="C1")


def told(event_id: str, at: str, how: str | list[str]) -> Event:
    return event(event_id, "concern_shared", at, concern="C1", how=how)


def parts(*events: Event, now: str) -> dict[str, Line]:
    return {line["part"]: line for line in judge(INF_01, [CONCERN, *events], now)}


def test_two_deadlines_in_one_clause_are_two_lines_told_apart_by_their_part() -> None:
    found = parts(now="2026-03-28 12:59:59")
    assert {part: (line["due"], line["state"]) for part, line in found.items()} == {
        "voice": ("2026-03-28T13:00:00+00:00", "open"),
        "writing": ("2026-03-29T13:00:00+01:00", "open"),
    }


def test_a_telephone_call_meets_one_part_and_leaves_the_other() -> None:
    found = parts(told("e2", "2026-03-28 12:30", "phone"), now="2026-03-28 13:00")
    assert {part: line["state"] for part, line in found.items()} == {"voice": "met", "writing": "open"}


def test_writing_at_once_meets_both_parts() -> None:
    found = parts(told("e2", "2026-03-28 12:30", ["phone", "writing"]), now="2026-03-30 13:00")
    assert {part: line["met_by"] for part, line in found.items()} == {"voice": ["e2"], "writing": ["e2"]}


def test_writing_after_an_hour_is_late_for_one_part_and_in_time_for_the_other() -> None:
    found = parts(told("e2", "2026-03-28 13:00", "writing"), now="2026-03-30 13:00")
    assert {part: (line["state"], line["late"]) for part, line in found.items()} == {
        "voice": ("met", True),
        "writing": ("met", False),
    }


MIS_05 = pack_of(
    """[duty.MIS-05]
after = "absence_recorded"
about = "episode"
who = "housing_keyworker"

[[duty.MIS-05.part]]
name = "report"
by = "data.agreed_report_by"
done_by = "reported_missing, episode_ended"

[[duty.MIS-05.part]]
name = "worker"
within = "promptly"
time_from = "local default: the document gives no time"
done_by = "worker_notified"
"""
)


def test_an_absence_is_owed_a_report_by_the_agreed_time_and_a_word_to_the_worker() -> None:
    absence = event(
        "a", "absence_recorded", "2026-03-06 22:00", episode="E1", agreed_report_by="2026-03-07T00:30:00+00:00"
    )
    back = event("b", "episode_ended", "2026-03-07 00:29:59", episode="E1")
    lines = judge(MIS_05, [absence, back], "2026-03-07 12:00")
    assert shown(lines, "part", "state", "due") == [
        ("report", "met", "2026-03-07T00:30:00+00:00"),
        ("worker", "open", "2026-03-10T00:00:00+00:00"),
    ]


def test_someone_back_only_at_the_agreed_time_was_to_be_reported() -> None:
    absence = event(
        "a", "absence_recorded", "2026-03-06 22:00", episode="E1", agreed_report_by="2026-03-07T00:30:00+00:00"
    )
    back = event("b", "episode_ended", "2026-03-07 00:30", episode="E1")
    assert the_line(MIS_05, [absence, back], "2026-03-07 12:00", part="report")["late"] is True


INF_17 = pack_of(
    """[duty.INF-17]
after = "monthly_log_submitted"
about = "log"
each = "data.young_people"
within = "promptly"
time_from = "local default: the document gives no time"
who = "placements_team"
done_by = "log_entry_shared{young_person}"
"""
)


def log(young_people: object) -> Event:
    return event("log", "monthly_log_submitted", "2026-03-06 10:00", case="S1", log="L1", young_people=young_people)


def entry(event_id: str, young_person: str) -> Event:
    return event(event_id, "log_entry_shared", "2026-03-07 10:00", case="S1", log="L1", young_person=young_person)


def test_each_young_person_in_the_log_has_a_line_of_their_own() -> None:
    lines = judge(INF_17, [log(["YP1", "YP2", "YP3"]), entry("e2", "YP2"), entry("e9", "YP9")], "2026-03-20 10:00")
    assert sorted(shown(lines, "part", "state", "met_by")) == [
        ("YP1", "breached", []),
        ("YP2", "met", ["e2"]),
        ("YP3", "breached", []),
    ]


def test_a_log_about_nobody_owes_nothing() -> None:
    assert judge(INF_17, [log([])], "2026-03-20 10:00") == []


def test_a_young_person_named_twice_in_the_log_is_owed_once() -> None:
    assert shown(judge(INF_17, [log(["YP1", "YP1"])], "2026-03-07 10:00"), "part") == [("YP1",)]


@pytest.mark.parametrize(
    ("done", "state"),
    [
        ("phone", "met"),
        ("writing", "open"),
        (["writing", "phone"], "met"),
        (None, "open"),
        ("telephone", "open"),
        (["phones"], "open"),
    ],
)
def test_a_condition_on_data_holds_for_the_value_or_a_list_with_it(done: object, state: str) -> None:
    pack = pack_of(
        """[duty.GAN-05]
when = "data.urgent"
after = "intelligence_passed{to=social_worker}"
about = "intelligence"
within = "1 hour"
time_from = "document says promptly; the number is local"
who = "social_worker"
done_by = "intelligence_passed{to=housing_keyworker, how=phone}"
"""
    )
    passed = {"to": ["deputy_team_manager", "social_worker"], "urgent": True}
    events = [
        event("i", "intelligence_passed", "2026-03-06 10:00", intelligence="I1", data=passed),
        event("j", "intelligence_passed", "2026-03-06 10:30", intelligence="I1", to="housing_keyworker", how=done),
    ]
    assert the_line(pack, events, "2026-03-06 10:45")["state"] == state


def test_any_of_several_recipients_may_do() -> None:
    pack = pack_of(
        """[duty.INC-02]
after = "incident_recorded"
about = "incident"
within = "immediately"
time_from = "document says immediately; the number is local"
who = "provider_manager"
done_by = "incident_reported{to=social_worker or deputy_team_manager or duty_team}"
"""
    )
    events = [
        event("i", "incident_recorded", "2026-03-06 22:00", incident="I1"),
        event("j", "incident_reported", "2026-03-06 22:10", incident="I1", to="commissioning"),
        event("k", "incident_reported", "2026-03-06 22:20", incident="I1", to="duty_team"),
    ]
    assert the_line(pack, events, "2026-03-07 10:00")["met_by"] == ["k"]


def test_a_trigger_that_does_not_fit_the_condition_starts_nothing() -> None:
    pack = pack_of(
        """[duty.INC-03]
after = "incident_recorded{serious=true}"
about = "incident"
within = "promptly"
time_from = "local default: the document gives no time"
who = "provider_manager"
done_by = "incident_report_submitted"
"""
    )
    serious = event("i", "incident_recorded", "2026-03-06 22:00", incident="I1", serious=True)
    minor = event("j", "incident_recorded", "2026-03-06 22:00", incident="I2", serious=False)
    unsaid = event("k", "incident_recorded", "2026-03-06 22:00", incident="I3")
    assert shown(judge(pack, [serious, minor, unsaid], "2026-03-06 23:00"), "trigger") == [("i",)]
