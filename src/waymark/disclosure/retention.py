"""Legal holds, and the two steps in which a record is disposed of: one person proposes, another approves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F

from waymark.access.models import Agency, Membership
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.disclosure.answering import answered_for, case_answered_for
from waymark.disclosure.disposing import dispose
from waymark.disclosure.models import Certificate, LegalHold, Proposal
from waymark.disclosure.periods import LOCAL_AGE
from waymark.disclosure.standing import Standing, is_due, standings
from waymark.duties.engine.calendar import local_date, start_of_day

PURPOSE = "retention"
MOST_DUE = 200
MOST_CERTIFICATES = 100


class NotNowError(Exception):
    """A record cannot be proposed, held or disposed of in this way. The text says why, to whoever asked."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What is due, what waits for a second person, and the newest certificates."""

    due: list[Standing]
    waiting: list[Proposal]
    certificates: list[Certificate]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """One record with what is known of how long it is kept."""

    case: Case
    standing: Standing
    in_the_way: list[str]
    holds: list[LegalHold]
    proposal: Proposal | None
    turned_down: list[Proposal]


@service
def overview(*, actor: Actor, clock: Clock = system_clock) -> Overview:
    """What is due for disposal among the records that the actor answers for, and what was decided."""
    actor.require(Permission.APPROVE_DISPOSAL)
    now = clock.now()
    answered = answered_for(actor)
    grown_up = answered.filter(young_person__date_of_birth__lte=_years_before(local_date(now), LOCAL_AGE))
    due = [one for one in standings(grown_up.values_list("pk", flat=True), now) if is_due(one, now)]
    waiting = Proposal.objects.filter(case__in=answered, ends_at=None).select_related("case", "proposed_by__account")
    shown = due[:MOST_DUE]
    listed = [one.case_id for one in shown] + [proposal.case_id for proposal in waiting]
    trail.listed(actor, "cases.Case", purpose=PURPOSE, cases=listed, rows=len(shown))
    return Overview(shown, list(waiting.order_by("starts_at")), _certificates(actor), len(due) > MOST_DUE)


@service
def kept(case_id: UUID, *, actor: Actor, clock: Clock = system_clock) -> Kept | None:
    """How long one record is kept, and why; None when the actor does not answer for it."""
    actor.require(Permission.APPROVE_DISPOSAL)
    case = case_answered_for(actor, case_id)
    if case is None:
        return None
    trail.read(actor, case, purpose=PURPOSE)
    return _kept(case, clock.now())


def _kept(case: Case, now: datetime) -> Kept:
    (standing,) = standings([case.pk], now)
    names = ("placed_by__account", "ended_by__account")
    holds = LegalHold.objects.filter(case=case).select_related(*names).order_by(F("ends_at").desc(nulls_first=True))
    proposals = Proposal.objects.filter(case=case).select_related("proposed_by__account", "turned_down_by__account")
    found = list(proposals.order_by("-starts_at"))
    turned_down = [one for one in found if one.ends_at is not None]
    waiting = next((one for one in found if one.ends_at is None), None)
    return Kept(case, standing, standing.in_the_way(local_date(now)), list(holds), waiting, turned_down)


@service
def place_hold(
    case_id: UUID, *, actor: Actor, why: str, until: date | None = None, clock: Clock = system_clock
) -> LegalHold | None:
    """Keep a record, whatever its time, until the end of a day or until somebody ends it. A proposal is turned down.

    None when the actor does not answer for it. Raises `NotNowError` without a reason or with a day that is over.
    """
    actor.require(Permission.MANAGE_RETENTION)
    case = _locked(actor, case_id)
    if case is None:
        return None
    now = clock.now()
    if not why.strip():
        raise NotNowError("Say why the record must be kept")
    if until is not None and until < local_date(now):
        raise NotNowError("The last day of the hold must not be over already")
    ends_at = start_of_day(date.fromordinal(until.toordinal() + 1)) if until else None
    by = _member(actor)
    hold = LegalHold.objects.create(case=case, why=why.strip(), placed_by=by, starts_at=now, ends_at=ends_at)
    for proposal in Proposal.objects.filter(case=case, ends_at=None):
        _turn_down(proposal, by, "A legal hold was placed on the record.", now)
    trail.wrote(actor, hold)
    return hold


@service
def end_hold(hold_id: UUID, *, actor: Actor, why: str, clock: Clock = system_clock) -> LegalHold | None:
    """A record need not be held any more. None when there is no hold that the actor answers for and that goes on."""
    actor.require(Permission.MANAGE_RETENTION)
    now = clock.now()
    hold = LegalHold.objects.current().filter(pk=hold_id, case__in=answered_for(actor)).first()
    if hold is None or _locked(actor, hold.case_id) is None:
        return None
    if not why.strip():
        raise NotNowError("Say why the record need not be held any more")
    hold.ends_at, hold.ended_by, hold.end_reason = now, _member(actor), why.strip()
    hold.save(force_update=True, update_fields=["ends_at", "ended_by", "end_reason"])
    trail.wrote(actor, hold, ended=True)
    return hold


@service
def propose(case_id: UUID, *, actor: Actor, clock: Clock = system_clock) -> Proposal | None:
    """Propose that a record is disposed of. None when the actor does not answer for it.

    Raises `NotNowError` with everything that stands in the way, and when it is proposed already.
    """
    actor.require(Permission.MANAGE_RETENTION)
    case = _locked(actor, case_id)
    if case is None:
        return None
    now = clock.now()
    found = _kept(case, now)
    _nothing_in_the_way(found)
    if found.proposal is not None:
        raise NotNowError("This is proposed already.")
    rule = found.standing.rule.name
    proposal = Proposal.objects.create(case=case, rule=rule, proposed_by=_member(actor), starts_at=now)
    trail.wrote(actor, proposal)
    return proposal


@service
def hold(hold_id: UUID, *, actor: Actor) -> LegalHold | None:
    """A hold that goes on, with its record. None when there is none that the actor answers for."""
    actor.require(Permission.MANAGE_RETENTION)
    holds = LegalHold.objects.current().filter(pk=hold_id, case__in=answered_for(actor))
    found = holds.select_related("case__young_person", "placed_by__account").first()
    if found is not None:
        trail.read(actor, found.case, purpose=PURPOSE)
    return found


@service
def proposed(proposal_id: UUID, *, actor: Actor, clock: Clock = system_clock) -> Kept | None:
    """A record of which somebody proposes that it is disposed of. None when there is no such proposal for the actor."""
    actor.require(Permission.APPROVE_DISPOSAL)
    waiting = Proposal.objects.filter(pk=proposal_id, ends_at=None, case__in=answered_for(actor))
    found = waiting.select_related("case__young_person").first()
    if found is None:
        return None
    trail.read(actor, found.case, purpose=PURPOSE)
    return _kept(found.case, clock.now())


@service
def kept_after(proposal_id: UUID, *, actor: Actor) -> UUID | None:
    """The record of a proposal that was turned down: who decided, and why, stands on its page. None for any other."""
    actor.require(Permission.APPROVE_DISPOSAL)
    over = Proposal.objects.filter(pk=proposal_id, case__in=answered_for(actor)).exclude(ends_at=None)
    return over.values_list("case", flat=True).first()


@service
def turn_down(proposal_id: UUID, *, actor: Actor, why: str, clock: Clock = system_clock) -> Proposal | None:
    """Do not dispose of a record that somebody proposed. None when there is no such proposal for the actor."""
    actor.require(Permission.APPROVE_DISPOSAL)
    proposal = _proposal(actor, proposal_id)
    if proposal is None:
        return None
    if not why.strip():
        raise NotNowError("Say why the record is kept")
    _turn_down(proposal, _member(actor), why.strip(), clock.now())
    trail.wrote(actor, proposal, turned_down=True)
    return proposal


@service
def approve(proposal_id: UUID, *, actor: Actor, clock: Clock = system_clock) -> Certificate | None:
    """Dispose of a record that somebody else proposed, now and for good. None when there is no such proposal.

    The case is locked first: whatever is being recorded there comes before, and then stands in the way or goes too;
    whatever comes later finds no record. Raises `NotNowError` for one's own proposal, and when something has come in
    the way since.
    """
    actor.require(Permission.APPROVE_DISPOSAL)
    proposal = _proposal(actor, proposal_id)
    if proposal is None:
        return None
    by = _member(actor)
    if by.account_id == proposal.proposed_by.account_id:
        raise NotNowError("You proposed this yourself. Somebody else decides.")
    now = clock.now()
    _nothing_in_the_way(_kept(proposal.case, now))
    return dispose(proposal, actor=actor, by=by, now=now)


@service
def certificate(identifier: UUID, *, actor: Actor) -> Certificate | None:
    """One certificate of the actor's council; None when there is none."""
    actor.require(Permission.APPROVE_DISPOSAL)
    found = next((one for one in _certificates(actor, [identifier])), None)
    if found is not None:
        trail.read(actor, found, purpose=PURPOSE)
    return found


def _certificates(actor: Actor, identifiers: Sequence[UUID] = ()) -> list[Certificate]:
    found = Certificate.objects.select_related("proposed_by__account", "approved_by__account", "authority__agency")
    if actor.agency_id is not None:
        found = found.filter(authority__in=Agency.objects.filter(pk=actor.agency_id).values("case"))
    if identifiers:
        found = found.filter(pk__in=identifiers)
    return list(found.order_by("-approved_at")[:MOST_CERTIFICATES])


def _locked(actor: Actor, case_id: UUID) -> Case | None:
    """The case that the actor answers for, locked against whoever records there: for as long as this goes on."""
    Case.objects.select_for_update().filter(pk=case_id).first()
    return case_answered_for(actor, case_id)


def _proposal(actor: Actor, identifier: UUID) -> Proposal | None:
    """A proposal that waits for a decision, with its case locked. It is looked at again once the lock is had."""
    waiting = Proposal.objects.filter(pk=identifier, ends_at=None).select_related("case", "proposed_by")
    proposal = waiting.first()
    if proposal is None or _locked(actor, proposal.case_id) is None:
        return None
    return waiting.first()


def _turn_down(proposal: Proposal, by: Membership, why: str, now: datetime) -> None:
    proposal.ends_at, proposal.turned_down_by, proposal.turned_down_why = now, by, why
    proposal.save(force_update=True, update_fields=["ends_at", "turned_down_by", "turned_down_why"])


def _nothing_in_the_way(found: Kept) -> None:
    if found.in_the_way:
        raise NotNowError(" ".join(found.in_the_way))


def _member(actor: Actor) -> Membership:
    """Whoever decides: always a person, so that somebody can be asked."""
    if actor.membership_id is None:
        raise NotNowError("A person decides this, not the system.")
    return Membership.objects.get(pk=actor.membership_id)


def _years_before(day: date, years: int) -> date:
    """The same day some years ago. On 29 February the 28th: whoever was born on the 29th is looked at a day later."""
    return day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day)
