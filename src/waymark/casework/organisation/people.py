"""The people of the reader's agency: the list, one of them, inviting, and a link for who cannot get in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from waymark.access.administering import how_many_young_people
from waymark.access.appointing import propose_new
from waymark.access.handing_on import work_to_hand_on
from waymark.access.inviting import Invited, LinkMade, invite_member, links_made_lately, new_link
from waymark.access.models import Membership
from waymark.access.two_people import takes_two
from waymark.accounts.services.mail import address_of_link
from waymark.casework.organisation import queries
from waymark.casework.organisation.common import attempt, fetch_member, frame, is_own, propose, show
from waymark.casework.organisation.forms import InviteForm
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.govuk.pages import Slice, asked_page, pagination, to_a_page_there_is, with_page
from waymark.govuk.resend import keeps_what_was_typed

PEOPLE_ON_A_PAGE = 50


@permission(Permission.MANAGE_OWN_AGENCY)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who works at the reader's agency, by team, with a search; or those who have left."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    words = request.GET.get("q", "").strip()[:100]
    gone = request.GET.get("show") == "left"
    members = queries.own_members(actor)
    found = queries.called(queries.left(members) if gone else queries.working_here(members), words)
    shown = Slice(asked_page(request), PEOPLE_ON_A_PAGE, found.count())
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    rows = list(queries.by_team(found)[shown.start : shown.start + shown.size])
    (trail.searched if words else trail.listed)(actor, "access.Membership", rows=len(rows))
    page = {
        **frame(request, "people"),
        "links": _links_made(actor),
        "words": words,
        "gone": gone,
        "teams": _by_team(rows),
        "counts": how_many_young_people([one.pk for one in rows], actor=actor),
        "shown": shown,
        "pagination": pagination(shown, with_page(request.GET)),
    }
    return render(request, "casework/organisation/people.jinja2", page)


def _links_made(actor: Actor) -> list[tuple[LinkMade, Any]]:
    """The links that administrators of the agency made lately for who could not get in, with whose they are."""
    made = links_made_lately(actor=actor)
    found = queries.own_members(actor).filter(pk__in=[one.member_id for one in made]) if made else ()
    members: dict[UUID, Any] = {member.pk: member for member in found}
    return [(one, members[one.member_id]) for one in made if one.member_id in members]


def _by_team(rows: Sequence[Membership]) -> list[tuple[str, list[Membership]]]:
    return [
        (members[0].team.name if members[0].team else "In no team", members)
        for _, group in groupby(rows, key=lambda one: one.team_id)
        if (members := list(group))
    ]


@permission(Permission.MANAGE_OWN_AGENCY)
def person(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """One person: what they are here, what they were, and what may be done."""
    member = fetch_member(request, member_id, "look at a member")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    others = queries.own_members(actor).filter(account=member.account_id).exclude(pk=member.pk)
    page = {
        **frame(request, "people"),
        "member": member,
        "ended": member.ended_by(system_clock.now()),
        "overdue": member.due_at <= system_clock.now(),
        "is_own": is_own(request, member),
        "real_sign_in": not settings.DEMO,
        "young_people": how_many_young_people([member.pk], actor=actor).get(member.pk, 0),
        "records": len(work_to_hand_on(member.pk, actor=actor)),
        "waiting": queries.waiting(actor).filter(member=member).first(),
        "others": others.order_by("-starts_at"),
    }
    return show(request, "person", page)


@keeps_what_was_typed
@permission(Permission.MANAGE_OWN_AGENCY)
def invite(request: HttpRequest) -> HttpResponse:
    """Ask for somebody's name, address, role and team; then show the link to pass on, once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    agency = queries.own_agency(actor)
    form = InviteForm(agency, queries.own_teams(actor), request.POST if request.method == "POST" else None)
    page: dict[str, Any] = {**frame(request, "people"), "form": form}
    if not form.is_valid():
        return show(request, "invite", page)
    given = {name: form.cleaned_data[name] for name in ("name", "email", "role")}
    if takes_two(given["role"]):
        proposed = propose(page, lambda: propose_new(actor=actor, team_id=form.team_id(), **given))
        return proposed or show(request, "invite", page)
    made: list[Invited] = []
    if attempt(page, lambda: made.append(invite_member(actor=actor, team_id=form.team_id(), **given))):
        return shown_once(request, made[0], given["name"])
    return show(request, "invite", page)


@keeps_what_was_typed
@permission(Permission.MANAGE_OWN_AGENCY)
def link(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Another link for somebody who cannot get in: it is asked first, because the one before ends."""
    member = fetch_member(request, member_id, "give a member a link")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    page: dict[str, Any] = {**frame(request, "people"), "member": member, "by_email": settings.CAN_SEND_EMAIL}
    if request.method != "POST":
        return show(request, "link", page)
    made: list[Invited] = []
    if attempt(page, lambda: made.append(new_link(member.pk, actor=actor))):
        return shown_once(request, made[0], member.shown_name)
    return show(request, "link", page)


def shown_once(request: HttpRequest, invited: Invited, name: str) -> HttpResponse:
    """The link, on this page and nowhere else, or how they get it. The same for whoever has an account already."""
    page = {
        **frame(request, "people"),
        "name": name,
        "member": invited.member,
        "address": address_of_link(invited.token) if invited.token else "",
        "by_email": settings.CAN_SEND_EMAIL,
    }
    return render(request, "casework/organisation/invited.jinja2", page)
