"""A new version of the protocol in the middle of a case."""

from __future__ import annotations

from waymark.duties.engine import Event, Pack

from .kit import event, facts, judge, pack_of, shown, waived


def reviews(every: str, version: str, in_force: str, *more: str) -> Pack:
    return pack_of(
        f"""[duty.REV-01]
after = "placement_started"
about = "placement"
every = "{every}"
who = "housing_keyworker"
done_by = "review_held"
until = "placement_ended"
""",
        *more,
        version=version,
        in_force=in_force,
    )


def planning(within: str, version: str, in_force: str) -> Pack:
    return pack_of(
        f"""[duty.PPM-02]
after = "placement_started"
about = "placement"
within = "{within}"
who = "social_worker"
done_by = "planning_meeting_held"
""",
        version=version,
        in_force=in_force,
    )


OLD, NEW = planning("5 days", "1", "2020-01-01"), planning("2 days", "2", "2026-03-04")


def started(at: str, event_id: str = "start", placement: str = "P1") -> Event:
    return event(event_id, "placement_started", at, placement=placement)


def judged(packs: list[Pack], events: list[Event], now: str, *fields: str) -> list[tuple[object, ...]]:
    return shown(judge(packs, events, now), *fields)


def test_a_duty_keeps_the_version_in_force_at_its_trigger() -> None:
    found = judged([OLD, NEW], [started("2026-03-03 23:59:59")], "2026-03-05 10:00", "version", "due", "state")
    assert found == [("1", "2026-03-09T00:00:00+00:00", "open")]


def test_a_new_version_judges_from_the_first_instant_of_its_day() -> None:
    found = judged([OLD, NEW], [started("2026-03-04 00:00")], "2026-03-05 10:00", "version", "due")
    assert found == [("2", "2026-03-07T00:00:00+00:00")]


def test_a_version_begins_with_a_local_day() -> None:
    summer = planning("2 days", "2", "2026-07-02")
    found = judged([OLD, summer], [started("2026-07-01T23:30:00+00:00")], "2026-07-03 10:00", "version")
    assert found == [("2",)]


def test_a_clock_is_never_restarted_by_a_new_version() -> None:
    """No line of the new version appears for what began under the old one."""
    events = [started("2026-03-02 10:00"), event("m", "planning_meeting_held", "2026-03-06 10:00", placement="P1")]
    assert judged([OLD, NEW], events, "2026-03-20 10:00", "version", "state", "met_by") == [("1", "met", ["m"])]


def test_the_order_in_which_versions_are_given_does_not_matter() -> None:
    events = [started("2026-03-02 10:00"), started("2026-03-05 10:00", "start2", "P2")]
    assert judged([NEW, OLD], events, "2026-03-20 10:00", "version") == [("1",), ("2",)]


def test_what_was_recorded_late_goes_by_when_it_happened() -> None:
    late = event("start", "placement_started", "2026-03-02 10:00", recorded="2026-03-10 10:00", placement="P1")
    assert judged([OLD, NEW], [late], "2026-03-20 10:00", "version") == [("1",)]


def test_the_next_recurrence_takes_the_version_in_force_then() -> None:
    packs = [reviews("3 months", "1", "2020-01-01"), reviews("1 month", "2", "2026-03-04")]
    events = [
        started("2026-02-10 10:00"),
        event("v1", "review_held", "2026-04-10 10:00", placement="P1"),
    ]
    assert judged(packs, events, "2026-04-11 10:00", "trigger", "version", "due", "state") == [
        ("start", "1", "2026-05-11T00:00:00+01:00", "met"),
        ("v1", "2", "2026-05-11T00:00:00+01:00", "open"),
    ]


def test_a_review_before_the_new_version_is_followed_by_one_under_the_old() -> None:
    packs = [reviews("3 months", "1", "2020-01-01"), reviews("1 month", "2", "2026-03-04")]
    events = [started("2026-02-10 10:00"), event("v1", "review_held", "2026-03-01 10:00", placement="P1")]
    assert judged(packs, events, "2026-03-10 10:00", "version", "due") == [
        ("1", "2026-05-11T00:00:00+01:00"),
        ("1", "2026-06-02T00:00:00+01:00"),
    ]


def test_a_missed_recurrence_stays_with_its_version_however_long() -> None:
    packs = [reviews("3 months", "1", "2020-01-01"), reviews("1 month", "2", "2026-03-04")]
    found = judged(packs, [started("2026-02-10 10:00")], "2027-01-01 10:00", "version", "due", "state")
    assert found == [("1", "2026-05-11T00:00:00+01:00", "breached")]


def test_a_clause_that_the_new_version_drops_recurs_no_more_but_what_was_open_stays_owed() -> None:
    without = pack_of(
        """[duty.PPM-02]
after = "placement_started"
about = "placement"
within = "5 days"
who = "social_worker"
done_by = "planning_meeting_held"
""",
        version="2",
        in_force="2026-03-04",
    )
    packs = [reviews("3 months", "1", "2020-01-01"), without]
    events = [started("2026-02-10 10:00")]
    assert judged(packs, events, "2026-06-01 10:00", "clause", "state") == [("REV-01", "breached")]
    done = event("v1", "review_held", "2026-04-10 10:00", placement="P1")
    assert judged(packs, [*events, done], "2026-12-01 10:00", "clause", "state") == [("REV-01", "met")]


def test_a_clause_that_is_new_asks_nothing_of_what_began_before() -> None:
    handbook = """[duty.PPM-09]
after = "placement_started"
about = "placement"
within = "5 days"
who = "housing_keyworker"
done_by = "handbook_given"
"""
    packs = [reviews("3 months", "1", "2020-01-01"), reviews("3 months", "2", "2026-03-04", handbook)]
    events = [started("2026-02-10 10:00"), started("2026-03-10 10:00", "start2", "P2")]
    assert judged(packs, events, "2026-03-11 10:00", "clause", "trigger") == [
        ("REV-01", "start"),
        ("REV-01", "start2"),
        ("PPM-09", "start2"),
    ]


def test_a_month_takes_the_version_in_force_when_it_begins() -> None:
    def logs(days: int, version: str, in_force: str) -> Pack:
        return pack_of(
            f"""[duty.INF-13]
after = "scheme_opened"
about = "scheme"
every = "calendar month"
within = "{days} working days"
time_from = "the days are local"
who = "provider_manager"
done_by = "monthly_log_submitted{{month}}"
""",
            version=version,
            in_force=in_force,
        )

    packs = [logs(5, "1", "2020-01-01"), logs(2, "2", "2026-02-15")]
    opened = event("o", "scheme_opened", "2026-01-15 10:00", scheme="S1")
    assert judged(packs, [opened], "2026-03-02 10:00", "part", "version", "due") == [
        ("2026-02", "1", "2026-03-07T00:00:00+00:00"),
        ("2026-03", "2", "2026-04-03T00:00:00+01:00"),
    ]


def test_before_any_version_was_in_force_the_answer_is_unknown() -> None:
    found = judged([NEW], [started("2026-03-03 10:00")], "2026-05-01 10:00", "state", "late")
    assert found == [("unknown", False)]


def test_a_waiver_reaches_a_duty_of_an_earlier_version() -> None:
    events = [started("2026-03-03 10:00"), waived("w", "PPM-02", "2026-03-05 10:00", placement="P1")]
    assert judged([OLD, NEW], events, "2026-05-01 10:00", "version", "state") == [("1", "waived")]


def test_three_versions_each_judge_their_own_time() -> None:
    third = planning("9 days", "3", "2026-03-06")
    events = [started(f"2026-03-0{day} 10:00", f"s{day}", f"P{day}") for day in (3, 4, 5, 6)]
    found = judged([OLD, NEW, third], events, "2026-03-07 10:00", "trigger", "version")
    assert found == [("s3", "1"), ("s4", "2"), ("s5", "2"), ("s6", "3")]


def test_the_record_and_the_version_may_both_begin_late() -> None:
    events = [
        facts("f", "2026-04-01 10:00", covered_from="2026-03-10"),
        started("2026-03-05 10:00", "s1", "P1"),
        started("2026-03-10 10:00", "s2", "P2"),
    ]
    assert judged([NEW], events, "2026-05-01 10:00", "trigger", "state") == [("s1", "unknown"), ("s2", "breached")]
