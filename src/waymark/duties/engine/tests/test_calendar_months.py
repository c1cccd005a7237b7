"""Duties for each calendar month (INF-13, SEA-11)."""

from __future__ import annotations

import pytest

from waymark.duties.engine import Event, VersionInForce, evaluate

from .kit import Line, event, instant, judge, pack_of, shown

LOGS = pack_of(
    """[duty.INF-13]
after = "scheme_opened"
about = "scheme"
every = "calendar month"
within = "5 working days"
time_from = "document says monthly; the five days are local"
who = "provider_manager"
done_by = "monthly_log_submitted{month}"
until = "scheme_closed"
"""
)


def opened(at: str) -> Event:
    return event("open", "scheme_opened", at, case="S1", scheme="S1")


def log(event_id: str, month: str, at: str, *, recorded: str | None = None) -> Event:
    return event(event_id, "monthly_log_submitted", at, recorded=recorded, case="S1", scheme="S1", month=month)


def logs(*events: Event, now: str, start: str = "2026-01-15 10:00") -> list[Line]:
    return judge(LOGS, [opened(start), *events], now)


def test_each_month_that_begins_after_the_trigger_is_owed_by_the_fifth_working_day_after_it() -> None:
    lines = logs(now="2026-05-02 10:00")
    assert shown(lines, "part", "due", "state", "trigger") == [
        ("2026-02", "2026-03-07T00:00:00+00:00", "breached", "open"),
        ("2026-03", "2026-04-10T00:00:00+01:00", "breached", "open"),  # over Good Friday and Easter Monday
        ("2026-04", "2026-05-09T00:00:00+01:00", "open", "open"),  # over the early May bank holiday
        ("2026-05", "2026-06-06T00:00:00+01:00", "open", "open"),
    ]


@pytest.mark.parametrize(
    ("start", "first"),
    [
        ("2026-01-31 23:59:59.999999", "2026-02"),
        ("2026-02-01 00:00", "2026-03"),  # February begins with the trigger, not after it
        ("2026-02-01 00:00:01", "2026-03"),
        ("2026-05-31T23:30:00+00:00", "2026-07"),  # already June in London
        ("2025-12-31 10:00", "2026-01"),
    ],
)
def test_the_month_of_the_trigger_is_not_owed(start: str, first: str) -> None:
    assert logs(start=start, now="2026-08-15 10:00")[0]["part"] == first


@pytest.mark.parametrize(
    ("now", "parts"),
    [("2026-01-31 23:59:59", []), ("2026-02-01 00:00", ["2026-02"]), ("2026-02-28 10:00", ["2026-02"])],
)
def test_a_month_shows_from_its_first_instant(now: str, parts: list[str]) -> None:
    assert [line["part"] for line in logs(now=now)] == parts


@pytest.mark.parametrize(
    ("now", "wakes"),
    [
        ("2026-01-31 10:00", "2026-02-01 00:00"),
        ("2026-02-01 00:00", "2026-03-01 00:00"),
        ("2026-03-31 23:30", "2026-04-01 00:00"),
    ],
)
def test_the_next_month_is_announced(now: str, wakes: str) -> None:
    """Nothing happens when a month begins, so whoever keeps the list must know when to look again."""
    in_force = [VersionInForce(LOGS, LOGS.in_force_from)]
    assert evaluate([opened("2026-01-15 10:00")], in_force, instant(now)).wake_at == instant(wakes)


def test_after_the_ending_no_month_is_announced() -> None:
    closed = event("close", "scheme_closed", "2026-03-10 10:00", case="S1", scheme="S1")
    in_force = [VersionInForce(LOGS, LOGS.in_force_from)]
    assert evaluate([opened("2026-01-15 10:00"), closed], in_force, instant("2026-03-20 10:00")).wake_at is None


def test_a_log_meets_its_own_month_only() -> None:
    lines = logs(log("l", "2026-03", "2026-04-02 10:00"), now="2026-04-03 10:00")
    assert shown(lines, "part", "state", "met_by") == [
        ("2026-02", "breached", []),
        ("2026-03", "met", ["l"]),
        ("2026-04", "open", []),
    ]


@pytest.mark.parametrize(
    ("at", "late"), [("2026-02-27 10:00", False), ("2026-03-06 23:59:59", False), ("2026-03-07 00:00", True)]
)
def test_a_log_is_in_time_until_the_end_of_the_fifth_working_day(at: str, late: bool) -> None:
    line = logs(log("l", "2026-02", at), now="2026-03-20 10:00")[0]
    assert (line["state"], line["late"]) == ("met", late)


def test_a_log_recorded_late_leaves_a_noticed_breach() -> None:
    line = logs(log("l", "2026-02", "2026-03-05 10:00", recorded="2026-03-10 10:00"), now="2026-03-20 10:00")[0]
    assert shown([line], "state", "late", "breach_noticed_at") == [("met", False, "2026-03-07T00:00:00+00:00")]


def test_a_missed_month_does_not_hold_up_the_next() -> None:
    lines = logs(
        log("l", "2026-03", "2026-04-02 10:00"), log("k", "2026-02", "2026-06-02 10:00"), now="2026-06-03 10:00"
    )
    assert shown(lines, "part", "state", "late") == [
        ("2026-02", "met", True),
        ("2026-03", "met", False),
        ("2026-04", "breached", False),
        ("2026-05", "open", False),
        ("2026-06", "open", False),
    ]


def test_closing_ends_what_is_not_yet_due_and_begins_no_more_months() -> None:
    closed = event("close", "scheme_closed", "2026-03-10 10:00", case="S1", scheme="S1")
    assert shown(logs(closed, now="2026-09-01 10:00"), "part", "state") == [
        ("2026-02", "breached"),
        ("2026-03", "ended"),
    ]


def test_closing_before_the_log_was_due_ends_it() -> None:
    closed = event("close", "scheme_closed", "2026-03-03 10:00", case="S1", scheme="S1")
    assert shown(logs(closed, now="2026-09-01 10:00"), "part", "state") == [("2026-02", "ended"), ("2026-03", "ended")]


def test_the_turn_of_the_year_is_a_month_like_any_other() -> None:
    lines = logs(start="2025-11-15 10:00", now="2026-01-15 10:00")
    assert shown(lines, "part", "due") == [
        ("2025-12", "2026-01-09T00:00:00+00:00"),
        ("2026-01", "2026-02-07T00:00:00+00:00"),
    ]


def test_a_month_beyond_the_known_bank_holidays_is_provisional() -> None:
    lines = logs(start="2060-01-15 10:00", now="2060-02-15 10:00")
    assert shown(lines, "part", "due", "provisional") == [("2060-02", "2060-03-06T00:00:00+00:00", True)]


def test_two_schemes_owe_their_own_logs() -> None:
    other = event("open2", "scheme_opened", "2026-02-15 10:00", case="S1", scheme="S2")
    mine = log("l", "2026-03", "2026-04-01 10:00")
    lines = logs(other, mine, now="2026-04-02 10:00")
    assert sorted(shown(lines, "trigger", "part", "state")) == [
        ("open", "2026-02", "breached"),
        ("open", "2026-03", "met"),
        ("open", "2026-04", "open"),
        ("open2", "2026-03", "open"),
        ("open2", "2026-04", "open"),
    ]
