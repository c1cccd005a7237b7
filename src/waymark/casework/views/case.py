"""One record: who it is about, what is owed, what happened. Who works on it is in `team`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from waymark.access.models import EmergencyAccess
from waymark.audit.reading import read_or_404
from waymark.cases.models import Case, Kind
from waymark.casework import finding, missing
from waymark.casework.history import FACTS, Describer, History, history_of
from waymark.casework.presenters import DutyRow, Link, Tag, duty_rows, facts_shown, teller, with_when_done
from waymark.casework.queries import with_names
from waymark.casework.writing import opened
from waymark.core import formats, trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.duties.engine.calendar import local_date
from waymark.duties.models import Duty, State
from waymark.events.models import RETRACTED, Event
from waymark.events.vocabulary import FACTS as FACT_TYPES
from waymark.govuk.pages import Slice, asked_page, pagination, to_a_page_there_is, with_page
from waymark.people.models import Merge

DUTIES_ON_A_PAGE = 50
EVENTS_ON_A_PAGE = 25
NOT_IN_THE_STORY = (RETRACTED,)
"""Types that the story does not tell on their own: a withdrawn entry says itself who withdrew it and why."""


@dataclass(frozen=True, slots=True)
class Alert:
    """That they are missing or absent now: since when, what of the police, and what is to be recorded next."""

    tag: Tag
    since: str
    next: str
    links: list[Link]


@dataclass(frozen=True, slots=True)
class Identity:
    """The bar at the top of a record: whom or what it is about."""

    name: str
    reference: str
    kind: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    markers: list[Tag] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)


def fetch(request: HttpRequest, case_id: UUID, purpose: str) -> Case:
    """The record, if the reader works on it. The reading is audited, and so is asking for one that is not theirs."""
    return read_or_404(request, finding.records(request.actor), pk=case_id, purpose=purpose)  # type: ignore[attr-defined]


DONE, FAILED, UNKNOWN = "done", "failed", "unknown"
"""What `?show=` may ask for in place of what is owed; anything else is as good as not asked."""

_OUTSTANDING = Q(state__in=(State.OPEN, State.BREACHED))
_OWED = _OUTSTANDING & Q(timed=True)
_FAILED = _OUTSTANDING & Q(timed=False)
_UNKNOWN = Q(state=State.UNKNOWN)
_SHOWN = {"": _OWED, FAILED: _FAILED, DONE: ~_OUTSTANDING & ~_UNKNOWN, UNKNOWN: _UNKNOWN}
"""Owed is what somebody can still do. A gate, a content or a rule that was not kept is over: nobody owes it now. What
began before the record or the protocol here is none of these: nobody can tell from the record."""
_JUDGED = Q(timed=False) & ~_UNKNOWN
"""What was looked at when it was recorded, and found as the protocol says or not."""
_COUNTED = {**_SHOWN, "judged": _JUDGED}


@permission(Permission.VIEW_CASE)
def duties(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What is owed, late first. When asked for, what was not done as it should be, is over, or is not known."""
    case = fetch(request, case_id, "duties")
    actor, now = request.actor, system_clock.now()  # type: ignore[attr-defined]
    show = request.GET.get("show", "")
    show = show if show in _SHOWN else ""
    of_case = with_names(actor).filter(case=case)
    counts = of_case.aggregate(**{name or "owed": Count("pk", filter=which) for name, which in _COUNTED.items()})
    shown = Slice(asked_page(request), DUTIES_ON_A_PAGE, counts[show or "owed"])
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    found = _in_order(of_case.filter(_SHOWN[show]), show)[shown.start : shown.start + shown.size]
    rows = duty_rows(found, actor=actor, now=now, explain=True)
    page = {
        **frame(request, case, "duties"),
        "show": show,
        "counts": counts,
        "groups": [(heading, list(found)) for heading, found in groupby(rows, key=lambda row: _heading(row, show))],
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)),
        "may_retract": actor.may(Permission.RETRACT_EVENT),
    }
    return render(request, "casework/case/duties.jinja2", page)


def _heading(row: DutyRow, show: str) -> str:
    """What duties are listed under: how they stand, while they are owed."""
    return "" if show else row.tag.text


def _in_order(found: QuerySet[Duty], show: str) -> QuerySet[Duty]:
    """What is owed by when it is due. What is over the latest first: by when it was done, or else when it began."""
    if not show:
        return found.order_by(F("due").asc(nulls_last=True), F("since").desc(), "clause", "part")
    return with_when_done(found).order_by(Coalesce("done_at", "since").desc(), "clause", "part")


@permission(Permission.VIEW_CASE)
def events(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What happened, the latest first; what was withdrawn stays, struck through, with the reason."""
    case = fetch(request, case_id, "events")
    actor = request.actor  # type: ignore[attr-defined]
    history = history_of(actor, case)
    found = Event.objects.visible_to(actor).filter(case__in=_with_doubles(actor, case))
    found = found.exclude(type__in=NOT_IN_THE_STORY)
    shown = Slice(asked_page(request), EVENTS_ON_A_PAGE, found.count())
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    latest = found.order_by("-occurred_at", "-recorded_at", "-sequence")[shown.start : shown.start + shown.size]
    of_page = list(latest)
    tell = teller(actor, of_page, history, describer_for(actor, history))
    page = {
        **frame(request, case, "events", history),
        "rows": [tell.row(event) for event in of_page],
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)),
    }
    return render(request, "casework/case/events.jinja2", page)


# What every page of a record has


def frame(request: HttpRequest, case: Case, tab: str, history: History | None = None) -> dict[str, Any]:
    """What the templates of every page of a record read. `tab` is the one that the page belongs to."""
    actor = request.actor  # type: ignore[attr-defined]
    reads, writes = opened(actor, case)
    not_shared = _not_shared(case, reads)
    return {
        "here": "records",
        "case": case,
        "identity": identity(actor, case, history),
        "tabs": tabs_of(actor, case, tab),
        "may_record": bool(writes),
        "may_waive": actor.may(Permission.WAIVE_DUTY),
        "may_involve": actor.may(Permission.MANAGE_INVOLVEMENT, case),
        "not_shared": not_shared,
        "merges": _merges(actor, case),
        "tab": next((label, url) for name, label, url in TABS if name == tab),
        "may_merge": actor.may(Permission.MERGE_RECORDS),
        "emergency": _own_emergency(actor, case) if not_shared else None,
    }


def _own_emergency(actor: Actor, case: Case) -> EmergencyAccess | None:
    """The emergency in which the reader opened this record, while it lasts. It never opens all of a record, so who
    reads all of it is not asked about."""
    if not actor.may(Permission.BREAK_GLASS):
        return None
    visible = EmergencyAccess.objects.visible_to(actor).filter(case=case, grant__membership=actor.membership_id)
    lasting = visible.filter(grant__ends_at__gt=system_clock.now())
    return lasting.select_related("grant").order_by("grant__ends_at").last()


def _with_doubles(actor: Actor, case: Case) -> list[UUID]:
    """The record, and those that are said to be its doubles, of which the reading is audited too."""
    merges = [merge for merge in _merges(actor, case) if merge.into_id == case.pk]
    for merge in merges:
        trail.read(actor, merge.case, purpose="events")
    return [case.pk, *(merge.case_id for merge in merges)]


def _merges(actor: Actor, case: Case) -> list[Merge]:
    """Other records that are said to be about the same person, of those that the reader may open."""
    if case.kind != Kind.YOUNG_PERSON:
        return []
    standing = Merge.objects.visible_to(actor).standing().about(case)
    return list(standing.select_related("case", "into").order_by("decided_at"))


def _not_shared(case: Case, reads: Collection[Category]) -> list[str]:
    """What of a young person's record the reader is not shown, but for intelligence, which is for few people anyway."""
    if case.kind != Kind.YOUNG_PERSON:
        return []
    return [one.label.lower() for one in Category if one not in reads and one is not Category.INTELLIGENCE]


TABS = (
    ("duties", "Duties", "case"),
    ("events", "What happened", "case_events"),
    ("referrals", "Referrals", "case_referrals"),
    ("facts", "What we know", "case_facts"),
    ("about", "About them", "about_them"),
    ("documents", "Documents", "documents"),
    ("risks", "Risks", "case_risks"),
    ("team", "Team", "case_team"),
    ("access", "Who can see this", "case_access"),
    ("looked", "Who has looked", "case_looked"),
)
TABS_FOR = {
    "referrals": Permission.VIEW_REFERRALS,
    "facts": Permission.RECORD_EVENT,
    "looked": Permission.SEE_WHO_LOOKED,
}
"""What somebody must be allowed to do to see a tab that not every reader of the record sees."""
OF_YOUNG_PEOPLE = frozenset({"referrals", "about", "risks"})
"""Tabs that the record of a place does not have."""


def tabs_of(actor: Actor, case: Case, here: str) -> list[dict[str, Any]]:
    """The pages of a record, for the navigation above each."""
    names = [
        tab
        for tab in TABS
        if (tab[0] not in TABS_FOR or actor.may(TABS_FOR[tab[0]]))
        and (tab[0] not in OF_YOUNG_PEOPLE or case.kind == Kind.YOUNG_PERSON)
    ]
    return [{"text": text, "href": reverse(url, args=[case.pk]), "active": name == here} for name, text, url in names]


def identity(actor: Actor, case: Case, history: History | None = None) -> Identity:
    """Whom or what a record is about: for a young person their age, legal status, placement and known risks."""
    if case.kind != Kind.YOUNG_PERSON:
        return Identity(finding.name_of(case), case.reference, case.get_kind_display(), _facts_of_place(case))
    if history is None:
        told = (FACTS, "placement_started", "placement_ended", *missing.TOLD_BY)
        history = History(Event.objects.visible_to(actor).filter(case=case, type__in=told))
    person = case.young_person
    known = facts_shown(case, history)
    facts = [
        ("Age", f"{person.age_on(local_date(system_clock.now()))}"),
        ("Legal status", known.get("status", "Not recorded")),
        ("Lives at", _home(actor, case, history)),
    ]
    if person.pronouns:
        facts.insert(1, ("Pronouns", person.pronouns))
    return Identity(
        person.name, case.reference, case.get_kind_display(), facts, list(_markers(history)), _alerts(actor, history)
    )


def _facts_of_place(case: Case) -> list[tuple[str, str]]:
    if case.kind == Kind.SCHEME:
        return [("Provider", case.scheme.provider.name), ("Address", case.scheme.address or "Not recorded")]
    return []


def _home(actor: Actor, case: Case, history: History) -> str:
    placement = history.placement()
    if placement is None:
        hidden = Category.PLACEMENT not in opened(actor, case)[0]
        return "Not shared with you" if hidden else "No placement recorded"
    describer = describer_for(actor, history)
    return describer.place_of(placement) or describer.describe(placement)


def _alerts(actor: Actor, history: History) -> list[Alert]:
    """One for each absence that is open: nobody may overlook it, whichever page of the record they are on."""
    now, may_record = system_clock.now(), actor.may(Permission.RECORD_EVENT)
    return [_alert(absence, now, may_record=may_record) for absence in missing.absences(history)]


def _alert(absence: missing.Absence, now: datetime, *, may_record: bool) -> Alert:
    links = [Link("Record their return", absence.return_address)]
    if not absence.is_missing:
        links.append(Link("Report them missing", absence.report_address))
    return Alert(
        Tag(absence.state, "red" if absence.is_urgent(now) else "orange"),
        f"since {formats.moment_with_day(absence.since)}",
        absence.next_words(now),
        links if may_record else [],
    )


def _markers(history: History) -> Any:
    """Risks that are known or not ruled out, in words."""
    for name, fact in FACT_TYPES.items():
        value = history.facts.get(name)
        if fact.risk and value is True:
            yield Tag(fact.label, "red")
        elif fact.risk and value == "unknown":
            yield Tag(f"{fact.label}: not known", "yellow")


def describer_for(actor: Actor, history: History) -> Describer:
    """What puts the things of a record into words, with the names of the places they name."""
    refs = {
        event.refs[kind] for event in history.events for kind in ("scheme", "provider", "borough") if kind in event.refs
    }
    return Describer(finding.place_names(actor, refs), history.things.values())
