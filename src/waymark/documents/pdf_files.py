"""PDF files: read object by object for what would run, open another file, or hide one."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, apply_configuration
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from waymark.documents.refusing import NotTaken

MOST_OBJECTS = 50_000
MOST_UNPACKED = 30_000_000
"""Bytes of one stream of objects. What a page looks like is not unpacked here."""

RUNS = {"/JS", "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMedia", "/XFA", "/GoToE", "/GoToR"}
"""Names of what does something, in a dictionary's keys or as its kind of action."""
HOLDS = {"/EmbeddedFile", "/EmbeddedFiles", "/EF", "/FileAttachment", "/Filespec"}
MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|\?php)[\s>]", re.IGNORECASE)

ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
OPEN_RUNS = re.compile(rb"/(?:JavaScript|Launch|RichMedia)\b")
OPEN_HOLDS = re.compile(rb"/(?:EmbeddedFiles?|FileAttachment)\b")

RUNNING = "This PDF holds a small program or starts one. Print it to a new PDF, and choose that one"
HOLDING = "This PDF holds another file inside. Take that out, or print it to a new PDF, and choose that one"
LOCKED = "This PDF is locked with a password. Take the password off, and choose it again"
BROKEN = "This PDF cannot be read. Open it, print it to a new PDF, and choose that one"
SEVERAL = "This file is two kinds of file at once. It cannot be kept here"
TOO_MUCH = "This PDF has more in it than a document holds. Print it to a new PDF, and choose that one"


def checked(content: bytes) -> bytes:
    """The same file, once every object in it has been looked at. Raises `NotTaken`."""
    _refuse_two_kinds(content)
    _refuse_what_stands_open(content)
    try:
        with apply_configuration(zlib_maximum_output_length=MOST_UNPACKED, lzw_maximum_output_length=MOST_UNPACKED):
            _look_through(PdfReader(io.BytesIO(content), strict=False))
    except (
        PyPdfError,
        zlib.error,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
    ):
        raise NotTaken(BROKEN) from None
    except NotImplementedError:
        raise NotTaken(BROKEN) from None
    return content


def _look_through(reader: PdfReader) -> None:
    if reader.is_encrypted:
        raise NotTaken(LOCKED)
    if len(reader.pages) == 0:
        raise NotTaken(BROKEN)
    for name in _names(reader):
        if name in RUNS:
            raise NotTaken(RUNNING)
        if name in HOLDS:
            raise NotTaken(HOLDING)


def _refuse_what_stands_open(content: bytes) -> None:
    """What runs or holds a file, wherever its name stands: a reader that mends broken files may find what ours passes
    over. Names may be written with `#4A` for `J`.
    """
    plain = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if OPEN_RUNS.search(plain):
        raise NotTaken(RUNNING)
    if OPEN_HOLDS.search(plain):
        raise NotTaken(HOLDING)


def _refuse_two_kinds(content: bytes) -> None:
    if zipfile.is_zipfile(io.BytesIO(content)) or MARKUP.search(content):
        raise NotTaken(SEVERAL)
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise NotTaken(BROKEN)
    if content[end + 5 :].strip(b"\x00\r\n\t "):
        raise NotTaken(SEVERAL)


def _names(reader: PdfReader) -> Iterator[str]:
    """The names that every object uses as keys or values, also of objects that nothing refers to."""
    yield from _named_in(reader.trailer)
    looked_at = 0
    numbers = {(generation, number) for generation, ids in reader.xref.items() for number in ids}
    numbers |= {(0, number) for number in reader.xref_objStm}
    for generation, number in sorted(numbers):
        looked_at += 1
        if looked_at > MOST_OBJECTS:
            raise NotTaken(TOO_MUCH)
        if generation == 65535 or number == 0:
            continue
        found = reader.get_object(IndirectObject(number, generation, reader))
        yield from _named_in(found)


def _named_in(found: Any, depth: int = 0) -> Iterator[str]:
    """Names in one object; what it refers to is an object of its own."""
    if depth > 50:
        raise NotTaken(TOO_MUCH)
    if isinstance(found, NameObject):
        yield str(found)
    elif isinstance(found, DictionaryObject | StreamObject):
        for key in found:
            yield str(key)
            yield from _named_in(found.raw_get(key), depth + 1)
    elif isinstance(found, ArrayObject):
        for one in list.__iter__(found):
            yield from _named_in(one, depth + 1)
