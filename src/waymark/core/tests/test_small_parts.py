"""Parts that need no database."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from waymark.core import checks, ledger, record_frame, trail
from waymark.core.actor import Actor
from waymark.core.database import OWNER, SERVICE, WEB, LoginRouter, current_login, login
from waymark.core.formats import day, moment
from waymark.core.permissions import Permission


def test_an_instant_is_shown_in_london_time():
    assert moment(datetime(2026, 7, 1, 14, 5, tzinfo=UTC)) == "1 July 2026 at 15:05"
    assert moment(datetime(2026, 1, 1, 9, tzinfo=UTC)) == "1 January 2026 at 09:00"
    assert moment(datetime(2026, 1, 1, 12, tzinfo=UTC)) == "1 January 2026 at 12:00"


def test_an_instant_late_in_the_evening_falls_on_the_next_day_in_summer():
    assert day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2026"
    assert moment(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)) == "1 July 2026 at 00:00"
    assert day(date(2026, 3, 7)) == "7 March 2026"


def test_queries_use_the_login_of_the_moment_and_migrations_the_owners():
    router = LoginRouter()

    with login(WEB):
        assert (router.db_for_read(None), router.db_for_write(None)) == (WEB, WEB)
        with login(SERVICE):
            assert router.db_for_read(None) == SERVICE
        assert current_login() == WEB
    assert [alias for alias in (WEB, SERVICE, OWNER) if router.allow_migrate(alias, "people")] == [OWNER]


def test_the_system_says_why_it_acts_and_may_do_everything():
    assert Actor.system("worker").may(Permission.ADOPT_PROTOCOL)
    with pytest.raises(ValueError, match="Say why"):
        Actor.system("")


def test_somebody_without_a_membership_may_only_see_public_pages():
    nobody = Actor(name="Nobody")

    assert [permission for permission in Permission if nobody.may(permission)] == [Permission.PUBLIC]


def test_the_system_does_not_start_without_a_ledger_a_trail_or_a_frame(monkeypatch):
    assert checks.the_ledger_and_the_trail_are_registered(None) == []

    monkeypatch.setattr(ledger._Registered, "ledger", None)
    monkeypatch.setattr(trail._Registered, "writer", None)
    monkeypatch.setattr(record_frame._Registered, "framer", None)

    assert [problem.id for problem in checks.the_ledger_and_the_trail_are_registered(None)] == [
        "waymark.E001",
        "waymark.E002",
        "waymark.E007",
    ]
    with pytest.raises(Exception, match="Nothing frames"):
        record_frame.frame(None, None, "")
    with pytest.raises(Exception, match="No sharing ledger"):
        ledger.current_ledger()
    with pytest.raises(Exception, match="No audit trail"):
        trail.listed(Actor.system("tests"), "people.YoungPerson")
