"""The interview: booked with the young person and their worker, moved, held, or not come to (HAS-01, HAS-08)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from waymark.assessments.models import Interview, InterviewState
from waymark.assessments.own import begin, own_id_of
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.placements.models import Approach
from waymark.referrals.steps import NotNow, record_step

ARRANGED, HELD = "assessment_interview_arranged", "assessment_interview_held"


@service
def book(
    approach: Approach, *, actor: Actor, id: UUID, starts_at: datetime, place: str, clock: Clock = system_clock
) -> Interview:
    """Book the interview, or move the one that is booked (HAS-01). `starts_at` is to come: `NotNow` otherwise.

    The same `id` again books nothing more.
    """
    approach = begin(approach, Permission.ASSESS, actor)
    id = own_id_of(Interview, id, approach)
    if known := Interview.objects.filter(pk=id, approach=approach).first():
        return known
    now = clock.now()
    if starts_at <= now:
        raise NotNow("The interview must be in the future")
    before = Interview.objects.booked().filter(approach=approach).first()
    if before is not None:
        _settle(before, InterviewState.MOVED, actor, now)
    data = {"scheduled_for": starts_at.isoformat()}
    record_step(ARRANGED, approach.referral, actor=actor, clock=clock, id=id, data=data)
    new = Interview(pk=id, case=approach.case, referral=approach.referral, approach=approach)
    new.starts_at, new.place = starts_at, place
    new.booked_by_id, new.booked_at = actor.membership_id, now
    new.save(force_insert=True)
    trail.wrote(actor, new, booked=True)
    return new


@service
def was_held(
    interview: Interview,
    *,
    actor: Actor,
    id: UUID,
    attended: Sequence[str],
    note: str = "",
    clock: Clock = system_clock,
) -> None:
    """Record that the interview was held, and who came: roles, as the protocol names them (HAS-08).

    It may have been brought forward, so it need not have been booked for a time that is over.
    """
    begin(interview.approach, Permission.ASSESS, actor)
    interview = _booked(interview)
    record_step(HELD, interview.referral, actor=actor, clock=clock, id=id, data={"attended": list(attended)})
    _settle(interview, InterviewState.HELD, actor, clock.now(), attended=list(attended), note=note)


@service
def was_missed(interview: Interview, *, actor: Actor, note: str, clock: Clock = system_clock) -> None:
    """Write down that the young person did not come. It is to be booked again."""
    begin(interview.approach, Permission.ASSESS, actor)
    _settle(_booked(interview), InterviewState.MISSED, actor, clock.now(), note=note)


def _booked(interview: Interview) -> Interview:
    found = Interview.objects.select_related("case", "referral__case").get(pk=interview.pk)
    if found.state != InterviewState.BOOKED:
        raise NotNow("Somebody has said already what became of this interview")
    return found


def _settle(interview: Interview, state: str, actor: Actor, now: datetime, **more: object) -> None:
    interview.state, interview.settled_at, interview.settled_by_id = state, now, actor.membership_id
    for name, value in more.items():
        setattr(interview, name, value)
    interview.save(force_update=True, update_fields=["state", "settled_at", "settled_by", *more])
    trail.wrote(actor, interview, state=str(state))
