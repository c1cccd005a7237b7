"""The words that pages use, from whichever part of Waymark they come."""

from __future__ import annotations

from datetime import UTC, datetime

from waymark.core.formats import moment, moment_with_day
from waymark.duties.engine.wording import instant_text

LATE_ON_A_SATURDAY = datetime(2026, 11, 21, 23, 40, tzinfo=UTC)


def test_the_time_is_written_in_one_way_in_entries_and_in_deadlines():
    assert instant_text(LATE_ON_A_SATURDAY) == "Sat 21 Nov 2026 at 23:40"
    assert moment(LATE_ON_A_SATURDAY) == "21 November 2026 at 23:40"
    assert moment_with_day(LATE_ON_A_SATURDAY) == "Sat 21 November 2026 at 23:40"
