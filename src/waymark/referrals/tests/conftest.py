"""What the tests of referrals share."""

from __future__ import annotations

from tests.support.referring import (
    complete_referral,
    coordinator,
    pathway_officer,
    placements_officer,
    referral,
    sent_referral,
    written,
    yos_worker,
)
from tests.support.story import adopted, happened, now, queries

__all__ = [
    "adopted",
    "complete_referral",
    "coordinator",
    "happened",
    "now",
    "pathway_officer",
    "placements_officer",
    "queries",
    "referral",
    "sent_referral",
    "written",
    "yos_worker",
]
