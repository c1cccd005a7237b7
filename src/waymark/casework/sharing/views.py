"""Who can see a record, and why; what one may see oneself, and why; ending a share, or what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.models import Consent, Grant, Reason
from waymark.access.roles import permissions_of
from waymark.access.rules import RULES
from waymark.access.services import NotAsAsked
from waymark.access.sharing import change_end, consent_withdrawn, end_line, in_force, may_be_ended_here
from waymark.access.whose_share import decides_on_all_shares
from waymark.audit.reading import read_or_404
from waymark.cases.models import Case, Kind
from waymark.casework import finding
from waymark.casework.presenters import Link
from waymark.casework.sharing import words
from waymark.casework.sharing.following import ChangeEndForm, EndForm, WithdrawnForm
from waymark.casework.sharing.presenters import page_of, why
from waymark.casework.sharing.queries import (
    EMERGENCY,
    HOLDERS,
    MOST_COUNTED,
    OWN,
    SHARED,
    TEAM,
    WAYS,
    counts_of,
    page_of_lines,
    sight_of,
)
from waymark.casework.sharing.steps import to_share
from waymark.casework.views.case import fetch, frame
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.duties.engine.calendar import end_of_day
from waymark.govuk.pages import Slice, asked_page, pagination, to_a_page_there_is, with_page
from waymark.govuk.resend import keeps_what_was_typed

LINES_ON_A_PAGE = 50
NOT_WORTH_SAYING = (Permission.PUBLIC, Permission.SIGNED_IN, Permission.VIEW_MY_WORK)


@permission(Permission.VIEW_CASE)
def access(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Every line of the ledger about a record, in words: those that hold, those to come and those over."""
    case = fetch(request, case_id, "who can see it")
    actor, now = request.actor, system_clock.now()  # type: ignore[attr-defined]
    may_share = case.kind == Kind.YOUNG_PERSON and actor.may(Permission.SHARE, case)
    sight = sight_of(actor, case, now)
    may_end = _may_end(actor, case) if may_share else lambda _: False
    page = {
        **frame(request, case, "access"),
        "page": page_of(case, sight, now, may_end=may_end),
        "restriction": sight.restriction,
        "kept_out": len(sight.conflicts),
        "may_share": may_share,
        "consented": any(_rests_on_consent(line) and may_end(line) for line in sight.lines),
    }
    return render(request, "casework/sharing/access.jinja2", page)


def _may_end(actor: Actor, case: Case) -> Callable[[Grant], bool]:
    """Which shares the reader may end, one of those who may share the record."""
    all_shares = decides_on_all_shares(actor, case)
    return lambda line: may_be_ended_here(line, actor, all_shares=all_shares)


def _rests_on_consent(line: Grant) -> bool:
    return line.reason == Reason.SHARE and line.consent == Consent.GIVEN


def _shares(actor: Actor, case: Case) -> QuerySet[Grant]:
    """What was shared explicitly and has not ended, with the names a page shows."""
    now = in_force(case).filter(reason=Reason.SHARE, pk__in=Grant.objects.visible_to(actor).filter(case=case))
    return now.select_related("case", "decided_by", *HOLDERS).order_by("starts_at", "pk")


@keeps_what_was_typed
@permission(Permission.SHARE)
def end(request: HttpRequest, case_id: UUID, grant_id: UUID) -> HttpResponse:
    """End a share before its time."""
    case = to_share(request, case_id)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if over := _over_already(request, case, grant_id):
        return over
    line = read_or_404(request, _shares(actor, case), pk=grant_id, purpose="end a share")
    form = EndForm(request.POST or None)
    if form.is_valid():
        said = f"Ended: what was shared with {words.holder_name(line)}."
        try:
            end_line(line, actor=actor, why=form.cleaned_data["why"])
        except NotAsAsked as problem:  # by somebody else since we looked
            said = f"{problem}."
        messages.info(request, said)
        return _back(case)
    page = {**frame(request, case, "access"), "form": form, "name": words.holder_name(line), **_about(line)}
    return render(request, "casework/sharing/end.jinja2", page, status=422 if form.errors else 200)


@keeps_what_was_typed
@permission(Permission.SHARE)
def change_until(request: HttpRequest, case_id: UUID, grant_id: UUID) -> HttpResponse:
    """Let a share end on another day."""
    case = to_share(request, case_id)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if over := _over_already(request, case, grant_id):
        return over
    line = read_or_404(request, _shares(actor, case), pk=grant_id, purpose="change when a share ends")
    form = ChangeEndForm(request.POST or None)
    if form.is_valid():
        until = end_of_day(form.cleaned_data["until"])
        try:
            changed = change_end(line, actor=actor, until=until, why=form.cleaned_data["why"])
        except NotAsAsked as problem:
            form.add_error("until", str(problem))
        else:
            said = f"Shared with {words.holder_name(line)} until {words.until_words(changed.ends_at)}."
            messages.success(request, said)
            return _back(case)
    page = {**frame(request, case, "access"), "form": form, "name": words.holder_name(line), **_about(line)}
    return render(request, "casework/sharing/change_end.jinja2", page, status=422 if form.errors else 200)


def _over_already(request: HttpRequest, case: Case, grant_id: UUID) -> HttpResponse | None:
    """Back to the list, for a share that the reader knows and that has ended or was changed: the button pressed twice,
    or a page left open. None for any other."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    known = Grant.objects.visible_to(actor).filter(case=case, pk=grant_id, reason=Reason.SHARE)
    if not known.exclude(pk__in=in_force(case)).exists():
        return None
    messages.info(request, "That share had ended or was changed already. What holds now is on this page.")
    return _back(case)


def _about(line: Grant) -> dict[str, Any]:
    return {
        "agency": words.agency_of(line).name,
        "until": words.until_words(line.ends_at),
        "reads": words.listed(words.labels(line.reads)),
    }


@keeps_what_was_typed
@permission(Permission.SHARE)
def withdrawn(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """They no longer agree: the shares to which they had agreed end, or go on with who decided that and why."""
    case = to_share(request, case_id)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    may_end = _may_end(actor, case)
    lines = [line for line in _shares(actor, case) if _rests_on_consent(line) and may_end(line)]
    shares = [(line.pk, f"{words.holder_name(line)}, {words.agency_of(line).name}") for line in lines]
    form = WithdrawnForm(shares, request.POST or None)
    if not form.is_bound:
        form.initial = {"lines": [str(identifier) for identifier, _ in shares]}
    if form.is_valid():
        said = form.cleaned_data
        try:
            consent_withdrawn(actor=actor, case=case, lines=said["lines"], note=said["note"], keep=said["follows"])
        except NotAsAsked as problem:
            form.add_error("lines", str(problem))
        else:
            goes_on = "It goes on without consent." if said["follows"] else "It has ended."
            messages.success(request, f"Recorded that they no longer agree. {goes_on}")
            return _back(case)
    page = {**frame(request, case, "access"), "form": form, "shares": shares}
    return render(request, "casework/sharing/withdrawn.jinja2", page, status=422 if form.errors else 200)


def _back(case: Case) -> HttpResponse:
    return HttpResponseRedirect(reverse("case_access", args=[case.pk]))


# What one may see oneself

WAY_TEXTS = {
    OWN: "My own work",
    TEAM: "My team's work",
    SHARED: "Shared with me",
    EMERGENCY: "Opened in an emergency",
}


@permission(Permission.SIGNED_IN)
def mine(request: HttpRequest) -> HttpResponse:
    """Which records are open to the reader, why and until when; and what their role may do."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    counts = counts_of(actor)
    asked = request.GET.get("why", "")
    way = asked if asked in WAYS else next((way for way, count in counts.items() if count), OWN)
    shown = Slice(asked_page(request), LINES_ON_A_PAGE, min(counts[way], MOST_COUNTED))
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    lines = page_of_lines(actor, way, shown.start, min(LINES_ON_A_PAGE, MOST_COUNTED - shown.start))
    trail.listed(actor, "access.Grant", rows=len(lines), cases=[line.case_id for line in lines])
    page = {
        "here": "access",
        "ways": [_way(name, counts[name], way) for name in WAYS],
        "way": WAY_TEXTS[way],
        "rows": [_my_row(line, system_clock.now()) for line in lines],
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)),
        "more_than": MOST_COUNTED if counts[way] > MOST_COUNTED else 0,
        "may": _may(actor),
        "rule_words": list(_rule_words(actor)),
    }
    return render(request, "casework/sharing/mine.jinja2", page)


def _way(name: str, count: int, chosen: str) -> dict[str, Any]:
    number = f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"
    address = f"{reverse('my_access')}?why={name}"
    return {"text": WAY_TEXTS[name], "number": number, "href": address, "active": name == chosen}


def _my_row(line: Grant, now: datetime) -> dict[str, Any]:
    held = f"{line.team.name}. " if line.team is not None else "Everyone in your role. " if line.agency_id else ""
    return {
        "link": Link(finding.name_of(line.case), reverse("case", args=[line.case_id])),
        "reference": line.case.reference,
        "why": f"{held}{why(line, now)}",
        "reads": words.listed(words.labels(set(line.reads) - set(line.writes))),
        "writes": words.listed(words.labels(line.writes)),
        "until": words.sentence(words.until_words(line.ends_at)) or "Further notice",
        "decided": words.member_words(line.decided_by) if line.involvement is None else "",
    }


def _may(actor: Actor) -> list[str]:
    """What the reader's role lets them do, where the ledger opens a record."""
    held = permissions_of(actor)
    worth_saying = [one.value for one in Permission if one in held and one not in NOT_WORTH_SAYING]
    return [words.sentence(text.replace("this record", "a record")) for text in worth_saying]


def _rule_words(actor: Actor) -> Iterator[tuple[str, str]]:
    """What the rule of the reader's role opens on a record they work on: (what, categories)."""
    rule = RULES.get(actor.role)
    if rule is None or not rule.reads:
        return
    yield "You may write", words.listed(words.labels(rule.writes)) or "Nothing"
    yield "You may only read", words.listed(words.labels(set(rule.reads) - set(rule.writes))) or "Nothing besides"
    yield "Not open", words.listed(category.label for category in _not_in(rule.reads)) or "Nothing: all is open"


def _not_in(reads: Collection[Category]) -> list[Category]:
    return [category for category in Category if category not in reads]
