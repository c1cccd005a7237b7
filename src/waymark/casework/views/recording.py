"""Recording what happened: choosing what it was, the form, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.closing import PARAGRAPH, may_hold_back
from waymark.access.emergency import EMERGENCY_OPENED, EMERGENCY_REVIEWED
from waymark.access.models import HeldBack, HeldBackReader
from waymark.assessments.answered_here import AnsweredHere, address_of_answer, page_of_answer
from waymark.audit.reading import read_or_404
from waymark.cases.models import Case, Kind
from waymark.casework import finding
from waymark.casework.doubts import same_again
from waymark.casework.entries import SameAgain
from waymark.casework.everyday_words import words_for
from waymark.casework.history import FACTS, History, history_of
from waymark.casework.presenters import DutyRow, Link, ToRecord, duty_rows, teller
from waymark.casework.queries import with_names
from waymark.casework.record_form import RecordForm, applicable
from waymark.casework.services import Outcome, record_filled
from waymark.casework.setting import Setting
from waymark.casework.views.case import describer_for, fetch, identity
from waymark.casework.writing import of_type, require_to_record, writable
from waymark.core import formats
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.duties import presenting
from waymark.duties.engine.wording import event_text
from waymark.duties.models import State
from waymark.duties.packs import versions_of
from waymark.events.errors import RecordRefused
from waymark.events.models import RETRACTED, Event
from waymark.events.schemas import event_type
from waymark.events.services import WAIVED
from waymark.events.vocabulary import EVENT_TYPES, EventType
from waymark.govuk.resend import keeps_what_was_typed
from waymark.referrals.own_pages import OWN_STEPS

OWN_PAGES = frozenset({FACTS, RETRACTED, WAIVED, EMERGENCY_OPENED, EMERGENCY_REVIEWED, PARAGRAPH})
"""Types that are recorded on pages of their own."""
MOST_SUGGESTIONS = 12


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to record that would meet a duty."""

    link: ToRecord
    row: DutyRow


@dataclass(frozen=True, slots=True)
class Stage:
    """Part of the journey, and what can be recorded of it."""

    name: str
    links: list[Link]


@permission(Permission.RECORD_EVENT)
def choose(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What happened? First what would meet a duty, then what the reader's role usually records, then everything."""
    case = fetch(request, case_id, "choose what to record")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    open_to_them = writable(actor, case)
    elsewhere = OWN_PAGES | OWN_STEPS
    types = [
        schema
        for schema in EVENT_TYPES.values()
        if schema.name not in elsewhere and applicable(schema, case.kind) and of_type(schema) in open_to_them
    ]
    page = {
        "here": "records",
        "case": case,
        "identity": identity(actor, case),
        "suggestions": list(_suggestions(actor, case)),
        "usual": list(_stages((schema for schema in types if actor.role in schema.by), case)),
        "others": list(_stages((schema for schema in types if actor.role not in schema.by), case)),
    }
    return render(request, "casework/record/choose.jinja2", page)


def _suggestions(actor: Actor, case: Case) -> Iterator[Suggestion]:
    owed = with_names(actor).filter(case=case).outstanding()
    outstanding = owed.order_by("due", "clause", "part", "pk")[:MOST_SUGGESTIONS]
    seen: set[str] = set()
    for row in duty_rows(outstanding, actor=actor, now=system_clock.now()):
        for link in row.to_record:
            if link.href not in seen and len(seen) < MOST_SUGGESTIONS:
                seen.add(link.href)
                yield Suggestion(link, row)


def _stages(types: Iterable[EventType], case: Case) -> Iterator[Stage]:
    stages: dict[str, list[Link]] = {}
    for schema in types:
        link = Link(schema.label, reverse("record_event", args=[case.pk, schema.name]), words_for(schema.name))
        stages.setdefault(schema.group, []).append(link)
    for name, links in stages.items():
        yield Stage(name[:1].upper() + name[1:], links)


@keeps_what_was_typed
@permission(Permission.RECORD_EVENT)
def record_event(request: HttpRequest, case_id: UUID, name: str) -> HttpResponse:
    """The form for one type of event. Sent twice, it records once."""
    case = fetch(request, case_id, "record what happened")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    schema = _schema(name, case)
    if name in OWN_STEPS:
        messages.info(request, "This is done on the pages of the referral, which hold it until it is ready.")
        return HttpResponseRedirect(reverse("case_referrals", args=[case.pk]))
    require_to_record(actor, case, schema)
    named = {"referral": request.GET["ref-referral"]} if "ref-referral" in request.GET else {}
    if request.method == "GET" and (instead := page_of_answer(case, name, named, actor=actor)):
        messages.info(request, "The provider has this referral in Waymark: it is recorded here.")
        return HttpResponseRedirect(instead)
    setting = setting_for(actor, case)
    form = RecordForm(schema, setting, request.POST or None, wanted=dict(request.GET.lists()))
    already = instead = ""
    if form.is_valid():
        try:
            outcome = record_filled(form.filled(), actor=actor, case=case, unlike=form.unlike)
            return _recorded(request, outcome)
        except SameAgain as problem:  # stored by somebody else since we looked
            form.ask([same_again(problem.event, setting)])
        except AnsweredHere as problem:
            form.add_error(None, str(problem))
            instead = address_of_answer(problem.approach, name, actor)
        except RecordRefused as problem:
            before = _recorded_before(form, actor) if problem.field == "id" else None
            if before is not None and _is_same(form, before):
                return HttpResponseRedirect(reverse("event", args=[case.pk, before.pk]))
            already = reverse("event", args=[case.pk, before.pk]) if before else ""
            _explain(form, problem)
    page = {
        "here": "records",
        "case": case,
        "identity": identity(actor, case, setting.history),
        "schema": schema,
        "form": form,
        "already": already,
        "instead": instead,
        "attention": presenting.attention(setting.pack, schema.name, setting.known) if setting.pack else None,
        "gates": presenting.gates_ahead(case, schema.name, form.refs_assumed, setting.now),
    }
    return render(request, "casework/record/form.jinja2", page, status=200 if not form.errors else 422)


def _schema(name: str, case: Case) -> EventType:
    try:
        schema = event_type(name)
    except RecordRefused as unknown:
        raise Http404 from unknown
    if name in OWN_PAGES or not applicable(schema, case.kind):
        raise Http404
    return schema


def setting_for(actor: Actor, case: Case) -> Setting:
    """What a form about this record needs to know."""
    history, now = history_of(actor, case), system_clock.now()
    describer, versions = describer_for(actor, history), versions_of([case])[case.pk]

    def writer(written: Event) -> str:
        return teller(actor, [written], history, describer).row(written).recorded_by or "somebody who has left"

    return Setting(
        actor=actor,
        case=case,
        history=history,
        describer=describer,
        writer=writer,
        now=now,
        pack=versions.at(now)[0].pack if versions else None,
        in_use_from=versions.all[0].start if versions else None,
        schemes=list(finding.schemes_for(actor)),
        young_people=partial(_living_at, actor, case),
    )


def _living_at(actor: Actor, case: Case) -> list[tuple[str, str]]:
    """The young people at a scheme whose record the reader works on too; only for a scheme's log."""
    if case.kind != Kind.SCHEME:
        return []
    found = finding.living(actor, scheme=case.pk)
    return sorted(finding.people_named(actor, map(str, found)).items(), key=lambda item: item[1])


def _recorded(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    event = outcome.event
    messages.success(request, f"Recorded. {outcome_words(outcome)}")
    return HttpResponseRedirect(reverse("event", args=[event.case_id, event.pk]))


def outcome_words(outcome: Outcome) -> str:
    """What a recording did to the duties, in a line: `Duties: 2 done, 3 to do. 1 is no longer there.`"""
    words = {
        State.MET: "done",
        State.OPEN: "to do",
        State.BREACHED: "late or not as the protocol says",
        State.ENDED: "no longer needed",
        State.WAIVED: "waived",
        State.UNKNOWN: "from before the record begins",
    }
    parts = [f"{outcome.changed[state]} {text}" for state, text in words.items() if outcome.changed.get(state)]
    gone = f"{outcome.gone} {'is' if outcome.gone == 1 else 'are'} no longer there." if outcome.gone else ""
    if not parts:
        return f"Duties: {gone}" if gone else "No duty changes."
    return f"Duties: {', '.join(parts)}. {gone}".rstrip()


def _recorded_before(form: RecordForm, actor: Actor) -> Event | None:
    return Event.objects.visible_to(actor).filter(pk=form.ticket).first()


def _is_same(form: RecordForm, before: Event) -> bool:
    """Whether the form says what is recorded already. "Just now" is the time of sending, so it differs each time."""
    filled = form.filled()
    same_time = form.is_just_now or filled.occurred_at == before.occurred_at
    return same_time and (filled.refs, filled.data) == (before.refs, before.data)


def _explain(form: RecordForm, problem: RecordRefused) -> None:
    """Put what the service refused beside the question it is about."""
    if problem.field == "id":
        form.add_error(
            None, "You have recorded this already, saying something else. Withdraw that entry if it was wrong."
        )
        return
    kind, _, name = problem.field.partition(".")
    wanted = {"data": f"data-{name}", "refs": f"ref-{name}", "occurred_at": "when", "by": "by"}.get(kind, "")
    form.add_error(wanted if wanted in form.fields else None, problem.problem[:1].upper() + problem.problem[1:])


@permission(Permission.VIEW_CASE)
def event(request: HttpRequest, case_id: UUID, event_id: UUID) -> HttpResponse:
    """One entry: what it says and what it did to the duties."""
    case = fetch(request, case_id, "event")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = fetch_event(request, case, event_id)
    history = history_of(actor, case)
    row = teller(actor, [found], history, describer_for(actor, history)).row(found)
    page = {
        "here": "records",
        "case": case,
        "identity": identity(actor, case, history),
        "row": row,
        "may_retract": not (row.is_withdrawn or found.type == RETRACTED or found.stands)
        and actor.may(Permission.RETRACT_EVENT, found),
        "may_hold_back": not row.is_withdrawn and may_hold_back(actor, found),
        "is_paragraph": found.type == PARAGRAPH,
        "belongs_to": _entry_of(actor, found),
        "may_record": bool(writable(actor, case)),
        "may_write": not row.is_withdrawn and actor.may(Permission.RECORD_EVENT, found),
        **_held(actor, found, history),
        **_did(actor, found, history),
    }
    return render(request, "casework/record/event.jinja2", page)


def _entry_of(actor: Actor, found: Event) -> Link | None:
    """The entry to which a paragraph for named people belongs."""
    if found.type != PARAGRAPH:
        return None
    entry = Event.objects.visible_to(actor).filter(case=found.case, pk=found.data["event"]).first()
    if entry is None:
        return None
    said = f"{event_text(entry.type)}, {formats.moment(entry.occurred_at)}"
    return Link(said, reverse("event", args=[found.case_id, entry.pk]))


def _held(actor: Actor, found: Event, history: History) -> dict[str, Any]:
    """Whether an entry is held back from all but named people, and what of it is."""
    held = HeldBack.objects.visible_to(actor).current().filter(item=found.pk).first()
    readers = (
        HeldBackReader.objects.visible_to(actor).filter(held_back=held).select_related("membership__account", "team")
    )
    of_entry = Event.objects.visible_to(actor).filter(case=found.case, type=PARAGRAPH, data__event=str(found.pk))
    paragraphs = [one for one in of_entry.order_by("recorded_at", "sequence") if str(one.pk) not in history.withdrawn]
    of_paragraphs = HeldBack.objects.visible_to(actor).current().filter(item__in=[one.pk for one in paragraphs])
    closed = set(of_paragraphs.values_list("item", flat=True)) if paragraphs else set()
    return {
        "held": held,
        "held_readers": sorted(str(one.membership.account if one.membership else one.team) for one in readers),
        "paragraphs": [(one, one.pk in closed) for one in paragraphs],
    }


def fetch_event(request: HttpRequest, case: Case, event_id: UUID) -> Event:
    """An entry of a record that is being shown."""
    visible = Event.objects.visible_to(request.actor).filter(case=case)  # type: ignore[attr-defined]
    return read_or_404(request, visible, pk=event_id)


def _did(actor: Actor, found: Event, history: History) -> dict[str, list[DutyRow]]:
    """The duties that an entry met, began, or failed."""
    if str(found.pk) in history.withdrawn:
        return {"met": [], "begun": [], "failed": []}
    duties = with_names(actor).filter(case=found.case)
    now = system_clock.now()
    met = duties.filter(met_by__contains=[found.pk], state=State.MET).order_by("due", "clause", "part", "pk")
    started = duties.filter(trigger=found).order_by("due", "clause", "part", "pk")
    unlike = {duty.pk: duty for duty in (*met, *started)}  # an entry may both begin a duty and meet it
    rows = duty_rows(unlike.values(), actor=actor, now=now)
    return {
        "met": [
            row for row in rows if row.duty.state == State.MET and (row.duty.timed or row.duty.trigger_id == found.pk)
        ],
        "begun": [row for row in rows if row.duty.timed and row.duty.state != State.MET],
        "failed": [row for row in rows if not row.duty.timed and row.duty.state == State.BREACHED],
    }
