"""A file that is not taken, and why."""

from __future__ import annotations

KINDS = "Choose a PDF, Word (.docx), OpenDocument (.odt), JPEG, PNG or plain text file"


class NotTaken(Exception):  # noqa: N818  (what somebody did is no error of ours)
    """A file is not taken. The text says why and what to do, to whoever brought it."""
