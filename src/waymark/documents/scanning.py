"""From brought to checked: what a file's state is at first, and what the virus checker's word makes of it.

The checker is asked by the worker, between two transactions and never inside one.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.services import service
from waymark.documents import clamd
from waymark.documents.models import WAITING, Content, Document, State
from waymark.outbox.services import defer

SCAN = "documents.scan"
AT_A_TIME = 50
"""How many of those that wait one round takes up again."""

NO_CHECKER = "No virus checker is set up. A manager can release it."
NO_ANSWER = "The virus checker does not answer. It is asked again; a manager can release it."
IN_THE_DEMO = "Nobody has checked it for viruses: this is the demo."


def begin(document: Document) -> tuple[State, str]:
    """The first state of a file whose content was found good, and why. Leaves a message for the worker if need be."""
    if settings.CLAMD:
        defer(SCAN, document_id=document.pk)
        return State.SCANNING, ""
    if settings.LETS_UNSCANNED_FILES_THROUGH:
        return State.CLEAN, IN_THE_DEMO
    return State.QUARANTINED, NO_CHECKER


def scan(document_id: UUID) -> None:
    """Have one waiting document checked. Twice does no harm. A checker that says nothing leaves it in quarantine."""
    content = _content_of(document_id)
    if content is None or not settings.CLAMD:
        return
    try:
        found = clamd.scan(content, settings.CLAMD)
    except clamd.NoAnswer:
        _decide(document_id, State.QUARANTINED, NO_ANSWER)
        return
    if found:
        _decide(document_id, State.REFUSED, f"The virus checker found something in it ({found}). Nobody can open it.")
    else:
        _decide(document_id, State.CLEAN, "")


@service
def scan_what_waits() -> int:
    """Leave messages for documents that still wait: from before there was a checker, or while it was down."""
    if not settings.CLAMD:
        return 0
    waiting = list(Document.objects.waiting().order_by("uploaded_at").values_list("pk", flat=True)[:AT_A_TIME])
    for document_id in waiting:
        defer(SCAN, document_id=document_id)
    return len(waiting)


@service
def _content_of(document_id: UUID) -> bytes | None:
    """What is in a document that waits; None when it does not."""
    waiting = Content.objects.filter(document=document_id, document__state__in=WAITING, document__removed_at=None)
    content = waiting.values_list("content", flat=True).first()
    return None if content is None else bytes(content)


@service
def _decide(document_id: UUID, state: State, why: str) -> None:
    """Store what the checker said. If somebody has released the document meanwhile, only what was found closes it."""
    document = Document.objects.select_for_update().filter(pk=document_id).first()
    if document is None or (document.state, document.why) == (state, why):
        return
    if document.state not in WAITING and state != State.REFUSED:
        return
    document.state, document.why = state, why
    document.save(force_update=True, update_fields=["state", "why"])
    trail.wrote(Actor.system("virus checker"), document, state=state)
