"""When a duty is due: local days, working days, months and elapsed hours (events.md, "Meanings that are fixed").

Every `due` is an exclusive instant in UTC: being in time means happening before it. Days, weeks, months and working
days count local calendar days in London and end with the last day; hours are elapsed time across clock changes.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays

from waymark.events.vocabulary.limits import FIRST_YEAR, LAST_YEAR

from .errors import UnreadableError

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
SATURDAY = 5

_DURATION = re.compile(r"(?P<amount>\d{1,4}) (?P<unit>minute|hour|day|week|month|working day)s?")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as a protocol states it: `5 days`, `10 working days`, `24 hours`."""

    amount: int
    unit: str  # minute, hour, day, week, month, working day

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `5 days`; raises UnreadableError for anything else."""
        found = _DURATION.fullmatch(text.strip())
        if not found:
            raise UnreadableError(f"'{text}' is not a length of time such as '5 days' or '10 working days'")
        if int(found["amount"]) == 0:
            raise UnreadableError(f"'{text}' is no time at all")
        return cls(int(found["amount"]), found["unit"])

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{'' if self.amount == 1 else 's'}"


class Due(NamedTuple):
    """The exclusive instant (UTC) by which something must have happened; provisional beyond the known holidays."""

    at: datetime
    provisional: bool = False


@cache
def start_of_day(day: date) -> datetime:
    """00:00 of a London day as an instant in UTC."""
    return datetime.combine(day, time.min, LONDON).astimezone(UTC)


def local_date(instant: datetime) -> date:
    """The London calendar day that an instant falls on."""
    return instant.astimezone(LONDON).date()


def end_of_day(day: date) -> datetime:
    """The exclusive end of a London day: 00:00 of the next, in UTC."""
    return start_of_day(day + ONE_DAY)


def add_months(day: date, months: int) -> date:
    """The corresponding date so many months on, or that month's last day where there is none."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day_of_month(month_start: date) -> date:
    return month_start.replace(day=monthrange(month_start.year, month_start.month)[1])


def age_on(date_of_birth: date, day: date) -> int:
    """Whole years on a day. Born on 29 February: birthday on 1 March in common years."""
    before_birthday = (day.month, day.day) < (date_of_birth.month, date_of_birth.day)
    return day.year - date_of_birth.year - before_birthday


class Calendar:
    """Working days of England and Wales, as far as the bank holidays are known."""

    def __init__(self, bank_holidays: Iterable[date]) -> None:
        """`bank_holidays` in any order; the years they span count as known, everything outside is provisional."""
        self.bank_holidays = frozenset(bank_holidays)
        years = [day.year for day in self.bank_holidays]
        self.known_from = date(min(years), 1, 1) if years else date.max
        self.known_until = date(max(years), 12, 31) if years else date.min
        self._working_days: dict[tuple[date, int], date] = {}

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.bank_holidays

    def add_working_days(self, day: date, count: int) -> date:
        """The day that is `count` working days after `day`, which is day 0 whatever kind of day it is."""
        key = (day, count)
        if key not in self._working_days:
            reached = day
            for _ in range(count):
                reached += ONE_DAY
                while not self.is_working_day(reached):
                    reached += ONE_DAY
            self._working_days[key] = reached
        return self._working_days[key]

    def is_known(self, first: date, last: date) -> bool:
        """Whether the bank holidays of the whole stretch are known."""
        return self.known_from <= first and last <= self.known_until

    def last_day(self, day: date, duration: Duration) -> date:
        """The last local day for something owed within `duration` (days or longer) of `day`."""
        match duration.unit:
            case "working day":
                return self.add_working_days(day, duration.amount)
            case "day":
                return day + timedelta(days=duration.amount)
            case "week":
                return day + timedelta(weeks=duration.amount)
            case "month":
                return add_months(day, duration.amount)
        raise UnreadableError(f"{duration} does not count in days")

    def due(self, start: datetime, duration: Duration) -> Due:
        """When something is due that is owed within `duration` of `start`. Raises OverflowError past the year 9999."""
        if duration.unit == "hour":
            return Due(start + timedelta(hours=duration.amount))
        if duration.unit == "minute":
            return Due(start + timedelta(minutes=duration.amount))
        return self.due_after_day(local_date(start), duration)

    def due_after_day(self, day: date, duration: Duration) -> Due:
        """The same, counted from a local day."""
        last = self.last_day(day, duration)
        provisional = duration.unit == "working day" and not self.is_known(day, last)
        return Due(end_of_day(last), provisional)


@cache
def england_and_wales() -> Calendar:
    """The calendar of England and Wales from the tables bundled with govuk-bank-holidays (nothing is fetched)."""
    holidays = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return Calendar(holiday["date"] for holiday in holidays)


def parse_instant(text: object) -> datetime:
    """Read an ISO 8601 date and time with offset into UTC. Raises ValueError saying what is wrong."""
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a date and time")
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a date and time such as 2026-03-02T10:00:00+00:00") from None
    if instant.tzinfo is None:
        raise ValueError(f"'{text}' has no offset from UTC (write 2026-03-02T10:00:00+00:00)")
    if not is_within_calendar(instant.date()):
        raise ValueError(f"'{text}' is outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return instant.astimezone(UTC)


def is_within_calendar(day: date) -> bool:
    """Whether a day lies in the years that casework can be about, so that counting from it stays on the calendar."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
