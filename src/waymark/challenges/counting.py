"""Refusals counted by provider, by reason and by evidence: of the records within the reader's reach, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from waymark.access.models import Membership
from waymark.accommodation.models import Provider
from waymark.assessments.models import Refusal, RefusalReason
from waymark.challenges.models import Challenge, ChallengeStep, Ended, Kind
from waymark.core.actor import Actor
from waymark.core.formats import LONDON
from waymark.events.models import Event

REFUSED = "refusal_made"
NO_PROVIDER = "Provider not named in the record"
NO_REASON = "No reason chosen"
GAVE = (Kind.GIVEN, Kind.CHANGED, Kind.ANSWERED)


@dataclass(slots=True)
class Count:
    """How many were refused, challenged, overturned, and explained with evidence."""

    name: str
    refused: int = 0
    challenged: int = 0
    overturned: int = 0
    evidence: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """Refusals of a period, by provider and by reason, and all together."""

    whole: Count
    by_provider: list[Count]
    by_reason: list[Count]
    cases: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _One:
    provider: str
    reason: str
    evidence: bool
    challenged: bool
    overturned: bool


def counted(actor: Actor, since: date, until: date) -> Counted:
    """Count the refusals of the days from `since` to `until`, both included, in London."""
    start, end = _start(since), _start(until + timedelta(days=1))
    told = Event.objects.visible_to(actor).filter(type=REFUSED, occurred_at__gte=start, occurred_at__lt=end)
    events = list(told.not_withdrawn())
    ones = list(_ones(actor, events))
    return Counted(
        _sum("All", ones),
        _grouped(ones, lambda one: one.provider),
        _grouped(ones, lambda one: one.reason),
        {event.case_id for event in events},
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _ones(actor: Actor, events: list[Event]) -> Iterable[_One]:
    entries, by_hand = [event.pk for event in events], _providers(events)
    rows = Refusal.objects.visible_to(actor).filter(pk__in=entries)
    refusals = {row.pk: row for row in rows.select_related("approach__provider")}
    found = Challenge.objects.visible_to(actor).filter(refusal__in=entries).order_by("raised_at", "pk")
    challenges = {challenge.refusal: challenge for challenge in found}
    gave = ChallengeStep.objects.visible_to(actor).filter(challenge__refusal__in=entries, kind__in=GAVE)
    given = set(gave.values_list("challenge__refusal", flat=True))
    for event in events:
        entry = event.pk
        refusal, challenge = refusals.get(entry), challenges.get(entry)
        provider = refusal.approach.provider if refusal else by_hand.get(event.actor)
        yield _One(
            provider=provider.name if provider else NO_PROVIDER,
            reason=RefusalReason(refusal.reason).label if refusal else NO_REASON,
            evidence=bool(refusal and refusal.evidence) or entry in given,
            challenged=challenge is not None,
            overturned=challenge is not None and challenge.ended == Ended.OVERTURNED,
        )


def _providers(events: list[Event]) -> dict[UUID | None, Provider]:
    """The provider of whoever recorded each refusal: what is known of one that was only written down."""
    recorded = {event.actor for event in events if event.actor is not None}
    agencies = dict(Membership.objects.filter(pk__in=recorded).values_list("pk", "agency"))
    providers = {one.agency_id: one for one in Provider.objects.filter(agency__in=agencies.values())}
    return {person: providers[agency] for person, agency in agencies.items() if agency in providers}


def _grouped(ones: Iterable[_One], key: Callable[[_One], str]) -> list[Count]:
    groups: dict[str, list[_One]] = {}
    for one in ones:
        groups.setdefault(key(one), []).append(one)
    return sorted((_sum(name, group) for name, group in groups.items()), key=lambda row: (-row.refused, row.name))


def _sum(name: str, ones: list[_One]) -> Count:
    return Count(
        name,
        refused=len(ones),
        challenged=sum(one.challenged for one in ones),
        overturned=sum(one.overturned for one in ones),
        evidence=sum(one.evidence for one in ones),
    )
