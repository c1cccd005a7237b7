"""Opening a record in an emergency, and reviewing it."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.emergency import HOURS, NotOpened, break_glass, end_now, opened_by, review
from waymark.access.models import EmergencyAccess, Outcome
from waymark.access.services import NotAsAsked
from waymark.accounts.services.attempts import TooManyAttempts, begin_attempt, forgive
from waymark.audit.reading import read_or_404
from waymark.casework.views.case import fetch, frame
from waymark.core import formats, trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.core.services import service
from waymark.govuk.fields import DateField, Option, RadiosField, TextField, WordsField
from waymark.govuk.forms import Form
from waymark.govuk.resend import keeps_what_was_typed
from waymark.people.finding import the_one_called

LONGEST = 1_000
PURPOSE = "open a record in an emergency"
TOO_MANY = "You have looked for too many people who were not found. Wait {minutes} min, or ring the front door."


class EmergencyForm(Form):
    """Whose record, why it cannot wait, and for how long."""

    given_name = TextField(label="First name", hint="As it is spelt on their papers.", missing="Enter their first name")
    family_name = TextField(label="Last name", missing="Enter their last name")
    born = DateField(label="Date of birth", missing="Enter their date of birth")
    why = WordsField(
        label="Why can it not wait?",
        hint="The data protection lead and their worker read this today. For example: missing since 21:00, police ask"
        " where they may have gone.",
        missing="Enter why it cannot wait",
        max_length=LONGEST,
    )
    hours = RadiosField(
        label="For how long?",
        options=[Option(str(hours), "1 hour" if hours == 1 else f"{hours} hours") for hours in HOURS],
        missing="Select for how long",
        initial=str(HOURS[1]),
    )


class ReviewForm(Form):
    """What a review found."""

    outcome = RadiosField(
        label="Was it right to open the record?",
        options=[Option(value, label) for value, label in Outcome.choices],
        missing="Select whether it was right",
    )
    note = WordsField(label="What did you find, and what follows?", missing="Enter what you found", max_length=LONGEST)


@keeps_what_was_typed
@permission(Permission.BREAK_GLASS)
def open_record(request: HttpRequest) -> HttpResponse:
    """Open a record that is not open to the reader, because it cannot wait."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            opened = _opened(actor, said)
        except NotAsAsked as problem:
            form.add_error(None, str(problem))
        except TooManyAttempts as many:
            form.add_error(None, TOO_MANY.format(minutes=math.ceil(many.wait / timedelta(minutes=1))))
        else:
            if opened is not None:
                until = formats.moment(opened.grant.ends_at) if opened.grant.ends_at else "you end it"
                messages.success(request, f"The record is open to you until {until}. The data protection lead is told.")
                return HttpResponseRedirect(reverse("case", args=[opened.case_id]))
            text = "No record was opened. Check the spelling and the date of birth, or ring the front door."
            form.add_error(None, text)
    page = {"here": "", "form": form}
    return render(request, "casework/closing/emergency.jinja2", page, status=422 if form.errors else 200)


def _opened(actor: Actor, said: dict[str, Any]) -> EmergencyAccess | None:
    """The record opened; None when there is none to open, which the trail keeps as a refusal.

    Raises `TooManyAttempts`: whoever looks for one after another finds out who has a record and who has none.
    """
    counted = f"emergency:{actor.account_id}"
    begin_attempt(counted, about=str(actor.account_id), actor=actor, purpose=PURPOSE)
    try:
        found = (said[name] for name in ("given_name", "family_name", "born", "why", "hours"))
        opened = _look_and_open(actor, *found)
    except NotOpened:
        _tell_the_trail(actor)
        return None
    except NotAsAsked:  # there is one, and it is open to them anyway
        forgive(None, counted)
        raise
    forgive(None, counted)
    return opened


@service
def _look_and_open(
    actor: Actor, given_name: str, family_name: str, born: date, why: str, hours: str
) -> EmergencyAccess:
    """Looked for as the service: the reader may not see the record yet."""
    actor.require(Permission.BREAK_GLASS)
    case = the_one_called(given_name, family_name, born)
    return break_glass(case, actor=actor, why=why, hours=int(hours))


@service
def _tell_the_trail(actor: Actor) -> None:
    trail.refused(actor, "access.EmergencyAccess", purpose=PURPOSE)


@keeps_what_was_typed
@permission(Permission.VIEW_CASE)
def review_one(request: HttpRequest, case_id: UUID, grant_id: UUID) -> HttpResponse:
    """Why a record was opened in an emergency; whoever reviews it says what they found."""
    case = fetch(request, case_id, "review an emergency")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    visible = EmergencyAccess.objects.visible_to(actor).filter(case=case)
    names = ("case", "grant__membership__account", "grant__membership__agency", "reviewed_by__account")
    opened = read_or_404(request, visible.select_related(*names), grant_id=grant_id)
    own = opened_by(opened, actor)
    may_review = not opened.reviewed_at and not own and actor.may(Permission.REVIEW_EMERGENCY, case)
    form = ReviewForm(request.POST or None) if may_review else None
    if request.method == "POST" and form is None:
        actor.require(Permission.REVIEW_EMERGENCY, case)
        messages.info(request, "This has been reviewed already." if opened.reviewed_at else "You opened this yourself.")
        return HttpResponseRedirect(request.path)
    if form is not None and form.is_valid():
        try:
            review(opened, actor=actor, outcome=Outcome(form.cleaned_data["outcome"]), note=form.cleaned_data["note"])
        except NotAsAsked as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "Reviewed.")
            return HttpResponseRedirect(request.path)
    page = {
        **frame(request, case, "team"),
        "opened": opened,
        "still_open": opened.grant.ends_at and opened.grant.ends_at > system_clock.now(),
        "may_end": own or actor.may(Permission.REVIEW_EMERGENCY, case),
        "own": own,
        "form": form,
    }
    return render(request, "casework/closing/review.jinja2", page, status=422 if form and form.errors else 200)


@permission(Permission.VIEW_CASE)
def end(request: HttpRequest, case_id: UUID, grant_id: UUID) -> HttpResponse:
    """End an emergency before its time."""
    case = fetch(request, case_id, "end an emergency")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    visible = EmergencyAccess.objects.visible_to(actor).filter(case=case).select_related("grant", "case")
    opened = read_or_404(request, visible, grant_id=grant_id)
    if request.method == "POST":
        end_now(opened, actor=actor)
        whom = "you" if opened_by(opened, actor) else "them"
        messages.success(request, f"Ended. The record is not open to {whom} any more by that emergency.")
        return HttpResponseRedirect(reverse("records"))
    return HttpResponseRedirect(reverse("review_emergency", args=[case.pk, opened.grant_id]))
