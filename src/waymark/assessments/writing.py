"""Writing a housing assessment: its parts, each with every version, beside what the referral says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waymark.assessments.models import PartVersion
from waymark.assessments.own import begin
from waymark.assessments.parts import FROM_REFERRAL, parts_for, source_of
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.placements.models import Approach
from waymark.referrals import writing
from waymark.referrals.completeness import Written, known_risks
from waymark.referrals.merging import with_theirs
from waymark.referrals.models import SectionVersion
from waymark.referrals.questions import Answers, Section

Sources = Mapping[str, SectionVersion]


@dataclass(frozen=True, slots=True)
class Paper:
    """An assessment as one reader may read it: its parts, what each says now, and what the referral says beside it."""

    parts: Sequence[Section]
    newest: Mapping[str, PartVersion]
    sources: Sources

    def source(self, part: str) -> SectionVersion | None:
        """What the referral says that a part starts from."""
        return self.sources.get(source_of(part))

    def is_done(self, part: Section) -> bool:
        """Whether a part says what it must, beside what the referral says now."""
        version = self.newest.get(part.key)
        return version is not None and not part.lacking(version.answers) and not self.is_behind(part)

    def is_behind(self, part: Section) -> bool:
        """Whether the referral says something newer than what stood beside the part when it was saved."""
        version, source = self.newest.get(part.key), self.source(part.key)
        return version is not None and source is not None and version.source < source.number


def paper_of(approach: Approach, actor: Actor) -> Paper:
    """The assessment as the actor may read it."""
    told = SectionVersion.objects.visible_to(actor).filter(referral=approach.referral_id).newest()
    sources = {one.section: one for one in told.select_related("written_by__account")}
    written = {key: Written(one.answers, one.number, one.copied) for key, one in sources.items()}
    known = {section.key for section in known_risks(written)}
    mine = PartVersion.objects.visible_to(actor).filter(approach=approach).newest()
    newest = {one.part: one for one in mine.select_related("written_by__account")}
    kept = {key for key in newest if key not in FROM_REFERRAL}
    return Paper(parts_for(known | kept), newest, sources)


@service
def save_part(
    approach: Approach,
    part: Section,
    answers: Answers,
    *,
    based_on: int,
    source: int,
    actor: Actor,
    clock: Clock = system_clock,
) -> PartVersion:
    """Save a part as its next version; `based_on` is the number of the version that was before the writer, and `source`
    that of the referral's beside it.

    The same answers again, beside the same referral, are no new version. Where somebody saved in between, what both
    wrote is kept; `WrittenMeanwhile` where both answered a question differently. `NotNow` once the approach is over.
    """
    approach = begin(approach, Permission.ASSESS, actor)
    new = PartVersion(case=approach.case, approach=approach, part=part.key, category=part.category)
    actor.require(Permission.ASSESS, new)
    writing.forget_draft(actor, approach.pk, part.key)
    newest = PartVersion.objects.filter(approach=approach, part=part.key).order_by("-number").first()
    source = min(source, _source_number(approach, part))
    if newest is not None and newest.answers == dict(answers) and newest.source == source:
        return newest
    if newest is not None and newest.number != based_on:
        answers = with_theirs(part, newest, answers, before=_answers_of(newest, based_on))
    new.number, new.answers, new.source = (newest.number if newest else 0) + 1, dict(answers), source
    new.written_by_id, new.written_at = actor.membership_id, clock.now()
    new.save(force_insert=True)
    trail.wrote(actor, new, part=part.key, number=new.number)
    return new


def _source_number(approach: Approach, part: Section) -> int:
    said = SectionVersion.objects.filter(referral=approach.referral_id, section=source_of(part.key))
    return said.order_by("-number").values_list("number", flat=True).first() or 0


def _answers_of(newest: PartVersion, number: int) -> Answers | None:
    """What an earlier version said."""
    earlier = PartVersion.objects.filter(approach=newest.approach_id, part=newest.part, number=number)
    return earlier.values_list("answers", flat=True).first()


@service
def keep_part(
    approach: Approach,
    part: str,
    typed: Sequence[tuple[str, str]],
    *,
    based_on: int,
    actor: Actor,
    clock: Clock = system_clock,
) -> None:
    """Keep what somebody has typed into a part and not saved. Only they see it. ValueError for far too much."""
    referral = approach.referral
    writing.keep_draft(referral, part, typed, based_on=based_on, actor=actor, about=approach.pk, clock=clock)
