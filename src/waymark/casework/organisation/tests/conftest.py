"""What the tests of these pages share."""

from __future__ import annotations

from tests.support.organisation import agency_administrator
from tests.support.story import queries

__all__ = ["agency_administrator", "queries"]
