"""What tests across the whole product share: records in which something has happened."""

from __future__ import annotations

from tests.support.assessing import assessed, housing_officer
from tests.support.challenging import challenges_here
from tests.support.keeping import grown_up, head_of_service
from tests.support.leads import data_lead, other_borough, other_data_lead
from tests.support.organisation import agency_administrator
from tests.support.placing import searched
from tests.support.referring import coordinator, pathway_officer, placements_officer, referred
from tests.support.story import adopted, happened, now, placed
from tests.support.vacancies import commissioner, other_commissioner, provider_manager, referrals_officer
from tests.support.walking_in import came
from tests.support.world import long_words, world

__all__ = [
    "adopted",
    "came",
    "challenges_here",
    "agency_administrator",
    "assessed",
    "commissioner",
    "data_lead",
    "coordinator",
    "grown_up",
    "happened",
    "head_of_service",
    "housing_officer",
    "long_words",
    "now",
    "other_borough",
    "other_commissioner",
    "other_data_lead",
    "placed",
    "pathway_officer",
    "placements_officer",
    "provider_manager",
    "referrals_officer",
    "referred",
    "searched",
    "world",
]
