"""Who works on a record: the list, bringing somebody in, and ending it. An involvement opens what its role is for."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.models import Involvement, Team
from waymark.access.roles import INVOLVABLE
from waymark.access.rules import RULES
from waymark.access.services import ALLOCATED, NotAsAsked, bring_in, let_go, why_not_bring_in
from waymark.audit.reading import read_or_404
from waymark.cases.models import Case
from waymark.casework.closing.people import Holder, label, members
from waymark.casework.views.case import fetch, frame
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.events.vocabulary import ROLES
from waymark.govuk.fields import Option, SelectField
from waymark.govuk.forms import Form
from waymark.govuk.resend import keeps_what_was_typed


class RoleForm(Form):
    """In which role somebody is brought in: one of those that somebody has."""

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        held = {*members(actor).order_by().values_list("role", flat=True).distinct()}
        held |= {*Team.objects.visible_to(actor).open().values_list("role", flat=True).distinct()}
        options = [Option(role, ROLES[role]) for role in INVOLVABLE if role in held]
        self.fields["role"] = SelectField(
            label="What are they to do on this record?", options=options, missing="Select what they are to do"
        )


class HolderForm(Form):
    """Which person or team that has a role. `groups` are the choices by agency, the responsible authority's first."""

    def __init__(self, actor: Actor, case: Case, role: str, data: Any = None) -> None:
        super().__init__(data)
        holders = [*Team.objects.visible_to(actor).open().filter(role=role).select_related("agency")]
        found: list[Holder] = [*holders, *members(actor).filter(role=role)]
        responsible = case.authority_id or case.pk
        found.sort(key=lambda one: (one.agency.case_id != responsible, one.agency.name, *_words(one)))
        self.holders = {str(one.pk): one for one in found}
        self.groups = [
            (agency, [Option(str(one.pk), label(one)) for one in ones])
            for agency, ones in groupby(found, key=lambda one: one.agency.name)
        ]
        options = [option for _, of_agency in self.groups for option in of_agency]
        who = SelectField(label="Who?", options=options, missing="Select a person or a team")
        who.error_messages["invalid_choice"] = "Select somebody on the list: whoever you chose may have left"
        self.fields["who"] = who


def _words(holder: Holder) -> tuple[bool, str]:
    """Teams before people, each by name."""
    if isinstance(holder, Team):
        return False, holder.name
    return True, holder.account.name


@permission(Permission.VIEW_CASE)
def team(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who works on the record now, and who did."""
    case = fetch(request, case_id, "team")
    actor, now = request.actor, system_clock.now()  # type: ignore[attr-defined]
    order = list(ROLES)
    people = sorted(_involved(actor, case), key=lambda one: order.index(one.role) if one.role in order else len(order))
    page = {
        **frame(request, case, "team"),
        "current": [one for one in people if one.starts_at <= now and (one.ends_at is None or one.ends_at > now)],
        "former": [one for one in people if one.ends_at is not None and one.ends_at <= now],
    }
    return render(request, "casework/case/team.jinja2", page)


def _involved(actor: Actor, case: Case) -> QuerySet[Involvement]:
    """Who works or worked on a record, with their names."""
    found = Involvement.objects.visible_to(actor).filter(case=case)
    names = ("team__agency", "membership__account", "membership__agency", "membership__team")
    return found.select_related(*names).order_by("starts_at")


@keeps_what_was_typed
@permission(Permission.MANAGE_INVOLVEMENT)
def bring_somebody_in(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """First what they are to do on the record (`?role=`), then who of those who have that role; from now on."""
    case = fetch(request, case_id, "bring somebody in")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = request.POST if request.method == "POST" else request.GET
    roles = RoleForm(actor, asked if "role" in asked else None)
    page = frame(request, case, "team")
    if not roles.is_valid():
        page |= {"form": roles}
        return render(request, "casework/case/bring_in.jinja2", page, status=422 if roles.errors else 200)
    role = roles.cleaned_data["role"]
    if refused := why_not_bring_in(case, role, actor=actor):
        roles.add_error("role", refused)
        return render(request, "casework/case/bring_in.jinja2", page | {"form": roles}, status=422)
    form = HolderForm(actor, case, role, request.POST if request.method == "POST" else None)
    if form.is_valid() and _brought_in(request, case, role, form):
        return HttpResponseRedirect(reverse("case_team", args=[case.pk]))
    page |= {"form": form, "role": role, "opens": RULES[role].in_words()}
    page["allocated"] = _allocated(actor, case) if role == ALLOCATED else []
    return render(request, "casework/case/bring_in_who.jinja2", page, status=422 if form.errors else 200)


def _allocated(actor: Actor, case: Case) -> list[str]:
    """The name of the allocated worker, if there is one."""
    now = Involvement.objects.visible_to(actor).current().filter(case=case, role=ALLOCATED, team=None)
    return list(now.values_list("membership__account__name", flat=True))


def _brought_in(request: HttpRequest, case: Case, role: str, form: HolderForm) -> bool:
    """Bring in whom the form names. Otherwise the form says why not."""
    holder = form.holders[form.cleaned_data["who"]]
    of_team = isinstance(holder, Team)
    given: dict[str, Any] = {"team" if of_team else "membership": holder}
    try:
        bring_in(actor=request.actor, case=case, role=role, at=system_clock.now(), **given)  # type: ignore[attr-defined]
    except NotAsAsked as problem:
        form.add_error("who", str(problem))
        return False
    messages.success(request, f"{_words(holder)[1]} works on this record now. They can {RULES[role].in_words()}.")
    return True


@keeps_what_was_typed
@permission(Permission.MANAGE_INVOLVEMENT)
def end(request: HttpRequest, case_id: UUID, involvement_id: UUID) -> HttpResponse:
    """End somebody's work on a record, after saying what that takes away."""
    case = fetch(request, case_id, "end somebody's work on it")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    involvement = read_or_404(request, _involved(actor, case), pk=involvement_id)
    current = Involvement.objects.visible_to(actor).current().filter(case=case)
    locks_out = not current.held_by(actor).exclude(pk=involvement.pk).exists()
    if request.method == "POST":
        return _ended(request, involvement, locks_out=locks_out)
    page = {
        **frame(request, case, "team"),
        "one": involvement,
        "is_current": current.filter(pk=involvement.pk).exists(),
        "is_last": not current.exclude(pk=involvement.pk).exists(),
        "locks_out": locks_out,
    }
    return render(request, "casework/case/end.jinja2", page)


def _ended(request: HttpRequest, involvement: Involvement, *, locks_out: bool) -> HttpResponse:
    """The team without them; the list of records for whoever ended their own work there."""
    here = reverse("case_team", args=[involvement.case_id])
    try:
        let_go(involvement, actor=request.actor, at=system_clock.now())  # type: ignore[attr-defined]
    except NotAsAsked as problem:
        messages.info(request, f"{problem}.")
        return HttpResponseRedirect(here)
    name = _words(involvement.membership or involvement.team)[1]  # type: ignore[arg-type]
    messages.success(request, f"Ended: {name}, {ROLES.get(involvement.role, involvement.role)}.")
    return HttpResponseRedirect(reverse("records") if locks_out else here)
