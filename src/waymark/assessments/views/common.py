"""What these pages share: fetching, and what stands around them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from waymark.assessments.models import Offer
from waymark.assessments.own import may
from waymark.audit.reading import read_or_404
from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.placements.models import Approach
from waymark.referrals.views.common import actor_of, around

__all__ = ["actor_of", "around_approach", "fetch", "fetch_offer", "may_write", "require_own"]
BESIDE = ("case__young_person", "referral__case", "provider", "scheme")
BESIDE_AN_OFFER = (
    "case__young_person",
    "referral__case",
    "approach__provider",
    "approach__scheme",
    "approach__referral__case",
    "unit__scheme__provider",
)


def fetch(request: HttpRequest, approach_id: UUID, purpose: str) -> Approach:
    """The approach, if the reader may read placements on its record, once a provider has it."""
    visible = Approach.objects.visible_to(actor_of(request)).filter(passed_at__isnull=False)
    return read_or_404(request, visible.select_related(*BESIDE), pk=approach_id, purpose=purpose)


def fetch_offer(request: HttpRequest, offer_id: UUID, purpose: str) -> Offer:
    """The offer, if the reader may read placements on its record."""
    visible = Offer.objects.visible_to(actor_of(request)).select_related(*BESIDE_AN_OFFER)
    return read_or_404(request, visible, pk=offer_id, purpose=purpose)


def may_write(actor: Actor, approach: Approach) -> bool:
    """Whether the reader writes for the provider that has the referral."""
    return approach.referral.is_open and may(actor, Permission.ASSESS, approach)


def require_own(actor: Actor, approach: Approach, permission: Permission = Permission.ASSESS) -> bool:
    """Whether the reader may do this now for the provider; raises `Refused` for whoever never may here."""
    actor.require(permission, approach.referral)
    return approach.referral.is_open and may(actor, permission, approach)


def around_approach(request: HttpRequest, approach: Approach) -> dict[str, Any]:
    """What every page of an approach shows around it."""
    return {**around(request, approach.referral), "approach": approach}
