"""Closing a whole record: to all but named people, or to somebody with a conflict of interest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.closing import declare_conflict, end_conflict, lift_restriction, restrict_record
from waymark.access.models import Conflict, Grant, RestrictedRecord
from waymark.access.services import NotAsAsked
from waymark.audit.reading import read_or_404
from waymark.cases.models import Case
from waymark.casework.closing.people import options, people_with_a_line
from waymark.casework.views.case import fetch, frame
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.govuk.fields import CheckboxesField, SelectField, WordsField
from waymark.govuk.forms import Form
from waymark.govuk.resend import keeps_what_was_typed

LONGEST = 400


class RestrictForm(Form):
    """Who may still open a record, and why nobody else."""

    def __init__(self, actor: Actor, case: Case, data: Any = None) -> None:
        super().__init__(data)
        self.people = people_with_a_line(actor, case)
        self.fields["named"] = CheckboxesField(
            label="Who may still open it?",
            hint="You are one of them in any case. Everybody else is shut out at once, whole teams too.",
            options=options({key: one for key, one in self.people.items() if one.pk != actor.membership_id}),
            required=False,
        )
        self.fields["why"] = WordsField(
            label="Why may only named people open it?",
            hint="For example, the young person is a relative of somebody who works here.",
            missing="Enter why only named people may open it",
            max_length=LONGEST,
        )


class ConflictForm(Form):
    """Who has a conflict of interest, and what it is."""

    def __init__(self, actor: Actor, case: Case, data: Any = None) -> None:
        super().__init__(data)
        self.people = people_with_a_line(actor, case)
        if not actor.may(Permission.DECLARE_CONFLICT, case):
            self.people = {key: one for key, one in self.people.items() if one.account_id == actor.account_id}
        self.fields["who"] = SelectField(
            label="Who has a conflict of interest?",
            options=options(self.people),
            missing="Select who has a conflict of interest",
        )
        self.fields["why"] = WordsField(
            label="What is the conflict?",
            hint="Whoever may open this record can read it. The person themselves cannot.",
            missing="Enter what the conflict is",
            max_length=LONGEST,
        )


@permission(Permission.VIEW_CASE)
def closed(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What is closed of a record, and to whom."""
    case = fetch(request, case_id, "what is closed")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    conflicts = Conflict.objects.visible_to(actor).filter(case=case).select_related("account", "decided_by__account")
    named = Grant.objects.visible_to(actor).current().filter(case=case, named=True)
    restriction = RestrictedRecord.objects.visible_to(actor).current().filter(case=case)
    page = {
        **frame(request, case, "team"),
        "restriction": restriction.select_related("decided_by__account").first(),
        "named": sorted(set(named.values_list("membership__account__name", flat=True))),
        "conflicts": list(conflicts.current()),
        "over": list(conflicts.exclude(ends_at=None)),
        "may_restrict": actor.may(Permission.RESTRICT, case),
        "may_declare": actor.may(Permission.DECLARE_CONFLICT, case),
    }
    return render(request, "casework/closing/closed.jinja2", page)


@keeps_what_was_typed
@permission(Permission.RESTRICT)
def restrict(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Close a record to all but named people."""
    case = fetch(request, case_id, "restrict it")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.RESTRICT, case)
    form = RestrictForm(actor, case, request.POST or None)
    if form.is_valid():
        chosen = [form.people[key] for key in form.cleaned_data["named"]]
        try:
            restrict_record(actor=actor, case=case, why=form.cleaned_data["why"], named=chosen)
        except NotAsAsked as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "Only the people you named can open this record now.")
            return HttpResponseRedirect(reverse("closed", args=[case.pk]))
    return asked(
        request,
        frame(request, case, "team"),
        form,
        "Restrict this record",
        "Restrict it",
        reverse("closed", args=[case.pk]),
    )


@permission(Permission.RESTRICT)
def lift(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Let everybody in again whom the ledger lets in."""
    case = fetch(request, case_id, "lift its restriction")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.RESTRICT, case)
    here = reverse("closed", args=[case.pk])
    if request.method == "POST":
        try:
            lift_restriction(actor=actor, case=case)
            messages.success(
                request, "Lifted. Everybody who works on this record, or with whom it is shared, can open it."
            )
        except NotAsAsked as problem:
            messages.info(request, f"{problem}.")
        return HttpResponseRedirect(here)
    told = "Everybody who works on this record, or with whom it is shared, will be able to open it again at once."
    return asked(request, frame(request, case, "team"), None, "Lift the restriction", "Lift it now", here, told)


@keeps_what_was_typed
@permission(Permission.VIEW_CASE)
def conflict(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Say that somebody has a conflict of interest: anybody of themselves, a worker or manager of anybody."""
    case = fetch(request, case_id, "say who has a conflict of interest")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = ConflictForm(actor, case, request.POST or None)
    here = reverse("closed", args=[case.pk])
    if form.is_valid():
        person = form.people[form.cleaned_data["who"]]
        try:
            declare_conflict(actor=actor, case=case, account=person.account, why=form.cleaned_data["why"])
        except NotAsAsked as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"{person.account.name} cannot open this record any more.")
            oneself = person.account_id == actor.account_id
            return HttpResponseRedirect(reverse("records") if oneself else here)
    told = "They will not be able to open this record, whatever their role, and their work on it ends now."
    return asked(
        request, frame(request, case, "team"), form, "Conflict of interest", "Close the record to them", here, told
    )


@permission(Permission.DECLARE_CONFLICT)
def end_one_conflict(request: HttpRequest, case_id: UUID, conflict_id: UUID) -> HttpResponse:
    """Say that a conflict of interest is over."""
    case = fetch(request, case_id, "end a conflict of interest")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.DECLARE_CONFLICT, case)
    visible = Conflict.objects.visible_to(actor).current().filter(case=case).select_related("account", "case")
    found = read_or_404(request, visible, pk=conflict_id)
    here = reverse("closed", args=[case.pk])
    if request.method == "POST":
        try:
            end_conflict(found, actor=actor)
            messages.success(request, f"{found.account.name} has no conflict of interest here any more.")
        except NotAsAsked as problem:
            messages.info(request, f"{problem}.")
        return HttpResponseRedirect(here)
    told = (
        f"{found.account.name} will be able to open this record again if it is shared with them or their team."
        " Their own work on it does not begin again by itself."
    )
    return asked(
        request, frame(request, case, "team"), None, "The conflict of interest is over", "It is over", here, told
    )


def asked(
    request: HttpRequest,
    page: dict[str, Any],
    form: Form | None,
    heading: str,
    button: str,
    back: str,
    told: str = "",
) -> HttpResponse:
    """A page that asks, or asks to be sure, and says what it will do."""
    page |= {"form": form, "heading": heading, "button": button, "back": back, "told": told}
    status = 422 if form is not None and form.errors else 200
    return render(request, "casework/closing/asked.jinja2", page, status=status)
