"""Documents on a record, brought by people of the cast."""

from __future__ import annotations

import pytest

TEXT = b"I would like my own kitchen.\n"


@pytest.fixture
def brought(young_person, allocated_worker):
    """Store a document: `brought(kind=Kind.SAFETY_PLAN, by=keyworker)`."""

    from waymark.documents.models import Kind
    from waymark.documents.receiving import Upload
    from waymark.documents.services import store_document

    def make(*, kind=Kind.CARE_PLAN, by=None, name="plan.txt", content=TEXT, title="My plan", **given):
        upload = Upload(name, content)
        case = young_person.case
        return store_document(actor=by or allocated_worker, case=case, kind=kind, title=title, upload=upload, **given)

    return make


@pytest.fixture
def checker(settings):
    """A virus checker is set up (and is not asked before the worker does)."""
    settings.CLAMD = "unix:/nowhere"
    settings.LETS_UNSCANNED_FILES_THROUGH = False


@pytest.fixture
def no_checker(settings):
    """No virus checker, outside the demo."""
    settings.CLAMD = ""
    settings.LETS_UNSCANNED_FILES_THROUGH = False
