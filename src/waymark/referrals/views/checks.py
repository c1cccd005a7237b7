"""Checks of a referral: asking, writing down what was said, and answering."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.calling_in import NobodyToCallIn
from waymark.audit.reading import read_or_404
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.events.vocabulary import ROLES
from waymark.govuk.resend import keeps_what_was_typed
from waymark.referrals import checks
from waymark.referrals.forms import AnswerForm, AskAddressesForm, AskForm, NotNeededForm, TicketForm, WriteDownForm
from waymark.referrals.models import Check, CheckKind, Referral, SectionVersion
from waymark.referrals.proposing import addresses_to_check
from waymark.referrals.record import facts_for
from waymark.referrals.sections import ASSESSMENT
from waymark.referrals.steps import NotNow
from waymark.referrals.views.common import actor_of, around, fetch, readable_checks
from waymark.referrals.writing import OverAlready


@permission(Permission.VIEW_REFERRALS)
def of_referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """What was asked of whom, what they answered, and what can be asked."""
    referral = fetch(request, referral_id, "checks")
    actor = actor_of(request)
    found = Check.objects.visible_to(actor).filter(referral=referral).prefetch_related("places")
    rows = list(found.select_related("asked_by__account", "answered_by__account").order_by("-asked_at", "pk"))
    facts, about = facts_for(actor, referral.case), Check(case_id=referral.case_id)
    may = {needed: actor.may(needed, about) for needed in (Permission.REFER, Permission.ANSWER_CHECK)}
    page = {
        **around(request, referral),
        "kinds": [
            (kind, asking, [row for row in rows if row.kind == kind])
            for kind, asking in readable_checks(actor, referral)
        ],
        "not_needed": {kind for kind, asking in checks.KINDS.items() if asking.is_not_needed(facts)},
        "may_ask": {
            kind
            for kind, asking in checks.KINDS.items()
            if referral.is_open and may[checks.needed_to_ask(actor, asking)]
        },
        "waiting": {row.kind for row in rows if row.answered_at is None},
        "to_tell": checks.to_tell(referral) if may[Permission.REFER] else None,
        "shared_so": [item.label.lower() for item in checks.SHARED_SO],
        "areas_unsettled": referral.is_open and checks.areas_unsettled(referral),
        "areas_not_needed": checks.said_not_needed(referral).visible_to(actor).order_by("-occurred_at").first(),
        "may_write_down": referral.is_open and may[Permission.REFER],
        "may_answer": may[Permission.ANSWER_CHECK],
        "role": actor.role,
    }
    return render(request, "referrals/checks.jinja2", page)


@permission(Permission.VIEW_REFERRALS)
def next_of_kind(request: HttpRequest, referral_id: UUID, kind: str) -> HttpResponse:
    """To what the reader does next about a kind of check: answer it, ask for it, or read what was said of it."""
    referral = fetch(request, referral_id, "checks")
    actor, asking, about = actor_of(request), _asking(kind), Check(case_id=referral.case_id, kind=kind)
    rows = list(Check.objects.visible_to(actor).filter(referral=referral, kind=kind).order_by("asked_at", "pk"))
    waiting = [row for row in rows if row.answered_at is None]
    if waiting and actor.role == asking.role and actor.may(Permission.ANSWER_CHECK, about):
        return HttpResponseRedirect(reverse("answer_check", args=[waiting[0].pk]))
    if not rows and referral.is_open and actor.may(checks.needed_to_ask(actor, asking), about):
        return HttpResponseRedirect(reverse("ask_for_check", args=[referral.pk, kind]))
    return HttpResponseRedirect(f"{reverse('referral_checks', args=[referral.pk])}#{kind}")


@permission(Permission.REFER)
def tell(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Tell Placements in one press what a check of addresses found (SEA-13)."""
    actor = actor_of(request)
    visible = Check.objects.visible_to(actor).select_related("referral__case")
    check = read_or_404(request, visible, pk=check_id, purpose="tell of a check")
    actor.require(Permission.REFER, check)
    if request.method == "POST":
        try:
            checks.tell_placements(check, actor=actor, id=uuid4())
            messages.success(request, "Recorded: Placements is told what the check of addresses found.")
            if _is_to_be_put_in(check, actor):
                messages.info(request, "Next: put what it found into the risk assessment. It stands there; save it.")
                return HttpResponseRedirect(reverse("referral_section", args=[check.referral_id, ASSESSMENT.key]))
        except NotNow as problem:
            messages.info(request, f"{problem}.")
    return HttpResponseRedirect(f"{reverse('referral_checks', args=[check.referral_id])}#{check.kind}")


def _is_to_be_put_in(check: Check, actor: Actor) -> bool:
    """Whether the risk assessment was not saved since a check was answered (SEA-12)."""
    saved = SectionVersion.objects.visible_to(actor).filter(referral=check.referral_id, section=ASSESSMENT.key)
    return check.referral.is_open and not saved.filter(written_at__gte=check.answered_at).exists()


def _asking(kind: str) -> checks.Asking:
    if kind not in CheckKind.values:
        raise Http404
    return checks.KINDS[CheckKind(kind)]


@keeps_what_was_typed
@permission(Permission.VIEW_REFERRALS)
def ask(request: HttpRequest, referral_id: UUID, kind: str) -> HttpResponse:
    """Ask for a check."""
    referral = fetch(request, referral_id, "ask for a check")
    asking = _asking(kind)
    actor = actor_of(request)
    actor.require(checks.needed_to_ask(actor, asking), Check(case_id=referral.case_id, kind=kind))
    form = (
        AskAddressesForm(request.POST or None, proposed=addresses_to_check(referral, actor))
        if asking.places
        else AskForm(request.POST or None)
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            places = said.get("places", [])
            checks.ask(referral, asking.kind, actor=actor, id=said["ticket"], question=said["question"], places=places)
        except (NobodyToCallIn, NotNow) as problem:
            form.add_error(None, str(problem))
        except OverAlready:
            return _over(request, referral)
        else:
            where = "under Checks by others" if referral.is_with_the_worker else "here"
            messages.success(request, f"Asked. The {ROLES[asking.role]} answers next. You can read it {where} then.")
            back = "referral" if referral.is_with_the_worker else "referral_checks"
            return HttpResponseRedirect(reverse(back, args=[referral.pk]))
    return _form(request, referral, asking, form, "referrals/ask.jinja2")


@keeps_what_was_typed
@permission(Permission.REFER)
def write_down(request: HttpRequest, referral_id: UUID, kind: str) -> HttpResponse:
    """Write down what the coordinator or the Youth Offending Service said."""
    referral = fetch(request, referral_id, "write down a consultation")
    asking = _asking(kind)
    if not asking.by_worker:
        raise Http404
    actor = actor_of(request)
    actor.require(Permission.REFER, Check(case_id=referral.case_id, kind=kind))
    form = WriteDownForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            checks.write_down(referral, asking.kind, actor=actor, id=said["ticket"], told=said["told"])
        except (NobodyToCallIn, NotNow) as problem:
            form.add_error(None, str(problem))
        except OverAlready:
            return _over(request, referral)
        else:
            messages.success(request, f"Written down. {_after_talking(asking)}")
            return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
    return _form(request, referral, asking, form, "referrals/write_down.jinja2")


@keeps_what_was_typed
@permission(Permission.ANSWER_CHECK)
def answer(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Answer a check: what to do, and never why."""
    actor = actor_of(request)
    visible = Check.objects.visible_to(actor).select_related("referral__case", "asked_by__account")
    check = read_or_404(request, visible, pk=check_id, purpose="answer a check")
    actor.require(Permission.ANSWER_CHECK, check)
    asking = checks.KINDS[CheckKind(check.kind)]
    if check.answered_at is not None or actor.role != asking.role:
        messages.info(request, "This is answered already, or is for another team to answer.")
        return HttpResponseRedirect(reverse("referral_checks", args=[check.referral_id]))
    places = [(str(place.pk), place.place) for place in check.places.order_by("place")]
    form = AnswerForm(
        request.POST or None,
        places=places,
        areas=check.kind in (CheckKind.CONSULTATION, CheckKind.AREA),
        settles=checks.may_settle_areas(check),
    )
    if form.is_valid():
        try:
            _answered(check, actor, form)
            messages.success(request, f"Answered. {_after_answering(asking, form.check_areas)}")
        except (checks.AnsweredAlready, NotNow):
            messages.info(request, "Somebody else has answered this meanwhile. Theirs is shown here.")
        except NobodyToCallIn as problem:
            form.add_error("check_areas", str(problem))
            return _form(request, check.referral, asking, form, "referrals/answer.jinja2", check)
        return HttpResponseRedirect(reverse("referral_checks", args=[check.referral_id]))
    return _form(request, check.referral, asking, form, "referrals/answer.jinja2", check)


@keeps_what_was_typed
@permission(Permission.ANSWER_CHECK)
def not_needed(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The coordinator says that no area needs to be checked (REF-14)."""
    referral = fetch(request, referral_id, "no check is needed")
    actor = actor_of(request)
    actor.require(Permission.ANSWER_CHECK, Check(case_id=referral.case_id))
    form = NotNeededForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            checks.not_needed(referral, actor=actor, id=said["ticket"], reason=said["reason"])
            messages.success(
                request, "Recorded: no check of areas is needed. There is nothing more for you to do here."
            )
        except NotNow as problem:
            messages.info(request, f"{problem}.")
        return HttpResponseRedirect(reverse("referral_checks", args=[referral.pk]))
    return _form(request, referral, checks.KINDS[CheckKind.AREA], form, "referrals/not_needed.jinja2")


def _after_talking(asking: checks.Asking) -> str:
    """Who does what, once the worker has written down what somebody said."""
    if asking.kind == CheckKind.CONSULTATION:
        return f"The referral can go on. The {ROLES[asking.role]} sees to checks of areas where they are needed."
    return "The referral can go on."


def _answered(check: Check, actor: Actor, form: AnswerForm) -> None:
    """Answer it. What was typed under another choice of areas counts for nothing."""
    said = form.cleaned_data
    checks.answer(
        check,
        actor=actor,
        id=said["ticket"],
        told=said["told"],
        verdicts={UUID(key): verdict for key, verdict in form.verdicts().items()},
        districts=[one for one in said.get("districts", "").split(", ") if one],
        why=said.get("why", ""),
        areas=checks.AreasNext(
            question=said["areas_question"] if form.check_areas == "yes" else "",
            not_needed=said["areas_reason"] if form.check_areas == "no" else "",
        ),
    )


def _after_answering(asking: checks.Asking, check_areas: str) -> str:
    """Who does what, once somebody has answered (REF-09, REF-14, SEA-12)."""
    if check_areas == "yes":
        return "The worker can go on, and the gangs team checks areas next."
    if check_areas == "no":
        return "The worker can go on. There is nothing more for you to do here."
    if asking.kind == CheckKind.CONSULTATION:
        return "The worker can go on. Next for you: ask for a check of areas, or say that none is needed."
    if asking.kind == CheckKind.YOUTH_JUSTICE:
        return "The worker can go on."
    return "The worker puts it into the risk assessment next."


def _form(
    request: HttpRequest,
    referral: Referral,
    asking: checks.Asking,
    form: TicketForm,
    template: str,
    check: Check | None = None,
) -> HttpResponse:
    page = {**around(request, referral), "form": form, "asking": asking, "check": check}
    return render(request, template, page, status=422 if form.errors else 200)


def _over(request: HttpRequest, referral: Referral) -> HttpResponse:
    messages.info(request, "This referral has ended since you opened the page.")
    return HttpResponseRedirect(reverse("referral", args=[referral.pk]))
