"""The documents of a record: the list, one of them, its file, and bringing, replacing, removing and releasing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from waymark.audit.reading import read_or_404
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import LABELS, Category
from waymark.core.ledger import current_ledger
from waymark.core.permissions import Permission, permission
from waymark.core.record_frame import frame
from waymark.documents.forms import FileForm, RemoveForm, UploadForm, writable
from waymark.documents.models import WAITING, Content, Document, Kind
from waymark.documents.receiving import takes_a_file
from waymark.documents.refusing import NotTaken
from waymark.documents.services import SAVED_AS, About, NotNow, release, remove, replace, store_document
from waymark.govuk.pages import Slice, asked_page, pagination, to_a_page_there_is, with_page
from waymark.govuk.resend import keeps_what_was_typed

ON_A_PAGE = 50
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""What a file may do in a browser that opens it in spite of being told to save it: nothing."""


@permission(Permission.VIEW_CASE)
def documents(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The documents on a record, the newest first."""
    case = _case(request, case_id, "documents")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = Document.objects.visible_to(actor).there().filter(case=case)
    shown = Slice(asked_page(request), ON_A_PAGE, found.count())
    if elsewhere := to_a_page_there_is(request, shown):
        return elsewhere
    rows = list(found.select_related("uploaded_by__account").newest_first()[shown.start : shown.start + shown.size])
    to_save = [one for one in rows if _may_save(one, actor)]
    page = {
        **frame(request, case, "documents"),
        "rows": rows,
        "pagination": pagination(shown, with_page(request.GET)),
        "to_save": {one.pk for one in to_save},
        "owed": [one for one in to_save if one.kind != Kind.PLACEMENT_CONFIRMATION],
        "may_add": bool(writable(actor, case)),
    }
    return render(request, "documents/documents.jinja2", page)


@takes_a_file
@keeps_what_was_typed
@permission(Permission.ADD_DOCUMENT)
def add(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Bring a file to a record."""
    case = _case(request, case_id, "add a document")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = UploadForm(request, actor, case)
    if not form.open:  # to the page that says so
        actor.require(Permission.ADD_DOCUMENT, Document(case=case, category=Category.IDENTITY))
    if form.is_valid():
        try:
            document = store_document(actor=actor, case=case, about=_about(request), **form.given())
        except NotTaken as problem:
            form.add_error("file", str(problem))
        else:
            messages.success(request, f"Added: {document.title}. {_said_of(document)}")
            return HttpResponseRedirect(_after_adding(document))
    page = {**frame(request, case, "documents"), "form": form, "about": _about(request)}
    return render(request, "documents/add.jinja2", page, status=422 if form.errors else 200)


@permission(Permission.VIEW_CASE)
def document(request: HttpRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """One document: what it is, whether it can be opened and why not, and what can be done with it."""
    found = _document(request, case_id, document_id, "document")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    may_change = found.removed_at is None and actor.may(Permission.ADD_DOCUMENT, found)
    page = {
        **frame(request, found.case, "documents"),
        "document": found,
        "about": LABELS[Category(found.category)],
        "letter": _letter(found, actor),
        "may_change": may_change,
        "may_release": may_change and _may_release(found, actor),
        "may_save": _may_save(found, actor),
    }
    return render(request, "documents/document.jinja2", page)


def _may_save(found: Document, actor: Actor) -> bool:
    """Whether the reader may say that a document of a referral is on the case file (HAS-09, HAS-14)."""
    asked_for = found.about_kind == "referral" and found.kind in SAVED_AS and found.saved_at is None
    return asked_for and found.removed_at is None and actor.may(Permission.REFER, found)


@permission(Permission.VIEW_CASE)
def file(request: HttpRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """The file itself, to be saved and not shown. What nobody has checked leads back to the page that says so."""
    found = _document(request, case_id, document_id, "file of a document")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    content = Content.objects.visible_to(actor).filter(document=found).values_list("content", flat=True).first()
    if content is None or not found.may_be_opened:
        return HttpResponseRedirect(reverse("document", args=[case_id, document_id]))
    trail.exported(actor, found, purpose="file of a document")
    headers = {
        "Content-Disposition": content_disposition_header(True, found.file_name) or "attachment",
        "Content-Security-Policy": ALONE,
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(content), content_type=found.content_type, headers=headers)


@takes_a_file
@keeps_what_was_typed
@permission(Permission.ADD_DOCUMENT)
def replace_document(request: HttpRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """Put a newer file in the place of a document."""
    found = _changeable(request, case_id, document_id, "replace a document")
    form = FileForm(request)
    if form.is_valid():
        try:
            newer = replace(found, actor=request.actor, upload=form.upload())  # type: ignore[attr-defined]
        except (NotTaken, NotNow) as problem:
            form.add_error("file", str(problem))
        else:
            messages.success(request, f"Replaced: {newer.title}. {_said_of(newer)}")
            return HttpResponseRedirect(reverse("document", args=[case_id, newer.pk]))
    page = {**frame(request, found.case, "documents"), "form": form, "document": found}
    return render(request, "documents/replace.jinja2", page, status=422 if form.errors else 200)


@keeps_what_was_typed
@permission(Permission.ADD_DOCUMENT)
def remove_document(request: HttpRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """Take a document off the record's pages."""
    found = _changeable(request, case_id, document_id, "remove a document")
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            remove(found, actor=request.actor, why=form.cleaned_data["why"])  # type: ignore[attr-defined]
        except NotNow as problem:
            form.add_error("why", str(problem))
        else:
            messages.success(request, f"Removed: {found.title}.")
            return HttpResponseRedirect(reverse("documents", args=[case_id]))
    page = {**frame(request, found.case, "documents"), "form": form, "document": found}
    return render(request, "documents/remove.jinja2", page, status=422 if form.errors else 200)


@permission(Permission.RELEASE_DOCUMENT)
def release_document(request: HttpRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """Let a document be opened that no virus checker has looked at."""
    found = _changeable(request, case_id, document_id, "release a document")
    here = HttpResponseRedirect(reverse("document", args=[case_id, document_id]))
    if request.method != "POST":
        return here
    try:
        release(found, actor=request.actor)  # type: ignore[attr-defined]
    except NotNow as problem:
        messages.info(request, f"{problem}.")
    else:
        messages.success(request, "Released. It can be opened now.")
    return here


def _case(request: HttpRequest, case_id: UUID, purpose: str) -> Case:
    """The record, if the reader works on it; the same 404 whether it is not there or not theirs."""
    reached = current_ledger().cases_within_reach(request.actor)  # type: ignore[attr-defined]
    return read_or_404(request, Case.objects.filter(pk__in=reached), pk=case_id, purpose=purpose)


def _document(request: HttpRequest, case_id: UUID, document_id: UUID, purpose: str) -> Document:
    """The document, also when it was removed, so that a link to it leads somewhere."""
    _case(request, case_id, purpose)
    visible = Document.objects.visible_to(request.actor)  # type: ignore[attr-defined]
    named = visible.select_related("case", "uploaded_by__account", "replaced_by")
    return read_or_404(request, named, pk=document_id, case=case_id, purpose=purpose)


def _changeable(request: HttpRequest, case_id: UUID, document_id: UUID, purpose: str) -> Document:
    """The document, for a page that changes it: whoever may only read it is refused."""
    found = _document(request, case_id, document_id, purpose)
    request.actor.require(Permission.ADD_DOCUMENT, found)  # type: ignore[attr-defined]
    return found


def _may_release(found: Document, actor: Actor) -> bool:
    waits = found.state in WAITING and not found.is_of(actor.account_id)
    return waits and actor.may(Permission.RELEASE_DOCUMENT, found)


def _after_adding(document: Document) -> str:
    """Back to the referral that it was brought to, or else its own page."""
    if document.about_kind == "referral":
        return reverse("referral", args=[document.about])
    return reverse("document", args=[document.case_id, document.pk])


def _about(request: HttpRequest) -> About | None:
    """What the file is to hang on, as the address says: a page of a referral leads here with its identifier."""
    kind, identifier = request.GET.get("about_kind", ""), request.GET.get("about", "")
    try:
        return About(kind, UUID(identifier)) if kind.isidentifier() and len(kind) <= 40 else None
    except ValueError:
        return None


def _letter(found: Document, actor: Actor) -> dict[str, Any]:
    """What a letter of ours says; empty for any other file, and for one that cannot be opened."""
    if not found.may_be_opened:
        return {}
    return Content.objects.visible_to(actor).filter(document=found).values_list("letter", flat=True).first() or {}


def _said_of(found: Document) -> str:
    """Whether it can be opened, for whoever has just brought it."""
    return found.why if found.may_be_opened else f"{found.get_state_display()}. {found.why}".strip()
