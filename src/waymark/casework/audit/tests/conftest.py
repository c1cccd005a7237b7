"""What the tests of these pages share."""

from __future__ import annotations

from tests.support.leads import data_lead, other_borough, other_data_lead
from tests.support.story import adopted, happened, now, placed, queries

__all__ = ["adopted", "data_lead", "happened", "now", "other_borough", "other_data_lead", "placed", "queries"]
