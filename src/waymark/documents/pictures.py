"""Pictures, drawn anew: what is kept is what can be seen, without where it was taken, by which camera, or anything else
that a file of a picture may carry. The place in a photograph of a refuge is the refuge's address.
"""

from __future__ import annotations

import io
import warnings
import zipfile

from PIL import Image, ImageOps, UnidentifiedImageError

from waymark.documents.refusing import NotTaken

MOST_PIXELS = 50_000_000
"""A photograph of today's telephones, with something to spare; drawn, 200 MB of memory."""
QUALITY = 88
OTHER_FILES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"%PDF-", b"<script", b"<html")
"""How files begin that somebody may have hidden behind a picture."""
SEVERAL = "This file is a picture and something else at once. It cannot be kept here"
BROKEN = "The picture cannot be read. Open it, save it again as JPEG or PNG, and choose that one"


def drawn_anew(content: bytes) -> bytes:
    """The picture as a new file. Raises `NotTaken` for one that is broken, too large to draw, or not only a picture."""
    kind = "JPEG" if content.startswith(b"\xff\xd8") else "PNG"
    if zipfile.is_zipfile(io.BytesIO(content)) or _hides_another(content, kind):
        raise NotTaken(SEVERAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _drawn(content, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotTaken("The picture is too large to be drawn. Make it smaller, and choose it again") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise NotTaken(BROKEN) from None


def _drawn(content: bytes, kind: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=[kind]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        if getattr(picture, "n_frames", 1) > 1 and kind == "PNG":
            raise NotTaken("The picture moves. Save it as one that does not, and choose that one")
        upright = ImageOps.exif_transpose(picture)
        clean = Image.new(_mode(upright, kind), upright.size)
        clean.paste(upright.convert(clean.mode))
    out = io.BytesIO()
    if kind == "JPEG":
        clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    else:
        clean.save(out, "PNG", optimize=True)
    return out.getvalue()


def _mode(picture: Image.Image, kind: str) -> str:
    if picture.mode in ("1", "L"):
        return "L"
    transparent = kind == "PNG" and (picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info)
    return "RGBA" if transparent else "RGB"


def _hides_another(content: bytes, kind: str) -> bool:
    """Whether another file begins behind the end of the picture. Telephones put previews there, which are let go."""
    ending = b"\xff\xd9" if kind == "JPEG" else b"IEND\xaeB`\x82"
    tail = content[content.find(ending) + len(ending) :] if ending in content else b""
    return any(beginning in tail for beginning in OTHER_FILES)
