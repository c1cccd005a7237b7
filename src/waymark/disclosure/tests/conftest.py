"""What the tests of this app share: a young person about whom something of every kind is held."""

from __future__ import annotations

import pytest
from tests.support.keeping import grown_up, head_of_service
from tests.support.leads import data_lead, other_borough, other_data_lead
from tests.support.story import adopted, happened, now, placed, queries

__all__ = [
    "adopted",
    "data_lead",
    "grown_up",
    "happened",
    "head_of_service",
    "now",
    "other_borough",
    "other_data_lead",
    "placed",
    "queries",
]

SECRET = "the informant is his cousin Leroy Vance"
HELD_BACK = "a paragraph that only the manager may read"
FREE = "Amira and her friend Zainab Qureshi argued"
WHY_CLOSED = "her aunt works in the leaving care team"
WHY_CONFLICT = "he is the brother of her partner"
WHY_EMERGENCY = "police at the door asking after Zainab"
WORDS = (SECRET, HELD_BACK, FREE, WHY_CLOSED, WHY_CONFLICT, WHY_EMERGENCY)


@pytest.fixture
def file_on_amira(
    placed, happened, young_person, allocated_worker, colleague, gangs_officer, stranger, system, scheme, involved
):
    """Amira's record with free text, intelligence, an entry held back, a restriction, a conflict, an emergency."""
    from waymark.access.closing import add_paragraph, declare_conflict
    from waymark.access.emergency import break_glass
    from waymark.accounts.models import Account

    case = young_person.case
    facts = {"status": "care_leaver", "gang_risk": True}
    happened(young_person, "facts_recorded", days_ago=12, data=facts)
    incident = {"category": "death_or_injury", "serious": True, "summary": FREE}
    entry = happened(young_person, "incident_recorded", days_ago=4, incident="I1", data=incident)
    happened(young_person, "intelligence_received", days_ago=3, intelligence="N1", data={"summary": SECRET})
    add_paragraph(entry, actor=colleague, text=HELD_BACK, why="only she may know", readers=[])
    break_glass(case, actor=gangs_officer, why=WHY_EMERGENCY, hours=4)
    account = Account.objects.get(pk=stranger.account_id)
    declare_conflict(actor=system, case=case, account=account, why=WHY_CONFLICT)
    return young_person
