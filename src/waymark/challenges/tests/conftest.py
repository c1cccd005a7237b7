"""What the tests of challenges share."""

from __future__ import annotations

from tests.support.assessing import here, other_passed, passed, seen, terms
from tests.support.challenging import challenged, refused
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
from tests.support.vacancies import commissioner

__all__ = [
    "accepted_referral",
    "adopted",
    "challenged",
    "commissioner",
    "complete_referral",
    "happened",
    "here",
    "now",
    "other_manager",
    "other_passed",
    "other_scheme",
    "passed",
    "pathway_officer",
    "placements_officer",
    "provider_manager",
    "queries",
    "referral",
    "refused",
    "seen",
    "sent_referral",
    "terms",
    "written",
]
