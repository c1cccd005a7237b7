"""Interviews and assessments that a record tells of which was written elsewhere: for imports and the demo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from waymark.assessments.completing import COMPLETED, SHARED
from waymark.assessments.interviews import ARRANGED, HELD
from waymark.assessments.models import Assessment, Interview, InterviewState
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.models import Event
from waymark.placements.models import Approach

TOLD = (ARRANGED, HELD, COMPLETED, SHARED)


@service
def bring_in_assessments(cases: Iterable[Case], *, actor: Actor) -> int:
    """Store the interviews and completed assessments that the record tells of for each provider that still has a
    referral of these cases, and give how many rows. Only the system brings in what others did.
    """
    if not actor.is_system:
        raise Refused(actor, Permission.ASSESS)
    with_them = Approach.objects.with_providers().filter(case__in=list(cases)).select_related("scheme")
    told: dict[str, list[Event]] = {}
    of_cases = Event.objects.filter(case__in={one.case_id for one in with_them}, type__in=TOLD)
    for event in of_cases.order_by("occurred_at", "recorded_at", "sequence"):
        told.setdefault(event.refs.get("referral", ""), []).append(event)
    interviews: list[Interview] = []
    assessments: list[Assessment] = []
    for approach in with_them:
        since = approach.passed_at
        events = [one for one in told.get(str(approach.referral_id), ()) if since and one.occurred_at >= since]
        interviews += _interviews(approach, events)
        assessments += _assessments(approach, events)
    Interview.objects.bulk_create(interviews, batch_size=1_000)
    Assessment.objects.bulk_create(assessments, batch_size=1_000)
    trail.write(*(trail.written(actor, one) for one in (*interviews, *assessments)))
    return len(interviews) + len(assessments)


def _interviews(approach: Approach, events: Sequence[Event]) -> list[Interview]:
    found: list[Interview] = []
    for event in events:
        if event.type == ARRANGED:
            _settle(found, InterviewState.MOVED, event)
            found.append(
                Interview(
                    pk=event.pk,
                    case_id=approach.case_id,
                    referral_id=approach.referral_id,
                    approach=approach,
                    starts_at=event.data["scheduled_for"],
                    place=approach.scheme.name if approach.scheme is not None else "",
                    booked_by_id=event.actor,
                    booked_at=event.occurred_at,
                )
            )
        elif event.type == HELD:
            _settle(found, InterviewState.HELD, event)
    return found


def _settle(found: list[Interview], state: InterviewState, event: Event) -> None:
    if found and found[-1].state == InterviewState.BOOKED:
        last = found[-1]
        last.state, last.settled_at, last.settled_by_id = state, event.occurred_at, event.actor
        last.attended = _listed(event.data.get("attended", [])) if state == InterviewState.HELD else []


def _assessments(approach: Approach, events: Sequence[Event]) -> list[Assessment]:
    found: list[Assessment] = []
    for event in events:
        if event.type == COMPLETED:
            found.append(
                Assessment(
                    pk=event.pk,
                    case_id=approach.case_id,
                    referral_id=approach.referral_id,
                    approach=approach,
                    has=_listed(event.data.get("has", [])),
                    completed_by_id=event.actor,
                    completed_at=event.occurred_at,
                )
            )
        elif event.type == SHARED and found:
            found[-1].shared_at = event.occurred_at
    return found


def _listed(value: object) -> list[str]:
    """One value or a list of them, as a list."""
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
