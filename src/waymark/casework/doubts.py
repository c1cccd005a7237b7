"""What a form asks once more before it is stored: what may well be a slip, and may be true all the same.

Each is worked out from what the form says and what the record holds. Somebody who confirms one confirms it for what it
is about (`key`) and for nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from waymark.casework.entries import Filled, earlier_same
from waymark.casework.presenters import Link
from waymark.casework.presenters.duties import length
from waymark.casework.setting import Setting
from waymark.core import formats
from waymark.duties.engine.wording import event_text
from waymark.events.models import Event

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to be asked: the question, what confirms it, and where to look. `key` says what exactly it is about."""

    key: str
    question: str
    yes: str
    links: tuple[Link, ...] = ()


def doubts(filled: Filled, setting: Setting) -> list[Doubt]:
    """What is doubtful about a form that is otherwise right, the gravest first."""
    same = earlier_same(filled, setting.history, setting.now)
    return [same_again(same, setting)] if same else []


def same_again(event: Event, setting: Setting) -> Doubt:
    """The record has an entry that says the same."""
    who = "You" if event.actor == setting.actor.membership_id else setting.writer(event)
    entry = f"{event_text(event.type)}, {formats.moment(event.occurred_at)}"
    return Doubt(
        key=f"same {event.pk}",
        question=f"{who} recorded the same {_ago(event.recorded_at, setting.now)}: {entry}. Is this another one?",
        yes="Yes, this is another one",
        links=(Link("See that entry", reverse("event", args=[setting.case.pk, event.pk])),),
    )


def _ago(instant: datetime, now: datetime) -> str:
    """`just now`, `2 minutes ago`, `3 hours ago`; from a day on, the day and time."""
    passed = now - instant
    if passed < MINUTE:
        return "just now"
    return f"{length(passed)} ago" if passed < DAY else f"on {formats.moment(instant)}"
