"""What is handed out, and what is not: nothing that was not cleared is in a file for release, in whatever way."""

from __future__ import annotations

import io
import json
import re
import zlib

import pypdf
import pytest
from django.core.management import CommandError, call_command

from waymark.audit.models import Entry
from waymark.core.errors import Refused
from waymark.disclosure.files import codes_in, make
from waymark.disclosure.gathering import NotAnItemError, gather, released
from waymark.disclosure.marks import Kind
from waymark.disclosure.subject import files_of, what_is_held
from waymark.disclosure.tests.conftest import FREE, SECRET, WHY_CLOSED, WORDS
from waymark.events.models import Event
from waymark.people.services import change_details

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def gathered(file_on_amira, restricted, now):
    """Everything held on Amira."""
    return gather(file_on_amira.case, now)


@pytest.fixture
def restricted(file_on_amira, colleague):
    """Her record is open to named people only."""
    from waymark.access.closing import restrict_record
    from waymark.access.models import Membership

    named = [Membership.objects.get(pk=colleague.membership_id)]
    return restrict_record(actor=colleague, case=file_on_amira.case, why=WHY_CLOSED, named=named)


def text_of(content: bytes) -> str:
    """What a PDF says, on one line."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def everything_in(content: bytes) -> bytes:
    """The raw bytes of a PDF, and those of its streams unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    return b"\n".join([content, *(_unpacked(stream) for stream in streams)])


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def code(gathered, words):
    """The code of the item that holds some words."""
    for _part, row, place, mark in gathered.items():
        if place and words in json.dumps(row.values, default=str) and words in str(_value(row, place)):
            return mark.code
    raise AssertionError(words)


def _value(row, place):
    column, _, name = place.partition(".")
    return row.values[column][name] if name else row.values[column]


def test_the_review_holds_everything_with_what_is_to_be_looked_at_marked(gathered):
    text = text_of(make("review-pdf", gathered, ()).content)

    for words in WORDS:
        assert words in text, words
    assert "[CHECK: third party]" in text
    assert "[WITHHELD UNLESS CLEARED: intelligence]" in text
    assert "[WITHHELD UNLESS CLEARED: held back from all but named people]" in text
    assert "[WITHHELD UNLESS CLEARED: why a part of the record is closed, and to whom]" in text


@pytest.mark.parametrize("key", ["release-pdf", "release-json"])
def test_nothing_that_was_not_cleared_is_in_a_file_for_release(gathered, key):
    content = make(key, gathered, ()).content
    searched = [content.decode(errors="replace")]
    if key.endswith("pdf"):
        reader = pypdf.PdfReader(io.BytesIO(content))
        searched = [
            text_of(content),
            everything_in(content).decode("latin-1"),
            str(reader.metadata),
            str(reader.xmp_metadata),
        ]

    for words in (*WORDS, "Leroy", "Zainab", "brother of", "intelligence_received", "Sasha Lindqvist"):
        assert not [text for text in searched if words.lower() in text.lower()], words
    assert "Amira" in searched[0]


def test_what_is_left_out_leaves_no_trace_of_why_it_was_withheld(gathered):
    text = text_of(make("release-pdf", gathered, ()).content)

    assert "WITHHELD" not in text
    assert "CHECK" not in text
    assert "ntelligence received" not in text
    assert "may have been left out" in text
    for denied in ("Conflicts of interest", "Entries held back", "Nothing is held", "was not opened"):
        assert denied not in text


def test_a_chapter_of_which_everything_is_withheld_does_not_say_that_there_is_nothing(gathered):
    from waymark.access.models import Grant

    Grant.objects.filter(reason="emergency").update(basis="crime")
    again = gather(gathered.case, gathered.at)

    assert [row.mark.kind for row in again.rows("access.EmergencyAccess")] == [Kind.WITHHELD]
    text = text_of(make("release-pdf", again, ()).content)
    assert "There is nothing to show here" in text
    assert "was not opened in an emergency" not in text


def test_what_is_cleared_goes_out_and_nothing_else(gathered):
    cleared = {code(gathered, FREE)}

    for key in ("release-pdf", "release-json"):
        content = make(key, gathered, cleared).content
        text = text_of(content) if key.endswith("pdf") else content.decode()
        assert FREE in text
        assert not [words for words in WORDS if words != FREE and words in text]


def test_a_withheld_row_goes_out_when_it_and_its_text_are_cleared(gathered):
    (row,) = [row for row in gathered.rows("events.Event") if row.values["type"] == "intelligence_received"]
    text = row.marks["data.summary"].code

    assert SECRET not in make("release-json", gathered, {text}).content.decode()
    assert SECRET not in make("release-json", gathered, {row.mark.code}).content.decode()
    assert SECRET in make("release-json", gathered, {row.mark.code, text}).content.decode()


def test_what_was_cleared_is_not_cleared_any_more_when_it_changes(gathered, now):
    cleared = code(gathered, WHY_CLOSED)
    gathered.case.restrictions.update(why="something else altogether")

    with pytest.raises(NotAnItemError, match=cleared):
        released(gather(gathered.case, now), {cleared})


def test_what_hangs_on_something_withheld_is_withheld_too(gathered, colleague, now):
    """That somebody opened the entry of intelligence would tell that there is one."""
    from waymark.core import trail

    secret = Event.objects.get(type="intelligence_received")
    trail.read(colleague, secret, purpose="event")

    again = gather(gathered.case, now)

    marks = [row.mark for row in again.rows("audit.Entry") if row.values["object_id"] == str(secret.pk)]
    assert len(marks) >= 2
    assert {mark.kind for mark in marks} == {Kind.WITHHELD}
    assert str(secret.pk) not in make("release-json", again, ()).content.decode()


def test_a_list_of_the_trail_does_not_name_who_else_stood_in_it(gathered, colleague, other_young_person, now):
    from waymark.core import trail

    trail.listed(colleague, "cases.Case", cases=[gathered.case.pk, other_young_person.case_id], rows=2)

    assert str(other_young_person.case_id) not in make("review-json", gather(gathered.case, now), ()).content.decode()


def test_what_a_place_recorded_about_somebody_is_in_their_report_without_the_others(
    happened, young_person, other_young_person, scheme, now
):
    both = [str(young_person.case_id), str(other_young_person.case_id)]
    one = happened(scheme, "monthly_log_submitted", log="L1", data={"month": "2026-02", "young_people": both})

    gathered = gather(young_person.case, now)

    (row,) = [row for row in gathered.rows("events.Event") if row.identifier == str(one.pk)]
    assert row.marks["data.young_people"].kind == Kind.CHECK
    assert "Tobias" in text_of(make("review-pdf", gathered, ()).content)
    assert "Tobias" not in text_of(make("release-pdf", gathered, ()).content)
    assert both[1] not in make("release-json", gathered, ()).content.decode()


def test_the_pdf_is_accessible(gathered):
    content = make("release-pdf", gathered, ()).content
    reader = pypdf.PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert reader.metadata.title == "What is held about you: YP1"
    assert b"pdfuaid" in everything_in(content)
    tags = _tags(root["/StructTreeRoot"])
    assert {"/Table", "/TH", "/TR", "/TD", "/H1"} <= tags
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)][0] == "Who you are"
    assert f"page 1 of {len(reader.pages)}" in text_of(content)


def _tags(node) -> set[str]:
    node = node.get_object()
    if isinstance(node, list):
        return set().union(*map(_tags, node))
    if not isinstance(node, dict):
        return set()
    kids = node.get("/K")
    own = {str(node["/S"])} if "/S" in node else set()
    return own | (_tags(kids) if kids is not None and not isinstance(kids, int) else set())


def test_a_name_that_no_font_can_draw_and_text_that_looks_like_markup_break_nothing(file_on_amira, system, now):
    change_details(file_on_amira, actor=system, given_name="#panic() *x* \u0b85\u0bae\u0bc1\u0ba4\u0ba9\u0bcd \x01")

    content = make("release-pdf", gather(file_on_amira.case, now), ()).content

    assert "#panic() *x*" in text_of(content)


def test_whoever_gathers_is_on_the_trail_once_for_each_file(file_on_amira, data_lead):
    files = files_of(file_on_amira.case_id, "review-pdf", "release-json", actor=data_lead)

    entries = Entry.objects.filter(action="export", case_id=file_on_amira.case_id)
    assert {entry.detail["file"] for entry in entries} == {file.name for file in files}
    assert {entry.membership_id for entry in entries} == {data_lead.membership_id}


def test_only_the_lead_of_the_responsible_authority_answers(
    file_on_amira, other_data_lead, colleague, data_lead, system
):
    from waymark.access.closing import declare_conflict
    from waymark.accounts.models import Account

    assert what_is_held(file_on_amira.case_id, actor=data_lead) is not None
    assert what_is_held(file_on_amira.case_id, actor=other_data_lead) is None
    assert files_of(file_on_amira.case_id, "review-pdf", actor=other_data_lead) is None
    with pytest.raises(Refused):
        what_is_held(file_on_amira.case_id, actor=colleague)
    account = Account.objects.get(pk=data_lead.account_id)
    declare_conflict(actor=system, case=file_on_amira.case, account=account, why="her neighbour")
    assert what_is_held(file_on_amira.case_id, actor=data_lead) is None


def test_a_lead_who_is_not_named_on_a_restricted_record_does_not_answer_for_it(file_on_amira, restricted, data_lead):
    assert what_is_held(file_on_amira.case_id, actor=data_lead) is None


def test_the_command_writes_the_files_for_its_user_alone(file_on_amira, tmp_path, capsys):
    out = tmp_path / "report"

    call_command("subject_access", "yp1", "--out", str(out))

    names = {path.name for path in out.iterdir()}
    assert names == {
        *("YP1-for-review.pdf", "YP1-for-review.json", "YP1-for-release.pdf", "YP1-for-release.json"),
        "YP1-items.csv",
    }
    assert {path.stat().st_mode & 0o077 for path in out.iterdir()} == {0}
    codes = codes_in((out / "YP1-items.csv").read_text())
    assert len(codes) > 5
    cleared = tmp_path / "cleared.csv"
    cleared.write_text("\n".join(line for line in (out / "YP1-items.csv").read_text().splitlines() if FREE in line))
    call_command("subject_access", "YP1", "--out", str(out), "--cleared", str(cleared))
    assert FREE in (out / "YP1-for-release.json").read_text()
    cleared.write_text("0123456789")
    with pytest.raises(CommandError, match="No marked item has the code 0123456789"):
        call_command("subject_access", "YP1", "--out", str(out), "--cleared", str(cleared))
    with pytest.raises(CommandError, match="No young person has the reference YP99"):
        call_command("subject_access", "YP99", "--out", str(out))
