"""What the pages of a referral share: fetching it, and what stands around it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from waymark.audit.reading import read_or_404
from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.core.record_frame import frame
from waymark.core.requests import Request
from waymark.documents.models import Document, DocumentQuerySet
from waymark.referrals.checks import KINDS, Asking
from waymark.referrals.models import Check, CheckKind, Referral, SectionVersion
from waymark.referrals.questions import Section
from waymark.referrals.sections import SECTIONS


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def fetch(request: Request | HttpRequest, referral_id: UUID, purpose: str) -> Referral:
    """The referral, if the reader may read placements on its record. The reading is audited, and so is asking."""
    visible = Referral.objects.visible_to(actor_of(request)).select_related("case")
    return read_or_404(request, visible, pk=referral_id, purpose=purpose)


def around(request: HttpRequest, referral: Referral) -> dict[str, Any]:
    """What every page of a referral shows around it."""
    return {**frame(request, referral.case, "referrals"), "referral": referral, "tabs": None}


def documents_of(referral: Referral, actor: Actor) -> DocumentQuerySet:
    """The documents of a referral that the reader may read: those of its record that hang on it."""
    return Document.objects.visible_to(actor).there().on(referral.pk).filter(case=referral.case_id)


def may_write(actor: Actor, referral: Referral, section: Section) -> bool:
    """Whether the reader may write this section now."""
    row = SectionVersion(case_id=referral.case_id, category=section.category)
    return referral.is_open and actor.may(Permission.REFER, row)


def readable_sections(actor: Actor, referral: Referral) -> set[str]:
    """Keys of the sections whose kind of information the reader may read on this record."""
    kinds = {section.category for section in SECTIONS.values()}
    row = {kind: SectionVersion(case_id=referral.case_id, category=kind) for kind in kinds}
    open_kinds = {kind for kind in kinds if actor.may(Permission.VIEW_REFERRALS, row[kind])}
    return {section.key for section in SECTIONS.values() if section.category in open_kinds}


def readable_checks(actor: Actor, referral: Referral) -> list[tuple[CheckKind, Asking]]:
    """The kinds of checks that the reader may read on this record. Of others they are not told that there are none."""
    rows = {kind: Check(case_id=referral.case_id, kind=kind) for kind in KINDS}
    may = {row.category: actor.may(Permission.VIEW_REFERRALS, row) for row in rows.values()}
    return [(kind, asking) for kind, asking in KINDS.items() if may[rows[kind].category]]
