"""What the tests of the provider's side share."""

from __future__ import annotations

from tests.support.assessing import here, housing_officer, offered, other_passed, passed, seen, terms
from tests.support.keeping import head_of_service
from tests.support.placing import accepted_referral, other_manager, other_scheme, provider_manager
from tests.support.referring import (
    complete_referral,
    pathway_officer,
    placements_officer,
    referral,
    sent_referral,
    written,
)
from tests.support.story import adopted, happened, now, queries

__all__ = [
    "accepted_referral",
    "adopted",
    "complete_referral",
    "happened",
    "head_of_service",
    "here",
    "housing_officer",
    "now",
    "offered",
    "other_manager",
    "other_passed",
    "other_scheme",
    "passed",
    "pathway_officer",
    "placements_officer",
    "provider_manager",
    "queries",
    "referral",
    "seen",
    "sent_referral",
    "terms",
    "written",
]
