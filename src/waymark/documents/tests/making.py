"""Files of every sort, good and hostile, made here byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

CONTENT_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
DOCUMENT = b'<?xml version="1.0"?><w:document><w:body>My plan</w:body></w:document>'
RELATIONS = b'<?xml version="1.0"?><Relationships/>'


def pdf(change=None, *, password="") -> bytes:
    """A PDF of one page. `change` may do something to its writer first."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if change:
        change(writer)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_javascript(writer):
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
    writer.root_object[NameObject("/OpenAction")] = action


def with_a_file(writer):
    writer.add_attachment("notes.txt", b"x")


def with_launch(writer):
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
    )


def with_javascript_on_a_page(writer):
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
    link = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): action})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])


def with_something_unused(writer):
    """An object that nothing refers to."""
    stream = DecodedStreamObject()
    stream[NameObject("/Type")] = NameObject("/EmbeddedFile")
    stream.set_data(b"MZ")
    writer._add_object(stream)


def package(parts, *, compression=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in parts:
            made.writestr(name, content)
    return out.getvalue()


def docx(*more) -> bytes:
    """A Word file with `more` parts."""
    parts = [
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", RELATIONS),
        ("word/document.xml", DOCUMENT),
        ("word/_rels/document.xml.rels", RELATIONS),
    ]
    given = {name for name, _ in more}
    return package([part for part in parts if part[0] not in given] + list(more))


def odt(*more) -> bytes:
    """An OpenDocument text with `more` parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        for name, content in (("content.xml", b"<office:document-content/>"), *more):
            made.writestr(name, content)
    return out.getvalue()


def locked_part() -> bytes:
    """A Word file whose last part says that it is encrypted."""
    made = bytearray(docx())
    place = made.rfind(b"PK\x01\x02")
    made[place + 8] |= 1
    return bytes(made)


def lying_about_its_size() -> bytes:
    """A Word file of which a part says that it unpacks to 10 bytes, and unpacks to 50 million."""
    made = bytearray(docx(("word/media/x.xml", b"\x00" * 50_000_000)))
    place = made.rfind(b"PK\x01\x02")
    made[place + 24 : place + 28] = struct.pack("<L", 10)
    local = made.rfind(b"PK\x03\x04")
    made[local + 22 : local + 26] = struct.pack("<L", 10)
    return bytes(made)


def picture(kind="JPEG", *, size=(40, 30), exif=None, mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind, **({"exif": exif} if exif else {}), **options)
    return out.getvalue()


def picture_with_a_place() -> bytes:
    """A photograph that says where it was taken, on its side, by which telephone."""
    exif = Image.Exif()
    exif[0x010F] = "A telephone"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 32.0, 10.0), 3: "W", 4: (0.0, 6.0, 5.0)})
    return picture(exif=exif)


def vast_png() -> bytes:
    """A small file of a picture of 60,000 by 60,000 points."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack("!L", len(data)) + name + data + struct.pack("!L", zlib.crc32(name + data))

    head = struct.pack("!LLBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 100_000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data
