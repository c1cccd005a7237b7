"""Keeping files on a record: adding, replacing, removing, releasing, and saying that one is on the case file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from waymark.cases.models import Case
from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.documents.inspecting import Found, inspect
from waymark.documents.models import CATEGORIES, WAITING, Content, Document, Kind, State
from waymark.documents.receiving import Upload
from waymark.documents.refusing import NotTaken
from waymark.documents.scanning import begin
from waymark.events.services import record

SAVED = "saved_to_case_file"
SAVED_AS: Mapping[str, str] = {
    Kind.HOUSING_ASSESSMENT: "housing_assessment",
    Kind.OFFER_LETTER: "offer_letter",
    Kind.PLACEMENT_CONFIRMATION: "offer_letter",
}
"""What the protocol calls a document that is saved to the case file (HAS-09, HAS-14)."""


class NotNow(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """A document cannot be changed in this way. The text says why, to whoever asked."""


@dataclass(frozen=True, slots=True)
class About:
    """What a document hangs on: a referral, say, by its identifier."""

    kind: str
    id: UUID


@service
def store_document(
    *,
    actor: Actor,
    case: Case,
    kind: Kind,
    title: str,
    upload: Upload,
    about: About | None = None,
    category: Category | None = None,
    clock: Clock = system_clock,
) -> Document:
    """Keep a file on the record of `case`. Raises `NotTaken` with words for whoever brought it when it is not safe.

    `category` None means that of its kind. A file that a virus checker has yet to see is kept and cannot be opened.
    The same file brought again for the same thing, as by a second click, is the document that is there already.
    """
    document = _new(case=case, kind=kind, title=title, about=about, category=category, actor=actor, at=clock.now())
    actor.require(Permission.ADD_DOCUMENT, document)
    locked(case.pk)
    found = inspect(upload)
    _describe(document, found)
    return _the_same(document) or _store(document, found, actor=actor)


@service
def store_letter(
    *,
    actor: Actor,
    case: Case,
    kind: Kind,
    title: str,
    content: bytes,
    letter: Mapping[str, Any],
    about: About | None = None,
    clock: Clock = system_clock,
) -> Document:
    """Keep a letter that this program made (`documents.letters`): a PDF that nobody brought, so nothing to check."""
    document = _new(case=case, kind=kind, title=title, about=about, category=None, actor=actor, at=clock.now())
    actor.require(Permission.ADD_DOCUMENT, document)
    locked(case.pk)
    _describe(document, Found(content, "application/pdf", f"{title}.pdf"))
    document.state = State.CLEAN
    return _save(document, content, letter=letter, actor=actor)


@service
def replace(old: Document, *, actor: Actor, upload: Upload, title: str = "", clock: Clock = system_clock) -> Document:
    """Put a newer file in the place of `old`, which is not shown any more. Raises `NotTaken` and `NotNow`."""
    old = _locked(old)
    actor.require(Permission.ADD_DOCUMENT, old)
    _refuse_what_is_gone(old)
    about = About(old.about_kind, old.about) if old.about else None
    new = _new(
        case=old.case,
        kind=Kind(old.kind),
        title=title or old.title,
        about=about,
        category=Category(old.category),
        actor=actor,
        at=clock.now(),
    )
    new.replaces = old
    stored = _store(new, inspect(upload), actor=actor)
    _end(old, actor, "A newer one took its place.", clock.now())
    trail.wrote(actor, old, purpose="replaced")
    return stored


@service
def remove(document: Document, *, actor: Actor, why: str, clock: Clock = system_clock) -> Document:
    """Take a document off the record's pages. It stays held until retention disposes of the record."""
    document = _locked(document)
    actor.require(Permission.ADD_DOCUMENT, document)
    _refuse_what_is_gone(document)
    if not why.strip():
        raise NotNow("Say why it is removed")
    _end(document, actor, why.strip(), clock.now())
    trail.wrote(actor, document, purpose="removed")
    return document


@service
def release(document: Document, *, actor: Actor) -> Document:
    """Let a file be opened that no virus checker has looked at. Never one in which something was found, nor one's own.

    Raises `NotNow` where it cannot be.
    """
    document = _locked(document)
    actor.require(Permission.RELEASE_DOCUMENT, document)
    _refuse_what_is_gone(document)
    if document.state not in WAITING:
        raise NotNow("Only a document that waits to be checked can be released")
    if document.is_of(actor.account_id):
        raise NotNow("You added this yourself. Somebody else releases it")
    document.state, document.released_by_id = State.CLEAN, actor.membership_id
    document.why = "Released by a manager. No virus checker has looked at it."
    document.save(force_update=True, update_fields=["state", "why", "released_by"])
    trail.wrote(actor, document, purpose="released without a virus check")
    return document


@service
def mark_saved_to_case_file(
    document: Document, *, actor: Actor, refs: Mapping[str, str], clock: Clock = system_clock
) -> Document:
    """Say that a document is on the social care case file too (HAS-09, HAS-14): records it as it happened.

    `refs` are those of what it belongs to, such as `{"referral": ...}`. Raises `NotNow` for a kind that the protocol
    does not ask for there, or once it was said.
    """
    document = _locked(document)
    _refuse_what_is_gone(document)
    if document.kind not in SAVED_AS:
        raise NotNow("The protocol does not ask for this kind of document on the case file")
    if document.saved_at is not None:
        raise NotNow("It is marked as saved to the case file already")
    now = clock.now()
    saved = {"document": [SAVED_AS[document.kind]]}
    record(SAVED, case=document.case, actor=actor, occurred_at=now, refs=refs, data=saved, clock=clock)
    document.saved_at = now
    document.save(force_update=True, update_fields=["saved_at"])
    trail.wrote(actor, document, purpose="saved to the case file")
    return document


def _new(
    *,
    case: Case,
    kind: Kind,
    title: str,
    about: About | None,
    category: Category | None,
    actor: Actor,
    at: datetime,
) -> Document:
    """A document before anything is known of its file."""
    held = category or CATEGORIES.get(kind)
    if held is None:
        raise ValueError("Say which kind of information another document holds.")
    return Document(
        case=case,
        about=about.id if about else None,
        about_kind=about.kind if about else "",
        kind=kind,
        title=title.strip() or kind.label,
        category=held,
        uploaded_by_id=actor.membership_id,
        uploaded_at=at,
    )


def _describe(document: Document, found: Found) -> None:
    document.file_name, document.content_type = found.file_name, found.content_type
    document.size, document.sha256 = len(found.content), hashlib.sha256(found.content).hexdigest()


def _the_same(document: Document) -> Document | None:
    """What the same person has brought already: the same file, as the same kind, for the same thing."""
    same = ("case_id", "kind", "category", "about", "sha256", "uploaded_by_id")
    there = Document.objects.there().filter(**{name: getattr(document, name) for name in same})
    return there.newest_first().first()


def _store(document: Document, found: Found, *, actor: Actor) -> Document:
    _describe(document, found)
    document.state, document.why = begin(document)
    return _save(document, found.content, letter={}, actor=actor)


def _save(document: Document, content: bytes, *, letter: Mapping[str, Any], actor: Actor) -> Document:
    document.save(force_insert=True)
    Content(
        document=document, case_id=document.case_id, category=document.category, content=content, letter=dict(letter)
    ).save(force_insert=True)
    trail.wrote(actor, document, kind=document.kind, state=document.state, size=document.size)
    return document


def _locked(document: Document) -> Document:
    """The document as it is now, kept from whoever changes it at the same moment."""
    return Document.objects.select_for_update(of=("self",)).select_related("case", "uploaded_by").get(pk=document.pk)


def _refuse_what_is_gone(document: Document) -> None:
    if document.removed_at is not None:
        raise NotNow("This document is not on the record any more")


def _end(document: Document, actor: Actor, why: str, at: datetime) -> None:
    document.removed_at, document.removed_by_id, document.removed_why = at, actor.membership_id, why
    document.save(force_update=True, update_fields=["removed_at", "removed_by", "removed_why"])


__all__ = [
    "About",
    "NotNow",
    "NotTaken",
    "mark_saved_to_case_file",
    "release",
    "remove",
    "replace",
    "store_document",
    "store_letter",
]
