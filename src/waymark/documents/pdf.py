"""Accessible PDF files: tagged, with a title and a language, checked against PDF/UA-1 as typst writes them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst


def made(template: Path, data: Mapping[str, Any], at: datetime, *, if_not_drawn: Mapping[str, Any]) -> bytes:
    """A PDF file of `template`, which reads `data` as JSON: all words go in as text, never as markup.

    Where no font has a letter, `if_not_drawn` goes in instead, which says so; that file is tagged, but not certified.
    """
    try:
        return _compiled(template, data, at, certified=True)
    except typst.TypstError as problem:
        if "could not be displayed" not in str(problem):
            raise
        return _compiled(template, if_not_drawn, at, certified=False)


def clean(text: str) -> str:
    """Without characters that are nobody's writing: controls, and places that Unicode gives to nothing."""
    return "".join(one for one in text if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs", "Co", "Cn"))


def _compiled(template: Path, data: Mapping[str, Any], at: datetime, *, certified: bool) -> bytes:
    file = typst.compile(
        template.read_bytes(),
        sys_inputs={"data": json.dumps(data)},
        font_paths=_fonts(),
        pdf_standards=["ua-1"] if certified else [],
        timestamp=at.replace(microsecond=0),
    )
    assert isinstance(file, bytes)
    return file


@cache
def _fonts() -> typst.Fonts:
    """The fonts of this machine and those that come with typst, looked up once."""
    return typst.Fonts()
