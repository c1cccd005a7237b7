"""What tests across the whole product share: a site in a browser, and a record in which something has happened."""

from __future__ import annotations

from tests.support.site import chromium, signed_in, site, window
from tests.support.story import adopted, happened, now, placed

__all__ = ["adopted", "chromium", "happened", "now", "placed", "signed_in", "site", "window"]
