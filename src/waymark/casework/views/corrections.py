"""Putting the record right: withdrawing a mistake, waiving a duty, and what is known of somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.audit.reading import read_or_404
from waymark.cases.models import Case
from waymark.casework.finding import people_named
from waymark.casework.history import history_of
from waymark.casework.presenters import duty_rows, part_words, teller
from waymark.casework.queries import with_names
from waymark.casework.services import WithdrawnAlready, brought_by, take_back, waive
from waymark.casework.views.case import describer_for, fetch, identity
from waymark.casework.views.recording import fetch_event, outcome_words
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.duties.engine.events import EVENT_RETRACTED
from waymark.duties.engine.events import Event as EngineEvent
from waymark.duties.engine.wording import due_text
from waymark.duties.models import Duty, State
from waymark.duties.presenting import foreseen, pack_for
from waymark.duties.rows import Change
from waymark.events.models import RETRACTED, Event
from waymark.govuk.fields import WordsField
from waymark.govuk.forms import Form
from waymark.govuk.resend import keeps_what_was_typed

LONGEST_REASON = 2_000
STATES = {
    State.OPEN: "to do",
    State.MET: "done",
    State.BREACHED: "late, or not as the protocol says",
    State.WAIVED: "waived",
    State.ENDED: "no longer needed",
    State.UNKNOWN: "not known",
}


class MistakeForm(Form):
    """Why an entry was a mistake."""

    reason = WordsField(
        label="What was wrong with it?",
        hint="The entry stays in the record, struck through, with what you write here.",
        missing="Enter what was wrong with it",
        max_length=LONGEST_REASON,
    )


class WaiverForm(Form):
    """Why a duty need not be done."""

    reason = WordsField(
        label="Why need it not be done?",
        hint="Everyone who works on this record can read it.",
        missing="Enter why it need not be done",
        max_length=LONGEST_REASON,
    )


@keeps_what_was_typed
@permission(Permission.RETRACT_EVENT)
def retract(request: HttpRequest, case_id: UUID, event_id: UUID) -> HttpResponse:
    """Withdraw an entry that was a mistake, after seeing what that changes."""
    case = fetch(request, case_id, "withdraw an entry")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = fetch_event(request, case, event_id)
    history = history_of(actor, case)
    if found.type == RETRACTED or found.stands:
        raise Http404
    if str(found.pk) in history.withdrawn:
        return _withdrawn_already(request, found)
    form = MistakeForm(request.POST or None)
    if form.is_valid():
        try:
            outcome = take_back(found, form.cleaned_data["reason"], actor=actor)
        except WithdrawnAlready:  # by somebody else since we looked
            return _withdrawn_already(request, found)
        messages.success(request, f"Withdrawn. {outcome_words(outcome)}")
        return HttpResponseRedirect(reverse("event", args=[case.pk, found.pk]))
    brought = brought_by(found, history)
    describer = describer_for(actor, history)
    page = {
        "here": "records",
        "case": case,
        "identity": identity(actor, case, history),
        "row": teller(actor, [found], history, describer).row(found),
        "brought": teller(actor, [brought], history, describer).row(brought) if brought else None,
        "form": form,
        "changes": _if_withdrawn(actor, case, found.pk, *([brought.pk] if brought else [])),
    }
    return render(request, "casework/record/retract.jinja2", page, status=200 if not form.errors else 422)


def _withdrawn_already(request: HttpRequest, found: Event) -> HttpResponse:
    """The entry's page, which says who withdrew it; nothing is recorded."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    history = history_of(actor, found.case)
    row = teller(actor, [found], history, describer_for(actor, history)).row(found)
    messages.info(request, f"This entry was withdrawn already, by {row.withdrawn_by}.")
    return HttpResponseRedirect(reverse("event", args=[found.case_id, found.pk]))


def _if_withdrawn(actor: Actor, case: Case, *event_ids: UUID) -> list[dict[str, str]]:
    """Which duties would stand otherwise without some entries, in words."""
    now = system_clock.now()
    withdrawals = [
        EngineEvent(
            id=str(uuid4()),
            case=str(case.pk),
            type=EVENT_RETRACTED,
            occurred_at=now,
            recorded_at=now,
            data={"event": str(event_id)},
        )
        for event_id in event_ids
    ]
    changes = _seen_by(actor, case, foreseen(case, withdrawals, now))
    pack = pack_for(case, now)
    names = people_named(actor, {change.identity.part for change in changes if change.identity.part})
    return [_change_words(change, pack, names) for change in changes if _matters(change)]


def _seen_by(actor: Actor, case: Case, changes: list[Change]) -> list[Change]:
    """The changes of duties that the actor may see: those of an entry that they may read."""
    triggers = {UUID(change.identity.trigger) for change in changes}
    entries = Event.objects.visible_to(actor).filter(case=case, pk__in=triggers).values_list("pk", flat=True)
    duties = Duty.objects.visible_to(actor).filter(case=case, trigger__in=triggers).values_list("trigger", flat=True)
    seen = {*map(str, entries), *map(str, duties)}
    return [change for change in changes if str(change.identity.trigger) in seen]


def _matters(change: Change) -> bool:
    return change.before is None or change.after is None or change.before.state != change.after.state


def _change_words(change: Change, pack: Any, names: Any) -> dict[str, str]:
    clause = pack.clauses.get(change.identity.clause) if pack else None
    part = part_words(change.identity.part, names)
    due = change.after.due if change.after else None
    return {
        "clause": change.identity.clause,
        "title": f"{clause.title if clause else ''}{f' ({part})' if part else ''}",
        "before": STATES[State(change.before.state)] if change.before else "not there",
        "after": STATES[State(change.after.state)] if change.after else "not there",
        "due": due_text(due) if due else "",
    }


@keeps_what_was_typed
@permission(Permission.WAIVE_DUTY)
def waive_duty(request: HttpRequest, case_id: UUID, duty_id: UUID) -> HttpResponse:
    """Waive a duty that is still to do. One that is late already stays late: it can only be done."""
    case = fetch(request, case_id, "waive a duty")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    duty = read_or_404(request, with_names(actor).filter(case=case), pk=duty_id)
    row = _one(duty_rows([duty], actor=actor, now=system_clock.now(), explain=True))
    form = WaiverForm(request.POST or None)
    if row.may_be_waived and form.is_valid():
        waive(duty, form.cleaned_data["reason"], actor=actor)
        messages.success(request, f"Waived: {row.title}.")
        return HttpResponseRedirect(reverse("case", args=[case.pk]))
    page = {"here": "records", "case": case, "identity": identity(actor, case), "row": row, "form": form}
    return render(request, "casework/record/waive.jinja2", page, status=200 if not form.errors else 422)


def _one(rows: Sequence[Any]) -> Any:
    return rows[0]
