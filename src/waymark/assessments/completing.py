"""Completing a housing assessment (HAS-02 to HAS-04), and sending it to the worker and to Placements (HAS-05)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

from waymark.assessments.models import Assessment, PartVersion
from waymark.assessments.own import begin, own_id_of
from waymark.assessments.papers import assessment_document
from waymark.assessments.parts import DISPUTED, NEED, OTHERS, RISK_PARTS, SHARING, VIEW
from waymark.assessments.writing import Paper, paper_of
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.formats import LONDON
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.documents.letters import send_letter
from waymark.documents.models import Document
from waymark.documents.services import About, mark_saved_to_case_file
from waymark.events.services import record
from waymark.placements.models import Approach
from waymark.referrals.completeness import Gap
from waymark.referrals.models import Referral
from waymark.referrals.place import record_facts_of_place
from waymark.referrals.record import standing
from waymark.referrals.steps import NotNow, record_step

COMPLETED, SHARED, NEED_DISPUTED = "housing_assessment_completed", "housing_assessment_shared", "need_level_disputed"
BUILT_ON, MATCHING, LEVEL, MONITORING, UNIT_PLAN = (
    "built_on_social_care_risk_assessment",
    "risk_matching",
    "need_level",
    "monitoring_sharing",
    "unit_risk_plan",
)
RECEIVERS = ("social_worker", "placements_team")
SENT_WITH_IT = (MATCHING, UNIT_PLAN)


class NotReady(Exception):  # noqa: N818  (what is missing is no error)
    """Something is missing, and nobody has said why it is completed without."""

    def __init__(self, gaps: list[Gap]) -> None:
        self.gaps = gaps
        super().__init__("Say why it is completed without these, or go back and write them")


def gaps(paper: Paper) -> list[Gap]:
    """What is missing, in the order of the clauses."""
    return list(_gaps(paper))


def _gaps(paper: Paper) -> Iterator[Gap]:
    if not paper.sources:
        yield Gap("HAS-02", "No social care risk assessment is shared with you: ask the worker")
    for part in sorted(paper.parts, key=lambda one: one.clauses[0]):
        if paper.is_behind(part):
            yield Gap(part.clauses[0], f"{part.title}: the referral says something newer", part.key)
        elif not paper.is_done(part):
            yield Gap(part.clauses[0], part.title, part.key)


def items(paper: Paper) -> list[str]:
    """What the assessment holds, in the protocol's words."""
    risks = [part for part in paper.parts if part.key in RISK_PARTS]
    planned = all(paper.is_done(part) for part in risks)
    done = {part.key for part in paper.parts if paper.is_done(part)}
    found = [BUILT_ON] if planned and VIEW.key in done and paper.sources else []
    found += [item for part, item in ((OTHERS, MATCHING), (NEED, LEVEL), (SHARING, MONITORING)) if part.key in done]
    return [*found, UNIT_PLAN] if risks and planned else found


@service
def complete(
    approach: Approach,
    *,
    actor: Actor,
    id: UUID,
    left_out: str = "",
    send: bool = False,
    clock: Clock = system_clock,
) -> Assessment:
    """Complete the assessment with what it holds, and `send` it, as `share` does. `NotReady` where something is missing
    and nobody says why.

    Where the level of need is not agreed, that is recorded as a dispute with a challenge of its own (HAS-03). The same
    `id` again completes nothing more.
    """
    approach = begin(approach, Permission.ASSESS, actor)
    id = own_id_of(Assessment, id, approach)
    if known := Assessment.objects.filter(pk=id, approach=approach).first():
        return known
    paper = paper_of(approach, actor)
    missing = gaps(paper)
    if missing and not left_out:
        raise NotReady(missing)
    has = items(paper)
    record_facts_of_place(approach.case, _place(approach), actor=actor, entry=id, clock=clock)  # for HAS-03
    record_step(COMPLETED, approach.referral, actor=actor, clock=clock, id=id, data={"has": has})
    new = Assessment(pk=id, case=approach.case, referral=approach.referral, approach=approach, has=has)
    new.left_out = left_out if missing else ""
    new.completed_by_id, new.completed_at = actor.membership_id, clock.now()
    new.save(force_insert=True)
    trail.wrote(actor, new, completed=True)
    _dispute(approach, paper.newest.get(NEED.key), actor, clock)
    if send:
        _send(new, approach, paper, actor, clock)
    return new


def _place(approach: Approach) -> dict[str, str]:
    refs = {"provider": str(approach.provider.case_id)} if approach.provider is not None else {}
    return refs | ({"scheme": str(approach.scheme.case_id)} if approach.scheme is not None else {})


def dispute_of(approach: Approach) -> UUID:
    """The challenge by which a dispute over the level of need at this provider goes."""
    return uuid5(approach.pk, NEED_DISPUTED)


def _dispute(approach: Approach, need: PartVersion | None, actor: Actor, clock: Clock) -> None:
    """Once for each approach, however often the assessment is completed."""
    if need is None or need.answers.get("agreed") != DISPUTED:
        return
    challenge = str(dispute_of(approach))
    if any(event.refs.get("challenge") == challenge for event in standing(approach.case, NEED_DISPUTED)):
        return
    refs = {"challenge": challenge, "referral": str(approach.referral_id)}
    record(NEED_DISPUTED, case=approach.case, actor=actor, occurred_at=clock.now(), refs=refs, clock=clock)


@service
def share(assessment: Assessment, *, actor: Actor, clock: Clock = system_clock) -> Document:
    """Send the assessment to the worker and to Placements (HAS-05): it is kept on the record as a document.

    Sent twice it is sent once.
    """
    approach = begin(assessment.approach, Permission.ASSESS, actor)
    assessment = Assessment.objects.select_related("document").get(pk=assessment.pk)
    if assessment.document is not None:
        return assessment.document
    if assessment.shared_at is not None:
        raise NotNow("This was sent already")
    return _send(assessment, approach, paper_of(approach, actor), actor, clock)


def _send(assessment: Assessment, approach: Approach, paper: Paper, actor: Actor, clock: Clock) -> Document:
    now = clock.now()
    name = approach.case.young_person.name
    letter = assessment_document(approach, paper, actor=actor, name=name, on=now.astimezone(LONDON).date())
    about = About("referral", approach.referral_id)
    document = send_letter(letter, actor=actor, case=approach.case, about=about, clock=clock)
    sent = [item for item in SENT_WITH_IT if item in assessment.has]
    for to in RECEIVERS:
        data = {"to": [to], "has": sent}
        record_step(SHARED, approach.referral, actor=actor, clock=clock, id=uuid5(assessment.pk, to), data=data)
    assessment.document, assessment.shared_at = document, now
    assessment.save(force_update=True, update_fields=["document", "shared_at"])
    trail.wrote(actor, assessment, shared=True)
    return document


@service
def save_to_case_file(referral: Referral, document: Document, *, actor: Actor, clock: Clock = system_clock) -> None:
    """The worker saves an assessment or a letter of a referral to the case file (HAS-09, HAS-14)."""
    actor.require(Permission.REFER, referral)
    if document.about != referral.pk:
        raise NotNow("This document belongs to something else")
    mark_saved_to_case_file(document, actor=actor, refs={"referral": str(referral.pk)}, clock=clock)
