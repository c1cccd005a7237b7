"""What waits for somebody on lists other than My work: how much is there, and where."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from waymark.assessments.inbox import with_provider
from waymark.casework.presenters import Link
from waymark.challenges import next_steps as challenges
from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.referrals import waiting as referrals


def elsewhere(actor: Actor) -> list[Link]:
    """A line for each list on which it is the reader's turn. What waits there need not be a duty with a date."""
    return list(_lines(actor))


def _lines(actor: Actor) -> Iterator[Link]:
    if actor.may(Permission.ASSESS):
        there = with_provider(actor).count()
        yield from _line(there, "referral passed to you", "referrals passed to you", "provider_inbox")
    else:
        yield from _line(referrals.how_many(actor), "referral or check", "referrals or checks", "referrals")
    yield from _line(challenges.how_many(actor), "challenge", "challenges", "challenges")


def _line(number: int, one: str, many: str, page: str) -> Iterator[Link]:
    if number:
        yield Link(f"{number:,} {one if number == 1 else many}", reverse(page))
