"""Office hours and working days as people in the demo borough keep them (Europe/London, England's bank holidays)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays

LONDON = ZoneInfo("Europe/London")
OPENS = time(9, 0)
CLOSES = time(17, 30)
DAY = timedelta(days=1)


@cache
def bank_holidays() -> frozenset[date]:
    """England and Wales bank holidays, from the tables that come with the library (no network)."""
    holidays = BankHolidays(use_cached_holidays=True)
    return frozenset(holiday["date"] for holiday in holidays.get_holidays(BankHolidays.ENGLAND_AND_WALES))


def is_working_day(day: date) -> bool:
    """Whether offices are open on this day."""
    return day.weekday() < 5 and day not in bank_holidays()


def working_day_on_or_after(day: date) -> date:
    """The day itself when offices are open, otherwise the next day they are."""
    while not is_working_day(day):
        day += DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """The day `count` working days later; the day itself is day 0, whether or not it is one."""
    for _ in range(count):
        day = working_day_on_or_after(day + DAY)
    return day


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """That time on the London clock."""
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


def local_day(at: datetime) -> date:
    """The London day that an instant falls on."""
    return at.astimezone(LONDON).date()


def start_of_day(at: datetime) -> datetime:
    """Midnight, London time, at the start of the day that an instant falls on."""
    return moment(local_day(at), 0)


def end_of_day(day: date) -> datetime:
    """The first instant after a London day."""
    return moment(day + DAY, 0)


def end_of_working_days(start: datetime, count: int) -> datetime:
    """When something due within `count` working days of `start` stops being in time."""
    return end_of_day(add_working_days(local_day(start), count))


def opening(day: date) -> datetime:
    """When offices open on that day."""
    return moment(day, OPENS.hour, OPENS.minute)


def closing(day: date) -> datetime:
    """When offices close on that day."""
    return moment(day, CLOSES.hour, CLOSES.minute)


def in_office_hours(at: datetime) -> bool:
    """Whether offices are open at that instant."""
    day = local_day(at)
    return is_working_day(day) and opening(day) <= at < closing(day)


def office_time(day: date, random: Random) -> datetime:
    """Some minute of the office hours of the first working day on or after `day`."""
    open_day = working_day_on_or_after(day)
    return opening(open_day) + timedelta(minutes=random.randrange(10, 490))


def office_time_between(start: datetime, end: datetime, random: Random) -> datetime | None:
    """A minute within office hours between two instants, earlier days likelier; None when offices are shut."""
    chances: list[tuple[datetime, datetime]] = []
    day = local_day(start)
    while opening(day) < end and len(chances) < 40:
        begins, ends = max(opening(day), start), min(closing(day), end)
        if is_working_day(day) and ends - begins >= timedelta(minutes=3):
            chances.append((begins, ends))
        day += DAY
    if not chances:
        return None
    begins, ends = chances[int(len(chances) * random.random() ** 1.15)]
    return begins + timedelta(minutes=random.randrange(1, int((ends - begins).total_seconds() // 60)))


def months_later(day: date, months: int) -> date:
    """The corresponding day so many months later (or earlier), or that month's last day where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - DAY).day))
