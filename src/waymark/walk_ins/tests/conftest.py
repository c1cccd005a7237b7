"""What the tests of walk-ins share."""

from __future__ import annotations

from tests.support.placing import provider_manager
from tests.support.referring import placements_officer
from tests.support.story import queries
from tests.support.vacancies import commissioner
from tests.support.walking_in import came

__all__ = ["came", "commissioner", "placements_officer", "provider_manager", "queries"]
