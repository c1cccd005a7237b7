"""What a file may be called, and what its name says it is."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

from waymark.documents.limits import LONGEST_NAME
from waymark.documents.refusing import NotTaken

TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows: a program may look like a picture."""
NOT_LETTERS = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def good_name(name: str) -> str:
    """The name as it is kept. Raises `NotTaken` for one that is a path, hides something, or is too long."""
    name = unicodedata.normalize("NFC", name).strip()
    if not name or name.strip(". ") == "":
        raise NotTaken("The file has no name. Give it one, and choose it again")
    if "/" in name or "\\" in name or name.startswith("..") or name[1:2] == ":":
        raise NotTaken("The file's name holds the name of a folder. Rename the file, and choose it again")
    if TURNING & set(name):
        raise NotTaken("The file's name hides what kind of file it is. Rename the file, and choose it again")
    if any(unicodedata.category(letter) in NOT_LETTERS for letter in name):
        raise NotTaken("The file's name holds characters that cannot be seen. Rename the file, and choose it again")
    if len(name) > LONGEST_NAME:
        raise NotTaken(f"The file's name is too long. Shorten it to {LONGEST_NAME} characters, and choose it again")
    return name


def extension(name: str) -> str:
    """The end of a name after its last point, in small letters: "pdf"; "" when it has none."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()
