"""What the tests of the search share."""

from __future__ import annotations

from tests.support.keeping import head_of_service
from tests.support.placing import accepted_referral, other_manager, other_scheme, provider_manager, service_manager
from tests.support.referring import (
    complete_referral,
    pathway_officer,
    placements_officer,
    referral,
    sent_referral,
    written,
)
from tests.support.story import adopted, happened, now, queries
from tests.support.vacancies import commissioner

__all__ = [
    "accepted_referral",
    "adopted",
    "commissioner",
    "complete_referral",
    "happened",
    "head_of_service",
    "now",
    "other_manager",
    "other_scheme",
    "pathway_officer",
    "placements_officer",
    "provider_manager",
    "queries",
    "referral",
    "sent_referral",
    "service_manager",
    "written",
]
