"""Which part of a referral its writer comes to next: those with something missing, in their order."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from waymark.core.actor import Actor
from waymark.referrals.completeness import KNOWN_RISKS, Written, is_complete
from waymark.referrals.models import Referral, SectionVersion
from waymark.referrals.questions import NO
from waymark.referrals.sections import RISK_SECTIONS, SECTIONS
from waymark.referrals.views.common import may_write
from waymark.referrals.views.drafting import after

TITLE_OF_KNOWN_RISKS = "Which risks and vulnerabilities are known?"


def first_to_do(referral: Referral, actor: Actor) -> tuple[str, str] | None:
    """The first part with something missing that somebody may write: what it is called, and its page."""
    key = next(iter(_to_do(referral, actor)), None)
    if key is None:
        return None
    return (TITLE_OF_KNOWN_RISKS if key == KNOWN_RISKS else SECTIONS[key].title), _page(referral, key)


def next_to_do(referral: Referral, actor: Actor, *, at: str) -> str:
    """The page of the part with something missing that comes after the one `at` which somebody is, as a key; the task
    list after the last.
    """
    following = after(at, list(_to_do(referral, actor, at=at)))
    return _page(referral, following) if following else reverse("referral", args=[referral.pk])


def _to_do(referral: Referral, actor: Actor, *, at: str = "") -> Iterator[str]:
    """The keys of the parts with something missing that somebody may write, and of the one that they are at. Risks that
    are said on one page together (nobody has said anything, or no was copied) are one: that page.
    """
    newest = {one.section: one for one in SectionVersion.objects.visible_to(actor).filter(referral=referral).newest()}
    risks = {section.key for section in RISK_SECTIONS}
    together = {key for key in risks if _is_said_together(newest.get(key))}
    named = False
    for key, section in SECTIONS.items():
        if key in risks and not named:
            named = True
            if at == KNOWN_RISKS or any(may_write(actor, referral, SECTIONS[one]) for one in together):
                yield KNOWN_RISKS
        version = newest.get(key)
        written = Written(version.answers, version.number, version.copied) if version else None
        missing = key not in together and not is_complete(section, written) and not section.optional
        if key == at or (missing and may_write(actor, referral, section)):
            yield key


def _is_said_together(version: SectionVersion | None) -> bool:
    return version is None or (version.copied and version.answers.get("known") == NO)


def _page(referral: Referral, key: str) -> str:
    if key == KNOWN_RISKS:
        return reverse("referral_known_risks", args=[referral.pk])
    return reverse("referral_section", args=[referral.pk, key])
