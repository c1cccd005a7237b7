"""What the tests of these pages share."""

from __future__ import annotations

from tests.support.leads import data_lead
from tests.support.story import adopted, happened, now, placed, queries

__all__ = ["adopted", "data_lead", "happened", "now", "placed", "queries"]
