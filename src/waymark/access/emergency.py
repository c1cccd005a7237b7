"""Opening a record in an emergency ("break-glass"), and the review that follows: the services."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from waymark.access.emergency_notes import leave_notes
from waymark.access.models import (
    Basis,
    Conflict,
    EmergencyAccess,
    Grant,
    Involvement,
    Membership,
    Outcome,
    Reason,
    RestrictedRecord,
    Team,
)
from waymark.access.services import REVIEWER, NotAsAsked
from waymark.access.storing import store_involvements
from waymark.cases.models import Case, Kind
from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.models import Event
from waymark.events.services import NewEvent, record_many

EMERGENCY_OPENED = "emergency_access_opened"
EMERGENCY_REVIEWED = "emergency_access_reviewed"

HOURS = (1, 4, 12)
"""For how long a record may be opened in an emergency, in hours; the middle one unless another is chosen."""

READS = (
    Category.IDENTITY,
    Category.PLACEMENT,
    Category.RISK,
    Category.MISSING,
    Category.INCIDENTS,
    Category.EXPLOITATION,
    Category.HEALTH,
)
WRITES = (Category.RISK, Category.MISSING, Category.INCIDENTS)
"""What bears on somebody's safety tonight; neither intelligence nor money."""

NOT_OPENED = "No record was opened"


class NotOpened(Exception):  # noqa: N818  (a refusal is no error)
    """There is no record to open in an emergency. Nobody learns whether there is none, or none for them."""


@service
def break_glass(
    case: Case | None, *, actor: Actor, why: str, hours: int = HOURS[1], clock: Clock = system_clock
) -> EmergencyAccess:
    """Open the record of a young person for `hours` because it cannot wait. `case` None stands for none found.

    Raises `NotOpened`, in the same way, where there is none, where there is a conflict of interest and where only named
    people may open it; `NotAsAsked` when the record is open to them anyway, or no reason is given. The data protection
    lead of the authority works on the record from then on, for the review (clause WAY-01); they and whoever is
    responsible are told by e-mail.
    """
    actor.require(Permission.BREAK_GLASS)
    if len(why.split()) < 3:
        raise NotAsAsked("Say why it cannot wait, in a few words")
    if hours not in HOURS:
        raise NotAsAsked("Choose for how long")
    if case is None or not _may_be_opened(locked(case.pk), actor):
        raise NotOpened(NOT_OPENED)
    if set(READS) <= _open_already(actor, case):
        raise NotAsAsked("This record is open to you. You need no emergency to read it")
    now = clock.now()
    until = now + timedelta(hours=hours)
    grant = Grant.objects.create(
        case=case,
        membership_id=actor.membership_id,
        reads=list(READS),
        writes=list(WRITES),
        reason=Reason.EMERGENCY,
        basis=Basis.VITAL_INTERESTS,
        purpose="An emergency that could not wait",
        decided_by_id=actor.membership_id,
        starts_at=now,
        ends_at=until,
    )
    _involve_the_reviewer(case, actor, now)
    refs, data = {"concern": str(grant.pk)}, {"why": why.strip(), "until": until.isoformat()}
    event = NewEvent(type=EMERGENCY_OPENED, case=case, occurred_at=now, refs=refs, data=data)
    stored = _recorded_for(actor, event, clock)
    opened = EmergencyAccess.objects.create(case=case, grant=grant, event=stored.pk, why=why.strip())
    trail.wrote(actor, opened, hours=hours)
    leave_notes(opened)
    return opened


def _recorded_for(actor: Actor, event: NewEvent, clock: Clock) -> Event:
    """Record what somebody did here by the system, since their line lets them write nothing of this kind."""
    theirs = replace(event, by=actor.role, recorded_by=actor.membership_id)
    return record_many([theirs], actor=Actor.system("emergency access"), clock=clock).stored[0]


def _may_be_opened(case: Case, actor: Actor) -> bool:
    if case.kind != Kind.YOUNG_PERSON or RestrictedRecord.objects.current().filter(case=case).exists():
        return False
    return not Conflict.objects.current().filter(case=case, account=actor.account_id).exists()


def _open_already(actor: Actor, case: Case) -> frozenset[Category]:
    reads, _ = Grant.objects.opening_for(actor).filter(case=case).categories()
    return reads


def _involve_the_reviewer(case: Case, opener: Actor, now: datetime) -> None:
    """Have the data protection lead of the responsible authority work on the record: their team, or else the person.

    A team in which nobody is, somebody who is suspended or has a conflict of interest here, and whoever opened the
    record, would review nothing.
    """
    conflicts = Conflict.objects.current().filter(case=case)
    others = Membership.objects.current().filter(account__is_active=True).exclude(account=opener.account_id)
    able = others.exclude(account__in=conflicts.values("account"))
    here = Involvement.objects.current().filter(case=case, role=REVIEWER)
    if able.filter(pk__in=here.workers().values("pk")).exists():
        return
    leads = able.filter(role=REVIEWER, agency__case=case.authority_id)
    teams = Team.objects.open().filter(role=REVIEWER, borough=case.authority_id, pk__in=leads.values("team"))
    team = teams.order_by("name").first()
    member = None if team else leads.order_by("starts_at").first()
    if team is None and member is None:
        return
    new = Involvement(case=case, role=REVIEWER, team=team, membership=member, starts_at=now)
    store_involvements([new], decided_by=None)
    trail.wrote(Actor.system("emergency access"), new, role=REVIEWER)


@service
def review(
    opened: EmergencyAccess, *, actor: Actor, outcome: Outcome, note: str, clock: Clock = system_clock
) -> EmergencyAccess:
    """Say whether it was right to open the record. What is still open of it can be ended with `end_now`.

    Raises `NotAsAsked` for one's own, for one that has been reviewed, and without a note.
    """
    case = locked(opened.case_id)
    actor.require(Permission.REVIEW_EMERGENCY, case)
    found = EmergencyAccess.objects.select_for_update(of=("self",)).select_related("grant__membership", "case")
    opened = found.get(pk=opened.pk)
    if opened.reviewed_at is not None:
        raise NotAsAsked("Somebody has reviewed this already")
    if opened_by(opened, actor):
        raise NotAsAsked("Nobody reviews what they opened themselves")
    if not note.strip():
        raise NotAsAsked("Say what you found")
    now = clock.now()
    opened.reviewed_at, opened.reviewed_by_id = now, actor.membership_id
    opened.outcome, opened.review_note = outcome, note.strip()
    opened.save(update_fields=["reviewed_at", "reviewed_by", "outcome", "review_note"])
    refs = {"concern": str(opened.grant_id)}
    data = {"outcome": str(outcome), "note": note.strip()}
    _recorded_for(actor, NewEvent(type=EMERGENCY_REVIEWED, case=case, occurred_at=now, refs=refs, data=data), clock)
    trail.wrote(actor, opened, outcome=str(outcome))
    return opened


def opened_by(opened: EmergencyAccess, actor: Actor) -> bool:
    """Whether the actor is the person who opened the record, in whatever role they act now."""
    member = opened.grant.membership
    return member is not None and member.account_id == actor.account_id


@service
def end_now(opened: EmergencyAccess, *, actor: Actor, clock: Clock = system_clock) -> None:
    """End an emergency before its time: by whoever opened the record, or whoever reviews it."""
    locked(opened.case_id)
    grant = opened.grant
    if grant.membership_id != actor.membership_id:
        actor.require(Permission.REVIEW_EMERGENCY, opened.case)
    now = clock.now()
    if grant.ends_at is not None and grant.ends_at > now:
        Grant.objects.filter(pk=grant.pk).update(ends_at=now, ended_by=actor.membership_id)
        trail.wrote(actor, grant, ended=True)
