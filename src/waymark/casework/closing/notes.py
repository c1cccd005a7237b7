"""The note that a record was opened in an emergency, for those whose business it is: their worker and the reviewer."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from waymark.access.models import EmergencyAccess
from waymark.casework.finding import NAMES, name_of
from waymark.casework.presenters import Link
from waymark.core import formats
from waymark.core.actor import Actor
from waymark.core.permissions import Permission

MOST = 20


@dataclass(frozen=True, slots=True)
class Note:
    """Whose record, who opened it when, and why."""

    link: Link
    who: str
    when: str
    why: str


def emergencies_to_look_at(actor: Actor) -> list[Note]:
    """The records within reach that were opened in an emergency and are not reviewed yet, the latest first."""
    if not (actor.may(Permission.SEE_WHO_LOOKED) or actor.may(Permission.REVIEW_EMERGENCY)):
        return []
    found = EmergencyAccess.objects.visible_to(actor).filter(reviewed_at=None)
    names = ("grant__membership__account", "grant__membership__agency", *(f"case__{name}" for name in NAMES))
    return [_note(opened) for opened in found.select_related(*names).order_by("-grant__starts_at")[:MOST]]


def _note(opened: EmergencyAccess) -> Note:
    member = opened.grant.membership
    assert member is not None  # an emergency is one person's
    address = reverse("review_emergency", args=[opened.case_id, opened.grant_id])
    return Note(
        link=Link(name_of(opened.case), address),
        who=f"{member.account.name}, {member.agency.name}",
        when=formats.moment(opened.grant.starts_at),
        why=opened.why,
    )
