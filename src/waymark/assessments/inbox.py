"""What a provider does next about each referral that was passed to it, and by when (HAS-01 to HAS-13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from waymark.assessments.models import Answer, Assessment, Interview, InterviewState, Offer, Refusal
from waymark.core import formats
from waymark.core.actor import Actor
from waymark.duties.models import Duty
from waymark.placements.models import Approach

CLAUSES = ("HAS-01", "HAS-05", "HAS-06", "HAS-08", "HAS-13")


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: the words, the page, and the clause that asks for it. `waits` where it is somebody else's turn.

    `due` is when it is due, exclusive, where the protocol says.
    """

    text: str
    href: str
    clause: str = ""
    waits: bool = False
    due: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one approach: what it holds, the newest first."""

    interviews: Sequence[Interview] = ()
    assessments: Sequence[Assessment] = ()
    offers: Sequence[Offer] = ()
    refusals: Sequence[Refusal] = ()


def with_provider(actor: Actor) -> QuerySet[Approach]:
    """The referrals that the reader's agency has, of those that the reader may read, the longest there first."""
    mine = Approach.objects.listed_for(actor).with_providers().filter(provider__agency=actor.agency_id)
    return mine.select_related("case__young_person", "referral", "scheme", "provider").order_by("passed_at", "pk")


def known_of(approaches: Sequence[Approach], actor: Actor) -> Mapping[UUID, Known]:
    """What is known of these approaches, as the reader may read it: a few queries, however many they are."""
    found: dict[UUID, dict[str, list[object]]] = {one.pk: {} for one in approaches}
    for name, model, order in (
        ("interviews", Interview, "-booked_at"),
        ("assessments", Assessment, "-completed_at"),
        ("offers", Offer, "-made_at"),
        ("refusals", Refusal, "-made_at"),
    ):
        for row in model.objects.visible_to(actor).filter(approach__in=found).order_by(order):
            found[row.approach_id].setdefault(name, []).append(row)
    return {pk: Known(**parts) for pk, parts in found.items()}  # type: ignore[arg-type]


def dues_of(approaches: Sequence[Approach], actor: Actor) -> Mapping[tuple[str, str], Duty]:
    """What is still to do of these referrals, by clause and by the referral or placement: the soonest of each."""
    cases = [one.case_id for one in approaches]
    waiting = Duty.objects.visible_to(actor).outstanding().filter(case__in=cases, clause__in=CLAUSES)
    found: dict[tuple[str, str], Duty] = {}
    for duty in waiting.order_by("-due"):
        for ref in (duty.refs.get("referral"), duty.refs.get("placement")):
            if ref:
                found[duty.clause, ref] = duty
    return found


def next_step(
    approach: Approach, known: Known, dues: Mapping[tuple[str, str], Duty], now: datetime, *, part: str | None = None
) -> Step:
    """What the provider does next. `part` is the part of the assessment to write next: "" where every one is written,
    None where nobody has looked.
    """
    step = _next(approach, known, now, part)
    placement = next((str(one.placement) for one in known.offers if one.answer == Answer.ACCEPTED), "")
    duty = dues.get((step.clause, str(approach.referral_id))) or dues.get((step.clause, placement))
    if duty is None or step.waits:
        return step
    late = duty.due is not None and duty.due <= now
    return Step(step.text, step.href, step.clause, due=duty.due, late=late)


def _next(approach: Approach, known: Known, now: datetime, part: str | None) -> Step:
    if known.offers and known.offers[0].answer in (Answer.WAITING, Answer.ACCEPTED):
        return _after_offer(known.offers[0])
    if known.refusals:
        return Step("Refused: the worker may challenge it", reverse("assessment", args=[approach.pk]), waits=True)
    interview = known.interviews[0] if known.interviews else None
    if interview is None or interview.state == InterviewState.MISSED:
        return Step("Arrange the interview", reverse("assessment_interview", args=[approach.pk]), "HAS-01")
    if interview.state == InterviewState.BOOKED:
        if interview.starts_at > now:
            when = formats.moment(interview.starts_at)
            return Step(f"Interview on {when}", reverse("assessment", args=[approach.pk]), waits=True)
        return Step("Say what became of the interview", reverse("assessment_outcome", args=[approach.pk]), "HAS-08")
    return _after_interview(approach, known, part)


def _after_interview(approach: Approach, known: Known, part: str | None) -> Step:
    done = known.assessments[0] if known.assessments else None
    if done is None and part == "":
        return Step("Complete the housing assessment", reverse("assessment_complete", args=[approach.pk]), "HAS-06")
    if done is None:
        about = [approach.pk, part] if part else [approach.pk]
        page = reverse("assessment_part" if part else "assessment", args=about)
        return Step("Write the housing assessment", page, "HAS-06")
    if done.shared_at is None:
        return Step("Send the assessment", reverse("assessment_whole", args=[approach.pk]), "HAS-05")
    return Step("Offer a place, or refuse", reverse("assessment_offer", args=[approach.pk]), "HAS-06")


def _after_offer(offer: Offer) -> Step:
    if offer.answer == Answer.WAITING:
        return Step("Your offer waits for the worker", reverse("offer", args=[offer.pk]), waits=True)
    if offer.confirmation_id is None:
        return Step("Confirm the place in writing", reverse("confirm_placement", args=[offer.pk]), "HAS-13")
    return Step("Record that they moved in", reverse("moved_in", args=[offer.pk]))
