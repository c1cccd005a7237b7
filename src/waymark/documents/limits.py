"""How large and how many: the numbers that files are held to."""

from __future__ import annotations

MOST_BYTES = 10_000_000
"""The largest file, in bytes: a scanned plan of 40 pages, a photograph of any telephone."""

MOST_BODY = MOST_BYTES + 1_000_000
"""The largest request: a file with the answers of its form. What claims to be more is refused before it is read."""

LONGEST_NAME = 150
"""Characters of a file's name."""
