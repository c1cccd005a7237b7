"""Letters: what they say, that everybody can read them, and that the page and the PDF say the same."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader
from tests.support.pages import text_of

from waymark.documents.inspecting import inspect
from waymark.documents.letters import Sender, offer_letter, pdf_of, placement_confirmation, refusal_letter, send_letter
from waymark.documents.models import Document, Kind, State
from waymark.documents.receiving import Upload

ON = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
MANAGER = Sender(name="Ines Hale", role="Manager", organisation="Northlight Housing", contact="020 7946 0011")
WORKER = Sender(
    name="Dana Whitlock", role="Social worker", organisation="Elmbridge Vale Council", contact="020 7946 0012"
)
SHARED = {"name": "Amira Sesay", "sender": MANAGER, "worker": WORKER, "on": ON}


def an_offer(**given):
    address = "Room 3, Tanner House, 1 Tanner Row"
    wanted = {"address": address, "need_level": "medium: somebody there in the day", "move_in": date(2026, 3, 16)}
    return offer_letter(**SHARED | wanted | given)


def a_refusal(**given):
    wanted = {"place": "Tanner House", "explanation": "All our rooms are upstairs.\nYou told us that stairs are hard."}
    return refusal_letter(**SHARED | wanted | {"discussed_on": date(2026, 2, 27)} | given)


def a_confirmation():
    return placement_confirmation(
        **SHARED, address="1 Tanner Row", move_in=date(2026, 3, 16), bring=["Something to show who you are"]
    )


LETTERS = (an_offer, a_refusal, a_confirmation)


def words_of(file: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)
    return " ".join(text.split())


@pytest.mark.parametrize("make", LETTERS)
def test_the_pdf_is_tagged_with_title_and_language_and_certified_for_everybody(make):
    letter = make()
    reader = PdfReader(io.BytesIO(pdf_of(letter, AT)))

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == letter.title
    assert b"pdfuaid" in root["/Metadata"].get_data()


@pytest.mark.parametrize("make", LETTERS)
def test_the_pdf_says_what_the_page_says(make):
    letter = make()
    words = words_of(pdf_of(letter, AT))

    for part in letter.parts:
        for said in (part.heading, *part.paragraphs, *part.items):
            assert " ".join(said.split()) in words


def test_an_offer_says_where_when_how_much_help_what_next_and_whom_to_ask():
    words = words_of(pdf_of(an_offer(), AT))

    for said in (
        "Hello Amira",
        "Room 3, Tanner House, 1 Tanner Row",
        "You may be able to move in on 16 March 2026",
        "medium: somebody there in the day",
        "What happens next",
        "Dana Whitlock, Social worker, Elmbridge Vale Council: 020 7946 0012",
    ):
        assert said in words
    assert "We will tell you when" in words_of(pdf_of(an_offer(move_in=None), AT))


def test_a_refusal_explains_says_when_it_was_discussed_and_how_to_challenge_it():
    words = words_of(pdf_of(a_refusal(), AT))

    assert "All our rooms are upstairs. You told us that stairs are hard." in words
    assert "We talked about this with Dana Whitlock on 27 February 2026" in words
    assert "If you think this is wrong" in words
    assert "advocate" in words
    assert "We talked about this" not in words_of(pdf_of(a_refusal(discussed_on=None), AT))


def reading_age(text: str) -> float:
    """By the formula of Flesch and Kincaid, in years: grades of school are five years younger than pupils."""
    sentences = [one for one in re.split(r"[.!?:]\s|[.!?:]$", text) if one.strip()]
    words = re.findall(r"[A-Za-z]+", text)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e\b", "", word.lower())))) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59 + 5


@pytest.mark.parametrize("make", LETTERS)
def test_a_child_of_nine_to_eleven_could_read_it(make):
    """What we wrote, without names, addresses and what a provider explains."""
    ours = [
        said if said.endswith((".", ":")) else f"{said}."
        for part in make().parts
        if part.heading != "Who to ask"
        for said in (*part.paragraphs, *part.items)
    ]

    assert reading_age(" ".join(ours)) <= 11


def test_what_is_typed_is_never_taken_for_markup_and_strange_letters_are_drawn_or_said():
    hostile = "#panic() *x* <b> @y $z$ \\ `code` \u202e\x00"
    words = words_of(pdf_of(an_offer(address=hostile), AT))
    assert "#panic() *x* <b> @y $z$ \\ `code`" in words

    undrawn = words_of(pdf_of(an_offer(name="አማራ Sesay"), AT))
    assert "The page in Waymark shows all of them" in undrawn


def test_our_own_letters_would_be_taken_as_safe():
    assert inspect(Upload("letter.pdf", pdf_of(an_offer(), AT))).content_type == "application/pdf"


@pytest.mark.usefixtures("db")
def test_a_letter_is_kept_on_the_record_ready_to_read_as_a_file_and_as_a_page(
    young_person, allocated_worker, no_checker, client_as
):
    document = send_letter(an_offer(), actor=allocated_worker, case=young_person.case)

    assert (document.kind, document.state) == (Kind.OFFER_LETTER, State.CLEAN)
    assert Document.objects.get().file_name == "We have a place for you, 2 March 2026.pdf"
    address = f"/records/{young_person.case_id}/documents/{document.pk}"
    said = text_of(client_as(allocated_worker).get(address))
    assert "You may be able to move in on 16 March 2026." in said
    assert "Hello Amira," in said
