"""Changing what somebody is at the reader's agency: their team and role, suspending, the office, ending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from waymark.access.acting import WITH_SECOND_FACTOR
from waymark.access.administering import resume, set_administrator, suspend, teams_that_work
from waymark.access.appointing import propose_administrator, propose_move
from waymark.access.handing_on import HandOn, Move, Takers, end_member, move_member, who_could_take_on, work_to_hand_on
from waymark.access.lost_factors import take_second_factors_away
from waymark.access.models import Membership
from waymark.access.two_people import office_takes_two, takes_two
from waymark.accounts import browser
from waymark.casework import finding
from waymark.casework.organisation import queries
from waymark.casework.organisation.common import attempt, fetch_member, frame, is_own, propose, seen_of, show
from waymark.casework.organisation.forms import HandOnForm, PlaceForm
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.permissions import Permission, permission
from waymark.govuk.resend import keeps_what_was_typed


def _page(request: HttpRequest, member: Membership) -> dict[str, Any]:
    ended = member.ended_by(system_clock.now())
    return {**frame(request, "people"), "member": member, "ended": ended, "is_own": is_own(request, member)}


def _to(member: Membership) -> HttpResponse:
    return HttpResponseRedirect(reverse("person", args=[member.pk]))


def _hand_on_form(request: HttpRequest, member: Membership, *, asked: bool = True) -> HandOnForm:
    """Who takes on their work. Records are called by their reference; those the reader may open, by name too."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    pieces = work_to_hand_on(member.pk, actor=actor)
    takers = who_could_take_on(member.pk, actor=actor) if pieces else Takers([], None)
    visible = finding.records(actor).filter(pk__in=[piece.case_id for piece in pieces])
    names = {case.pk: f"{case.reference}, {finding.name_of(case)}" for case in visible}
    if pieces:
        cases = [piece.case_id for piece in pieces]
        trail.listed(actor, "access.Involvement", purpose="hand on a member's work", cases=cases, rows=len(pieces))
    return HandOnForm(pieces, names, takers, request.POST if asked and request.method == "POST" else None)


@keeps_what_was_typed
@permission(Permission.MANAGE_OWN_AGENCY)
def move(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """First to which role and team (`?role=&team=`), then what that takes away and who takes on the work."""
    member = fetch_member(request, member_id, "move a member")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = request.POST if request.method == "POST" else request.GET
    teams = list(queries.own_teams(actor))
    now = {"role": member.role, "team": str(member.team_id or "")}
    place = PlaceForm(member.agency, teams, asked if "role" in asked else None, initial=now)
    page = _page(request, member) | {"form": place}
    if not place.is_valid():
        return show(request, "move", page)
    role, team_id = place.cleaned_data["role"], place.team_id()
    gives_up = role != member.role
    if not gives_up and team_id == member.team_id and not (page["ended"] or page["is_own"]):
        place.add_error("role", "They have this role in this team already. Select another role or another team")
        return show(request, "move", page)
    by_two = gives_up and takes_two(role)
    form = _hand_on_form(request, member, asked=gives_up)
    page |= {
        "form": form,
        "role": role,
        "team": next((team for team in teams if team.pk == team_id), None),
        "gives_up": gives_up,
        "by_two": by_two,
        "of_teams": teams_that_work(actor=actor),
    }
    if request.method == "POST" and (not gives_up or form.is_valid()):
        to = Move(role, team_id, form.choice() if gives_up else HandOn())
        if done := (_proposed_move if by_two else _moved)(request, page, member, to):
            return done
    return show(request, "move_what", page, member=member)


def _moved(request: HttpRequest, page: dict[str, Any], member: Any, to: Move) -> HttpResponse | None:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    made: list[Membership] = []

    def change() -> None:
        seen = seen_of(request, member)
        made.append(
            move_member(member.pk, actor=actor, seen=seen, role=to.role, team_id=to.team_id, hand_on=to.hand_on)
        )

    if not attempt(page, change):
        return None
    messages.success(request, f"{member.shown_name} works in the new place now. They have to sign in again.")
    return _to(made[0])


def _proposed_move(request: HttpRequest, page: dict[str, Any], member: Any, to: Move) -> HttpResponse | None:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return propose(page, lambda: propose_move(member.pk, to, actor=actor, seen=seen_of(request, member)))


@keeps_what_was_typed
@permission(Permission.MANAGE_OWN_AGENCY)
def end(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """End somebody's work at the agency, and say who takes on what they worked on."""
    member = fetch_member(request, member_id, "end a member")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = _hand_on_form(request, member)
    page = _page(request, member) | {"form": form}
    if request.method == "POST" and form.is_valid():
        choice = form.choice()
        if attempt(
            page,
            lambda: end_member(member.pk, actor=actor, seen=seen_of(request, member), hand_on=choice),
        ):
            handed = " Their work has been handed on." if form.pieces else ""
            messages.success(request, f"{member.shown_name} has no access any more.{handed}")
            return _to(member)
    return show(request, "end", page, member=member)


@keeps_what_was_typed
@permission(Permission.MANAGE_OWN_AGENCY)
def suspend_or_resume(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Close everything to somebody for the time being, or let them back in."""
    member = fetch_member(request, member_id, "suspend a member")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    back = member.suspended_at is not None
    page = _page(request, member) | {"records": len(work_to_hand_on(member.pk, actor=actor))}
    service = resume if back else suspend
    said = "can sign in and work again" if back else "has no access any more, until you let them back in"
    return _confirmed(
        request,
        member,
        page,
        "suspend",
        f"{member.shown_name} {said}.",
        lambda: service(member.pk, actor=actor, seen=seen_of(request, member)),
    )


@keeps_what_was_typed
@permission(Permission.MANAGE_OWN_AGENCY)
def administrator(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Give somebody the office of administrator, or take it away."""
    member = fetch_member(request, member_id, "make a member an administrator")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = not member.administers
    page = _page(request, member) | {"by_two": wanted and office_takes_two(member.agency)}
    if page["by_two"] and request.method == "POST":
        made = propose(page, lambda: propose_administrator(member.pk, actor=actor, seen=seen_of(request, member)))
        return made or show(request, "administrator", page, member=member)
    said = "is an administrator now" if wanted else "is no administrator any more"
    return _confirmed(
        request,
        member,
        page,
        "administrator",
        f"{member.shown_name} {said}.",
        lambda: set_administrator(member.pk, wanted, actor=actor, seen=seen_of(request, member)),
    )


@keeps_what_was_typed
@permission(Permission.MANAGE_OWN_AGENCY)
@browser.not_in_the_demo
@browser.proved_lately
def lost_factor(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Take away a second factor that somebody has lost. Whoever asks has proved lately who they are themselves."""
    member = fetch_member(request, member_id, "take a member's second factor away")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    page = _page(request, member) | {
        "by_email": settings.CAN_SEND_EMAIL,
        "others_are_told": member.administers or member.role in WITH_SECOND_FACTOR,
    }
    return _confirmed(
        request,
        member,
        page,
        "lost_factor",
        f"Unless {member.shown_name} works for another agency too, their second factor is taken away. They sign in"
        " again and set up a new one.",
        lambda: take_second_factors_away(member.pk, actor=actor, seen=seen_of(request, member)),
    )


def _confirmed(
    request: HttpRequest, member: Any, page: dict[str, Any], template: str, said: str, change: Callable[[], None]
) -> HttpResponse:
    """Ask first; then do it and say so."""
    if request.method == "POST" and attempt(page, change):
        messages.success(request, said)
        return _to(member)
    return show(request, template, page, member=member)
