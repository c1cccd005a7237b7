"""What is closed of a whole record, and closing it to somebody with a conflict of interest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.closing import declare_conflict, end_conflict
from waymark.access.models import Conflict, RestrictedRecord
from waymark.access.services import NotAsAsked
from waymark.access.unread import unread_entries
from waymark.audit.reading import read_or_404
from waymark.cases.models import Case
from waymark.casework.closing.asking import LONGEST, asked
from waymark.casework.closing.duties import left_behind
from waymark.casework.closing.people import label, named_people, options, people_with_a_line
from waymark.casework.views.case import fetch, frame
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.govuk.fields import SelectField, WordsField
from waymark.govuk.forms import Form
from waymark.govuk.resend import keeps_what_was_typed


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
    restrictions = RestrictedRecord.objects.visible_to(actor).current().filter(case=case)
    restriction = restrictions.select_related("decided_by__account").first()
    named = named_people(actor, case) if restriction else {}
    now_in_conflict = list(conflicts.current())
    kept_out = {conflict.account_id for conflict in now_in_conflict}
    page = {
        **frame(request, case, "team"),
        "restriction": restriction,
        "named": [(one, label(one), one.account_id in kept_out) for one in named.values()],
        "found": left_behind(actor, case, {one.pk for one in named.values()}) if restriction else [],
        "own": actor.membership_id,
        "conflicts": now_in_conflict,
        "over": list(conflicts.exclude(ends_at=None)),
        "unread": unread_entries(case, actor=actor),
        "may_restrict": actor.may(Permission.RESTRICT, case),
        "may_declare": actor.may(Permission.DECLARE_CONFLICT, case),
    }
    return render(request, "casework/closing/closed.jinja2", page)


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
            form.add_error("who", str(problem))
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
    visible = Conflict.objects.visible_to(actor).filter(case=case).select_related("account", "case")
    found = read_or_404(request, visible, pk=conflict_id)
    here = reverse("closed", args=[case.pk])
    if found.ends_at is not None:  # sent twice, or from a page left open: they are told, not sent away
        messages.info(request, f"This conflict of interest of {found.account.name} was over already.")
        return HttpResponseRedirect(here)
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
