"""What takes two people at the reader's agency: what waits for somebody to agree, and agreeing to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from waymark.access.appointing import agree, turn_down, who_can_agree
from waymark.access.inviting import Invited
from waymark.access.models import Appointment
from waymark.audit.reading import read_or_404
from waymark.casework.organisation import queries
from waymark.casework.organisation.common import attempt, frame, show
from waymark.casework.organisation.people import shown_once
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.permissions import Permission, permission

CHOOSE = "Say whether you agree"


@permission(Permission.AGREE_TO_APPOINTMENT)
def appointments(request: HttpRequest) -> HttpResponse:
    """What waits for somebody to agree."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = list(queries.waiting(actor))
    trail.listed(actor, "access.Appointment", rows=len(rows))
    return show(request, "appointments", {**frame(request, "appointments"), "rows": rows})


@permission(Permission.AGREE_TO_APPOINTMENT)
def appointment(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """One that waits: who is to be what, who said so, and whether the reader agrees."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if over := _decided_already(request, appointment_id):
        return over
    one = read_or_404(request, queries.waiting(actor), purpose="agree to an appointment", pk=appointment_id)
    others = who_can_agree(one, actor=actor)
    page: dict[str, Any] = {
        **frame(request, "appointments"),
        "one": one,
        "name": one.member.account.name if one.member else one.name,
        "others": others,
        "may_agree": any(other.pk == actor.membership_id for other in others),
        "is_own": one.proposed_by.account_id == actor.account_id,
    }
    done = _decided(request, one, page) if request.method == "POST" else None
    return done or show(request, "appointment", page)


def _decided_already(request: HttpRequest, appointment_id: UUID) -> HttpResponse | None:
    """To what waits, for what was decided before: pressed twice, or from a page left open. None for any other."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    one = queries.decided(actor).filter(pk=appointment_id).first()
    if one is None:
        return None
    name = one.member.account.name if one.member else one.name
    by = f" by {one.decided_by.account.name}" if one.decided_by else ""
    said = "agreed" if one.agreed else "turned down or taken back"
    messages.info(request, f"What was proposed for {name} was {said} already{by}.")
    return HttpResponseRedirect(reverse("appointments"))


def _decided(request: HttpRequest, one: Appointment, page: dict[str, Any]) -> HttpResponse | None:
    """What the reader decided. None where the page has to be shown again, with why."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    back = HttpResponseRedirect(reverse("appointments"))
    given: list[Invited | None] = []
    match request.POST.get("decision"):
        case "turn_down":
            if attempt(page, lambda: turn_down(one.pk, actor=actor)):
                messages.success(request, f"Nothing changes for {page['name']}.")
                return back
        case "agree":
            if attempt(page, lambda: given.append(agree(one.pk, actor=actor))):
                messages.success(request, f"You have agreed to what was proposed for {page['name']}.")
                return shown_once(request, given[0], page["name"]) if given[0] else back
        case _:
            page["problem"] = CHOOSE
    return None
