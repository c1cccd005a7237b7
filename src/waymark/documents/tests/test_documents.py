"""Keeping files on a record: who may, what is kept, and what becomes of it."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from waymark.access.models import Membership
from waymark.access.services import acting_as
from waymark.audit.models import Entry
from waymark.core.categories import Category
from waymark.core.errors import Refused
from waymark.documents import clamd, scanning
from waymark.documents.models import Content, Document, Kind, State
from waymark.documents.receiving import Upload
from waymark.documents.refusing import NotTaken
from waymark.documents.scanning import scan, scan_what_waits
from waymark.documents.services import About, NotNow, mark_saved_to_case_file, release, remove, replace
from waymark.documents.tests.conftest import TEXT
from waymark.events.models import Event

pytestmark = pytest.mark.usefixtures("db")


def test_a_document_is_kept_with_what_was_found_in_it(brought, allocated_worker):
    about = About("referral", uuid4())

    document = brought(about=about)

    document.refresh_from_db()
    assert (document.file_name, document.content_type, document.size) == ("plan.txt", "text/plain; charset=utf-8", 29)
    assert document.sha256 == hashlib.sha256(TEXT).hexdigest()
    assert bytes(document.content.content) == TEXT
    assert (document.about, document.about_kind) == (about.id, "referral")
    assert document.uploaded_by_id == allocated_worker.membership_id
    assert list(Document.objects.on(about.id)) == [document]


def test_youth_justice_documents_are_youth_justice_and_another_must_say(brought):
    assert brought(kind=Kind.ASSET_PLUS_EXPLANATIONS).category == Category.YOUTH_JUSTICE
    assert brought(kind=Kind.OTHER, category=Category.HEALTH).category == Category.HEALTH
    with pytest.raises(ValueError, match="Say which kind"):
        brought(kind=Kind.OTHER)


def test_nobody_adds_a_document_of_a_kind_that_their_role_does_not_write(brought, keyworker, stranger):
    with pytest.raises(Refused):
        brought(kind=Kind.ASSET_PLUS_EXPLANATIONS, by=keyworker)
    with pytest.raises(Refused):
        brought(by=stranger)

    assert not Document.objects.exists()


def test_what_is_not_taken_leaves_nothing_behind(brought):
    with pytest.raises(NotTaken, match="is a program"):
        brought(content=b"MZ\x90")

    assert not Document.objects.exists()
    assert not Content.objects.exists()


def test_who_may_read_a_document_follows_its_category_in_code_and_in_the_database(
    brought, keyworker, allocated_worker, stranger, gangs_officer, reading_as
):
    plan = brought()
    held = brought(kind=Kind.ASSET_PLUS_EXPLANATIONS)

    for actor, sees in ((allocated_worker, {plan, held}), (keyworker, {plan, held}), (stranger, set())):
        with reading_as(actor):
            assert set(Document.objects.visible_to(actor)) == sees
            assert {one.document_id for one in Content.objects.visible_to(actor)} == {one.pk for one in sees}
            assert set(Document.objects.all()) == sees


def test_what_waits_or_is_gone_cannot_be_read_by_any_page_whoever_asks(
    brought, no_checker, allocated_worker, reading_as
):
    document = brought()

    assert document.state == State.QUARANTINED
    with reading_as(allocated_worker):
        assert list(Document.objects.all()) == [document]
        assert list(Content.objects.all()) == []
    for state in (State.SCANNING, State.REFUSED):
        Document.objects.update(state=state)
        with reading_as(allocated_worker):
            assert list(Content.objects.all()) == []
    Document.objects.update(state=State.CLEAN)
    with reading_as(allocated_worker):
        assert [bytes(one.content) for one in Content.objects.all()] == [TEXT]
    remove(document, actor=allocated_worker, why="It is about somebody else")
    with reading_as(allocated_worker):
        assert list(Content.objects.all()) == []


def test_a_document_that_is_removed_ends_and_says_why(brought, allocated_worker):
    document = brought()
    with pytest.raises(NotNow, match="Say why"):
        remove(document, actor=allocated_worker, why=" ")

    remove(document, actor=allocated_worker, why="It is about somebody else")

    assert not Document.objects.there().exists()
    assert Content.objects.get().document == document
    with pytest.raises(NotNow, match="not on the record any more"):
        remove(document, actor=allocated_worker, why="Once more")


def test_a_newer_file_takes_the_place_of_the_old_one_which_stays_as_history(brought, keyworker):
    old = brought(about=About("referral", uuid4()))

    new = replace(old, actor=keyworker, upload=Upload("new.txt", b"I would like a garden."))

    old.refresh_from_db()
    assert list(Document.objects.there()) == [new]
    assert (new.replaces, new.title, new.about, new.category) == (old, old.title, old.about, old.category)
    assert old.removed_why == "A newer one took its place."
    with pytest.raises(NotNow, match="not on the record any more"):
        replace(old, actor=keyworker, upload=Upload("newer.txt", b"x"))


def test_saving_to_the_case_file_is_recorded_once_as_the_protocol_has_it(brought, allocated_worker):
    letter, plan = brought(kind=Kind.OFFER_LETTER), brought()

    mark_saved_to_case_file(letter, actor=allocated_worker, refs={"referral": "R1"})

    event = Event.objects.get(type="saved_to_case_file")
    assert (event.data, event.refs) == ({"document": ["offer_letter"]}, {"referral": "R1"})
    with pytest.raises(NotNow, match="already"):
        mark_saved_to_case_file(letter, actor=allocated_worker, refs={"referral": "R1"})
    with pytest.raises(NotNow, match="does not ask"):
        mark_saved_to_case_file(plan, actor=allocated_worker, refs={"referral": "R1"})


def test_every_change_is_in_the_trail_without_what_the_document_says(brought, allocated_worker):
    document = brought()
    remove(document, actor=allocated_worker, why="A mistake")

    entries = Entry.objects.filter(kind="documents.Document", object_id=str(document.pk))
    assert {entry.purpose for entry in entries} == {"", "removed"}
    assert all("My plan" not in str(entry.detail) for entry in entries)


# The virus checker


def test_without_a_checker_a_file_waits_until_a_manager_who_did_not_bring_it_releases_it(
    brought, no_checker, keyworker, colleague
):
    own, document = brought(by=colleague), brought(by=keyworker)
    assert (document.state, "No virus checker" in document.why) == (State.QUARANTINED, True)

    with pytest.raises(Refused):
        release(document, actor=keyworker)
    with pytest.raises(NotNow, match="added this yourself"):
        release(own, actor=colleague)
    released = release(document, actor=colleague)

    assert (released.state, released.released_by_id) == (State.CLEAN, colleague.membership_id)
    assert "No virus checker has looked at it" in released.why
    with pytest.raises(NotNow, match="waits to be checked"):
        release(document, actor=colleague)


def test_nobody_releases_as_somebody_else_at_work_what_they_brought_themselves(
    brought, no_checker, keyworker, colleague, involved, system, council
):
    account = Membership.objects.get(pk=keyworker.membership_id).account
    also = Membership.objects.create(
        account=account,
        agency=council,
        role="service_manager",
        starts_at=Membership.objects.earliest("starts_at").starts_at,
    )
    manager = acting_as(also)
    involved(brought(by=colleague), "service_manager", actor=manager)
    own = brought(by=keyworker, title="Mine")

    with pytest.raises(NotNow, match="added this yourself"):
        release(own, actor=manager)


def test_the_demo_lets_a_file_through_and_says_so(brought):
    document = brought()

    assert (document.state, document.why) == (State.CLEAN, "Nobody has checked it for viruses: this is the demo.")


def test_with_a_checker_the_worker_is_asked_once_the_file_is_stored(brought, checker):
    document = brought()

    job = ProcrastinateJob.objects.get(task_name="documents.scan")
    assert (document.state, job.args) == (State.SCANNING, {"document_id": str(document.pk)})


@pytest.mark.parametrize(
    ("says", "state", "words"),
    [("", State.CLEAN, ""), ("Eicar-Test", State.REFUSED, "found something in it (Eicar-Test). Nobody can open it.")],
)
def test_the_checkers_word_decides_and_what_it_found_is_never_released(
    says, state, words, brought, checker, colleague, monkeypatch
):
    document = brought()
    monkeypatch.setattr(clamd, "scan", lambda content, place: says if content == TEXT else "not what was brought")

    scan(document.pk)

    document.refresh_from_db()
    assert document.state == state
    assert words in document.why
    with pytest.raises(NotNow):
        release(document, actor=colleague)


def test_a_checker_that_does_not_answer_leaves_the_file_in_quarantine_and_is_asked_again(brought, checker, monkeypatch):
    document = brought()
    ProcrastinateJob.objects.all().delete()

    scan(document.pk)

    document.refresh_from_db()
    assert (document.state, document.why) == (State.QUARANTINED, scanning.NO_ANSWER)
    assert scan_what_waits() == 1
    assert ProcrastinateJob.objects.filter(task_name="documents.scan").count() == 1
    monkeypatch.setattr(clamd, "scan", lambda content, place: "")
    scan(document.pk)
    document.refresh_from_db()
    assert (document.state, document.why) == (State.CLEAN, "")
    assert scan_what_waits() == 0


@pytest.mark.parametrize(("says", "state"), [("", State.CLEAN), ("Eicar-Test", State.REFUSED)])
def test_what_was_released_while_it_was_checked_is_closed_again_only_if_something_is_found(
    says, state, brought, checker, colleague, monkeypatch
):
    document = brought()

    def found(content, place):
        release(document, actor=colleague)
        return says

    monkeypatch.setattr(clamd, "scan", found)
    scan(document.pk)

    document.refresh_from_db()
    assert (document.state, document.released_by_id) == (state, colleague.membership_id)
    assert ("Released by a manager" in document.why) is (state == State.CLEAN)


def test_nothing_is_asked_over_the_network_while_a_transaction_is_open(brought, checker, monkeypatch):
    from waymark.core.services import inside_service

    document, inside = brought(), []
    monkeypatch.setattr(clamd, "scan", lambda content, place: inside.append(inside_service()) or "")

    scan(document.pk)

    assert inside == [False]


def test_the_same_file_brought_again_by_a_second_click_is_stored_once(brought, keyworker):
    about = About("referral", uuid4())
    document = brought(about=about)

    assert brought(about=about) == document
    assert brought(about=About("referral", uuid4())) != document
    assert brought(about=about, by=keyworker) != document
    assert brought(about=about, content=b"Another plan") != document
    assert Document.objects.count() == 4
