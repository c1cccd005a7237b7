"""Writing a part of an assessment beside what the referral says, keeping what is typed, and its versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.assessments.forms import PartForm
from waymark.assessments.models import PartVersion
from waymark.assessments.parts import NEED, OTHERS, PARTS, starting_answers
from waymark.assessments.settings_here import matched, may_match
from waymark.assessments.views.assessing import told
from waymark.assessments.views.common import actor_of, around_approach, fetch, may_write
from waymark.assessments.views.interviews import over, to_overview
from waymark.assessments.writing import Paper, keep_part, paper_of, save_part
from waymark.core.permissions import Permission, permission
from waymark.govuk.resend import keeps_what_was_typed
from waymark.placements.models import Approach
from waymark.referrals.keeping import key_of
from waymark.referrals.merging import WrittenMeanwhile
from waymark.referrals.models import Draft, SectionVersion
from waymark.referrals.questions import Answers, Section
from waymark.referrals.sections import SECTIONS
from waymark.referrals.steps import NotNow
from waymark.referrals.views.drafting import (
    CONFLICT,
    THROW_AWAY,
    after,
    draft_of,
    kept,
    say_saved,
    side_by_side,
    their_words,
    with_draft,
)
from waymark.referrals.writing import throw_away_draft
from waymark.risks.matching import NO_KNOWN_CONFLICT


@keeps_what_was_typed
@permission(Permission.VIEW_REFERRALS)
def part(request: HttpRequest, approach_id: UUID, key: str) -> HttpResponse:
    """One part: to write where the reader may, otherwise to read on the page of the whole."""
    approach, about, paper = _fetch(request, approach_id, key)
    actor = actor_of(request)
    if not may_write(actor, approach):
        return HttpResponseRedirect(reverse("assessment_whole", args=[approach.pk]))
    if request.method == "POST" and THROW_AWAY in request.POST:
        throw_away_draft(approach.referral, about.key, actor=actor, about=approach.pk)
        return HttpResponseRedirect(request.path)
    newest, source = paper.newest.get(key), paper.source(key)
    answers, number = (newest.answers, newest.number) if newest else (_starting(approach, about, source), 0)
    seen = source.number if source else 0
    form = PartForm(about, request.POST or None, answers=answers, number=number, source=seen)
    if form.is_valid():
        return _save(request, approach, about, form, paper)
    draft = draft_of(request, actor, approach.pk, about.key)
    response = _form_page(request, approach, about, form, paper, draft=draft)
    return with_draft(response, draft, request.get_full_path())


def _starting(approach: Approach, about: Section, source: SectionVersion | None) -> Answers:
    """What a part that nobody has saved starts with; the setting is the one that was asked."""
    said = starting_answers(about, SECTIONS[source.section], source.answers) if source is not None else {}
    return {**said, "setting": approach.scheme.name} if about.key == NEED.key and approach.scheme is not None else said


def _fetch(request: HttpRequest, approach_id: UUID, key: str) -> tuple[Approach, Section, Paper]:
    approach = fetch(request, approach_id, "part of an assessment")
    paper = paper_of(approach, actor_of(request))
    if key not in {one.key for one in paper.parts}:
        raise Http404
    return approach, PARTS[key], paper


def _form_page(
    request: HttpRequest,
    approach: Approach,
    about: Section,
    form: PartForm,
    paper: Paper,
    *,
    both: Mapping[str, str] | None = None,
    draft: Draft | None = None,
    status: int = 0,
) -> HttpResponse:
    actor = actor_of(request)
    source = paper.source(about.key)
    page = {
        **around_approach(request, approach),
        "part": about,
        "form": form,
        "newest": paper.newest.get(about.key),
        "starts": paper.newest.get(about.key) is None and bool(_starting(approach, about, source)),
        "behind": paper.is_behind(about),
        "told": told(source),
        "source": source,
        "both": both or {},
        "draft": draft,
        "keep": reverse("assessment_keep", args=[approach.pk, about.key]),
        "keep_key": key_of(actor, approach.pk, about.key),
        **_matching(request, approach, about),
    }
    return render(request, "assessments/part.jinja2", page, status=status or (422 if form.errors else 200))


def _matching(request: HttpRequest, approach: Approach, about: Section) -> dict[str, Any]:
    """What risk matching finds, where the part asks for it and the reader may look."""
    if about.key != OTHERS.key:
        return {}
    actor = actor_of(request)
    found = matched(approach, actor=actor) if may_match(actor, approach) else None
    return {"asks_matching": True, "match": found, "no_known_conflict": NO_KNOWN_CONFLICT}


def _save(request: HttpRequest, approach: Approach, about: Section, form: PartForm, paper: Paper) -> HttpResponse:
    actor = actor_of(request)
    try:
        saved = save_part(approach, about, form.answers(), based_on=form.number, source=form.seen, actor=actor)
    except NotNow as problem:
        return over(request, approach, f"{problem}: nothing was saved")
    except WrittenMeanwhile as problem:
        seen = paper.source(about.key)
        number = seen.number if seen else 0
        again = PartForm(about, answers=problem.merged.answers, number=problem.newest.number, source=number)
        both = their_words(about, problem.merged)
        return _form_page(request, approach, about, again, paper, both=both, status=CONFLICT)
    say_saved(request, about, saved, based_on=form.number)
    to_do = [one.key for one in paper.parts if one.key == about.key or not paper.is_done(one)]
    following = after(about.key, to_do) if "another" in request.POST else None
    if following:
        return HttpResponseRedirect(reverse("assessment_part", args=[approach.pk, following]))
    return to_overview(approach)


@permission(Permission.VIEW_REFERRALS)
def keep(request: HttpRequest, approach_id: UUID, key: str) -> HttpResponse:
    """Keep what is typed, while it is typed. The page asks for this by itself; it shows nothing."""
    approach, about, _ = _fetch(request, approach_id, key)
    actor = actor_of(request)
    if not may_write(actor, approach):
        raise Http404
    return kept(request, lambda pairs, based_on: keep_part(approach, about.key, pairs, based_on=based_on, actor=actor))


@permission(Permission.VIEW_REFERRALS)
def versions(request: HttpRequest, approach_id: UUID, key: str) -> HttpResponse:
    """Two versions of a part side by side, with what changed marked in words and not by colour alone."""
    approach, about, _ = _fetch(request, approach_id, key)
    visible = PartVersion.objects.visible_to(actor_of(request)).filter(approach=approach, part=key)
    found = list(visible.select_related("written_by__account").order_by("-number"))
    page = {
        **around_approach(request, approach),
        **side_by_side(request, about, found),
        "back": reverse("assessment_part", args=[approach.pk, key]),
    }
    return render(request, "referrals/versions.jinja2", page)
