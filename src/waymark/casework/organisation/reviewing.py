"""The quarterly review: is everybody still in the right role and team?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from waymark.access.administering import still_right
from waymark.casework.organisation import queries
from waymark.casework.organisation.common import attempt, frame, show
from waymark.casework.organisation.forms import keep, kept
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission
from waymark.govuk.pages import Slice, asked_page, pagination, to_a_page_there_is, with_page
from waymark.govuk.resend import keeps_what_was_typed

PEOPLE_ON_A_PAGE = 50
NOBODY = "Tick the people who still work here in this role and team"


@keeps_what_was_typed
@permission(Permission.MANAGE_OWN_AGENCY)
def review(request: HttpRequest) -> HttpResponse:
    """Those whom nobody has said to be right for three months, the longest first, to be ticked."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    page: dict[str, Any] = {}
    ticked = _ticked(request)
    if request.method == "POST":
        if not ticked:
            page["problem"] = NOBODY
        elif (done := _said(request, page, ticked)) is not None:
            return done
    page = frame(request, "review_people") | page
    found = queries.due_for_review(queries.own_members(actor))
    shown = Slice(asked_page(request), PEOPLE_ON_A_PAGE, page["reviews"].due)
    if request.method != "POST" and (elsewhere := to_a_page_there_is(request, shown)):
        return elsewhere
    rows = list(found[shown.start : shown.start + shown.size])
    trail.listed(actor, "access.Membership", purpose="review members", rows=len(rows))
    page |= {"rows": rows, "ticked": ticked, "kept": keep(rows), "shown": shown}
    page["pagination"] = pagination(shown, with_page(request.GET))
    return show(request, "review", page)


def _ticked(request: HttpRequest) -> set[UUID]:
    """Who was ticked, of those whom the page had shown."""
    chosen = {*request.POST.getlist("right")}
    return {identifier for identifier in kept(request.POST.get("kept", "")) if str(identifier) in chosen}


def _said(request: HttpRequest, page: dict[str, Any], ticked: set[UUID]) -> HttpResponse | None:
    """Say so of those who were ticked. Back to the page, which names those who had changed since."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = {one: seen for one, seen in kept(request.POST["kept"]).items() if one in ticked}
    changed: list[UUID] = []
    if not attempt(page, lambda: changed.extend(one.pk for one in still_right(shown, actor=actor))):
        return None
    right = len(ticked) - len(changed)
    if right:
        messages.success(request, f"{right} {'person is' if right == 1 else 'people are'} still right.")
    one: Any
    for one in queries.own_members(actor).filter(pk__in=changed):
        messages.info(request, f"{one.shown_name} was changed by somebody else since you opened the page. Look again.")
    return HttpResponseRedirect(reverse("review_people"))
