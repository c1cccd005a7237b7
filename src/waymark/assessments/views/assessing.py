"""A referral as its provider works through it: what there is to do, and the assessment as a whole."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.assessments.completing import NotReady, complete, gaps, items, share
from waymark.assessments.forms import CompleteForm
from waymark.assessments.inbox import dues_of, known_of, next_step
from waymark.assessments.models import Assessment
from waymark.assessments.views.common import actor_of, around_approach, fetch, may_write, require_own
from waymark.assessments.views.interviews import over, to_overview
from waymark.assessments.writing import Paper, paper_of
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.events.vocabulary import CONTENT_ITEMS
from waymark.govuk.resend import keeps_what_was_typed
from waymark.placements.models import Approach
from waymark.referrals.comparing import in_words
from waymark.referrals.models import Draft
from waymark.referrals.questions import Section
from waymark.referrals.sections import SECTIONS
from waymark.referrals.steps import NotNow
from waymark.referrals.views.tasks import Task

DONE, BEHIND, BEGUN, NOT_BEGUN = "Done", "The referral says something newer", "Answers missing", "Not started"


@permission(Permission.VIEW_REFERRALS)
def overview(request: HttpRequest, approach_id: UUID) -> HttpResponse:
    """What the provider has done and what comes next; for the worker to read too."""
    approach = fetch(request, approach_id, "a provider's assessment")
    actor = actor_of(request)
    paper = paper_of(approach, actor)
    drafts = set(Draft.objects.visible_to(actor).filter(about=approach.pk).values_list("part", flat=True))
    known, now = known_of([approach], actor)[approach.pk], system_clock.now()
    page = {
        **around_approach(request, approach),
        "tasks": [_task(approach, part, paper, drafts) for part in paper.parts],
        "known": known,
        "next": next_step(
            approach,
            known,
            dues_of([approach], actor),
            now,
            part=next((part.key for part in paper.parts if not paper.is_done(part)), ""),
        ),
        "may_write": may_write(actor, approach),
        "may_offer": actor.may(Permission.OFFER, approach.referral),
        "now": now,
    }
    return render(request, "assessments/overview.jinja2", page)


def _task(approach: Approach, part: Section, paper: Paper, drafts: set[str]) -> Task:
    href = reverse("assessment_part", args=[approach.pk, part.key])
    if part.key in drafts:
        return Task(part.title, href, "You have not saved all of it", "orange")
    if paper.is_behind(part):
        return Task(part.title, href, BEHIND, "orange")
    if paper.is_done(part):
        return Task(part.title, href, DONE)
    return Task(part.title, href, *((BEGUN, "yellow") if part.key in paper.newest else (NOT_BEGUN, "blue")))


@keeps_what_was_typed
@permission(Permission.ASSESS)
def complete_it(request: HttpRequest, approach_id: UUID) -> HttpResponse:
    """Complete the assessment: what is missing is said first, each with its clause."""
    approach = fetch(request, approach_id, "complete an assessment")
    actor = actor_of(request)
    if not require_own(actor, approach):
        return over(request, approach)
    paper = paper_of(approach, actor)
    missing = gaps(paper)
    form = CompleteForm(request.POST or None, lacks=bool(missing))
    if form.is_valid():
        said = form.cleaned_data
        try:
            left_out, send = said.get("left_out", ""), "send" in request.POST
            complete(approach, actor=actor, id=said["ticket"], left_out=left_out, send=send)
        except NotReady as problem:
            form.add_error(None, str(problem))
        except NotNow as problem:
            return over(request, approach, problem)
        else:
            if send:
                return _sent(request, approach)
            messages.success(request, "Completed. Next: send it to the worker and to Placements.")
            return HttpResponseRedirect(reverse("assessment_whole", args=[approach.pk]))
    page = {
        **around_approach(request, approach),
        "form": form,
        "missing": missing,
        "holds": [CONTENT_ITEMS[item].label for item in items(paper)],
    }
    return render(request, "assessments/complete.jinja2", page, status=422 if form.errors else 200)


@permission(Permission.VIEW_REFERRALS)
def whole(request: HttpRequest, approach_id: UUID) -> HttpResponse:
    """The whole assessment on one page, beside what the referral says; sent from here in one press (HAS-05)."""
    approach = fetch(request, approach_id, "a whole assessment")
    actor = actor_of(request)
    found = Assessment.objects.visible_to(actor).filter(approach=approach).select_related("document")
    done = found.order_by("-completed_at").first()
    if request.method == "POST":
        return _share(request, approach, done)
    paper = paper_of(approach, actor)
    page = {
        **around_approach(request, approach),
        "chapters": [_chapter(part, paper) for part in paper.parts],
        "done": done,
        "may_write": may_write(actor, approach),
    }
    return render(request, "assessments/whole.jinja2", page)


def _share(request: HttpRequest, approach: Approach, done: Assessment | None) -> HttpResponse:
    actor = actor_of(request)
    if not require_own(actor, approach) or done is None:
        return over(request, approach, "" if done else "Complete the assessment first")
    try:
        share(done, actor=actor)
    except NotNow as problem:
        return over(request, approach, problem)
    return _sent(request, approach)


def _sent(request: HttpRequest, approach: Approach) -> HttpResponse:
    messages.success(request, "Sent to the worker and to Placements. It is among the documents of the record.")
    return to_overview(approach)


def _chapter(part: Section, paper: Paper) -> dict[str, Any]:
    version, source = paper.newest.get(part.key), paper.source(part.key)
    return {
        "part": part,
        "version": version,
        "said": in_words(part, version.answers) if version else [],
        "told": told(source),
    }


def told(source: Any) -> list[tuple[str, str]]:
    """What the referral says, answer by answer; nothing of what was not answered."""
    rows = in_words(SECTIONS[source.section], source.answers) if source is not None else []
    return [(label, text) for label, text in rows if text]
