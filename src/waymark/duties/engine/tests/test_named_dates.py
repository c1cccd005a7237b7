"""Deadlines that an event itself names: at a meeting, by a time; and what happens when it is moved."""

from __future__ import annotations

import pytest

from waymark.duties.engine import Event

from .kit import event, judge, pack_of, retracted, shown, the_line

INTERVIEW = """[duty.HAS-08]
after = "assessment_interview_arranged"
about = "referral"
at = "data.scheduled_for"
who = "social_worker"
done_by = "assessment_interview_held{attended=social_worker}"
until = "referral_withdrawn, case_closed"
"""
AT = pack_of(INTERVIEW)
BY = pack_of(
    """[duty.CSE-02]
after = "exploitation_meeting_convened"
about = "meeting"
by = "data.scheduled_for"
who = "social_worker"
done_by = "keyworker_invited"
"""
)


def arranged(event_id: str, at: str, scheduled_for: str, referral: str = "R1") -> Event:
    return event(event_id, "assessment_interview_arranged", at, referral=referral, scheduled_for=scheduled_for)


def held(at: str, attended: list[str], referral: str = "R1") -> Event:
    return event("held", "assessment_interview_held", at, referral=referral, attended=attended)


FIRST = arranged("a1", "2026-03-02 10:00", "2026-03-10T14:00:00+00:00")


def test_at_a_meeting_means_by_the_end_of_its_day() -> None:
    assert the_line(AT, [FIRST], "2026-03-10 23:59:59")["state"] == "open"
    assert shown([the_line(AT, [FIRST], "2026-03-11 00:00")], "state", "due") == [
        ("breached", "2026-03-11T00:00:00+00:00")
    ]


def test_being_there_is_being_in_time() -> None:
    line = the_line(AT, [FIRST, held("2026-03-10 15:30", ["young_person", "social_worker"])], "2026-03-20 10:00")
    assert shown([line], "state", "late") == [("met", False)]


def test_a_meeting_held_without_them_does_not_count() -> None:
    assert the_line(AT, [FIRST, held("2026-03-10 15:30", ["young_person"])], "2026-03-20 10:00")["state"] == "breached"


@pytest.mark.parametrize(
    ("scheduled_for", "due"),
    [
        ("2026-03-29T14:00:00+01:00", "2026-03-30T00:00:00+01:00"),
        ("2026-10-25T14:00:00+00:00", "2026-10-26T00:00:00+00:00"),
        ("2026-07-01T23:30:00+00:00", "2026-07-03T00:00:00+01:00"),  # 00:30 on 2 July in London
        ("2026-07-01T23:30:00+01:00", "2026-07-02T00:00:00+01:00"),
    ],
)
def test_the_day_of_a_meeting_is_the_local_day(scheduled_for: str, due: str) -> None:
    assert the_line(AT, [arranged("a1", "2026-03-02 10:00", scheduled_for)], "2026-03-03 10:00")["due"] == due


def test_by_a_time_means_that_instant() -> None:
    convened = event(
        "c",
        "exploitation_meeting_convened",
        "2026-03-02 10:00",
        meeting="M1",
        scheduled_for="2026-03-10T14:00:00+00:00",
    )
    at = {"13:59:59.999999": False, "14:00": True}
    for time, late in at.items():
        invited = event("i", "keyworker_invited", f"2026-03-10 {time}", meeting="M1")
        assert the_line(BY, [convened, invited], "2026-03-20 10:00")["late"] is late
    assert the_line(BY, [convened], "2026-03-10 13:59")["due"] == "2026-03-10T14:00:00+00:00"
    assert the_line(BY, [convened], "2026-03-10 14:00")["state"] == "breached"


# Rescheduling: a new arranging event with the same reference, and the latest one counts.

LATER = arranged("a2", "2026-03-05 10:00", "2026-03-17T14:00:00+00:00")
EARLIER = arranged("a2", "2026-03-05 10:00", "2026-03-06T14:00:00+00:00")


@pytest.mark.parametrize(
    ("moved", "due"), [(LATER, "2026-03-18T00:00:00+00:00"), (EARLIER, "2026-03-07T00:00:00+00:00")]
)
def test_when_a_meeting_is_moved_only_the_latest_date_counts(moved: Event, due: str) -> None:
    assert the_line(AT, [FIRST, moved], "2026-03-05 12:00")["due"] == due


def test_before_it_is_moved_the_first_date_counts() -> None:
    assert the_line(AT, [FIRST, LATER], "2026-03-05 09:59")["due"] == "2026-03-11T00:00:00+00:00"


def test_a_moved_meeting_attended_on_its_new_day_is_in_time() -> None:
    events = [FIRST, LATER, held("2026-03-17 14:30", ["social_worker"])]
    assert shown(judge(AT, events, "2026-03-30 10:00"), "state", "late") == [("met", False)]


def test_the_latest_arrangement_is_the_one_made_last_not_the_one_recorded_last() -> None:
    late_note = arranged("a0", "2026-03-01 10:00", "2026-03-25T14:00:00+00:00")
    late_note.recorded_at = late_note.recorded_at.replace(day=6)
    assert the_line(AT, [FIRST, late_note], "2026-03-07 10:00")["due"] == "2026-03-11T00:00:00+00:00"


def test_when_the_move_is_withdrawn_the_first_date_counts_again() -> None:
    events = [FIRST, LATER, retracted("r", "a2", "2026-03-06 10:00")]
    assert the_line(AT, events, "2026-03-07 10:00")["due"] == "2026-03-11T00:00:00+00:00"


def test_moving_one_meeting_leaves_the_others() -> None:
    other = arranged("b1", "2026-03-04 10:00", "2026-03-12T14:00:00+00:00", referral="R2")
    lines = judge(AT, [FIRST, other, LATER], "2026-03-05 12:00")
    assert sorted(line["due"][:10] for line in lines) == ["2026-03-13", "2026-03-18"]


def test_arranging_again_after_the_meeting_leaves_what_was_met() -> None:
    again = arranged("a2", "2026-03-12 10:00", "2026-03-17T14:00:00+00:00")
    events = [FIRST, held("2026-03-10 14:30", ["social_worker"]), again]
    lines = judge(AT, events, "2026-03-13 10:00")
    assert ("met", "2026-03-11T00:00:00+00:00") in shown(lines, "state", "due")


def test_a_meeting_moved_under_a_new_version_still_has_only_its_latest_date() -> None:
    new = pack_of(INTERVIEW, version="2", in_force="2026-03-04")
    assert shown(judge([AT, new], [FIRST, LATER], "2026-03-12 10:00"), "trigger", "version", "state") == [
        ("a2", "2", "open")
    ]


def test_a_panel_action_is_due_at_the_time_it_names() -> None:
    pack = pack_of(
        """[duty.PAN-08]
after = "action_assigned"
about = "action"
by = "data.due"
who = "housing_keyworker"
done_by = "action_done"
until = "action_withdrawn"
"""
    )
    assigned = event("a", "action_assigned", "2026-03-02 10:00", action="A1", due="2026-03-09T17:00:00+00:00")
    assert the_line(pack, [assigned], "2026-03-09 16:59")["state"] == "open"
    assert the_line(pack, [assigned], "2026-03-09 17:00")["state"] == "breached"
