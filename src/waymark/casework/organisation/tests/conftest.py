"""What the tests of these pages share."""

from __future__ import annotations

from tests.support.leads import data_lead, other_borough, other_data_lead
from tests.support.organisation import agency_administrator
from tests.support.story import queries

__all__ = ["agency_administrator", "data_lead", "other_borough", "other_data_lead", "queries"]
