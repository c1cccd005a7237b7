"""Follows the record: a referral is there from the first entry that begins it, and stands as its entries say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from waymark.cases.models import Case
from waymark.events.models import Event, named_by
from waymark.referrals.models import Referral
from waymark.referrals.standing import (
    ACCEPTED,
    ASKED,
    DECLINED,
    LEADS_TO,
    RESOLVED,
    WITHDRAWN,
    Standing,
    standing_of,
)

REFERRAL = "referral"
MOVED_IN = "placement_started"
CLOSED = "case_closed"
OF_THE_CASE = (MOVED_IN, CLOSED)
"""Entries that end a referral without naming it: the placement that it led to has begun, or the case was closed."""
TELLING = (*LEADS_TO, ASKED, ACCEPTED, RESOLVED, DECLINED, WITHDRAWN)
FOLLOWED = ("state", "since", "route", "started_at", "sent_at")


def follow(case: Case, events: list[Event], now: datetime) -> None:
    """Told by the event store what was recorded of one case."""
    follow_many([(case, events)], now)


def follow_many(batch: Sequence[tuple[Case, list[Event]]], now: datetime) -> None:
    """Work out anew where the referrals stand that new entries of many cases name."""
    named = {(case.pk, identifier) for case, events in batch for identifier in named_by(events, REFERRAL, TELLING)}
    ended = [case.pk for case, events in batch if any(event.type in OF_THE_CASE for event in events)]
    if ended:
        named |= set(Referral.objects.filter(case__in=ended).values_list("case", "pk"))
    if named:
        _follow(named)


def _follow(named: set[tuple[UUID, UUID]]) -> None:
    """`named` are pairs of a case and a referral of it. What names a referral of another case changes nothing."""
    stories = _stories({case for case, _ in named})
    rows = Referral.objects.select_for_update().filter(pk__in=[identifier for _, identifier in named]).order_by("pk")
    there = {referral.pk: referral for referral in rows}
    new: list[Referral] = []
    changed: list[Referral] = []
    for case, identifier in sorted(named):
        standing = standing_of(stories.get((case, identifier), []))
        referral = there.get(identifier)
        if standing is None or (referral is not None and referral.case_id != case):
            continue  # where what began it was withdrawn it stays, so that nothing written in it is lost
        (new if referral is None else changed).append(
            _standing_so(referral or Referral(pk=identifier, case_id=case), standing)
        )
    Referral.objects.bulk_create(new, batch_size=1_000)
    Referral.objects.bulk_update(changed, FOLLOWED, batch_size=500)


def _standing_so(referral: Referral, standing: Standing) -> Referral:
    for name in FOLLOWED:
        setattr(referral, name, getattr(standing, name))
    return referral


def _stories(cases: set[UUID]) -> dict[tuple[UUID, UUID], list[Event]]:
    """The entries of each referral of these cases that were not withdrawn, in the order in which they happened.

    That a case was closed is an entry of each of its referrals, and that somebody moved in of the one whose placement
    it is.
    """
    events = Event.objects.filter(case__in=cases, type__in=TELLING).not_withdrawn().in_order()
    found: dict[tuple[UUID, UUID], list[Event]] = {}
    ends: dict[UUID, list[Event]] = {}
    for event in events:
        identifier = event.identifier(REFERRAL)
        if identifier is not None:
            found.setdefault((event.case_id, identifier), []).append(event)
        elif event.type in OF_THE_CASE:
            ends.setdefault(event.case_id, []).append(event)
    for (case, _), story in found.items():
        placements = {event.refs.get("placement") for event in story} - {None}
        story += [end for end in ends.get(case, ()) if end.type == CLOSED or end.refs.get("placement") in placements]
        story.sort(key=lambda event: (event.occurred_at, event.recorded_at, event.sequence))
    return found
