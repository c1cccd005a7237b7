"""What every page of a record has around it: whom it is about, and where else to go in it.

Pages of apps that come before `casework` belong to a record too, so they ask through this module; `casework` registers
itself here when the system starts. Such a page extends `casework/case/layout.jinja2` and hands on what `frame` gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from waymark.core.errors import NotWiredError

if TYPE_CHECKING:
    from django.http import HttpRequest


class Framer(Protocol):
    """What `casework` must be able to say."""

    def __call__(self, request: HttpRequest, case: Any, tab: str) -> dict[str, Any]:
        """What the layout of a record's pages reads; `tab` is the one that the page belongs to."""
        ...


class _Registered:
    framer: Framer | None = None


def register_framer(framer: Framer) -> None:
    """Called once by `casework` at start-up."""
    _Registered.framer = framer


def framer_is_registered() -> bool:
    """For the system check."""
    return _Registered.framer is not None


def frame(request: HttpRequest, case: Any, tab: str) -> dict[str, Any]:
    """What the layout of a record's pages reads, for a page under `tab`. Raises `NotWiredError` without `casework`."""
    if _Registered.framer is None:
        raise NotWiredError("Nothing frames the pages of a record: is waymark.casework installed?")
    return _Registered.framer(request, case, tab)
