"""About a young person: statuses over time, their own words, what they need, and who is around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.audit.reading import read_or_404
from waymark.cases.models import Case, Kind
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.ledger import current_ledger
from waymark.core.permissions import Permission, permission
from waymark.core.record_frame import frame
from waymark.duties.engine.calendar import local_date
from waymark.govuk.forms import Form
from waymark.govuk.resend import keeps_what_was_typed
from waymark.people.forms import EndForm, NeedsForm, OwnWordsForm, StatusForm, SupporterForm
from waymark.people.models import Identifier, Needs, OwnWords, Status, Supporter
from waymark.people.statuses import NotPossible, add_status, end_status
from waymark.people.words import NEEDS, WORDS, ChangedMeanwhile, add_supporter, end_supporter, say_needs, say_own_words

TAB = "about"
LABELS = {"nhs": "NHS number", "case_system": "Number in the case system", "ssda903": "Number in the return (SSDA903)"}


@permission(Permission.VIEW_CASE)
def about_them(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who they are, by kind of information that the reader may see."""
    case = _case(request, case_id, "about them")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = local_date(system_clock.now())
    statuses = list(Status.objects.visible_to(actor).filter(case=case).in_order())
    around = Supporter.objects.visible_to(actor).filter(case=case).order_by(F("ends_on").desc(nulls_first=True), "name")
    reads_needs = actor.may(Permission.VIEW_CASE, Needs(case=case))
    page = {
        **frame(request, case, TAB),
        "person": case.young_person,
        "statuses": [one for one in statuses if one.ends_on is None or one.ends_on >= today],
        "former": [one for one in statuses if one.ends_on is not None and one.ends_on < today],
        "words": OwnWords.objects.visible_to(actor).filter(case=case, ends_at=None).first(),
        "needs": Needs.objects.visible_to(actor).filter(case=case, ends_at=None).first() if reads_needs else None,
        "reads_needs": reads_needs,
        "around": list(around),
        "numbers": [
            (LABELS.get(one.kind, one.kind), one.value)
            for one in Identifier.objects.visible_to(actor).filter(case=case).order_by("kind", "value")
        ],
        "may_merge": actor.may(Permission.MERGE_RECORDS, case),
        "may_change": actor.may(Permission.MANAGE_PEOPLE, case),
        "may_change_needs": actor.may(Permission.MANAGE_PEOPLE, Needs(case=case)),
    }
    return render(request, "people/about.jinja2", page)


@keeps_what_was_typed
@permission(Permission.MANAGE_PEOPLE)
def begin_status(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Record that a status began."""
    case = _changeable(request, case_id, "record a status")
    form = StatusForm(request.POST if request.method == "POST" else None)
    page = {"title": "Add a status", "button": "Add the status"}
    return _answer(request, case, form, page, lambda: add_status(case, form.new(), actor=_actor(request)))


@keeps_what_was_typed
@permission(Permission.MANAGE_PEOPLE)
def finish_status(request: HttpRequest, case_id: UUID, status_id: UUID) -> HttpResponse:
    """Record that a status ended."""
    case = _changeable(request, case_id, "end a status")
    visible = Status.objects.visible_to(_actor(request)).filter(case=case)
    status = read_or_404(request, visible, pk=status_id, purpose="end a status")
    form = EndForm(request.POST if request.method == "POST" else None)
    page = {
        "title": "End a status",
        "button": "End it",
        "said": f"{status}, since",
        "since": status.starts_on,
        "note": "What the protocol asks follows from the statuses that are left.",
    }
    return _answer(
        request, case, form, page, lambda: end_status(status, on=form.cleaned_data["ends_on"], actor=_actor(request))
    )


@keeps_what_was_typed
@permission(Permission.MANAGE_PEOPLE)
def change_words(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Their own words and how to reach them."""
    case = _changeable(request, case_id, "change their own words")
    shown = OwnWords.objects.visible_to(_actor(request)).filter(case=case, ends_at=None).first()
    page = {"title": "In their own words", "button": "Save"}
    return _say(request, case, OwnWordsForm, WORDS, shown, page, say_own_words)


@keeps_what_was_typed
@permission(Permission.MANAGE_PEOPLE)
def change_needs(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What they need to take part: for whoever may write about health."""
    case = _changeable(request, case_id, "change what they need")
    _actor(request).require(Permission.MANAGE_PEOPLE, Needs(case=case))
    shown = Needs.objects.visible_to(_actor(request)).filter(case=case, ends_at=None).first()
    page = {"title": "What they need to take part", "button": "Save"}
    return _say(request, case, NeedsForm, NEEDS, shown, page, say_needs)


@keeps_what_was_typed
@permission(Permission.MANAGE_PEOPLE)
def add_somebody_around(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Record somebody who matters to them."""
    case = _changeable(request, case_id, "record somebody around them")
    form = SupporterForm(request.POST if request.method == "POST" else None)
    page = {
        "title": "Add somebody around them",
        "button": "Add them",
        "note": "For family, friends, mentors and advocates. Who works on the record stands under Team.",
    }
    return _answer(request, case, form, page, lambda: add_supporter(case, form.cleaned_data, actor=_actor(request)))


@keeps_what_was_typed
@permission(Permission.MANAGE_PEOPLE)
def end_somebody_around(request: HttpRequest, case_id: UUID, supporter_id: UUID) -> HttpResponse:
    """Record that somebody is not around any more."""
    case = _changeable(request, case_id, "end somebody around them")
    visible = Supporter.objects.visible_to(_actor(request)).filter(case=case)
    somebody = read_or_404(request, visible, pk=supporter_id, purpose="end somebody around them")
    form = EndForm(request.POST if request.method == "POST" else None)
    page = {
        "title": "Not around any more",
        "button": "Save",
        "said": f"{somebody.name}, {somebody.get_relation_display().lower()}, since",
        "since": somebody.starts_on,
    }
    return _answer(
        request,
        case,
        form,
        page,
        lambda: end_supporter(somebody, on=form.cleaned_data["ends_on"], actor=_actor(request)),
    )


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _case(request: HttpRequest, case_id: UUID, purpose: str) -> Case:
    """The record of a young person whom the reader works with."""
    reached = Case.objects.filter(pk__in=current_ledger().cases_within_reach(_actor(request)), kind=Kind.YOUNG_PERSON)
    return read_or_404(request, reached.select_related("young_person"), pk=case_id, purpose=purpose)


def _changeable(request: HttpRequest, case_id: UUID, purpose: str) -> Case:
    case = _case(request, case_id, purpose)
    _actor(request).require(Permission.MANAGE_PEOPLE, case)
    return case


def _answer(
    request: HttpRequest, case: Case, form: Form, page: Mapping[str, Any], save: Callable[[], Any]
) -> HttpResponse:
    """Save what a form says and go back; or the form, with what is wrong."""
    if form.is_valid():
        try:
            save()
        except NotPossible as problem:
            form.add_error(problem.field or None, str(problem))
        else:
            messages.success(request, "Saved.")
            return HttpResponseRedirect(reverse("about_them", args=[case.pk]))
    whole = {**frame(request, case, TAB), **page, "form": form}
    return render(request, "people/change.jinja2", whole, status=422 if form.errors else 200)


def _say(
    request: HttpRequest,
    case: Case,
    kind: type[Form],
    names: tuple[str, ...],
    shown: Any,
    page: dict[str, Any],
    save: Callable[..., Any],
) -> HttpResponse:
    """A form over a row of history. Of two who change it at once the second is shown what the first said."""
    sent = request.method == "POST"
    known = {name: getattr(shown, name) for name in names} if shown else {}
    form = kind(request.POST if sent else None, initial=known)
    page["seen"] = request.POST.get("seen", "") if sent else (str(shown.pk) if shown else "")

    def saved() -> None:
        try:
            save(case, form.cleaned_data, actor=_actor(request), seen=_identifier(page["seen"]))
        except ChangedMeanwhile as problem:
            now = problem.now
            page["seen"] = str(now.pk)
            page["meanwhile"] = [(form.fields[name].label, getattr(now, name)) for name in names if getattr(now, name)]
            raise NotPossible(f"{problem}. Look at what they wrote below, change yours, and save again") from problem

    return _answer(request, case, form, page, saved)


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
