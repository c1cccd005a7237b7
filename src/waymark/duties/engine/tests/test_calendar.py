"""Days, weeks, months, hours and working days, counted as people in England count them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.duties.engine.calendar import (
    Calendar,
    Duration,
    add_months,
    age_on,
    end_of_day,
    england_and_wales,
    local_date,
    parse_instant,
)
from waymark.duties.engine.errors import UnreadableError

from .kit import LONDON, fast, instant

calendar = england_and_wales()
days = st.dates(date(2013, 1, 1), date(2027, 12, 31))


def due(start: str, within: str) -> str:
    return calendar.due(instant(start), Duration.parse(within)).at.astimezone(LONDON).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("start", "within", "expected"),
    [
        ("2026-03-02 10:00", "5 days", "2026-03-08T00:00+00:00"),
        ("2026-03-02 00:00", "5 days", "2026-03-08T00:00+00:00"),
        ("2026-03-02 23:59:59.999999", "5 days", "2026-03-08T00:00+00:00"),
        ("2026-03-02 10:00", "1 day", "2026-03-04T00:00+00:00"),
        ("2026-03-02 10:00", "2 weeks", "2026-03-17T00:00+00:00"),
        ("2026-03-02 10:00", "1 week", "2026-03-10T00:00+00:00"),
        # the local day counts, not the day in UTC: 23:30Z on 1 July is 00:30 on 2 July in London
        ("2026-07-01T23:30:00+00:00", "5 days", "2026-07-08T00:00+01:00"),
    ],
)
def test_days_and_weeks_end_with_the_last_local_day(start: str, within: str, expected: str) -> None:
    assert due(start, within) == expected


@pytest.mark.parametrize(
    ("start", "months", "last_day"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-01-30", 1, "2028-02-29"),
        ("2026-01-29", 1, "2026-02-28"),
        ("2026-01-28", 1, "2026-02-28"),
        ("2026-02-28", 1, "2026-03-28"),  # never the month's end because it was one
        ("2028-02-29", 12, "2029-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-08-31", 3, "2026-11-30"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-10-15", 3, "2027-01-15"),
        ("2026-12-01", 12, "2027-12-01"),
    ],
)
def test_months_go_to_the_corresponding_date_or_the_months_last_day(start: str, months: int, last_day: str) -> None:
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(last_day)


def test_a_month_from_31_january_is_due_at_the_end_of_february() -> None:
    assert due("2026-01-31 10:00", "1 month") == "2026-03-01T00:00+00:00"
    assert due("2028-01-31 10:00", "1 month") == "2028-03-01T00:00+00:00"


@pytest.mark.parametrize(
    ("start", "within", "expected"),
    [
        # the clocks went forward at 01:00 on 29 March 2026
        ("2026-03-28 12:00", "24 hours", "2026-03-29T13:00+01:00"),
        ("2026-03-29 00:30", "1 hour", "2026-03-29T02:30+01:00"),
        ("2026-03-23 12:00", "5 days", "2026-03-29T00:00+00:00"),
        ("2026-03-24 12:00", "5 days", "2026-03-30T00:00+01:00"),
        ("2026-03-28 12:00", "1 week", "2026-04-05T00:00+01:00"),
        # and back at 02:00 on 25 October 2026
        ("2026-10-24 12:00", "24 hours", "2026-10-25T11:00+00:00"),
        ("2026-10-25T00:30:00+00:00", "1 hour", "2026-10-25T01:30+00:00"),
        ("2026-10-19 12:00", "5 days", "2026-10-25T00:00+01:00"),
        ("2026-10-20 12:00", "5 days", "2026-10-26T00:00+00:00"),
        ("2026-10-23 12:00", "1 working day", "2026-10-27T00:00+00:00"),
        ("2026-07-25 12:00", "3 months", "2026-10-26T00:00+00:00"),
    ],
)
def test_clock_changes_stretch_days_and_leave_hours_alone(start: str, within: str, expected: str) -> None:
    assert due(start, within) == expected


def test_the_hour_that_comes_twice_is_told_apart_by_its_offset() -> None:
    first, second = instant("2026-10-25T01:30:00+01:00"), instant("2026-10-25T01:30:00+00:00")
    hour = Duration.parse("1 hour")
    assert calendar.due(first, hour).at == second
    assert calendar.due(second, hour).at == second + timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "within", "last_day"),
    [
        ("2023-04-27 10:00", "10 working days", "2023-05-15"),  # 1 May, and 8 May for the coronation
        ("2026-03-06 17:00", "1 working day", "2026-03-09"),  # from a Friday
        ("2026-03-07 10:00", "1 working day", "2026-03-09"),  # from a Saturday
        ("2026-03-08 10:00", "1 working day", "2026-03-09"),  # from a Sunday
        ("2026-03-09 00:00", "1 working day", "2026-03-10"),  # a working day is day 0 from its first instant
        ("2026-04-02 10:00", "1 working day", "2026-04-07"),  # over Easter
        ("2026-04-03 10:00", "1 working day", "2026-04-07"),  # from Good Friday
        ("2026-12-24 10:00", "1 working day", "2026-12-29"),  # Boxing Day on a Saturday moves to Monday 28th
        ("2026-12-24 10:00", "5 working days", "2027-01-05"),
        ("2022-06-01 10:00", "1 working day", "2022-06-06"),  # the jubilee took a Thursday and a Friday
        ("2020-05-07 10:00", "1 working day", "2020-05-11"),  # May Day moved to Friday 8 May 2020
    ],
)
def test_working_days_skip_weekends_and_bank_holidays(start: str, within: str, last_day: str) -> None:
    found = calendar.due(instant(start), Duration.parse(within))
    assert found == (end_of_day(date.fromisoformat(last_day)), False)


def test_scottish_and_irish_bank_holidays_are_working_days() -> None:
    assert calendar.is_working_day(date(2026, 1, 2))
    assert calendar.is_working_day(date(2026, 3, 17))
    assert calendar.is_working_day(date(2026, 11, 30))


def test_a_deadline_beyond_the_known_bank_holidays_is_provisional() -> None:
    last_known = max(calendar.bank_holidays).year
    before, beyond = f"{last_known}-12-01 10:00", f"{last_known}-12-30 10:00"
    within = Duration.parse("5 working days")
    assert not calendar.due(instant(before), within).provisional
    assert calendar.due(instant(beyond), within).provisional
    assert calendar.due(instant("2061-03-02 10:00"), within) == (end_of_day(date(2061, 3, 9)), True)


@pytest.mark.parametrize("within", ["5 days", "3 months", "24 hours", "2 weeks"])
def test_only_working_days_are_ever_provisional(within: str) -> None:
    assert not calendar.due(instant("2061-03-02 10:00"), Duration.parse(within)).provisional


def test_five_days_never_become_working_days() -> None:
    assert due("2026-04-01 10:00", "5 days") == "2026-04-07T00:00+01:00"  # Easter Monday


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("2008-03-07", "2026-03-06", 17),
        ("2008-03-07", "2026-03-07", 18),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-28", 19),
        ("2008-02-29", "2028-02-29", 20),
        ("2008-12-31", "2026-01-01", 17),
        ("2008-01-01", "2025-12-31", 17),
    ],
)
def test_age_changes_on_the_birthday_and_on_1_march_for_those_born_on_29_february(
    born: str, day: str, age: int
) -> None:
    assert age_on(date.fromisoformat(born), date.fromisoformat(day)) == age


@pytest.mark.parametrize(
    "text", ["", "5", "days", "five days", "5 fortnights", "-5 days", "0 days", "1.5 days", "5 days 2 hours"]
)
def test_a_length_of_time_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        Duration.parse(text)


@pytest.mark.parametrize("text", ["2026-03-02T10:00:00", "2026-03-02", "yesterday", "", None, 5, ["2026"], "10:00Z"])
def test_an_instant_needs_a_day_a_time_and_an_offset(text: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_instant(text)


@fast
@given(day=days, count=st.integers(1, 40))
def test_working_days_agree_with_counting_them_one_by_one(day: date, count: int) -> None:
    last = calendar.add_working_days(day, count)
    between = [day + timedelta(days=step) for step in range(1, (last - day).days + 1)]
    working = [one for one in between if one.weekday() < 5 and one not in calendar.bank_holidays]
    assert (len(working), working[-1]) == (count, last)


@fast
@given(day=days, months=st.integers(1, 30))
def test_a_month_on_is_never_more_than_a_few_days_off_and_never_in_another_month(day: date, months: int) -> None:
    reached = add_months(day, months)
    assert (reached.year * 12 + reached.month) - (day.year * 12 + day.month) == months
    assert reached.day == day.day or (reached.day < day.day and (reached + timedelta(days=1)).day == 1)


@fast
@given(day=days, clock=st.times(), amount=st.integers(1, 60))
def test_the_time_of_day_never_changes_a_deadline_in_days(day: date, clock: object, amount: int) -> None:
    at_midnight = calendar.due(instant(f"{day} 00:00"), Duration(amount, "day"))
    assert calendar.due(instant(f"{day} {clock}"), Duration(amount, "day")) == at_midnight
    assert local_date(at_midnight.at) == day + timedelta(days=amount + 1)
    assert at_midnight.at.astimezone(LONDON).time().isoformat() == "00:00:00"


def test_without_bank_holidays_every_weekday_is_a_working_day_and_nothing_is_certain() -> None:
    found = Calendar([]).due(instant("2026-12-24 10:00"), Duration.parse("1 working day"))
    assert found == (end_of_day(date(2026, 12, 25)), True)
