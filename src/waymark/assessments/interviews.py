"""The interview: booked with the young person and their worker, moved, held, or not come to (HAS-01, HAS-08)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

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
    return _arranged(approach, actor, id, starts_at, place, clock)


@service
def held_unbooked(
    approach: Approach,
    *,
    actor: Actor,
    id: UUID,
    starts_at: datetime,
    place: str,
    attended: Sequence[str],
    note: str = "",
    clock: Clock = system_clock,
) -> Interview:
    """Record an interview that was held and not booked here (HAS-01, HAS-08). What stood booked is moved to it.

    `starts_at` is over, and the provider had the referral by then: `NotNow` otherwise. The same `id` again records
    nothing more.
    """
    approach = begin(approach, Permission.ASSESS, actor)
    id = own_id_of(Interview, id, approach)
    if known := Interview.objects.filter(pk=id, approach=approach).first():
        return known
    now = clock.now()
    if problem := why_not_held(approach, starts_at, now):
        raise NotNow(problem)
    before = Interview.objects.booked().filter(approach=approach).first()
    if before is not None:
        _settle(before, InterviewState.MOVED, actor, now)
    new = _arranged(approach, actor, id, starts_at, place, clock)
    _held(new, actor, uuid5(id, HELD), _since_passed(approach, starts_at), attended, note, clock)
    return new


def why_not_held(approach: Approach, starts_at: datetime, now: datetime) -> str:
    """Why no interview of this approach was held at a time; "" where one may have been."""
    if starts_at > now:
        return "Day and time must be in the past. Book an interview that is to come"
    if approach.passed_at is not None and starts_at < approach.passed_at.replace(second=0, microsecond=0):
        return "Day and time must be after the referral was passed to you"
    return ""


def _since_passed(approach: Approach, at: datetime) -> datetime:
    """A time that was typed to the minute, not before the moment at which the provider was given the referral."""
    return max(at, approach.passed_at) if approach.passed_at is not None else at


def _arranged(approach: Approach, actor: Actor, id: UUID, starts_at: datetime, place: str, clock: Clock) -> Interview:
    """An interview, booked. One that is over was arranged by the time it was held."""
    now, data = clock.now(), {"scheduled_for": starts_at.isoformat()}
    at = _since_passed(approach, min(starts_at, now))
    record_step(ARRANGED, approach.referral, actor=actor, clock=clock, id=id, data=data, at=at)
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

    It may have been brought forward, so it need not have been booked for a time that is over: then it was now.
    """
    begin(interview.approach, Permission.ASSESS, actor)
    interview = _booked(interview)
    at = max(interview.booked_at, min(interview.starts_at, clock.now()))
    _held(interview, actor, id, at, attended, note, clock)


def _held(
    interview: Interview, actor: Actor, id: UUID, at: datetime, attended: Sequence[str], note: str, clock: Clock
) -> None:
    data = {"attended": list(attended)}
    record_step(HELD, interview.referral, actor=actor, clock=clock, id=id, data=data, at=at)
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
