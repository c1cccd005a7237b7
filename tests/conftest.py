"""What tests across the whole product share: a site in a browser, and a record in which something has happened."""

from __future__ import annotations

from tests.support.site import chromium, signed_in, site, window
from tests.support.story import adopted, happened, now, placed
from tests.support.world import long_words, world

__all__ = ["adopted", "chromium", "happened", "long_words", "now", "placed", "signed_in", "site", "window", "world"]
