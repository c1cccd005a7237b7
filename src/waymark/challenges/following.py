"""Follows the record: a challenge is there from the entry that begins it, and stands as its entries say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from waymark.cases.models import Case
from waymark.challenges.models import OPEN, Challenge
from waymark.challenges.standing import CLOSED, SUBJECTS, TELLING, TIMES, standing_of
from waymark.events.models import Event, named_by
from waymark.referrals.models import Referral

FOLLOWED = ("subject", "stage", "since", "raised_at", "ended", *TIMES)
Named = set[tuple[UUID, UUID]]


def follow(case: Case, events: list[Event], now: datetime) -> None:
    """Told by the event store what was recorded of one case."""
    follow_many([(case, events)], now)


def follow_many(batch: Sequence[tuple[Case, list[Event]]], now: datetime) -> None:
    """Work out anew where the challenges stand that new entries of many cases name."""
    named = {(case.pk, identifier) for case, events in batch for identifier in named_by(events, "challenge", TELLING)}
    closed = [case.pk for case, events in batch if any(event.type == CLOSED for event in events)]
    if closed:
        named |= set(Challenge.objects.filter(case__in=closed, stage__in=OPEN).values_list("case", "pk"))
    if named:
        _follow(named)


def _follow(named: Named) -> None:
    stories = _stories({case for case, _ in named})
    rows = Challenge.objects.select_for_update().filter(pk__in=[identifier for _, identifier in named]).order_by("pk")
    there = {challenge.pk: challenge for challenge in rows}
    referrals = _referrals(stories, named)
    new: list[Challenge] = []
    changed: list[Challenge] = []
    for case, identifier in sorted(named):
        standing = standing_of(stories.get((case, identifier), []))
        challenge = there.get(identifier)
        if standing is None or (challenge is not None and challenge.case_id != case):
            continue  # where what began it was withdrawn it stays, so that nothing said in it is lost
        if challenge is None:
            new.append(Challenge(pk=identifier, case_id=case, referral_id=referrals.get(identifier), **standing))
        else:
            changed.append(_standing_so(challenge, standing))
    Challenge.objects.bulk_create(new, batch_size=1_000)
    Challenge.objects.bulk_update(changed, FOLLOWED, batch_size=500)


def _standing_so(challenge: Challenge, standing: dict[str, Any]) -> Challenge:
    for name, value in standing.items():
        setattr(challenge, name, value)
    return challenge


def _referrals(stories: dict[tuple[UUID, UUID], list[Event]], named: Named) -> dict[UUID, UUID]:
    """The referral that each challenge names, where it is one of the same young person."""
    wanted = {
        (case, identifier): referral
        for case, identifier in named
        for event in stories.get((case, identifier), [])
        if event.type in SUBJECTS and (referral := event.identifier("referral")) is not None
    }
    known = set(Referral.objects.filter(pk__in=wanted.values()).values_list("case", "pk")) if wanted else set()
    return {identifier: referral for (case, identifier), referral in wanted.items() if (case, referral) in known}


def _stories(cases: set[UUID]) -> dict[tuple[UUID, UUID], list[Event]]:
    """The entries of each challenge of these cases that were not withdrawn, in the order in which they happened. That a
    case was closed is an entry of each of its challenges.
    """
    events = Event.objects.filter(case__in=cases, type__in=(*TELLING, CLOSED)).not_withdrawn().in_order()
    found: dict[tuple[UUID, UUID], list[Event]] = {}
    for event in events:
        if event.type == CLOSED:
            for (case, _), story in found.items():
                if case == event.case_id:
                    story.append(event)
            continue
        identifier = event.identifier("challenge")
        if identifier is not None:
            found.setdefault((event.case_id, identifier), []).append(event)
    return found
