"""What is to be done next about a referral, for whoever asks, and with whom it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.urls import reverse

from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.events.vocabulary import ROLES
from waymark.referrals.models import Referral, State

WORKERS = ("social_worker", "deputy_team_manager", "service_manager", "head_of_service")
WITH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        State.NEED: WORKERS,
        State.WRITING: WORKERS,
        State.MORE_ASKED: WORKERS,
        State.SEARCHING: ("placements_team",),
        State.PATHWAY: ("sp_referrals",),
        State.PASSED: ("provider_manager", "housing_keyworker"),
        State.RETURNED: ("placements_team",),
        State.OFFERED: WORKERS,
        State.REFUSED: WORKERS,
        State.AGREED: ("provider_manager", "housing_keyworker"),
    }
)
"""Whose turn it is, by where the referral stands. One that was sent is with the team it was sent to."""
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        State.NEED: "orange",
        State.WRITING: "blue",
        State.SENT: "yellow",
        State.MORE_ASKED: "orange",
        State.SEARCHING: "turquoise",
        State.PATHWAY: "turquoise",
        State.PASSED: "turquoise",
        State.RETURNED: "orange",
        State.OFFERED: "green",
        State.REFUSED: "red",
        State.AGREED: "green",
        State.PLACED: "green",
        State.WITHDRAWN: "grey",
        State.CLOSED: "grey",
    }
)


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next: the words, and the page; no page where it is somebody else's turn."""

    text: str
    href: str = ""


def is_with(referral: Referral) -> tuple[str, ...]:
    """The roles whose turn it is."""
    if referral.state == State.SENT:
        return (referral.route,) if referral.route else ("placements_team", "sp_referrals")
    return WITH.get(referral.state, ())


STEPS: Mapping[str, tuple[Permission, str, str]] = MappingProxyType(
    {
        State.NEED: (Permission.REFER, "Start the referral", "referral_start"),
        State.WRITING: (Permission.REFER, "Write it, and send it", "referral"),
        State.MORE_ASKED: (Permission.REFER, "Answer what was asked, and send it again", "referral"),
        State.SENT: (Permission.CHECK_REFERRAL, "Check it", "referral_desk"),
        State.SEARCHING: (Permission.SEARCH_PLACEMENT, "Look for a place", "referral_search"),
        State.PATHWAY: (Permission.SEARCH_PLACEMENT, "Decide whether the pathway can help", "pathway_decides"),
        State.RETURNED: (Permission.SEARCH_PLACEMENT, "Look elsewhere", "referral_search"),
        State.PASSED: (Permission.ASSESS, "Assess them for a place, and answer", "referral_provider"),
        State.OFFERED: (Permission.REFER, "Answer the offer", "referral_provider"),
        State.AGREED: (Permission.ASSESS, "Confirm the place, and record moving in", "referral_provider"),
        State.REFUSED: (Permission.REFER, "Accept the refusal, or challenge it", "referral_refusal"),
    }
)
"""What comes next in a state: who may do it, in words, and the page where it is done."""


def next_step(referral: Referral, actor: Actor) -> Step:
    """What the reader does next about a referral, or with whom it is."""
    step = STEPS.get(referral.state)
    if referral.state == State.SENT and actor.role == "sp_referrals":  # SEA-08: the pathway decides at once
        step = STEPS[State.PATHWAY]
    if step is not None and actor.role in is_with(referral) and actor.may(step[0]):
        about = referral.case_id if step[2] == "referral_start" else referral.pk
        return Step(step[1], reverse(step[2], args=[about]))
    if not referral.is_open:
        return Step("Nothing: it is over")
    teams = [ROLES[role] for role in is_with(referral)[:1]]
    return Step(f"With the {teams[0]}" if teams else "")
