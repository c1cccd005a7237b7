"""Which protocol a reader works by."""

from __future__ import annotations

from datetime import date

from waymark.access.models import Adoption, Agency
from waymark.core.actor import Actor


def adopted_for(actor: Actor, today: date) -> list[Adoption]:
    """The protocol in force today at each authority, the reader's own first; what is adopted is no secret."""
    adoptions = Adoption.objects.visible_to(actor).filter(starts_on__lte=today).select_related("authority__agency")
    latest: dict[object, Adoption] = {}
    for adoption in adoptions.order_by("starts_on", "adopted_at"):
        latest[adoption.authority_id] = adoption
    own = _own_authority(actor)
    return sorted(latest.values(), key=lambda adoption: (adoption.authority_id != own, authority_name(adoption)))


def authority_name(adoption: Adoption) -> str:
    """The council's name, or the borough's reference while no agency is named for it."""
    agency = getattr(adoption.authority, "agency", None)
    return str(agency or adoption.authority)


def _own_authority(actor: Actor) -> object:
    if actor.agency_id is None:
        return None
    agency = Agency.objects.visible_to(actor).filter(pk=actor.agency_id).select_related("case").first()
    if agency is None or agency.case is None:
        return None
    return agency.case.authority_id or agency.case_id
