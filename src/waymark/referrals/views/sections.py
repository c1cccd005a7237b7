"""Writing a section, keeping what is typed, and its versions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.core.permissions import Permission, permission
from waymark.govuk.resend import keeps_what_was_typed
from waymark.referrals import comparing
from waymark.referrals.checks import to_tell
from waymark.referrals.completeness import KNOWN_RISKS
from waymark.referrals.forms import KnownRisksForm, SectionForm
from waymark.referrals.keeping import key_of
from waymark.referrals.merging import WrittenMeanwhile
from waymark.referrals.models import Check, CheckKind, Draft, Referral, SectionVersion
from waymark.referrals.questions import NO, Answers, Section
from waymark.referrals.sections import ASSESSMENT, RISK_SECTIONS, SECTIONS
from waymark.referrals.views.common import actor_of, around, fetch, may_write, readable_sections
from waymark.referrals.views.drafting import (
    CONFLICT,
    THROW_AWAY,
    draft_of,
    kept,
    say_saved,
    side_by_side,
    their_words,
    with_draft,
)
from waymark.referrals.views.going_on import next_to_do
from waymark.referrals.writing import OverAlready, keep_draft, save_known, save_section, throw_away_draft

TOLD_OF_PLACES = (CheckKind.AREA, CheckKind.ADDRESS)
"""Checks whose answers belong in the risk assessment (REF-09, SEA-12)."""


@keeps_what_was_typed
@permission(Permission.VIEW_REFERRALS)
def section(request: HttpRequest, referral_id: UUID, key: str) -> HttpResponse:
    """One section: to write where the reader may, otherwise to read."""
    referral, about = _fetch(request, referral_id, key)
    newest = _newest(request, referral, about)
    if not may_write(actor_of(request), referral, about):
        return _read(request, referral, about, newest)
    if request.method == "POST" and THROW_AWAY in request.POST:
        throw_away_draft(referral, about.key, actor=actor_of(request))
        return HttpResponseRedirect(request.path)
    answers, number = (newest.answers, newest.number) if newest else ({}, 0)
    if about.key == ASSESSMENT.key:
        answers = _with_what_was_told(answers, _told(request, referral))
    form = SectionForm(about, request.POST or None, answers=answers, number=number)
    if form.is_valid():
        return _save(request, referral, about, form)
    draft = draft_of(request, actor_of(request), referral.pk, about.key)
    response = _form_page(request, referral, about, form, newest, draft=draft)
    return with_draft(response, draft, request.get_full_path())


def _fetch(request: HttpRequest, referral_id: UUID, key: str) -> tuple[Referral, Section]:
    referral = fetch(request, referral_id, "section of a referral")
    about = SECTIONS.get(key)
    if about is None or key not in readable_sections(actor_of(request), referral):
        raise Http404
    return referral, about


def _versions(request: HttpRequest, referral: Referral, about: Section) -> QuerySet[SectionVersion]:
    visible = SectionVersion.objects.visible_to(actor_of(request)).filter(referral=referral, section=about.key)
    return visible.select_related("written_by__account").order_by("-number")


def _newest(request: HttpRequest, referral: Referral, about: Section) -> SectionVersion | None:
    return _versions(request, referral, about).first()


def _read(request: HttpRequest, referral: Referral, about: Section, newest: SectionVersion | None) -> HttpResponse:
    page = {
        **around(request, referral),
        "section": about,
        "newest": newest,
        "answers": comparing.in_words(about, newest.answers) if newest else [],
        "versions": newest.number if newest else 0,
    }
    return render(request, "referrals/section_read.jinja2", page)


def _form_page(
    request: HttpRequest,
    referral: Referral,
    about: Section,
    form: SectionForm,
    newest: SectionVersion | None,
    *,
    both: Mapping[str, str] | None = None,
    draft: Draft | None = None,
    status: int = 0,
) -> HttpResponse:
    page = {
        **around(request, referral),
        "section": about,
        "place": list(SECTIONS).index(about.key) + 1,
        "places": len(SECTIONS),
        "form": form,
        "newest": newest,
        "told": _told(request, referral) if about.key == ASSESSMENT.key else [],
        "both": both or {},
        "draft": draft,
        "keep": reverse("referral_keep", args=[referral.pk, about.key]),
        "keep_key": key_of(actor_of(request), referral.pk, about.key),
    }
    return render(request, "referrals/section.jinja2", page, status=status or (422 if form.errors else 200))


def _told(request: HttpRequest, referral: Referral) -> list[Check]:
    """What checks have found, as the worker was told, the newest first (REF-09, SEA-12)."""
    answered = Check.objects.visible_to(actor_of(request)).filter(referral=referral).exclude(answered_at=None)
    return list(answered.order_by("-answered_at", "pk"))


def _with_what_was_told(answers: Answers, told: Iterable[Check]) -> Answers:
    """The answers with what checks of areas and addresses have told since, for the writer to look at and save."""
    before = str(answers.get("checks", ""))
    new = [check.answer for check in told if check.kind in TOLD_OF_PLACES and not _has_lines(before, check.answer)]
    return {**answers, "checks": "\n".join(filter(None, [before, *reversed(new)]))} if new else answers


def _has_lines(text: str, lines: str) -> bool:
    """Whether these lines stand in a text as whole lines: `Not N1` does not stand in `Not N19`."""
    whole, part = ("\n".join(["", *one.splitlines(), ""]) for one in (text, lines))
    return part in whole


def _save(request: HttpRequest, referral: Referral, about: Section, form: SectionForm) -> HttpResponse:
    actor = actor_of(request)
    try:
        saved = save_section(referral, about, form.answers(), based_on=form.number, actor=actor)
    except OverAlready:
        messages.info(request, "This referral has ended since you opened the page. Nothing was saved.")
        return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
    except WrittenMeanwhile as problem:
        return _both_wrote(request, referral, about, problem)
    say_saved(request, about, saved, based_on=form.number)
    return HttpResponseRedirect(_after(request, referral, about.key))


def _after(request: HttpRequest, referral: Referral, key: str) -> str:
    """The next part with something left to do where somebody asked for it, or else the task list; after the risk
    assessment the page of checks, while Placements is to be told what they found (SEA-13).
    """
    may_tell = key == ASSESSMENT.key and actor_of(request).may(Permission.REFER, referral)
    if may_tell and not referral.is_with_the_worker and to_tell(referral):
        messages.info(request, "Next: tell Placements what the check of addresses found.")
        return f"{reverse('referral_checks', args=[referral.pk])}#{CheckKind.ADDRESS}"
    if "another" in request.POST:
        return next_to_do(referral, actor_of(request), at=key)
    return reverse("referral", args=[referral.pk])


def _both_wrote(request: HttpRequest, referral: Referral, about: Section, problem: WrittenMeanwhile) -> HttpResponse:
    """Where both answered the same question differently, show both and let the writer decide."""
    form = SectionForm(about, answers=problem.merged.answers, number=problem.newest.number)
    both = their_words(about, problem.merged)
    newest = _newest(request, referral, about)
    return _form_page(request, referral, about, form, newest, both=both, status=CONFLICT)


@permission(Permission.VIEW_REFERRALS)
def keep(request: HttpRequest, referral_id: UUID, key: str) -> HttpResponse:
    """Keep what is typed, while it is typed. The page asks for this by itself; it shows nothing."""
    referral, about = _fetch(request, referral_id, key)
    actor = actor_of(request)
    if not may_write(actor, referral, about):
        raise Http404
    return kept(request, lambda pairs, based_on: keep_draft(referral, about.key, pairs, based_on=based_on, actor=actor))


@permission(Permission.VIEW_REFERRALS)
def versions(request: HttpRequest, referral_id: UUID, key: str) -> HttpResponse:
    """Two versions of a section side by side, with what changed marked in words and not by colour alone."""
    referral, about = _fetch(request, referral_id, key)
    found = list(_versions(request, referral, about))
    page = {**around(request, referral), **side_by_side(request, about, found)}
    return render(request, "referrals/versions.jinja2", page)


@keeps_what_was_typed
@permission(Permission.REFER)
def known_risks(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Which risks and vulnerabilities are known, on one page: only those need a page of their own."""
    referral = fetch(request, referral_id, "known risks")
    actor = actor_of(request)
    writable = [one for one in RISK_SECTIONS if may_write(actor, referral, one)]
    if not writable:
        raise Http404
    newest = list(SectionVersion.objects.visible_to(actor).filter(referral=referral).newest())
    known = {one.section: one.answers.get("known", "") for one in newest}
    copied = {one.section for one in newest if one.copied}
    form = KnownRisksForm(writable, request.POST or None, known=known)
    if form.is_valid():
        said = form.answered().items()
        changed = {key: answer for key, answer in said if answer != known.get(key) or (answer == NO and key in copied)}
        try:
            save_known(referral, changed, actor=actor)
            messages.success(request, "Saved. Write more on those that are known.")
        except OverAlready:
            messages.info(request, "This referral has ended since you opened the page. Nothing was saved.")
        return HttpResponseRedirect(_after(request, referral, KNOWN_RISKS))
    page = {**around(request, referral), "form": form, "copied": bool(copied & {one.key for one in writable})}
    return render(request, "referrals/known_risks.jinja2", page, status=422 if form.errors else 200)
