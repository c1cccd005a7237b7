"""Sharing a record, a page for each question: answers are kept as one goes, and can be changed until they are sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.golden_rules import GOLDEN_RULES
from waymark.access.models import Grant, Membership, Reason, RestrictedRecord, Team
from waymark.access.services import NotAsAsked
from waymark.access.sharing import Holder, SharedAlready, Terms, in_force
from waymark.cases.models import Case, Kind
from waymark.casework.models import ShareDraft
from waymark.casework.sharing import services, words
from waymark.casework.sharing.forms import FORMS, TITLES, Sharing, StepForm
from waymark.casework.sharing.queries import HOLDERS
from waymark.casework.views.case import fetch, frame
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.govuk.resend import keeps_what_was_typed

CHECK = "check"
STEPS = list(FORMS)


def to_share(request: HttpRequest, case_id: UUID) -> Case:
    """The young person's record, if the reader may share it."""
    case = fetch(request, case_id, "share it")
    if case.kind != Kind.YOUNG_PERSON:
        raise Http404
    request.actor.require(Permission.SHARE, case)  # type: ignore[attr-defined]
    return case


@keeps_what_was_typed
@permission(Permission.SHARE)
def start(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What sharing takes, and what the reader began before and can go on with."""
    case = to_share(request, case_id)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    restricted = RestrictedRecord.objects.visible_to(actor).current().filter(case=case).exists()
    sharing = Sharing(actor, case, {})
    if request.method == "POST" and not restricted and sharing.may_share[0]:
        draft = services.begin(actor=actor, case=case)
        return HttpResponseRedirect(_address(draft, STEPS[0]))
    drafts = ShareDraft.objects.visible_to(actor).filter(case=case).select_related("case").order_by("-changed_at")
    page = {
        **frame(request, case, "access"),
        "restricted": restricted,
        "passed_on": bool(sharing.may_share[0]),
        "drafts": [(_with_whom(actor, draft), draft) for draft in drafts],
    }
    return render(request, "casework/sharing/start.jinja2", page)


def _with_whom(actor: Actor, draft: ShareDraft) -> str:
    holder = Sharing(actor, draft.case, draft.answers).holder
    return called(holder) if holder is not None else "Nobody chosen yet"


def called(holder: Holder) -> str:
    """What whoever is shared with is called."""
    if isinstance(holder, Membership):
        return holder.account.name
    if isinstance(holder, Team):
        return f"{holder.name}, {holder.agency.name}"
    return words.name_of_holder(None, holder.agency, holder.role)


@keeps_what_was_typed
@permission(Permission.SHARE)
def step(request: HttpRequest, case_id: UUID, draft_id: UUID, name: str) -> HttpResponse:
    """One page. Kept when it is in order; then comes the next that has no answer, or all of them to be checked."""
    case = to_share(request, case_id)
    draft = _draft(request, case, draft_id)
    if isinstance(draft, HttpResponse):
        return draft
    if name == CHECK:
        return _check(request, case, draft)
    if name not in FORMS:
        raise Http404
    actor: Actor = request.actor  # type: ignore[attr-defined]
    sharing = Sharing(actor, case, draft.answers, search=request.GET.get("q", "").strip()[:100])
    before = STEPS[: STEPS.index(name)]
    if unanswered := next((one for one in before if sharing.cleaned(one) is None), None):
        return HttpResponseRedirect(_address(draft, unanswered))
    form = FORMS[name](sharing, request.POST if request.method == "POST" else sharing.sent(name))
    if request.method == "POST" and form.is_valid():
        services.keep(draft, name, form.sent(), actor=actor)
        answers = {**draft.answers, name: form.sent()}
        return HttpResponseRedirect(_address(draft, Sharing(actor, case, answers).first_open() or CHECK))
    if not form.is_bound:
        form.initial = form.suggested()
    return _show(request, case, draft, name, form)


def _show(request: HttpRequest, case: Case, draft: ShareDraft, name: str, form: StepForm) -> HttpResponse:
    place = STEPS.index(name)
    sharing = form.sharing
    page = {
        **frame(request, case, "access"),
        "tabs": [],
        "draft": draft,
        "form": form,
        "step": name,
        "title": TITLES[name] if name != "who" else f"Who at {sharing.agency} is it to be shared with?",
        "place": place + 1,
        "places": len(STEPS),
        "back": _address(draft, STEPS[place - 1]) if place else reverse("share", args=[case.pk]),
        "search": sharing.search,
        "found": getattr(form, "found", None),
        "with_whom": called(sharing.holder) if place > 1 and sharing.holder is not None else "",
        "open_to_them": _open_to(sharing.holder, case) if name == "reads" and sharing.holder is not None else [],
    }
    failed = request.method == "POST"
    return render(request, "casework/sharing/step.jinja2", page, status=422 if failed else 200)


def _open_to(holder: Holder, case: Case) -> list[str]:
    """What the same holder may read already, by whatever lines."""
    lines = in_force(case).filter(**_held_by(holder)).values_list("reads", flat=True)
    return words.labels({name for reads in lines for name in reads})


def _held_by(holder: Holder) -> dict[str, Any]:
    if isinstance(holder, Membership):
        return {"membership": holder}
    return {"team": holder} if isinstance(holder, Team) else {"agency": holder.agency, "role": holder.role}


def _draft(request: HttpRequest, case: Case, draft_id: UUID) -> ShareDraft | HttpResponse:
    """The reader's own draft; where it has been shared already (a button pressed twice), the way to what was shared."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    draft = ShareDraft.objects.visible_to(actor).filter(case=case, pk=draft_id).first()
    if draft is not None:
        return draft
    mine = Grant.objects.visible_to(actor).filter(case=case, pk=draft_id, decided_by=actor.membership_id)
    if not mine.exists():
        raise Http404
    messages.info(request, "You have shared this already. Nothing was shared again.")
    return HttpResponseRedirect(reverse("case_access", args=[case.pk]))


def _check(request: HttpRequest, case: Case, draft: ShareDraft) -> HttpResponse:
    """All answers; then it is shared, once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    sharing = Sharing(actor, case, draft.answers)
    if unanswered := sharing.first_open():
        return HttpResponseRedirect(_address(draft, unanswered))
    holder, terms = sharing.holder, sharing.terms()
    assert holder is not None
    current, problem = _shared_already(case, holder), ""
    if request.method == "POST":
        try:
            return _shared(request, draft, holder, terms)
        except SharedAlready as told:
            current = _shared_already(case, holder)
            problem = f"{told}. Look at what is said below, and press the button again to replace it"
        except NotAsAsked as told:
            problem = str(told)
    page = {
        **frame(request, case, "access"),
        "tabs": [],
        "draft": draft,
        "with_whom": called(holder),
        "answers": list(_answers(draft, sharing, terms)),
        "current": current,
        "decided": words.member_words(current.decided_by) if current else "",
        "until": words.until_words(current.ends_at) if current else "",
        "problem": problem,
        "back": _address(draft, STEPS[-1]),
    }
    return render(request, "casework/sharing/check.jinja2", page, status=422 if problem else 200)


def _shared_already(case: Case, holder: Holder) -> Grant | None:
    """The share that the holder has here now, which a new one would replace."""
    found = in_force(case).filter(**_held_by(holder), reason=Reason.SHARE)
    return found.select_related("decided_by__account", "decided_by__agency", *HOLDERS).order_by("-starts_at").first()


def _shared(request: HttpRequest, draft: ShareDraft, holder: Holder, terms: Terms) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    replaces = _identifier(request.POST.get("replaces", ""))
    line = services.share_draft(draft, actor=actor, holder=holder, terms=terms, replaces=replaces)
    until = words.until_words(line.ends_at)
    messages.success(request, f"Shared with {called(holder)} until {until}.")
    return HttpResponseRedirect(reverse("case_access", args=[draft.case_id]))


def _answers(draft: ShareDraft, sharing: Sharing, terms: Terms) -> Any:
    """What was answered, in words, with where it can be changed: (question, answer, address)."""
    said: list[tuple[str, str, str]] = [
        ("Agency", str(sharing.agency), "agency"),
        ("Shared with", called(sharing.holder) if sharing.holder else "", "who"),
        ("They may read", words.listed(words.labels(terms.reads)), "reads"),
        ("They may write", words.listed(words.labels(terms.writes)) or "Nothing", "writes"),
        ("Purpose", terms.purpose, "why"),
        ("Lawful basis", str(terms.basis.label), "why"),
        ("Until", words.sentence(words.until_words(terms.until)), "until"),
        ("Passing it on", "They may pass it on" if terms.onward else "They may not pass it on", "handling"),
        ("Handling", terms.conditions or "No conditions", "handling"),
        ("Consent", ". ".join(part for part in (str(terms.consent.label), terms.consent_note) if part), "consent"),
    ]
    from_rules = [(rule.asks, rule.in_words(terms.rules[name]), "rules") for name, rule in GOLDEN_RULES.items()]
    return [(question, answer, _address(draft, where)) for question, answer, where in (*said, *from_rules)]


@keeps_what_was_typed
@permission(Permission.SHARE)
def throw_away(request: HttpRequest, case_id: UUID, draft_id: UUID) -> HttpResponse:
    """Share nothing after all."""
    case = to_share(request, case_id)
    draft = _draft(request, case, draft_id)
    if isinstance(draft, HttpResponse):
        return draft
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    services.throw_away(draft, actor=request.actor)  # type: ignore[attr-defined]
    messages.info(request, "Nothing was shared.")
    return HttpResponseRedirect(reverse("case_access", args=[case.pk]))


def _address(draft: ShareDraft, name: str) -> str:
    return reverse("share_step", args=[draft.case_id, draft.pk, name])


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
