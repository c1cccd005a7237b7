"""The pages of a record's documents: bringing, reading, saving, replacing, removing, releasing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.support.pages import text_of

from waymark.audit.models import Entry
from waymark.documents.limits import MOST_BODY, MOST_BYTES
from waymark.documents.models import Document, Kind, State
from waymark.documents.tests import making
from waymark.documents.tests.conftest import TEXT

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def here(young_person):
    return f"/records/{young_person.case_id}/documents"


def sent(content=TEXT, name="plan.txt", **more):
    return {"kind": "care_plan", "file": SimpleUploadedFile(name, content)} | more


def test_a_worker_adds_a_document_finds_it_in_the_list_and_saves_the_file(here, client_as, allocated_worker):
    client = client_as(allocated_worker)
    assert "Add the first" in text_of(client.get(here))

    added = client.post(f"{here}/add", sent(title="Plan of March"), follow=True)

    assert "Added: Plan of March. Nobody has checked it for viruses: this is the demo." in text_of(added)
    document = Document.objects.get()
    assert "Plan of March" in text_of(client.get(here))
    saved = client.get(f"{here}/{document.pk}/file")
    assert saved.content == TEXT
    assert saved["Content-Type"] == "text/plain; charset=utf-8"
    assert saved["Content-Disposition"] == 'attachment; filename="plan.txt"'
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in saved["Content-Security-Policy"]
    assert Entry.objects.filter(action="export", object_id=str(document.pk)).count() == 1


def test_a_page_of_a_referral_leads_here_and_the_document_hangs_on_it(here, client_as, allocated_worker):
    referral = uuid4()
    address = f"{here}/add?about={referral}&about_kind=referral&kind=pathway_plan"
    client = client_as(allocated_worker)
    assert 'value="pathway_plan" selected' in client.get(address).content.decode()

    added = client.post(address, sent(kind="pathway_plan"))

    document = Document.objects.get()
    assert added.url == f"/referrals/{referral}"
    assert (document.about, document.about_kind, document.kind) == (referral, "referral", "pathway_plan")


def test_a_second_click_stores_one(here, client_as, allocated_worker):
    client = client_as(allocated_worker)

    addresses = {client.post(f"{here}/add", sent()).headers["Location"] for _ in range(2)}

    assert len(addresses) == 1
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (lambda: sent(content=b"MZ\x90"), "This file is a program, or holds one"),
        (lambda: sent(content=making.pdf(making.with_javascript), name="a.pdf"), "This PDF holds a small program"),
        (lambda: sent(content=b""), "The file is empty"),
        (lambda: {"kind": "care_plan"}, "Choose a file"),
        (lambda: sent(kind=""), "Select what it is"),
        (lambda: sent(kind="other"), "Select what the document is about"),
        (lambda: sent(content=b"x" * (MOST_BYTES + 1)), "The file is larger than 10 MB"),
    ],
)
def test_what_cannot_be_kept_is_said_on_the_page_and_nothing_is_stored(given, words, here, client_as, allocated_worker):
    response = client_as(allocated_worker).post(f"{here}/add", given())

    assert response.status_code == 422
    assert words in text_of(response)
    assert not Document.objects.exists()


class Endless:
    """A body that counts how much of it was read."""

    def __init__(self):
        self.was_read = 0

    def read(self, size=-1):
        self.was_read += max(size, 0)
        return b"x" * max(size, 0)

    readline = read


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_file_of_500_mb_is_refused_before_any_of_it_is_read(signed_in, here, client_as, client, allocated_worker):
    body = Endless()
    sender = client_as(allocated_worker) if signed_in else client
    response = sender.request(
        **{
            "PATH_INFO": f"{here}/add",
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "CONTENT_LENGTH": str(500_000_000),
            "wsgi.input": body,
        }
    )

    assert response.status_code == 413
    assert "This file is too large" in text_of(response)
    assert body.was_read == 0


def test_of_a_file_that_is_too_large_nothing_is_held(rf):
    """The answer's length may be near the limit of a request, and the file over that of a file."""
    from waymark.documents.receiving import HeldInMemory

    request = rf.post("/records/00000000-0000-4000-8000-000000000000/documents/add")
    handler = HeldInMemory(request)
    handler.new_file("file", "a.txt", "text/plain", None)
    for start in range(0, MOST_BODY, 1_000_000):
        handler.receive_data_chunk(b"x" * 1_000_000, start)
        assert sum(map(len, handler.parts)) <= MOST_BYTES

    file = handler.file_complete(MOST_BODY)
    assert (file.is_cut, file.read(), handler.parts) == (True, b"", [])


def test_a_stranger_finds_nothing_and_the_attempt_is_on_the_record(here, brought, client_as, stranger, young_person):
    document = brought()
    nowhere = str(uuid4())
    for page in ("", "/file", "/replace", "/remove"):
        assert client_as(stranger).get(f"{here}/{document.pk}{page}").status_code == 404
        assert client_as(stranger).get(f"{here}/{nowhere}{page}").status_code == 404

    assert client_as(stranger).get(here).status_code == 404
    refusals = Entry.objects.filter(action="refusal")
    assert {(one.case_id, one.detail["exists"]) for one in refusals} == {(young_person.case_id, True)}
    assert {one.detail["page"] for one in refusals} >= {"document", "document_file", "documents"}


def test_what_a_role_may_not_read_is_not_in_its_list_nor_behind_its_address(
    here, brought, client_as, member, actor_of, involved, council, young_person
):
    document = brought(kind=Kind.ASSET_PLUS_EXPLANATIONS, title="Explanations")
    membership = member("Rae Holt", council, "any_professional")
    involved(young_person, "any_professional", membership=membership)
    client = client_as(actor_of(membership))

    assert "Explanations" not in text_of(client.get(here))
    assert client.get(f"{here}/{document.pk}").status_code == 404
    assert client.get(f"{here}/{document.pk}/file").status_code == 404
    assert Entry.objects.filter(action="refusal", object_id=str(document.pk)).count() == 2


def test_whoever_only_reads_may_not_change(here, brought, client_as, keyworker):
    """A keyworker reads what is youth justice here, and does not write it."""
    document = brought(kind=Kind.YOS_PATHWAY_PLAN)
    client = client_as(keyworker)

    assert "Remove it" not in text_of(client.get(f"{here}/{document.pk}"))
    assert client.get(f"{here}/{document.pk}/remove").status_code == 403
    assert client.post(f"{here}/{document.pk}/replace", {"file": SimpleUploadedFile("a.txt", b"x")}).status_code == 403


def test_a_file_in_quarantine_is_listed_says_why_and_does_not_leave(here, brought, no_checker, client_as, keyworker):
    document = brought()
    client = client_as(keyworker)

    assert "Waiting to be checked" in text_of(client.get(here))
    assert "No virus checker is set up. A manager can release it." in text_of(client.get(f"{here}/{document.pk}"))
    assert client.get(f"{here}/{document.pk}/file").headers["Location"] == f"{here}/{document.pk}"


def test_whoever_brought_what_the_checker_found_something_in_is_told(
    here, brought, checker, client_as, allocated_worker
):
    document = brought()
    Document.objects.update(state=State.REFUSED, why="The virus checker found something in it (Eicar).")

    assert "found something in it (Eicar)" in text_of(client_as(allocated_worker).get(f"{here}/{document.pk}"))
    assert client_as(allocated_worker).get(f"{here}/{document.pk}/file").status_code == 302


def test_a_manager_releases_what_somebody_else_brought(here, brought, no_checker, client_as, colleague, keyworker):
    document = brought()
    release = f"{here}/{document.pk}/release"
    assert client_as(keyworker).post(release).status_code == 403
    assert "Let people open it" in text_of(client_as(colleague).get(f"{here}/{document.pk}"))

    assert "Released" in text_of(client_as(colleague).post(release, follow=True))

    assert client_as(keyworker).get(f"{here}/{document.pk}/file").content == TEXT


def test_replacing_and_removing_by_the_pages(here, brought, client_as, keyworker):
    document, client = brought(), client_as(keyworker)

    client.post(f"{here}/{document.pk}/replace", {"file": SimpleUploadedFile("new.txt", b"Newer")})
    newer = Document.objects.there().get()
    assert "See the newer one" in text_of(client.get(f"{here}/{document.pk}"))
    assert client.get(f"{here}/{document.pk}/file").status_code == 302

    wrong = client.post(f"{here}/{newer.pk}/remove", {"why": ""})
    assert (wrong.status_code, "Say why it is removed" in text_of(wrong)) == (422, True)
    gone = client.post(f"{here}/{newer.pk}/remove", {"why": "It is about somebody else"}, follow=True)
    assert "There is no document here that you may read" in text_of(gone)


def test_a_name_with_strange_letters_is_saved_under_it(here, brought, client_as, keyworker):
    document = brought(name='Zoë’s "plan".txt')

    said = client_as(keyworker).get(f"{here}/{document.pk}/file")["Content-Disposition"]

    assert said == "attachment; filename*=utf-8''Zo%C3%AB%E2%80%99s%20%22plan%22.txt"


def test_the_list_asks_as_much_of_the_database_for_many_as_for_one(
    here,
    brought,
    client_as,
    allocated_worker,
):
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    client, counts = client_as(allocated_worker), []
    for number in range(6):
        brought(title=f"Plan {number}", content=f"Plan {number}".encode())
        if number in (0, 5):
            with CaptureQueriesContext(connections["default"]) as asked:
                assert f"Plan {number}" in text_of(client.get(here))
            counts.append(len(asked))

    assert counts[0] == counts[1]
