"""Restricting a record to named people, naming one more, and taking a name away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from waymark.access.closing import lift_restriction, name_reader, named_in_any_case, restrict_record, unname_reader
from waymark.access.models import Conflict, RestrictedRecord
from waymark.access.services import NotAsAsked
from waymark.cases.models import Case
from waymark.casework.closing.asking import LONGEST, asked
from waymark.casework.closing.duties import fingerprint, left_behind
from waymark.casework.closing.people import label, named_people, options, people_with_a_line
from waymark.casework.views.case import fetch, frame
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.govuk.fields import CheckboxesField, SelectField, WordsField
from waymark.govuk.forms import Form
from waymark.govuk.resend import keeps_what_was_typed


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

    def chosen(self) -> list[Any]:
        """The people ticked."""
        return [self.people[key] for key in self.cleaned_data["named"]]


class NameForm(Form):
    """Who else may open a restricted record: whoever has a line in its ledger, is not named and has no conflict."""

    def __init__(self, actor: Actor, case: Case, data: Any = None) -> None:
        super().__init__(data)
        named = named_people(actor, case)
        conflicts = set(
            Conflict.objects.visible_to(actor).current().filter(case=case).values_list("account", flat=True)
        )
        self.people = {
            key: one
            for key, one in people_with_a_line(actor, case).items()
            if key not in named and one.account_id not in conflicts
        }
        self.fields["who"] = SelectField(
            label="Who else may open it?",
            hint="Those who work on this record, or with whom it was shared. For anybody else, bring them in under Team"
            " first.",
            options=options(self.people),
            missing="Select who else may open it",
        )


@keeps_what_was_typed
@permission(Permission.RESTRICT)
def restrict(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Close a record to all but named people: who they are, then what others owe there, then it is done."""
    case = fetch(request, case_id, "restrict it")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.RESTRICT, case)
    if request.method == "GET" and RestrictedRecord.objects.visible_to(actor).current().filter(case=case).exists():
        messages.info(request, "This record is restricted already. You can change here who may open it.")
        return HttpResponseRedirect(reverse("closed", args=[case.pk]))
    form = RestrictForm(actor, case, request.POST or None)
    page = frame(request, case, "team")
    if "change" not in request.POST and form.is_valid():
        chosen = form.chosen()
        named = {one.pk: one for one in [*chosen, *named_in_any_case(actor=actor, case=case)]}
        found = left_behind(actor, case, {actor.membership_id, *named} - {None})
        told, told_before = fingerprint(found), request.POST.get("told", "")
        if told != told_before:
            names = [label(one) for one in named.values()]
            page |= {"form": form, "names": names, "found": found, "told": told, "changed": bool(told_before)}
            return render(request, "casework/closing/restrict_check.jinja2", page)
        try:
            restrict_record(actor=actor, case=case, why=form.cleaned_data["why"], named=chosen)
        except NotAsAsked as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "Only the people you named can open this record now.")
            return HttpResponseRedirect(reverse("closed", args=[case.pk]))
    return asked(request, page, form, "Restrict this record", "Continue", reverse("closed", args=[case.pk]))


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
@permission(Permission.RESTRICT)
def name(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Let somebody else open a restricted record."""
    case = fetch(request, case_id, "name somebody who may open it")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.RESTRICT, case)
    get_object_or_404(RestrictedRecord.objects.visible_to(actor).current(), case=case)
    form = NameForm(actor, case, request.POST or None)
    here = reverse("closed", args=[case.pk])
    if form.is_valid():
        member = form.people[form.cleaned_data["who"]]
        try:
            name_reader(actor=actor, case=case, member=member)
        except NotAsAsked as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"{member.account.name} can open this record now.")
            return HttpResponseRedirect(here)
    told = "They can open it at once, and read and write what they could if it were not restricted."
    return asked(request, frame(request, case, "team"), form, "Name somebody", "Let them open it", here, told)


@keeps_what_was_typed
@permission(Permission.RESTRICT)
def unname(request: HttpRequest, case_id: UUID, member_id: UUID) -> HttpResponse:
    """Let somebody no longer open a restricted record, after saying what they owe there that nobody else would see."""
    case = fetch(request, case_id, "take a name away")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(Permission.RESTRICT, case)
    get_object_or_404(RestrictedRecord.objects.visible_to(actor).current(), case=case)
    named = named_people(actor, case)
    member = named.get(str(member_id))
    here = reverse("closed", args=[case.pk])
    if member is None or member.pk == actor.membership_id:
        messages.info(request, "Nobody takes their own name away." if member else "They are not named any more.")
        return HttpResponseRedirect(here)
    left = {one.pk for one in named.values()} - {member.pk}
    found = left_behind(actor, case, left)
    told = fingerprint(found)
    page = frame(request, case, "team") | {"member": member, "label": label(member), "found": found, "told": told}
    page["changed"] = request.method == "POST" and request.POST.get("told") != told
    if request.method == "POST" and not page["changed"]:
        try:
            unname_reader(actor=actor, case=case, member=member)
            messages.success(request, f"{member.account.name} cannot open this record any more.")
        except NotAsAsked as problem:
            messages.info(request, f"{problem}.")
        return HttpResponseRedirect(here)
    return render(request, "casework/closing/unname.jinja2", page)
