"""The teams of the reader's agency, and the schemes of a provider."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from waymark.access.administering import close_team, open_new_team, rename_team, teams_that_work
from waymark.accommodation.models import Scheme
from waymark.audit.reading import read_or_404
from waymark.casework.organisation import queries
from waymark.casework.organisation.common import attempt, frame, show
from waymark.casework.organisation.forms import RenameForm, TeamForm
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.govuk.pages import Slice, asked_page, pagination, to_a_page_there_is, with_page
from waymark.govuk.resend import keeps_what_was_typed

TEAMS_ON_A_PAGE = 50
MOST_SCHEMES = 200


@permission(Permission.MANAGE_OWN_AGENCY)
def teams(request: HttpRequest) -> HttpResponse:
    """The agency's teams, with how many people are in each and on how many records it works; a provider's schemes."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.own_teams(actor)
    shown = Slice(asked_page(request), TEAMS_ON_A_PAGE, found.count())
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    rows = list(found[shown.start : shown.start + shown.size])
    trail.listed(actor, "access.Team", rows=len(rows))
    schemes = Scheme.objects.visible_to(actor).filter(provider__agency=actor.agency_id).order_by("name")
    page = {
        **frame(request, "teams"),
        "teams": rows,
        "people": queries.members_in([team.pk for team in rows], actor),
        "records": teams_that_work(actor=actor),
        "schemes": schemes.select_related("case")[:MOST_SCHEMES],
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)),
    }
    return show(request, "teams", page)


@keeps_what_was_typed
@permission(Permission.MANAGE_OWN_AGENCY)
def new(request: HttpRequest) -> HttpResponse:
    """Add a team."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    agency = queries.own_agency(actor)
    form = TeamForm(agency, request.POST if request.method == "POST" else None)
    page: dict[str, Any] = {**frame(request, "teams"), "form": form}
    if form.is_valid() and attempt(page, lambda: open_new_team(actor=actor, **form.cleaned_data)):
        messages.success(request, f"{form.cleaned_data['name']} is there now. Move or invite somebody into it.")
        return HttpResponseRedirect(reverse("teams"))
    return show(request, "new_team", page)


@keeps_what_was_typed
@permission(Permission.MANAGE_OWN_AGENCY)
def team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """One team: who is in it, and another name for it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = read_or_404(request, queries.own_teams(actor), purpose="look at a team", pk=team_id)
    sent = request.method == "POST"
    form = RenameForm(request.POST if sent else None, initial={"name": found.name})
    page: dict[str, Any] = {**frame(request, "teams"), "team": found, "form": form}
    seen = request.POST.get("seen", "")
    if sent and form.is_valid():
        name = form.cleaned_data["name"]
        if attempt(page, lambda: rename_team(found.pk, name, actor=actor, seen=seen)):
            messages.success(request, f"The team is called {name} now.")
            return HttpResponseRedirect(reverse("team", args=[found.pk]))
    page["members"] = queries.by_team(queries.working_here(queries.own_members(actor)).filter(team=found))
    page["records"] = teams_that_work(actor=actor).get(found.pk, 0)
    return show(request, "team", page)


@permission(Permission.MANAGE_OWN_AGENCY)
def close(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Close a team that nobody is in and that works on nothing, after asking."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = read_or_404(request, queries.own_teams(actor), purpose="close a team", pk=team_id)
    page: dict[str, Any] = {**frame(request, "teams"), "team": found}
    if request.method == "POST" and attempt(page, lambda: close_team(found.pk, actor=actor)):
        messages.success(request, f"{found.name} has been closed.")
        return HttpResponseRedirect(reverse("teams"))
    return show(request, "close_team", page)
