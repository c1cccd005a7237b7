"""The forms with which files come in and go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from waymark.cases.models import Case
from waymark.core.actor import Actor
from waymark.core.categories import LABELS, Category
from waymark.core.permissions import Permission
from waymark.documents.limits import MOST_BYTES
from waymark.documents.models import CATEGORIES, Document, Kind
from waymark.documents.receiving import Upload
from waymark.govuk.fields import FileField, Option, SelectField, TextField, WordsField
from waymark.govuk.forms import Form

ACCEPT = ".pdf,.docx,.odt,.jpg,.jpeg,.png,.txt"
TAKEN = f"PDF, Word (.docx), OpenDocument (.odt), JPEG, PNG or plain text, {MOST_BYTES // 1_000_000} MB at most."


class FileForm(Form):
    """A file in the place of another. `upload()` is the file that was chosen."""

    file = FileField(label="Choose a file", hint=TAKEN, accept=ACCEPT, missing="Choose a file")

    def __init__(self, request: HttpRequest) -> None:
        sent = request.method == "POST"
        super().__init__(request.POST if sent else None, request.FILES if sent else None)

    def upload(self) -> Upload:
        """The file as it was brought."""
        return Upload.of(self.cleaned_data["file"])


class UploadForm(FileForm):
    """A file with what it is. Only kinds are offered that whoever brings it may write on this record."""

    def __init__(self, request: HttpRequest, actor: Actor, case: Case) -> None:
        super().__init__(request)
        self.open = writable(actor, case)
        kinds = [Option(kind.value, kind.label) for kind in Kind if CATEGORIES.get(kind) in (None, *self.open)]
        file = self.fields.pop("file")
        self.fields["kind"] = SelectField(
            label="What is it?",
            options=kinds,
            missing="Select what it is",
            initial=request.GET.get("kind", ""),
        )
        self.fields["category"] = SelectField(
            label="What is it about? Only for another document",
            hint="It decides who may read it. Of the kinds above it is known.",
            options=[Option(category.value, LABELS[category]) for category in self.open],
            required=False,
        )
        self.fields["title"] = TextField(
            label="What shall it be called? (optional)",
            hint="For example: Pathway plan of March. People who may not open it do not see this.",
            max_length=200,
            required=False,
        )
        self.fields["file"] = file

    def clean(self) -> dict[str, Any]:
        """Another document must say what it is about."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == Kind.OTHER and not cleaned.get("category"):
            self.add_error("category", "Select what the document is about")
        return cleaned

    def given(self) -> dict[str, Any]:
        """What `store_document` is called with."""
        kind = Kind(self.cleaned_data["kind"])
        category = Category(self.cleaned_data["category"]) if kind is Kind.OTHER else None
        return {"kind": kind, "category": category, "title": self.cleaned_data["title"], "upload": self.upload()}


class RemoveForm(Form):
    """Why a document goes."""

    why = WordsField(
        label="Why is it removed?",
        hint="For example: it is about somebody else, or it was added to the wrong record.",
        missing="Say why it is removed",
        max_length=300,
    )


def writable(actor: Actor, case: Case) -> list[Category]:
    """The kinds of information of which somebody may add a document to a record."""
    return [one for one in Category if actor.may(Permission.ADD_DOCUMENT, Document(case=case, category=one))]
