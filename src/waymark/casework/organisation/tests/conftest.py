"""What the tests of these pages share."""

from __future__ import annotations

from tests.support.story import queries

__all__ = ["queries"]
