"""What the tests of these pages share."""

from __future__ import annotations

from tests.support.story import adopted, happened, now, placed, queries

__all__ = ["adopted", "happened", "now", "placed", "queries"]
