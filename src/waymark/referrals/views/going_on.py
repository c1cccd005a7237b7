"""Where the writer of a referral goes next: the parts with something missing, in their order, and the page on which
each thing that is missing is done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from waymark.core.actor import Actor
from waymark.events.vocabulary import ROLES
from waymark.referrals.checks import KINDS
from waymark.referrals.completeness import KNOWN_RISKS, Gap, Written, is_complete
from waymark.referrals.models import Check, CheckKind, Referral, SectionVersion
from waymark.referrals.questions import NO
from waymark.referrals.sections import RISK_SECTIONS, SECTIONS
from waymark.referrals.views.common import may_write
from waymark.referrals.views.drafting import after

TITLE_OF_KNOWN_RISKS = "Which risks and vulnerabilities are known?"


ASKED_AT_A_GATE = {"REF-07": CheckKind.CONSULTATION, "REF-10": CheckKind.YOUTH_JUSTICE}
"""The check that opens a gate."""


class Missing(NamedTuple):
    """Something that is missing, the page on which it is done, and whom it `waits_for` where they were asked."""

    gap: Gap
    href: str
    waits_for: str = ""


def what_is_missing(referral: Referral, actor: Actor, gaps: Iterable[Gap]) -> list[Missing]:
    """What is missing, each with its page."""
    asked = Check.objects.visible_to(actor).filter(referral=referral, answered_at=None)
    waiting = set(asked.values_list("kind", flat=True))
    return [_missing(referral, gap, waiting) for gap in gaps]


def _missing(referral: Referral, gap: Gap, waiting: Collection[str]) -> Missing:
    if gap.section:
        return Missing(gap, _page(referral, gap.section))
    if gap.document:
        return Missing(gap, add_document(referral, gap.document))
    if kind := ASKED_AT_A_GATE.get(gap.clause):
        if kind in waiting:
            checks = f"{reverse('referral_checks', args=[referral.pk])}#{kind}"
            return Missing(gap, checks, ROLES[KINDS[kind].role])
        return Missing(gap, reverse("ask_for_check", args=[referral.pk, kind]))
    if gap.clause == "REF-02":
        return Missing(gap, reverse("case_facts", args=[referral.case_id]))
    return Missing(gap, reverse("referral", args=[referral.pk]))  # what is in parts that the reader may not open


def add_document(referral: Referral, kind: str = "") -> str:
    """The page that brings a document of a kind to the referral."""
    asked = {"about_kind": "referral", "about": str(referral.pk), **({"kind": kind} if kind else {})}
    return f"{reverse('add_document', args=[referral.case_id])}?{urlencode(asked)}"


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
        asked_for = not section.optional or (written is not None and written.copied)
        missing = key not in together and asked_for and not is_complete(section, written)
        if key == at or (missing and may_write(actor, referral, section)):
            yield key


def _is_said_together(version: SectionVersion | None) -> bool:
    return version is None or (version.copied and version.answers.get("known") == NO)


def _page(referral: Referral, key: str) -> str:
    if key == KNOWN_RISKS:
        return reverse("referral_known_risks", args=[referral.pk])
    return reverse("referral_section", args=[referral.pk, key])
