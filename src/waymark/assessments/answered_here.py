"""Which answers of providers are given on their own pages, and not by the form of any entry.

The form would record the words alone: no unit would be held, no letter sent, no gate asked. It is kept for providers
that are not on Waymark.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse

from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.placements.models import Approach, Route

AGREED = "placement_agreed"
ANSWERS = frozenset({"offer_made", "offer_declined", "offer_withdrawn", "refusal_made", AGREED})
ELSEWHERE = (Route.CAMDEN, Route.FOSTERING)
"""Routes that lead to somebody who is not on Waymark."""


class AnsweredHere(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """The provider has the referral in Waymark: it answers, and is answered, on the page of `approach`."""

    def __init__(self, approach: Approach) -> None:
        self.approach = approach
        super().__init__(
            "The provider has this referral in Waymark: what it offers or refuses, and what becomes of that, is"
            " recorded on its pages"
        )


def refuse_answer(case: Case, event_type: str, refs: Mapping[str, str], *, actor: Actor) -> None:
    """Raise `AnsweredHere` where such an entry belongs on the pages of a provider that has the referral: inside a
    service.
    """
    if event_type not in ANSWERS or actor.is_system:
        return
    if (approach := answered_here(case, refs, actor)) is not None:
        raise AnsweredHere(approach)


@service
def page_of_answer(case: Case, event_type: str, refs: Mapping[str, str], *, actor: Actor) -> str:
    """The address of the page on which such an entry belongs; "" where the form is the place for it, or may be: it asks
    with whom a placement was agreed.
    """
    actor.require(Permission.RECORD_EVENT, case)
    approach = answered_here(case, refs, actor) if event_type in ANSWERS else None
    if approach is None or (event_type == AGREED and not _is_theirs(approach, actor)):
        return ""
    return address_of_answer(approach, event_type, actor)


def address_of_answer(approach: Approach, event_type: str, actor: Actor) -> str:
    """Where an answer of the provider that was approached is given, or what becomes of it; "" for whoever may not read
    that.
    """
    if not Approach.objects.visible_to(actor).filter(pk=approach.pk).exists():
        return ""
    return reverse("provider_step", args=[approach.referral_id, event_type])


def answered_here(case: Case, refs: Mapping[str, str], actor: Actor) -> Approach | None:
    """The approach on whose pages an answer is recorded; None where it is of a provider that is not on Waymark.

    Whoever works for a provider that has the referral answers for it. Anybody else may mean another provider: one that
    the entry names, or where somebody who is not on Waymark was asked for the same referral.
    """
    asked = Approach.objects.open().filter(case=case, referral__in=_referrals(case, refs))
    there = list(asked.select_related("provider", "scheme").order_by("passed_at"))
    here = [one for one in there if one.provider is not None and one.passed_at is not None]
    mine = next((one for one in here if _is_theirs(one, actor)), None)
    if mine is not None:
        return mine
    named = [one for one in here if _is_named(one, refs)]
    if named or "provider" in refs or "scheme" in refs:
        return next(iter(named), None)
    return None if any(one.route in ELSEWHERE for one in there) else next(iter(here), None)


def _is_theirs(approach: Approach, actor: Actor) -> bool:
    return approach.provider is not None and approach.provider.agency_id == actor.agency_id


def _is_named(approach: Approach, refs: Mapping[str, str]) -> bool:
    provider, scheme = approach.provider, approach.scheme
    return (provider is not None and refs.get("provider") == str(provider.case_id)) or (
        scheme is not None and refs.get("scheme") == str(scheme.case_id)
    )


def _referrals(case: Case, refs: Mapping[str, str]) -> list[UUID]:
    """The referral that is named; all of the young person where none is."""
    all_of_them = [*case.referrals.values_list("pk", flat=True)]
    named = refs.get("referral")
    return all_of_them if named is None else [one for one in all_of_them if str(one) == named]
