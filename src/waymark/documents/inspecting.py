"""Whether a file is what it should be: decided by what is in it, never by what it is called or said to be.

Six kinds of file are taken, each read as far as it takes to know that nothing in it would run, unpack without end, or
be another kind of file to another program. What is not understood is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from waymark.documents import office, pdf_files
from waymark.documents.limits import MOST_BYTES
from waymark.documents.names import extension, good_name
from waymark.documents.receiving import Upload
from waymark.documents.refusing import KINDS, NotTaken

ZIP = b"PK\x03\x04"
MARKUP = re.compile(rb"<\s*(?:!doctype|html|script|svg|iframe|\?xml|\?php)", re.IGNORECASE)
"""What a browser or a server might run, wherever it stands in what is shown as text."""

PROGRAM = "This file is a program, or holds one. It cannot be kept here"
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is taken: what to keep, what it is, and what it is called."""

    content: bytes
    content_type: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of file that is taken. `check` gives what to keep, which for a picture is drawn anew."""

    content_type: str
    endings: tuple[str, ...]
    check: Callable[[bytes], bytes]


def inspect(upload: Upload) -> Found:
    """What a file is, with what is to be kept of it. Raises `NotTaken` in words for whoever brought it."""
    name = good_name(upload.name)
    if upload.is_cut or len(upload.content) > MOST_BYTES:
        raise NotTaken(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Make it smaller, or split it")
    if not upload.content:
        raise NotTaken("The file is empty. Look whether it is the right one")
    sort = _sort_of(upload.content)
    if extension(name) not in sort.endings:
        raise NotTaken(f"The file's name does not end as such a file's does: .{sort.endings[0]}. {KINDS}")
    return Found(sort.check(upload.content), sort.content_type, name)


def _sort_of(content: bytes) -> Sort:
    """By its first bytes; the rest is for the check of that sort."""
    if content.startswith(b"%PDF-"):
        return Sort("application/pdf", ("pdf",), pdf_files.checked)
    if content.startswith(ZIP):
        found = office.sort_of(content)
        return Sort(found.content_type, (found.ending,), found.check)
    if content.startswith(b"\xff\xd8\xff"):
        return Sort("image/jpeg", ("jpg", "jpeg"), _picture)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Sort("image/png", ("png",), _picture)
    if content.startswith(office.OLE):
        raise NotTaken(f"This is an old kind of Office file, or one with a password. {KINDS}")
    if content.startswith(PROGRAMS):
        raise NotTaken(PROGRAM)
    return Sort("text/plain; charset=utf-8", ("txt", "text"), _plain)


def _picture(content: bytes) -> bytes:
    from waymark.documents import pictures  # a large library, loaded when the first picture comes

    return pictures.drawn_anew(content)


def _plain(content: bytes) -> bytes:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise NotTaken(f"This kind of file cannot be kept here. {KINDS}") from None
    if any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text):
        raise NotTaken(f"This kind of file cannot be kept here. {KINDS}")
    if MARKUP.search(content):
        raise NotTaken(f"This is a web page or a drawing that may hold a program. {KINDS}")
    return content
