"""Dates and times as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from waymark.govuk.dates import UnreadableDate, date_parts, instant_parts, read_date, read_instant, read_time


def _typed(text):
    return dict(zip(("day", "month", "year", "time"), text.split("/"), strict=False))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("7/3/2026", date(2026, 3, 7)),
        ("07/03/2026", date(2026, 3, 7)),
        ("7/March/2026", date(2026, 3, 7)),
        ("7/sept/2026", date(2026, 9, 7)),
        ("29/feb/2028", date(2028, 2, 29)),
        ("//", None),
    ],
)
def test_a_date_is_read_with_the_month_as_number_or_name(typed, day):
    assert read_date(_typed(typed)) == day


@pytest.mark.parametrize(
    ("typed", "problem", "parts"),
    [
        ("/3/2026", "must include a day", ("day",)),
        ("7//", "must include a month and year", ("month", "year")),
        ("31/4/2026", "must be a real date", ("day", "month", "year")),
        ("29/2/2026", "must be a real date", ("day", "month", "year")),
        ("7/Mars/2026", "must be a real date", ("month",)),
        ("7/3/26", "must have a year of 4 numbers", ("year",)),
        ("-7/3/2026", "must be a real date", ("day",)),
        ("٧/3/2026", "must be a real date", ("day",)),
        (f"{'9' * 50}/3/2026", "must be a real date", ("day",)),
        (f"7/{'9' * 50}/2026", "must be a real date", ("month",)),
        (f"7/{'9' * 5_000}/2026", "must be a real date", ("month",)),
        (f"7/3/{'9' * 50}", "must have a year of 4 numbers", ("year",)),
        ("7/3/0000", "must be a real date", ("day", "month", "year")),
        ("7/3/²²²²", "must be a real date", ("year",)),
    ],
)
def test_what_is_no_date_says_what_is_wrong_and_where(typed, problem, parts):
    with pytest.raises(UnreadableDate) as raised:
        read_date(_typed(typed))

    assert (raised.value.problem, raised.value.parts) == (problem, parts)


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("14:30", time(14, 30)),
        ("1430", time(14, 30)),
        ("930", time(9, 30)),
        ("9.05", time(9, 5)),
        ("2:15pm", time(14, 15)),
        ("2 pm", time(14)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("7", time(7)),
        ("1", time(1)),
        ("0:00", time(0)),
        ("9 a.m.", time(9)),
    ],
)
def test_a_time_is_read_however_it_is_written(typed, clock):
    assert read_time(typed) == clock


@pytest.mark.parametrize(
    "typed", ["24:00", "9:60", "13pm", "0am", "noon", "12345", "9:5", "-1", "\u0661:30", "9" * 5_000]
)
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(UnreadableDate, match="must have a time such as 14:30"):
        read_time(typed)


def test_an_instant_is_read_in_london():
    assert read_instant(_typed("7/3/2026/14:30")) == datetime(2026, 3, 7, 14, 30, tzinfo=UTC)
    assert read_instant(_typed("7/7/2026/14:30")) == datetime(2026, 7, 7, 13, 30, tzinfo=UTC)


def test_the_hour_that_the_clocks_skip_is_refused_and_the_one_they_repeat_is_the_first():
    with pytest.raises(UnreadableDate, match="clocks went forward"):
        read_instant(_typed("29/3/2026/01:30"))
    assert read_instant(_typed("25/10/2026/01:30")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_half_an_instant_says_which_half_is_missing():
    with pytest.raises(UnreadableDate, match="must include a time"):
        read_instant(_typed("7/3/2026/"))
    with pytest.raises(UnreadableDate, match="must include a date"):
        read_instant(_typed("///9:00"))
    assert read_instant(_typed("///")) is None


def test_what_is_written_back_reads_the_same():
    instant = datetime(2026, 7, 7, 13, 5, tzinfo=UTC)

    assert read_instant(instant_parts(instant)) == instant
    assert read_date(date_parts(date(2026, 3, 7))) == date(2026, 3, 7)
