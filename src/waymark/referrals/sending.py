"""Sending a referral, taking it back, and what the desk does with it: checks it, or asks for more."""

from __future__ import annotations

from uuid import UUID

from waymark.access.calling_in import call_in
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.documents.models import Document
from waymark.documents.models import State as DocumentState
from waymark.duties.presenting import gates_ahead
from waymark.referrals.completeness import Gap, Held, Written, as_told, gaps, items, route
from waymark.referrals.models import Referral, SectionVersion, State
from waymark.referrals.record import facts_of, standing
from waymark.referrals.steps import NotNow, locked_referral, record_step
from waymark.referrals.writing import OverAlready

TOLD = ("area_check_completed", "address_check_completed", "name_check_completed")
UPDATED = "risk_assessment_updated"
BEFORE_A_CHECK = (State.SENT, State.RETURNED)


class NotReady(Exception):  # noqa: N818  (a gate that holds is no error)
    """The referral cannot be sent yet: `gaps` say why."""

    def __init__(self, gaps: list[Gap]) -> None:
        self.gaps = gaps
        super().__init__("This referral cannot be sent yet")


def held_by(referral: Referral, *, clock: Clock = system_clock) -> Held:
    """What a referral holds, all of it: inside a service."""
    case = referral.case
    newest = SectionVersion.objects.filter(referral=referral).newest()
    refs = {"referral": str(referral.pk)}
    ahead = gates_ahead(case, "referral_submitted", refs, clock.now())
    return Held(
        sections={one.section: Written(one.answers, one.number, one.copied) for one in newest},
        documents=_documents(referral),
        facts=facts_of(case),
        gates=[(clause.id, clause.title, missing) for clause, missing in ahead],
        told_since=_told_since(referral),
    )


def _documents(referral: Referral) -> list[str]:
    """Kinds of the documents that hang on it. One that waits to be checked is there; one that is not safe is not."""
    there = Document.objects.there().on(referral.pk).filter(case=referral.case_id).exclude(state=DocumentState.REFUSED)
    return list(there.values_list("kind", flat=True).distinct())


def _told_since(referral: Referral) -> bool:
    """Whether somebody told what a check found, and the risk assessment has not been saved since (REF-09, SEA-12)."""
    told = [
        event for event in standing(referral.case, *TOLD, UPDATED) if event.refs.get("referral") == str(referral.pk)
    ]
    return bool(told) and told[-1].type in TOLD


@service
def lacking(referral: Referral, *, actor: Actor, clock: Clock = system_clock) -> tuple[list[Gap], str]:
    """What the referral still lacks, and where it would go. Worked out from the whole of it; of what the actor may not
    read they are told only that something is missing there.
    """
    actor.require(Permission.REFER, referral)
    held = held_by(referral, clock=clock)
    found = gaps(held)
    kinds = {gap.category for gap in found}
    row = {kind: SectionVersion(case_id=referral.case_id, category=kind) for kind in kinds}
    readable = {kind for kind in kinds if actor.may(Permission.VIEW_REFERRALS, row[kind])}
    return as_told(found, readable), route(held.facts)


@service
def submit(referral: Referral, *, actor: Actor, id: UUID, left_out: str = "", clock: Clock = system_clock) -> Referral:
    """Send the referral where the young person's status sends it (REF-02), with what it holds (REF-03 to REF-13).

    Raises `NotReady` while a gate holds (REF-07, REF-10), the request or the risk assessment is missing (REF-03), or
    something else is missing and nobody says why (`left_out`). The team it goes to is brought in. The same `id` again
    sends nothing.
    """
    referral = locked_referral(referral)
    actor.require(Permission.REFER, referral)
    if not referral.is_with_the_worker:
        raise NotNow(f"It is {referral.get_state_display().lower()} already")
    held = held_by(referral, clock=clock)
    missing = gaps(held)
    if any(gap.holds for gap in missing) or (missing and not left_out):
        raise NotReady(missing)
    where = route(held.facts)
    data = {"route": where, "has": items(held), **({"left_out": left_out} if missing else {})}
    call_in(referral.case, where, actor=actor, at=clock.now())
    record_step("referral_submitted", referral, actor=actor, clock=clock, id=id, data=data)
    return Referral.objects.get(pk=referral.pk)


@service
def withdraw(referral: Referral, *, actor: Actor, id: UUID, reason: str, clock: Clock = system_clock) -> None:
    """Take a referral back, as its worker or as the team that checks it: what it asked of others ends."""
    referral = locked_referral(referral)
    if not actor.may(Permission.CHECK_REFERRAL, referral):
        actor.require(Permission.REFER, referral)
    if not referral.is_open:
        raise OverAlready
    record_step("referral_withdrawn", referral, actor=actor, clock=clock, id=id, data={"reason": reason})


@service
def accept(referral: Referral, *, actor: Actor, id: UUID, fostering: str, clock: Clock = system_clock) -> None:
    """The referral was checked and is good enough to search with (SEA-01). `fostering`: what came of it (SEA-02)."""
    referral = _at_the_desk(referral, actor)
    record_step("referral_accepted", referral, actor=actor, clock=clock, id=id, data={"fostering": fostering})


@service
def ask_for_more(
    referral: Referral, *, actor: Actor, id: UUID, request: str, parts: list[str], clock: Clock = system_clock
) -> None:
    """Send the referral back to the worker for more (SEA-01). `parts` are keys of sections."""
    referral = _at_the_desk(referral, actor)
    data = {"request": request, "parts": ", ".join(parts)}
    record_step("further_information_requested", referral, actor=actor, clock=clock, id=id, data=data)


def _at_the_desk(referral: Referral, actor: Actor) -> Referral:
    referral = locked_referral(referral)
    actor.require(Permission.CHECK_REFERRAL, referral)
    if referral.state not in BEFORE_A_CHECK:
        raise NotNow(f"Its state now: {referral.get_state_display().lower()}")
    return referral
