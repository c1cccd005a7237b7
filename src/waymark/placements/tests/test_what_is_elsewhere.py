"""The identifier of something on another record, sent with a form of one's own: it stays as it is and nothing fails."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from waymark.events.models import Event
from waymark.placements.housing_record import add_entry
from waymark.placements.models import Approach, HousingEntry, Route, Spending, SpendingKind
from waymark.placements.searching import approach, pass_on
from waymark.placements.spending import Wanted, propose
from waymark.referrals.models import Referral
from waymark.referrals.sending import accept

pytestmark = pytest.mark.usefixtures("db")

WANTED = Wanted(kind=SpendingKind.EXTRA_HOURS, weekly_cost=Decimal(90), weeks=2, hours=3, why="Nights")


@pytest.fixture
def elsewhere(
    adopted, other_young_person, happened, involved, colleague, placements_officer, pathway_officer, provider_manager
):
    """A referral of somebody else's for which a search has begun, by an officer who works on both."""
    identifier = uuid4()
    for actor in (colleague, placements_officer, pathway_officer):
        involved(other_young_person, actor.role, actor=actor)
    happened(other_young_person, "referral_submitted", referral=str(identifier), data={"route": "sp_referrals"})
    return Referral.objects.get(pk=identifier)


def test_an_approach_is_not_taken_for_one_on_another_record(
    elsewhere, accepted_referral, scheme, placements_officer, pathway_officer
):
    there = pass_on(elsewhere, scheme, actor=pathway_officer, id=uuid4())
    entry = Event.objects.filter(case=elsewhere.case).first().pk

    for taken, route in ((there.pk, Route.PATHWAY), (entry, Route.CAMDEN)):
        first, again = (approach(accepted_referral, route, actor=placements_officer, id=taken) for _ in range(2))
        assert first == again and first.referral == accepted_referral

    assert Approach.objects.get(referral=elsewhere) == there


def test_money_is_not_taken_for_what_was_asked_on_another_record(
    elsewhere, accepted_referral, placements_officer, head_of_service
):
    accept(elsewhere, actor=placements_officer, id=uuid4(), fostering="No carer was found")
    there = propose(elsewhere, WANTED, actor=placements_officer, id=uuid4())

    first, again = (propose(accepted_referral, WANTED, actor=placements_officer, id=there.pk) for _ in range(2))

    assert first == again and first.referral == accepted_referral
    assert Spending.objects.filter(referral=elsewhere).get() == there


def test_an_entry_of_the_housing_record_is_not_taken_for_one_on_another(
    elsewhere, accepted_referral, placements_officer
):
    there = add_entry(elsewhere.case, actor=placements_officer, id=uuid4(), text="Kept to himself")

    first, again = (
        add_entry(accepted_referral.case, actor=placements_officer, id=there.pk, text="Cooked") for _ in range(2)
    )

    assert first == again and first.case == accepted_referral.case
    assert HousingEntry.objects.get(case=elsewhere.case).text == "Kept to himself"
