"""A referral as a list of tasks: what is written, what is missing and which clause asks for it, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.permissions import Permission, permission
from waymark.documents.models import Document
from waymark.events.models import Event
from waymark.referrals.checks import needed_to_ask
from waymark.referrals.completeness import Written, is_complete
from waymark.referrals.models import Check, Draft, Referral, SectionVersion, State
from waymark.referrals.next_steps import COLOURS, next_step
from waymark.referrals.questions import Section
from waymark.referrals.record import facts_for
from waymark.referrals.sections import RISK_SECTIONS, SECTIONS
from waymark.referrals.sending import lacking
from waymark.referrals.views.common import (
    actor_of,
    around,
    documents_of,
    fetch,
    may_write,
    readable_checks,
    readable_sections,
)
from waymark.referrals.views.going_on import add_document, first_to_do, what_is_missing


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list: its status in words, with a colour unless it is done."""

    title: str
    href: str
    status: str
    colour: str = ""
    hint: str = ""
    clauses: tuple[str, ...] = ()


@permission(Permission.VIEW_REFERRALS)
def tasks(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The referral, section by section."""
    referral = fetch(request, referral_id, "referral")
    actor = actor_of(request)
    may_send = referral.is_with_the_worker and actor.may(Permission.REFER, referral)
    missing, route = lacking(referral, actor=actor) if may_send else ([], "")
    newest = SectionVersion.objects.visible_to(actor).filter(referral=referral).newest().select_related("written_by")
    written = {one.section: one for one in newest}
    open_to_them = readable_sections(actor, referral)
    drafts = set(Draft.objects.visible_to(actor).filter(about=referral.pk).values_list("part", flat=True))
    checks = list(Check.objects.visible_to(actor).filter(referral=referral).order_by("asked_at"))
    may_add = actor.may(Permission.ADD_DOCUMENT, Document(case_id=referral.case_id, category=Category.PLACEMENT))
    page = {
        **around(request, referral),
        "groups": [
            (
                group,
                [
                    _task(referral, section, written.get(section.key), section.key in open_to_them, drafts)
                    for section in sections
                ],
            )
            for group, sections in groupby(SECTIONS.values(), key=lambda section: section.group)
        ],
        "checks": list(_check_tasks(referral, checks, actor)),
        "documents": documents_of(referral, actor).count(),
        "add_document": add_document(referral) if may_add else "",
        "missing": what_is_missing(referral, actor, missing),
        "begin_with": first_to_do(referral, actor) if may_send else None,
        "holding": [gap for gap in missing if gap.holds],
        "route": route,
        "may_send": may_send,
        "asked": _asked_for(actor, referral) if referral.state == State.MORE_ASKED else None,
        "next": next_step(referral, actor),
        "colour": COLOURS[referral.state],
        "may_withdraw": referral.is_open and actor.may(Permission.REFER, referral),
        "needs_start": referral.state == State.NEED,
        "may_say_known": any(may_write(actor, referral, section) for section in RISK_SECTIONS),
        "may_write": may_write(actor, referral, SECTIONS["request"]),
    }
    return render(request, "referrals/tasks.jinja2", page)


def _task(
    referral: Referral, section: Section, version: SectionVersion | None, is_open: bool, drafts: set[str]
) -> Task:
    href = reverse("referral_section", args=[referral.pk, section.key])
    if not is_open:
        return Task(section.title, "", "Not shared with you", "grey")
    if section.key in drafts:
        return Task(section.title, href, "You have not saved all of it", "orange")
    if version is None:
        return Task(
            section.title, href, "Optional" if section.optional else "Not started", "" if section.optional else "blue"
        )
    if version.copied:
        return Task(section.title, href, "Copied: look at it again", "orange")
    written = Written(version.answers, version.number)
    if not is_complete(section, written):
        count = len(section.lacking(version.answers))
        return Task(section.title, href, f"{count} {'answer' if count == 1 else 'answers'} missing", "yellow")
    changed = referral.sent_at is not None and version.written_at > referral.sent_at
    return Task(section.title, href, "Changed since it was sent" if changed else "Done", "turquoise" if changed else "")


def _check_tasks(referral: Referral, checks: list[Check], actor: Actor) -> Iterator[Task]:
    """A line for each kind of check: what was asked, whether it is answered, and where that is done."""
    about = Check(case_id=referral.case_id)
    may = {needed: actor.may(needed, about) for needed in (Permission.REFER, Permission.ANSWER_CHECK)}
    facts = facts_for(actor, referral.case)
    for kind, asking in readable_checks(actor, referral):
        of_kind = [check for check in checks if check.kind == kind]
        waiting = [check for check in of_kind if check.answered_at is None]
        href = f"{reverse('referral_checks', args=[referral.pk])}#{kind}"
        if waiting:
            if may[Permission.ANSWER_CHECK] and actor.role == asking.role:
                href = reverse("answer_check", args=[waiting[0].pk])
            status, colour = "Waiting for an answer", "yellow"
        elif of_kind:
            status, colour = "Answered", ""
        elif asking.is_not_needed(facts):
            status, colour = f"Not needed: {asking.not_needed}", "grey"
        else:
            if referral.is_open and may[needed_to_ask(actor, asking)]:
                href = reverse("ask_for_check", args=[referral.pk, kind])
            status, colour = "Not asked", "blue"
        yield Task(asking.title, href, status, colour, asking.why, asking.clauses)


def _asked_for(actor: Any, referral: Referral) -> dict[str, Any] | None:
    """What the desk asked for last, and in which parts."""
    asked = Event.objects.visible_to(actor).filter(
        case=referral.case_id, type="further_information_requested", refs__referral=str(referral.pk)
    )
    event = asked.order_by("-occurred_at", "-sequence").first()
    if event is None:
        return None
    keys = [key for key in str(event.data.get("parts", "")).split(", ") if key in SECTIONS]
    return {"text": event.data.get("request", ""), "at": event.occurred_at, "parts": [SECTIONS[key] for key in keys]}
