"""What the pages about people and teams share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from waymark.access.administering import ChangedMeanwhile, Seen
from waymark.access.models import Appointment, Membership
from waymark.access.services import NotAsAsked
from waymark.audit.reading import read_or_404
from waymark.casework.organisation import queries
from waymark.casework.organisation.forms import keep, kept
from waymark.core.actor import Actor
from waymark.core.permissions import Permission

NOT_SEEN = "The page did not say how it was when you opened it"


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the pages beside each other."""

    text: str
    href: str
    active: bool


def frame(request: HttpRequest, here: str) -> dict[str, Any]:
    """What every page shows at its top: the agency, the other pages, and how many people are to be looked at."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(Permission.MANAGE_OWN_AGENCY):  # who may agree, and looks after nobody else
        return {"here": "people", "tabs": [], "agency_name": actor.agency_name}
    standing, waiting = queries.reviews(actor), queries.waiting(actor).count()
    texts = {
        "people": "People",
        "teams": "Teams",
        "review_people": f"Still right? ({standing.due})" if standing.due else "Still right?",
    }
    if waiting or here == "appointments":
        texts["appointments"] = f"To be agreed ({waiting})" if waiting else "To be agreed"
    tabs = [Tab(text, reverse(route), route == here) for route, text in texts.items()]
    return {"here": "people", "tabs": tabs, "reviews": standing, "agency_name": actor.agency_name}


def fetch_member(request: HttpRequest, member_id: UUID, purpose: str) -> Any:
    """A member of the reader's own agency, past or present; 404 for any other."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return read_or_404(request, queries.own_members(actor), purpose=purpose, pk=member_id)


def is_own(request: HttpRequest, member: Membership) -> bool:
    """Whether the administrator looks at themselves."""
    return bool(request.actor.account_id == member.account_id)  # type: ignore[attr-defined]


def seen_of(request: HttpRequest, member: Membership) -> Seen:
    """What the form's page had shown of the member. `ChangedMeanwhile` where it does not say."""
    seen = kept(request.POST.get("seen", "")).get(member.pk)
    if seen is None:
        raise ChangedMeanwhile([NOT_SEEN])
    return seen


def attempt(page: dict[str, Any], change: Callable[[], object]) -> bool:
    """Make a change. Where it is refused, the page says why: `problem`, or `changes` that somebody else made."""
    try:
        change()
    except ChangedMeanwhile as told:
        page["changes"] = told.changes
    except NotAsAsked as problem:
        page["problem"] = str(problem)
    return not {"changes", "problem"} & page.keys()


def propose(page: dict[str, Any], proposing: Callable[[], Appointment]) -> HttpResponse | None:
    """Propose something that takes two people, and go on to where it waits. None where it is refused, as `attempt`."""
    proposed: list[Appointment] = []
    if not attempt(page, lambda: proposed.append(proposing())):
        return None
    return HttpResponseRedirect(reverse("appointment", args=[proposed[0].pk]))


def show(
    request: HttpRequest, template: str, page: dict[str, Any], *, member: Membership | None = None
) -> HttpResponse:
    """The page, with what it shows of the member for its form to bring back; 422 where a form was refused."""
    if member is not None:
        page["seen"] = keep([member])
    form = page.get("form")
    wrong = {"changes", "problem"} & page.keys() or (form is not None and form.errors)
    return render(request, f"casework/organisation/{template}.jinja2", page, status=422 if wrong else 200)
