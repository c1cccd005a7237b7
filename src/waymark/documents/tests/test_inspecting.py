"""Which files are taken, as what; and that hostile ones are not, with words for whoever brought them."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from pypdf import PdfReader

from waymark.documents import inspecting
from waymark.documents.inspecting import inspect
from waymark.documents.limits import MOST_BYTES
from waymark.documents.receiving import Upload
from waymark.documents.refusing import NotTaken
from waymark.documents.tests import making

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("plan.pdf", making.pdf(), "application/pdf"),
        ("Plan.PDF", making.pdf(), "application/pdf"),
        ("plan.docx", making.docx(), WORD),
        ("plan.odt", making.odt(), "application/vnd.oasis.opendocument.text"),
        ("photo.jpg", making.picture(), "image/jpeg"),
        ("photo.jpeg", making.picture(), "image/jpeg"),
        ("map.png", making.picture("PNG"), "image/png"),
        ("notes.txt", "Zoë said: “yes”\n".encode(), "text/plain; charset=utf-8"),
        ("Zoë’s plan (final).docx", making.docx(), WORD),
    ],
)
def test_six_kinds_of_file_are_taken_by_what_is_in_them(name, content, content_type):
    found = inspect(Upload(name, content))

    assert (found.content_type, found.file_name) == (content_type, name)


def test_documents_are_kept_byte_for_byte():
    for name, content in (("a.pdf", making.pdf()), ("a.docx", making.docx()), ("a.odt", making.odt())):
        assert inspect(Upload(name, content)).content == content


HOSTILE = {
    "a PDF that is an archive too": ("a.pdf", lambda: making.pdf() + making.docx(), "two kinds"),
    "a PDF with an archive before its end": ("a.pdf", lambda: making.pdf() + making.docx() + b"%%EOF", "two kinds"),
    "a PDF that is a web page too": (
        "a.pdf",
        lambda: making.pdf().replace(b"\n", b"\n%<script>alert(1)</script>\n", 1),
        "two",
    ),
    "something behind a PDF": ("a.pdf", lambda: making.pdf() + b"MZ\x90", "two kinds"),
    "a PDF that runs a program": ("a.pdf", lambda: making.pdf(making.with_javascript), "small program"),
    "a PDF with a program on a page": ("a.pdf", lambda: making.pdf(making.with_javascript_on_a_page), "small program"),
    "a PDF that starts a program": ("a.pdf", lambda: making.pdf(making.with_launch), "small program"),
    "a PDF with a file inside": ("a.pdf", lambda: making.pdf(making.with_a_file), "another file inside"),
    "a PDF with a file that nothing names": (
        "a.pdf",
        lambda: making.pdf(making.with_something_unused),
        "another file inside",
    ),
    "a PDF with a password": ("a.pdf", lambda: making.pdf(password="secret"), "password"),
    "a PDF that breaks off": ("a.pdf", lambda: making.pdf()[:200], "cannot be read"),
    "a PDF in name only": ("a.pdf", lambda: b"%PDF-1.7\n%%EOF", "cannot be read"),
    "a file of a gigabyte in Word": ("a.docx", lambda: making.docx(("word/x.xml", b" " * 120_000_000)), "unpacks"),
    "many large parts": (
        "a.docx",
        lambda: making.docx(*((f"w/{n}.txt", bytes(range(256)) * 40_000) for n in range(11))),
        "unpa",
    ),
    "a part that lies about its size": ("a.docx", lambda: making.lying_about_its_size(), "cannot be read"),
    "thousands of parts": (
        "a.docx",
        lambda: making.docx(*((f"word/{number}.xml", b"") for number in range(1_100))),
        "unpacks",
    ),
    "an archive in an archive": (
        "a.docx",
        lambda: making.docx(("word/media/a.png", making.docx())),
        "another file inside",
    ),
    "a Word file with macros": ("a.docx", lambda: making.docx(("word/vbaProject.bin", b"x")), "macros"),
    "macros by another name": (
        "a.docx",
        lambda: making.docx(
            ("[Content_Types].xml", making.CONTENT_TYPES.replace(b"<Types", b"<Types x='macroEnabled'"))
        ),
        "macros",
    ),
    "a file of Office inside": (
        "a.docx",
        lambda: making.docx(("word/media/a.png", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
        "inside",
    ),
    "an embedded sheet": ("a.docx", lambda: making.docx(("word/embeddings/sheet.xlsx", b"x")), "another file inside"),
    "a program in Word": (
        "a.docx",
        lambda: making.docx(("word/media/image1.png", b"MZ\x90\x00")),
        "another file inside",
    ),
    "a template from elsewhere": (
        "a.docx",
        lambda: making.docx(
            (
                "word/_rels/settings.xml.rels",
                b'<Relationships><Relationship Type="http://x/attachedTemplate" Target="http://elsewhere.example/a.dotm"'
                b' TargetMode="External"/></Relationships>',
            )
        ),
        "somewhere else",
    ),
    "entities": (
        "a.docx",
        lambda: making.docx(("word/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
        "cannot be read",
    ),
    "a path in a part": ("a.docx", lambda: making.docx(("../../etc/cron.d/x", b"x")), "cannot be read"),
    "a Word file with a password": ("a.docx", lambda: making.locked_part(), "password"),
    "an OpenDocument with a password": (
        "a.odt",
        lambda: making.odt(("META-INF/manifest.xml", b"<manifest:encryption-data/>")),
        "password",
    ),
    "an OpenDocument with macros": ("a.odt", lambda: making.odt(("Basic/Standard/Module1.xml", b"<x/>")), "macros"),
    "something before Word": ("a.docx", lambda: b"MZ" + making.docx(), "program"),
    "something behind Word": ("a.docx", lambda: making.docx() + b"MZ", "two kinds"),
    "a plain archive": ("a.docx", lambda: making.package([("x.exe", b"MZ")]), "cannot be kept"),
    "an old Word file": ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old kind of Office"),
    "a picture with an archive behind": ("a.jpg", lambda: making.picture() + making.docx(), "something else"),
    "a picture with a hidden archive": ("a.jpg", lambda: making.picture() + b"Rar!\x1a\x07\x00", "something else"),
    "a picture with a page behind": (
        "a.png",
        lambda: making.picture("PNG") + b"<script>alert(1)</script>",
        "something else",
    ),
    "a vast picture": ("a.png", lambda: making.vast_png(), "too large to be drawn"),
    "a broken picture": ("a.jpg", lambda: b"\xff\xd8\xff\xe0" + b"x" * 500, "cannot be read"),
    "a drawing": ("a.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "does not end"),
    "a drawing as text": ("a.txt", lambda: b"<svg onload=alert(1)>", "web page"),
    "a web page as text": ("a.txt", lambda: b"\n <!DOCTYPE html><p>x", "web page"),
    "a program": ("a.pdf", lambda: b"MZ\x90\x00\x03", "is a program"),
    "a program of Linux": ("a.txt", lambda: b"\x7fELF\x02\x01", "is a program"),
    "a script": ("a.txt", lambda: b"#!/bin/sh\nrm -rf /", "is a program"),
    "text that is none": ("a.txt", lambda: b"\xff\xfe\x00a", "cannot be kept"),
    "text with controls": ("a.txt", lambda: b"a\x00b", "cannot be kept"),
    "an empty file": ("a.pdf", lambda: b"", "empty"),
    "a Word file called PDF": ("a.pdf", lambda: making.docx(), "does not end"),
    "a picture called text": ("a.txt", lambda: making.picture(), "does not end"),
    "PNG called JPEG": ("a.jpg", lambda: making.picture("PNG"), "does not end"),
    "two ends": ("a.pdf.exe", lambda: making.pdf(), "does not end"),
    "no end": ("plan", lambda: making.pdf(), "does not end"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_with_words_for_whoever_brought_it(what):
    name, content, words = HOSTILE[what]

    with pytest.raises(NotTaken, match=words):
        inspect(Upload(name, content()))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../../etc/passwd.txt", "folder"),
        ("C:\\temp\\a.txt", "folder"),
        ("C:a.txt", "folder"),
        ("..txt", "folder"),
        ("photo\u202egpj.txt", "hides"),
        ("a\u2066b.txt", "hides"),
        ("a\r\nX: y.txt", "cannot be seen"),
        ("a\x00.txt", "cannot be seen"),
        ("a\u200bb.txt", "cannot be seen"),
        ("x" * 147 + ".txt", "too long"),
        ("", "no name"),
        (" . ", "no name"),
    ],
)
def test_a_name_that_hides_something_is_refused(name, words):
    with pytest.raises(NotTaken, match=words):
        inspect(Upload(name, b"hello"))


def test_a_file_that_is_too_large_is_refused_before_anything_looks_at_it(monkeypatch):
    monkeypatch.setattr(inspecting, "_sort_of", None)

    with pytest.raises(NotTaken, match="larger than 10 MB"):
        inspect(Upload("a.txt", b"x" * (MOST_BYTES + 1)))
    with pytest.raises(NotTaken, match="larger than 10 MB"):
        inspect(Upload("a.txt", b"", is_cut=True))


def test_a_picture_keeps_nothing_but_what_can_be_seen_and_stands_upright():
    original = making.picture_with_a_place()
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)

    kept = inspect(Upload("a.jpg", original)).content

    with Image.open(io.BytesIO(kept)) as picture:
        assert dict(picture.getexif()) == {}
        assert picture.size == (30, 40)
        assert b"telephone" not in kept


def test_what_stands_behind_a_picture_is_let_go():
    kept = inspect(Upload("a.jpg", making.picture() + b"a preview of a telephone")).content

    assert b"preview" not in kept


def test_a_png_keeps_what_is_clear_and_loses_its_words():
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Comment", "at the refuge")
    original = making.picture("PNG", mode="RGBA", pnginfo=words)
    assert b"refuge" in original

    kept = inspect(Upload("a.png", original)).content

    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.mode == "RGBA"
    assert b"refuge" not in kept


def test_a_letter_of_ours_would_be_taken():
    """What typst makes has structure, titles and links; none of it is taken for a program."""
    import typst

    made = typst.compile(
        b'#set document(title: "x")\n#link("https://waymark.example")[y]\n= Head', pdf_standards=["ua-1"]
    )

    assert inspect(Upload("letter.pdf", made)).content_type == "application/pdf"
    assert len(PdfReader(io.BytesIO(made)).pages) == 1
