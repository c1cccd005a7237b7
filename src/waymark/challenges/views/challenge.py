"""One challenge: where it stands, what was said, its clocks, and each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.calling_in import NobodyToCallIn
from waymark.accommodation.choices import NeedLevel
from waymark.assessments.models import Refusal
from waymark.audit.reading import read_or_404
from waymark.challenges.challenging import (
    answer,
    challenge_contract,
    end,
    not_resolved,
    placements_could_not,
    provider_takes_further,
    say,
)
from waymark.challenges.forms import (
    CONTRACT,
    NOT_RESOLVED,
    OVERTURNED,
    UPHELD,
    WITHDRAWN,
    AnswerForm,
    DecideForm,
    FurtherForm,
    LevelForm,
    SayForm,
)
from waymark.challenges.models import Challenge, ChallengeStep, Ended, Kind, Stage
from waymark.challenges.need_level import agree
from waymark.challenges.next_steps import COLOURS, Act, acts, next_step, party
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.core.record_frame import frame
from waymark.duties.models import Duty
from waymark.duties.presenting import sentence
from waymark.govuk.fields import Option
from waymark.govuk.resend import keeps_what_was_typed
from waymark.referrals.forms import TicketForm
from waymark.referrals.sections import SECTIONS
from waymark.referrals.steps import NotNow
from waymark.referrals.views.common import actor_of, readable_sections

DUTY_COLOURS = {"open": "blue", "met": "green", "breached": "red", "waived": "grey", "ended": "grey"}


def fetch(request: HttpRequest, challenge_id: UUID, purpose: str) -> Challenge:
    """The challenge, if the reader may read placements on its record. The reading is audited."""
    visible = Challenge.objects.visible_to(actor_of(request))
    rows = visible.select_related("case", "referral", "provider__agency")
    return read_or_404(request, rows, pk=challenge_id, purpose=purpose)


def around(request: HttpRequest, challenge: Challenge) -> dict[str, Any]:
    """What every page of a challenge shows around it."""
    return {**frame(request, challenge.case, "referrals"), "challenge": challenge, "tabs": None}


@permission(Permission.VIEW_REFERRALS)
def challenge(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """Where it stands, whose turn it is, what was said, and the clock of each clause."""
    one = fetch(request, challenge_id, "challenge")
    actor = actor_of(request)
    steps = ChallengeStep.objects.visible_to(actor).filter(challenge=one)
    refusals = Refusal.objects.visible_to(actor).filter(pk=one.refusal) if one.refusal else Refusal.objects.none()
    page = {
        **around(request, one),
        "colour": COLOURS[one.stage],
        "next": next_step(one, actor),
        "acts": acts(one, actor),
        "refusal": refusals.first(),
        "steps": [_step(actor, one, step) for step in steps.select_related("by__account", "by__agency").order_by("at")],
        "clocks": clocks(actor, one),
    }
    return render(request, "challenges/challenge.jinja2", page)


def _step(actor: Actor, challenge: Challenge, step: ChallengeStep) -> dict[str, Any]:
    """A step, with the parts of the referral that it names, as links for whoever may read them."""
    links = []
    if step.sections and challenge.referral is not None:
        readable = readable_sections(actor, challenge.referral)
        for key in step.sections:
            if key in SECTIONS:
                address = reverse("referral_section", args=[challenge.referral_id, key]) if key in readable else ""
                links.append((SECTIONS[key].title, address))
    return {"step": step, "links": links}


def clocks(actor: Actor, challenge: Challenge) -> list[dict[str, Any]]:
    """The duties of a challenge that the reader may see, with their time in words: what is to be done comes first."""
    owed = Duty.objects.visible_to(actor).filter(case=challenge.case_id, clause__startswith="CHA-")
    rows = owed.filter(refs__challenge=str(challenge.pk)).select_related("trigger", "adoption__authority")
    found = [
        {
            "clause": duty.clause,
            "text": sentence(duty),
            "state": duty.get_state_display(),
            "colour": DUTY_COLOURS.get(duty.state, "grey"),
            "open": duty.state in ("open", "breached"),
        }
        for duty in rows.order_by("since", "clause", "part")
    ]
    return sorted(found, key=lambda row: not row["open"])


@keeps_what_was_typed
@permission(Permission.VIEW_REFERRALS)
def act(request: HttpRequest, challenge_id: UUID, slug: str) -> HttpResponse:
    """Take a step: each has one form, and is there for whoever may take it now."""
    if slug not in STEPS:
        raise Http404
    one = fetch(request, challenge_id, slug)
    actor = actor_of(request)
    who = party(actor)
    may = next((each for each in acts(one, actor) if each.slug == slug), None)
    if who is None or may is None:
        messages.info(request, "There is nothing for you to do here now.")
        return HttpResponseRedirect(reverse("challenge", args=[one.pk]))
    make, take = STEPS[slug]
    form = make(one, who, request.POST or None)
    if form.is_valid():
        try:
            messages.success(request, take(one, form.cleaned_data, actor, who))
        except (NotNow, NobodyToCallIn) as problem:
            form.add_error(None, str(problem))
        else:
            return HttpResponseRedirect(reverse("challenge", args=[one.pk]))
    return render(request, "challenges/act.jinja2", _page(request, one, form, may), status=422 if form.errors else 200)


def _page(request: HttpRequest, one: Challenge, form: TicketForm, may: Act) -> dict[str, Any]:
    return {**around(request, one), "form": form, "act": may}


def _decide_form(one: Challenge, who: Permission, data: Any) -> TicketForm:
    return DecideForm(options_for(one, who), data)


def options_for(one: Challenge, who: Permission) -> list[Option]:
    """How a challenge may go on, for whoever's turn it is."""
    found = [OVERTURNED, UPHELD]
    if who is Permission.CHALLENGE:
        found.append(WITHDRAWN)
        if one.stage == Stage.PROVIDER:
            found.append(Option(NOT_RESOLVED, "Not resolved: take it to Placements", "They are told, and review it."))
    elif who is Permission.REVIEW_CHALLENGE and one.placements_failed_at is None:
        block = one.provider is not None and one.provider.block_contract
        hint = "The provider has a block contract: it goes to Commissioning (CHA-04)." if block else ""
        found.append(Option(NOT_RESOLVED, "Not resolved with the provider", hint))
    elif who is Permission.CHALLENGE_CONTRACT:
        hint = "Say which obligations. It stays open until you say how it ended."
        found.insert(0, Option(CONTRACT, "I have challenged the provider on its contract", hint))
    return found


def _decide(one: Challenge, said: dict[str, Any], actor: Actor, who: Permission) -> str:
    decision, text, ticket = said["decision"], said["text"], said["ticket"]
    if decision == CONTRACT:
        challenge_contract(one, text, actor=actor, id=ticket)
        return "Recorded. The provider can answer it here."
    if decision != NOT_RESOLVED:
        end(one, Ended(decision), text, actor=actor, permission=who, id=ticket)
        return "The challenge has ended."
    if who is Permission.CHALLENGE:
        not_resolved(one, text, actor=actor, id=ticket)
        return "Taken to Placements. They are told, and can read it now."
    on = placements_could_not(one, text, actor=actor, id=ticket)
    return "Taken to Commissioning." if on else "Recorded. The worker says how it ends."


def _answer(one: Challenge, said: dict[str, Any], actor: Actor, who: Permission) -> str:
    answer(one, said["text"], changes_mind=said["decision"] == "changes", actor=actor, id=said["ticket"])
    return "Answered. The worker reads it, and says whether that resolves it."


def _say(one: Challenge, said: dict[str, Any], actor: Actor, who: Permission) -> str:
    say(one, Kind(said["kind"]), said["text"], actor=actor, permission=who, id=said["ticket"])
    return "Added."


def _further(one: Challenge, said: dict[str, Any], actor: Actor, who: Permission) -> str:
    provider_takes_further(one, said["text"], actor=actor, id=said["ticket"])
    return "Taken further. They are told, and can read it now."


def _level(one: Challenge, said: dict[str, Any], actor: Actor, who: Permission) -> str:
    level = NeedLevel(said["level"])
    agree(one, level, said["text"], actor=actor, permission=who, id=said["ticket"])
    return f"Agreed: {level.label.lower()} need."


Make = Callable[[Challenge, Permission, Any], TicketForm]
Take = Callable[[Challenge, dict[str, Any], Actor, Permission], str]
STEPS: dict[str, tuple[Make, Take]] = {
    "answer": (lambda one, who, data: AnswerForm(data), _answer),
    "say": (lambda one, who, data: SayForm(data), _say),
    "decide": (_decide_form, _decide),
    "further": (lambda one, who, data: FurtherForm(data), _further),
    "level": (lambda one, who, data: LevelForm(data), _level),
}
"""Each step: the form of it, and what taking it says."""
