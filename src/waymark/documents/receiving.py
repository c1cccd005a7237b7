"""Files on their way in: read as they come, and let go of as soon as they are too large.

Django asks an upload handler for every file of a request before any view is asked. This one holds a file in memory, and
no more of it than a file may have; nothing is written to disk. Only a view that says so (`takes_a_file`) gets any.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from waymark.documents.limits import MOST_BYTES

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody brought it: what they call it, and what is in it. `is_cut` when it was too large to hold."""

    name: str
    content: bytes
    is_cut: bool = False

    @classmethod
    def of(cls, file: UploadedFile[Any]) -> Upload:
        """The file of a form."""
        return cls(str(file.name or ""), file.read(), is_cut=bool(getattr(file, "is_cut", False)))


def takes_a_file(view: View) -> View:
    """Declare that a view's form brings files. It stands outermost, where the address leads."""
    view.takes_a_file = True  # type: ignore[attr-defined]
    return view


class HeldInMemory(FileUploadHandler):
    """Holds a file while it is no larger than a file may be; of a larger one it keeps nothing but that it came."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.parts: list[bytes] = []
        self.size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins. Where the page asked for none, the request is refused."""
        super().new_file(*args, **kwargs)
        if self.request is None or not _asks_for_a_file(self.request):
            raise TooManyFilesSent("This page takes no file.")
        self.parts, self.size = [], 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or let go of all of them."""
        self.size += len(raw_data)
        if self.size > MOST_BYTES:
            self.parts = []
        else:
            self.parts.append(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """The file, as forms take it."""
        is_cut = self.size > MOST_BYTES
        content = b"" if is_cut else b"".join(self.parts)
        self.parts = []
        file = InMemoryUploadedFile(
            file=io.BytesIO(content),
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type,
            size=self.size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
        file.is_cut = is_cut  # type: ignore[attr-defined]
        return file


def _asks_for_a_file(request: HttpRequest) -> bool:
    try:
        return bool(getattr(resolve(request.path_info).func, "takes_a_file", False))
    except Resolver404:
        return False
