"""Whose turn it is: the referrals and the checks that wait for somebody."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.referrals.checks import KINDS
from waymark.referrals.models import OPEN, Check, Referral, State
from waymark.referrals.next_steps import WITH


def turn_of(role: str) -> Q:
    """Referrals whose next step is for this role."""
    states = [state for state, roles in WITH.items() if role in roles]
    return Q(state__in=states) | Q(state=State.SENT, route=role)


def checks_for(actor: Actor) -> QuerySet[Check]:
    """The checks that wait for the reader's answer, the longest waiting first."""
    kinds = [kind for kind, asking in KINDS.items() if asking.role == actor.role]
    if not kinds or not actor.may(Permission.ANSWER_CHECK):
        return Check.objects.none()
    return Check.objects.listed_for(actor).filter(kind__in=kinds, answered_at=None).order_by("asked_at", "pk")


def how_many(actor: Actor) -> int:
    """How many referrals and checks wait for the reader."""
    if not actor.may(Permission.VIEW_REFERRALS):
        return 0
    mine = Referral.objects.listed_for(actor).filter(turn_of(actor.role), state__in=OPEN)
    return mine.count() + checks_for(actor).count()
