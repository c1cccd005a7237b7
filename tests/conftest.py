"""What tests across the whole product share: records in which something has happened."""

from __future__ import annotations

from tests.support.story import adopted, happened, now, placed
from tests.support.world import long_words, world

__all__ = ["adopted", "happened", "long_words", "now", "placed", "world"]
