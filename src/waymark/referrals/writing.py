"""Writing a referral: starting it, saving a section, and keeping what somebody has typed before they save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from waymark.cases.models import Case
from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.services import record
from waymark.referrals.merging import with_theirs
from waymark.referrals.models import OPEN, Draft, Referral, SectionVersion, State
from waymark.referrals.questions import NO, UNKNOWN, YES, Answers, Section
from waymark.referrals.record import FACTS, facts_of
from waymark.referrals.sections import ASSESSMENT, SECTIONS
from waymark.referrals.steps import locked_referral, own_id

MEANINGS = {YES: True, NO: False, UNKNOWN: "unknown"}
"""What an answer is as a fact of the protocol."""
MOST_TYPED = 200_000
"""Characters of a draft that are kept: many times what a section holds."""


class OpenAlready(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """The young person has a referral for which somebody looks for a place: `referral`."""

    def __init__(self, referral: Referral) -> None:
        self.referral = referral
        super().__init__("There is a referral already")


class OverAlready(Exception):  # noqa: N818
    """The referral has ended: nothing more is written in it."""


@service
def start(
    case: Case,
    *,
    actor: Actor,
    id: UUID,
    need: Referral | None = None,
    copy_from: Referral | None = None,
    clock: Clock = system_clock,
) -> Referral:
    """Start a referral: the one that a need has begun, or else a new one called `id` (REF-01).

    `copy_from` is an earlier referral of the same young person: what was written there is to be looked at again,
    section by section. The same `id` again gives what it started. Raises `OpenAlready` for another while one is open.
    """
    case = locked(case.pk)
    actor.require(Permission.REFER, Referral(case=case))
    id = own_id(id, case.pk, Referral.objects.exclude(case=case))
    before = Referral.objects.filter(case=case, pk__in=[id, need.pk if need else id]).first()
    if before is not None and before.state != State.NEED:
        return before
    other = Referral.objects.filter(case=case, state__in=set(OPEN) - {State.NEED}).first()
    if other is not None:
        raise OpenAlready(other)
    ref = need.pk if need is not None and need.case_id == case.pk else id
    record(
        "referral_started", case=case, actor=actor, occurred_at=clock.now(), refs={"referral": str(ref)}, clock=clock
    )
    referral = Referral.objects.get(pk=ref)
    if copy_from is not None and copy_from.case_id == case.pk:
        _copy(copy_from, referral, actor, clock)
    trail.wrote(actor, referral, started=True)
    return referral


def _copy(earlier: Referral, referral: Referral, actor: Actor, clock: Clock) -> None:
    """Take over the sections that the actor may write. Each counts as done only when somebody has saved it again."""
    referral.copied_from = earlier
    referral.save(force_update=True, update_fields=["copied_from"])
    newest = SectionVersion.objects.filter(referral=earlier).newest()
    copies = [
        SectionVersion(
            case_id=referral.case_id,
            referral=referral,
            section=version.section,
            category=version.category,
            number=1,
            answers=version.answers,
            copied=True,
            written_by_id=actor.membership_id,
            written_at=clock.now(),
        )
        for version in newest
        if version.section in SECTIONS and actor.may(Permission.REFER, version)
    ]
    SectionVersion.objects.bulk_create(copies)


@service
def save_section(
    referral: Referral,
    section: Section,
    answers: Mapping[str, Any],
    *,
    based_on: int,
    actor: Actor,
    clock: Clock = system_clock,
) -> SectionVersion:
    """Save a section as its next version. `based_on` is the number of the version that was before the writer.

    What it says that the protocol reads is recorded as a fact, where it differs from what is known; a risk assessment
    is recorded as updated (REF-09, SEA-12). The same answers again are no new version. Where somebody saved in between,
    what both wrote is kept; `WrittenMeanwhile` where both answered a question differently. Raises `OverAlready`.
    """
    referral = locked_referral(referral)
    newest = SectionVersion.objects.filter(referral=referral, section=section.key).order_by("-number").first()
    return _save(referral, section, answers, newest, based_on=based_on, actor=actor, clock=clock)


def _save(
    referral: Referral,
    section: Section,
    answers: Answers,
    newest: SectionVersion | None,
    *,
    based_on: int,
    actor: Actor,
    clock: Clock,
) -> SectionVersion:
    """Save a section of a referral that is locked; `newest` is its newest version."""
    new = SectionVersion(case=referral.case, referral=referral, section=section.key, category=section.category)
    actor.require(Permission.REFER, new)
    if not referral.is_open:
        raise OverAlready
    forget_draft(actor, referral.pk, section.key)
    if newest is not None and newest.answers == dict(answers) and not newest.copied:
        return newest
    if newest is not None and newest.number != based_on:
        answers = with_theirs(section, newest, answers, before=_answers_of(newest, based_on))
    new.number, new.answers = (newest.number if newest else 0) + 1, dict(answers)
    new.written_by_id, new.written_at = actor.membership_id, clock.now()
    new.save(force_insert=True)
    trail.wrote(actor, new, section=section.key, number=new.number)
    _follow(new, section, referral.case, actor, clock)
    return new


@service
def save_known(
    referral: Referral, known: Mapping[str, str], *, actor: Actor, clock: Clock = system_clock
) -> list[SectionVersion]:
    """Say of many risks at once whether they are known (REF-06). What was written of them before stays with a yes.

    `known` are answers by the key of a risk's section. Gives the newest version of each.
    """
    referral = locked_referral(referral)
    before = {one.section: one for one in SectionVersion.objects.filter(referral=referral, section__in=known).newest()}
    saved = []
    for key, answer in known.items():
        section, newest = SECTIONS[key], before.get(key)
        said = {**(newest.answers if newest else {}), "known": answer}
        answers = {question.name: said[question.name] for question in section.asked(said) if said.get(question.name)}
        number = newest.number if newest else 0
        saved.append(_save(referral, section, answers, newest, based_on=number, actor=actor, clock=clock))
    return saved


def _answers_of(newest: SectionVersion, number: int) -> Answers | None:
    """What an earlier version said."""
    earlier = SectionVersion.objects.filter(referral=newest.referral_id, section=newest.section, number=number)
    return earlier.values_list("answers", flat=True).first()


def _follow(saved: SectionVersion, section: Section, case: Case, actor: Actor, clock: Clock) -> None:
    """Record what a saved section means for the protocol."""
    refs = {"referral": str(saved.referral_id)}
    if section.key == ASSESSMENT.key:
        record("risk_assessment_updated", case=case, actor=actor, occurred_at=clock.now(), refs=refs, clock=clock)
    if section.fact is None:
        return
    question, fact = section.fact
    said = MEANINGS[saved.answers[question]] if saved.answers.get(question) else None
    if said is not None and facts_of(case).get(fact) != said:
        record(FACTS, case=case, actor=actor, occurred_at=clock.now(), data={fact: said}, clock=clock)


@service
def keep_draft(
    referral: Referral,
    part: str,
    typed: Sequence[tuple[str, str]],
    *,
    based_on: int,
    actor: Actor,
    about: UUID | None = None,
    clock: Clock = system_clock,
) -> None:
    """Keep what somebody has typed into a form and not saved: names of inputs with what was typed. Only they see it.

    `about` is what the form belongs to, where that is not the referral itself. Raises ValueError for far too much.
    """
    actor.require(Permission.VIEW_REFERRALS, Referral(case_id=referral.case_id))
    assert actor.membership_id is not None  # the system types nothing
    if sum(len(name) + len(value) for name, value in typed) > MOST_TYPED:
        raise ValueError("There is too much text here to be kept.")
    Draft.objects.update_or_create(
        membership_id=actor.membership_id,
        about=about or referral.pk,
        part=part,
        defaults={
            "case_id": referral.case_id,
            "based_on": based_on,
            "typed": [list(pair) for pair in typed],
            "changed_at": clock.now(),
        },
    )


@service
def throw_away_draft(referral: Referral, part: str, *, actor: Actor, about: UUID | None = None) -> None:
    """Forget what somebody had typed."""
    forget_draft(actor, about or referral.pk, part)


def forget_draft(actor: Actor, about: UUID, part: str) -> None:
    """As `throw_away_draft`, inside a service."""
    Draft.objects.filter(membership=actor.membership_id, about=about, part=part).delete()
