"""Asking for money, deciding on it, and buying: a spot purchase, or extra hours of support (SEA-10)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from waymark.access.calling_in import call_in
from waymark.accommodation.models import Scheme
from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.duties.presenting import gates_ahead
from waymark.events.services import record
from waymark.placements.models import Decision, Spending, SpendingKind
from waymark.referrals.models import Referral
from waymark.referrals.record import facts_of
from waymark.referrals.steps import NotNow, locked_referral, own_id, record_step

BOUGHT = {SpendingKind.SPOT_PURCHASE: "spot_purchase_made", SpendingKind.EXTRA_HOURS: "extra_hours_agreed"}
DECIDES = {"cin": "head_of_service", "cla": "head_of_service", "care_leaver": "service_manager"}
"""Who decides, by legal status (SEA-10). For anybody else the protocol names none: the Head of Service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for: pounds a week, for so many weeks; hours a week where it is extra support."""

    kind: SpendingKind
    weekly_cost: Decimal
    weeks: int
    why: str
    hours: int | None = None
    scheme: Scheme | None = None


def who_decides(referral: Referral) -> str:
    """The role that decides on money for a referral. Inside a service."""
    return DECIDES.get(str(facts_of(referral.case).get("status", "")), "head_of_service")


@service
def propose(referral: Referral, wanted: Wanted, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> Spending:
    """Ask the right manager for money; they are brought in to decide. The same `id` again asks once."""
    referral = locked_referral(referral)
    actor.require(Permission.PROPOSE_SPENDING, Spending(case=referral.case))
    id = own_id(id, referral.pk, Spending.objects.exclude(referral=referral))
    if known := Spending.objects.filter(pk=id, referral=referral).first():
        return known
    if not referral.is_open:
        raise NotNow("The referral is over")
    call_in(referral.case, who_decides(referral), actor=actor, at=clock.now())
    refs = {"referral": str(referral.pk)}
    record("spot_purchase_proposed", case=referral.case, actor=actor, occurred_at=clock.now(), refs=refs, clock=clock)
    new = Spending(
        pk=id,
        case=referral.case,
        referral=referral,
        kind=wanted.kind,
        scheme=wanted.scheme,
        weekly_cost=wanted.weekly_cost,
        weeks=wanted.weeks,
        hours=wanted.hours,
        why=wanted.why,
        asked_at=clock.now(),
    )
    new.asked_by_id = actor.membership_id
    new.save(force_insert=True)
    trail.wrote(actor, new, kind=str(wanted.kind))
    return new


@service
def decide(
    spending: Spending, decision: Decision, *, actor: Actor, id: UUID, why: str, clock: Clock = system_clock
) -> None:
    """Approve it, or not. Only the role that SEA-10 names, and nobody decides on what they asked for themselves."""
    spending = _locked(spending)
    actor.require(Permission.APPROVE_SPENDING, spending)
    if spending.decision:
        raise NotNow("This was decided already")
    asker = spending.asked_by
    if asker is not None and asker.account_id == actor.account_id:
        raise NotNow("You asked for this yourself: somebody else decides")
    needed = who_decides(spending.referral)
    if actor.role != needed:
        raise NotNow("Another manager decides this")
    if decision is Decision.APPROVED:
        record_step("spot_purchase_approved", spending.referral, actor=actor, clock=clock, id=id, data={})
    spending.decision, spending.decided_at, spending.decided_why = decision, clock.now(), why
    spending.decided_by_id = actor.membership_id
    spending.save(force_update=True, update_fields=["decision", "decided_at", "decided_why", "decided_by"])
    trail.wrote(actor, spending, decision=str(decision))


@service
def buy(spending: Spending, *, actor: Actor, id: UUID, clock: Clock = system_clock) -> None:
    """Record that it was bought or agreed. Not before it was approved (SEA-10)."""
    spending = _locked(spending)
    actor.require(Permission.PROPOSE_SPENDING, spending)
    if spending.bought_at is not None:
        return
    if not spending.referral.is_open:
        raise NotNow("The referral is over")
    what = BOUGHT[SpendingKind(spending.kind)]
    refs = {"referral": str(spending.referral_id)}
    # The approval may have been withdrawn since: the gate looks at the record
    if spending.decision != Decision.APPROVED or gates_ahead(spending.referral.case, what, refs, clock.now()):
        raise NotNow("It is not approved yet")
    record_step(what, spending.referral, actor=actor, clock=clock, id=id, data={})
    spending.bought_at = clock.now()
    spending.save(force_update=True, update_fields=["bought_at"])
    trail.wrote(actor, spending, bought=True)


def _locked(spending: Spending) -> Spending:
    locked(spending.case_id)
    return Spending.objects.select_related("referral__case", "asked_by", "case").get(pk=spending.pk)
