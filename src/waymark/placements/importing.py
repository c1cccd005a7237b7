"""Approaches that a record tells of which was written elsewhere: for imports and the demo."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from waymark.accommodation.models import Scheme
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.models import Event
from waymark.placements.models import Approach, Outcome, Route
from waymark.referrals.models import OPEN, Referral

TOLD = ("route_approached", "referral_passed_to_provider", "referral_returned", "refusal_made")


@service
def bring_in_approaches(cases: Iterable[Case], *, actor: Actor) -> int:
    """Store the approaches that the record tells of for each open referral of these cases, and give how many.

    Only the system brings in what others did. A provider's answer ends the last approach that it was given.
    """
    if not actor.is_system:
        raise Refused(actor, Permission.SEARCH_PLACEMENT)
    referrals = {referral.pk: referral for referral in Referral.objects.filter(case__in=list(cases), state__in=OPEN)}
    schemes = {str(scheme.case_id): scheme for scheme in Scheme.objects.select_related("provider")}
    told = Event.objects.filter(case__in={one.case_id for one in referrals.values()}, type__in=TOLD)
    found: dict[UUID, list[Approach]] = {}
    for event in told.order_by("occurred_at", "recorded_at", "sequence"):
        referral = next((one for one in referrals.values() if str(one.pk) == event.refs.get("referral")), None)
        if referral is not None:
            _follow(found.setdefault(referral.pk, []), event, referral, schemes)
    rows = [one for approaches in found.values() for one in approaches]
    Approach.objects.bulk_create(rows, batch_size=1_000)
    trail.write(*(trail.written(actor, one, route=one.route) for one in rows))
    return len(rows)


def _follow(there: list[Approach], event: Event, referral: Referral, schemes: dict[str, Scheme]) -> None:
    """What an entry makes of the approaches so far."""
    asked = [one for one in there if one.ended_at is None]
    if event.type == "route_approached":
        if not any(one.route == event.data["route"] and one.provider is None for one in asked):
            there.append(_new(referral, event.data["route"], event))
    elif event.type == "referral_passed_to_provider":
        _pass(there, asked, event, referral, schemes.get(event.refs.get("scheme", "")))
    elif asked:
        asked[-1].ended_at = event.occurred_at
        asked[-1].outcome = Outcome.REFUSED if event.type == "refusal_made" else Outcome.RETURNED


def _pass(
    there: list[Approach], asked: list[Approach], event: Event, referral: Referral, scheme: Scheme | None
) -> None:
    if scheme is None or any(one.provider == scheme.provider for one in asked):
        return
    given = next((one for one in asked if one.route == Route.PATHWAY and one.provider is None), None)
    if given is None:
        given = _new(referral, Route.PATHWAY, event)
        there.append(given)
    given.provider, given.scheme, given.passed_at = scheme.provider, scheme, event.occurred_at


def _new(referral: Referral, route: str, event: Event) -> Approach:
    return Approach(
        case_id=referral.case_id,
        referral=referral,
        route=route,
        asked_by_id=event.actor,
        asked_at=event.occurred_at,
    )
