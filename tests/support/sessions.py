"""Visits of what somebody meets whose session ended while they were typing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any


def session_visits(visit: Callable[..., Any], person: Any, words: str) -> Iterator[Any]:
    """The page that says so, the form filled in again, and the page for what cannot be filled in."""
    form = f"/records/{person}/record/team_changed"

    def send(page: Any) -> None:
        page.get_by_label("Who joined or left").fill(words)
        _send_late(page, "Record")

    def go_on(page: Any) -> None:
        send(page)
        _press(page, "Sign in and go on")

    def go_on_from_a_step(page: Any) -> None:
        page.get_by_label("Why may only named people open it?").fill(words)
        _press(page, "Continue")
        _send_late(page, "Restrict it now")
        _press(page, "Sign in and go on")

    yield visit("session over", "keyworker", form, send)
    yield visit("filled in again", "keyworker", form, go_on)
    yield visit("not to be filled in again", "colleague", f"/records/{person}/closed/restrict", go_on_from_a_step)


def _send_late(page: Any, button: str) -> None:
    """Press a button when the session is over; afterwards it goes on, as if they had signed in again."""
    from waymark.accounts.models import Token

    now = datetime.now(UTC)
    Token.objects.filter(ended_at=None).update(expires_at=now - timedelta(minutes=1))
    _press(page, button)
    Token.objects.filter(ended_at=None).update(expires_at=now + timedelta(minutes=15))


def _press(page: Any, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()
