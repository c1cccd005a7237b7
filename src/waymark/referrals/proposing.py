"""Addresses that stand in the form of a check of addresses already: those that somebody proposes to live at."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from waymark.core.actor import Actor
from waymark.referrals.models import CheckedPlace, Referral

Proposes = Callable[[Referral, Actor], Iterable[str]]
PROPOSERS: list[Proposes] = []
"""Asked for addresses, which the actor may read. Apps to the right of this one add theirs when they are ready."""


def addresses_to_check(referral: Referral, actor: Actor) -> list[str]:
    """The addresses that are proposed for a referral and that nobody has asked about yet (SEA-06), each once."""
    found = dict.fromkeys(address for proposes in PROPOSERS for address in proposes(referral, actor))
    asked = CheckedPlace.objects.visible_to(actor).filter(check_asked__referral=referral)
    known = set(asked.values_list("place", flat=True))
    return [address for address in found if address not in known]
