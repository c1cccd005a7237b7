"""Word and OpenDocument files: packages of parts. Each part is unpacked, counted while it is, and looked at."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from waymark.documents.refusing import KINDS, NotTaken

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_PARTS = 1_000
MOST_UNPACKED = 100_000_000
"""Bytes of all parts together."""
MOST_TIMES = 200
"""How many times larger than packed a part of more than a million bytes may be. Text packs to about a tenth."""
PIECE = 1_000_000

BOMB = "The file unpacks to far more than a document holds. It cannot be kept here"
MACROS = "The file holds macros (small programs). Save it without them, and choose it again"
INSIDE = "The file holds another file inside. Take that out, or save it as a PDF, and choose it again"
LOCKED = "The file is locked with a password. Take the password off, and choose it again"
ELSEWHERE = "The file loads parts of itself from somewhere else. Save it as a PDF, and choose that one"
BROKEN = "The file cannot be read. Open it, save it again, and choose it once more"
NOT_OFFICE = f"This kind of file cannot be kept here. {KINDS}"
SEVERAL = "This file is two kinds of file at once. It cannot be kept here"

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OPEN = "application/vnd.oasis.opendocument.text"

MACRO_PARTS = re.compile(
    r"vbaproject|vbadata|(^|/)activex|macrosheets|(^|/)basic/|(^|/)scripts/|\.bin$|attachedtoolbars", re.IGNORECASE
)
FILES_INSIDE = re.compile(r"(^|/)embeddings/|oleobject|(^|/)object[ _]?\d+(/|$)|(^|/)afchunk", re.IGNORECASE)
BEGINNINGS_OF_FILES = (b"PK\x03\x04", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"MZ", b"\x7fELF", b"%PDF-", OLE)
DECLARATIONS = re.compile(rb"<!\s*(?:doctype|entity)", re.IGNORECASE)
LOADS = re.compile(
    rb"<[^>]*(?:attachedTemplate|oleObject|frame|subDocument|externalLink|control)\"[^>]*TargetMode\s*=\s*\"External\""
    rb"|<[^>]*TargetMode\s*=\s*\"External\"[^>]*(?:attachedTemplate|oleObject|frame|subDocument|externalLink)\"",
    re.IGNORECASE,
)
ANY_MACRO_TYPE = re.compile(rb"macroEnabled|ms-word\.document\.macro|ms-office\.vbaProject|activeX", re.IGNORECASE)
LOCKED_PART = re.compile(rb"manifest:encryption-data", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Package:
    """Which sort of package it is, and how to check it."""

    content_type: str
    ending: str
    check: Callable[[bytes], bytes]


def sort_of(content: bytes) -> Package:
    """Word or OpenDocument text, by its parts. Raises `NotTaken` for any other archive."""
    with _opened(content) as package:
        names = {part.filename for part in package.infolist()}
        if "[Content_Types].xml" in names and "word/document.xml" in names:
            return Package(WORD, "docx", checked)
        first = next(iter(package.infolist()), None)
        if first and first.filename == "mimetype" and _read(package, first, most=200) == OPEN.encode():
            return Package(OPEN, "odt", checked)
    raise NotTaken(NOT_OFFICE)


def checked(content: bytes) -> bytes:
    """The same file, once every part has been unpacked and looked at. Raises `NotTaken`."""
    with _opened(content) as package:
        parts = package.infolist()
        if len(parts) > MOST_PARTS:
            raise NotTaken(BOMB)
        if len({part.filename.lower() for part in parts}) < len(parts):
            raise NotTaken(BROKEN)
        unpacked = 0
        for part in parts:
            inside = _read(package, part, most=MOST_UNPACKED - unpacked)
            unpacked += len(inside)
            _look_at(part.filename, inside)
    return content


def _opened(content: bytes) -> zipfile.ZipFile:
    """The package, if it begins and ends as one: nothing before its first part and nothing after its list of parts."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise NotTaken(BROKEN) from None
    if content[-22:-18] != b"PK\x05\x06" or package.comment:
        raise NotTaken(SEVERAL)
    return package


def _read(package: zipfile.ZipFile, part: zipfile.ZipInfo, *, most: int = MOST_UNPACKED) -> bytes:
    """What a part holds, unpacked no further than `most` bytes and no larger than its packed size allows."""
    if part.flag_bits & 0x1:
        raise NotTaken(LOCKED)
    if part.file_size > most or part.file_size > max(PIECE, part.compress_size * MOST_TIMES):
        raise NotTaken(BOMB)
    try:
        with package.open(part) as stream:
            inside = stream.read(part.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        raise NotTaken(BROKEN) from None
    if len(inside) > part.file_size:
        raise NotTaken(BOMB)
    return inside


def _look_at(name: str, inside: bytes) -> None:
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or "\x00" in name:
        raise NotTaken(BROKEN)
    if MACRO_PARTS.search(name):
        raise NotTaken(MACROS)
    if FILES_INSIDE.search(name) or inside.startswith(BEGINNINGS_OF_FILES):
        raise NotTaken(INSIDE)
    if not name.lower().endswith((".xml", ".rels", ".rdf", ".vml")):
        return
    if DECLARATIONS.search(inside.replace(b"\x00", b"")):  # without NUL, UTF-16 reads the same
        raise NotTaken(BROKEN)
    if ANY_MACRO_TYPE.search(inside) and name == "[Content_Types].xml":
        raise NotTaken(MACROS)
    if name.lower().endswith(".rels") and LOADS.search(inside):
        raise NotTaken(ELSEWHERE)
    if name == "META-INF/manifest.xml" and LOCKED_PART.search(inside):
        raise NotTaken(LOCKED)
    if name == "content.xml" and b"<script:event-listener" in inside:
        raise NotTaken(MACROS)
