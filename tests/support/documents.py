"""Documents in every state, and the visits to their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

NAMES = {"clean": "Ready", "scanning": "Being checked", "quarantined": "Waiting", "refused": "Not safe"}


def add_documents(young_person: Any, keyworker: Any, long: str) -> dict[str, Any]:
    """One document in each state, one that was replaced, and a letter: their identifiers."""
    from waymark.documents.letters import Sender, offer_letter, send_letter
    from waymark.documents.models import Document, Kind
    from waymark.documents.receiving import Upload
    from waymark.documents.services import replace, store_document

    def store(name: str, title: str) -> Any:
        upload = Upload(f"{long[:60]}.txt", f"{name} {title}".encode())
        case = young_person.case
        return store_document(actor=keyworker, case=case, kind=Kind.SAFETY_PLAN, title=title, upload=upload)

    found = {}
    for state, name in NAMES.items():
        document = store(name, f"{name} {long}")
        Document.objects.filter(pk=document.pk).update(state=state, why=f"{long}." if state != "clean" else "")
        found[state] = document.pk
    old = store("Old", f"Old {long}")
    replace(old, actor=keyworker, upload=Upload("new.txt", b"new"))
    sender = Sender(name=long, role="Manager", organisation=long, contact="020 7946 0011")
    letter = offer_letter(
        name=long, address=long, need_level="low", sender=sender, worker=sender, on=date(2026, 3, 2), move_in=None
    )
    sent = send_letter(letter, actor=keyworker, case=young_person.case)
    return found | {"replaced": old.pk, "letter": sent.pk}


def document_visits(
    visit: Callable[..., Any], person: Any, nothing: Any, documents: dict[str, Any], send_empty: Callable[[Any], None]
) -> Iterator[Any]:
    """The pages of documents, in each state that looks different."""
    here = f"/records/{person}/documents"
    yield visit("documents", "colleague", here)
    yield visit("no documents", "colleague", f"/records/{nothing}/documents")
    yield visit("add a document", "keyworker", f"{here}/add")
    yield visit("add a document wrong", "keyworker", f"{here}/add", send_empty)
    for name, document in documents.items():
        yield visit(f"document {name}", "colleague", f"{here}/{document}")
    yield visit("replace a document", "colleague", f"{here}/{documents['clean']}/replace")
    yield visit("replace a document wrong", "colleague", f"{here}/{documents['clean']}/replace", send_empty)
    yield visit("remove a document", "colleague", f"{here}/{documents['clean']}/remove")
    yield visit("remove a document wrong", "colleague", f"{here}/{documents['clean']}/remove", send_empty)
