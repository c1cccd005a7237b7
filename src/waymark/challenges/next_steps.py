"""Whose turn it is in a challenge, and what each may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import Q
from django.urls import reverse

from waymark.challenges.challenging import works_for_it
from waymark.challenges.models import OPEN, Challenge, Stage, Subject
from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.referrals.next_steps import Step

PARTIES: Mapping[Permission, str] = MappingProxyType(
    {
        Permission.CHALLENGE: "the worker",
        Permission.ANSWER_CHALLENGE: "the provider",
        Permission.REVIEW_CHALLENGE: "Placements",
        Permission.CHALLENGE_CONTRACT: "Commissioning",
    }
)
"""Who takes part in a challenge, by what they may do. No role may do two of these."""
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        Stage.PROVIDER: "orange",
        Stage.PLACEMENTS: "yellow",
        Stage.COMMISSIONING: "red",
        Stage.RESOLVED: "green",
        Stage.CLOSED: "grey",
    }
)
_REFUSAL, _LEVEL = Q(subject=Subject.REFUSAL), Q(subject=Subject.NEED_LEVEL)
TURNS: Mapping[Permission, Q] = MappingProxyType(
    {
        Permission.ANSWER_CHALLENGE: Q(stage=Stage.PROVIDER) & (_LEVEL | Q(answered_at=None)),
        Permission.CHALLENGE: (Q(stage=Stage.PROVIDER) & (_LEVEL | Q(answered_at__isnull=False)))
        | (_REFUSAL & Q(stage=Stage.PLACEMENTS, placements_failed_at__isnull=False)),
        Permission.REVIEW_CHALLENGE: Q(stage__in=OPEN, placements_at__isnull=False, placements_failed_at=None),
        Permission.CHALLENGE_CONTRACT: Q(stage=Stage.COMMISSIONING),
    }
)
"""Which challenges wait for each: the same as `waits_for`, asked of the database."""


def party(actor: Actor) -> Permission | None:
    """In what way somebody takes part in challenges, by their role."""
    return next((one for one in PARTIES if actor.may(one)), None)


def waits_for(challenge: Challenge) -> list[Permission]:
    """Who takes the next step; nobody once it has ended."""
    if not challenge.is_open:
        return []
    if challenge.stage == Stage.PROVIDER:
        if challenge.subject == Subject.NEED_LEVEL:
            return [Permission.ANSWER_CHALLENGE, Permission.CHALLENGE]
        return [Permission.CHALLENGE if challenge.answered_at else Permission.ANSWER_CHALLENGE]
    found = []
    if challenge.placements_at is not None and challenge.placements_failed_at is None:
        found.append(Permission.REVIEW_CHALLENGE)
    if challenge.stage == Stage.COMMISSIONING:
        found.append(Permission.CHALLENGE_CONTRACT)
    if not found and challenge.subject == Subject.REFUSAL:
        found.append(Permission.CHALLENGE)
    return found


def _todo(challenge: Challenge, who: Permission) -> str:
    if challenge.subject == Subject.NEED_LEVEL:
        if who is Permission.REVIEW_CHALLENGE:
            return "Settle the level of need"
        return "Agree the level of need"
    if who is Permission.ANSWER_CHALLENGE:
        return "Answer it, with evidence"
    if who is Permission.REVIEW_CHALLENGE:
        return "Review it"
    if who is Permission.CHALLENGE_CONTRACT:
        return "Say how it ended" if challenge.contract_at else "Challenge the provider on its contract, or end it"
    if challenge.stage == Stage.PROVIDER:
        return "Say whether the answer resolves it"
    return "Placements could not resolve it: say how it ends"


def next_step(challenge: Challenge, actor: Actor) -> Step:
    """What the reader does next about a challenge, or with whom it is."""
    waiting = waits_for(challenge)
    who = party(actor)
    if (
        who in waiting
        and who is not None
        and (who is not Permission.ANSWER_CHALLENGE or works_for_it(actor, challenge))
    ):
        return Step(_todo(challenge, who), reverse("challenge", args=[challenge.pk]))
    if not waiting:
        return Step(f"Nothing: {challenge.get_ended_display().lower()}" if challenge.ended else "Nothing: it is over")
    return Step("With " + " and ".join(PARTIES[one] for one in waiting))


@dataclass(frozen=True, slots=True)
class Act:
    """Something that the reader may do in a challenge: the page, its heading, and its clause."""

    slug: str
    text: str
    clause: str = ""


def acts(challenge: Challenge, actor: Actor) -> list[Act]:
    """What the reader may do now, the likeliest first."""
    who = party(actor)
    if who is None or not challenge.is_open or not actor.may(who, challenge):
        return []
    if who is Permission.ANSWER_CHALLENGE and not works_for_it(actor, challenge):
        return []
    of_subject = _on_level if challenge.subject == Subject.NEED_LEVEL else _on_refusal
    return [*of_subject(challenge, who), Act("say", "Ask for evidence, give it, or add what was said")]


def _on_refusal(challenge: Challenge, who: Permission) -> list[Act]:
    if who is Permission.ANSWER_CHALLENGE:
        found = [Act("answer", "Answer the challenge", "CHA-05")]
        if challenge.provider_failed_at is not None and challenge.commissioning_at is None:
            found.append(Act("further", "Raise it with Commissioning and Placements", "CHA-08"))
        return found
    if who is Permission.CHALLENGE:
        clause = "CHA-02" if challenge.stage == Stage.PROVIDER else ""
        return [Act("decide", "Say whether it is resolved", clause)]
    if who is Permission.REVIEW_CHALLENGE:
        return [Act("decide", "Review it", "CHA-03")] if challenge.placements_at else []
    return [Act("decide", "Challenge the contract, or end it", "CHA-07")] if challenge.commissioning_at else []


def _on_level(challenge: Challenge, who: Permission) -> list[Act]:
    if who is Permission.CHALLENGE_CONTRACT or (who is Permission.REVIEW_CHALLENGE and not challenge.placements_at):
        return []
    found = [Act("level", "Say which level was agreed", "CHA-06")]
    if who is Permission.ANSWER_CHALLENGE and challenge.placements_at is None:
        found.append(Act("further", "Not agreed: consult Placements", "CHA-06"))
    return found


def turn_of(actor: Actor) -> Q:
    """Challenges whose next step is for the reader; a provider answers for itself."""
    who = party(actor)
    if who is None:
        return Q(pk=None)
    own = Q(provider=None) | Q(provider__agency=actor.agency_id) if who is Permission.ANSWER_CHALLENGE else Q()
    return TURNS[who] & own


def how_many(actor: Actor) -> int:
    """How many challenges wait for the reader."""
    if not actor.may(Permission.VIEW_REFERRALS):
        return 0
    return Challenge.objects.listed_for(actor).filter(turn_of(actor), stage__in=OPEN).count()
