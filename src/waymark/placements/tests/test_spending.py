"""Money is asked for, decided on by the right manager, and spent only then (SEA-10)."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from waymark.core.errors import Refused
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.placements.models import Decision, Spending, SpendingKind
from waymark.placements.spending import Wanted, buy, decide, propose
from waymark.referrals.steps import NotNow

pytestmark = pytest.mark.usefixtures("db")

WANTED = Wanted(kind=SpendingKind.SPOT_PURCHASE, weekly_cost=Decimal("950.00"), weeks=12, why="Nothing else is free")


@pytest.fixture
def proposed(accepted_referral, placements_officer, head_of_service, service_manager):
    return propose(accepted_referral, WANTED, actor=placements_officer, id=uuid4())


def test_the_manager_is_let_in_to_decide_and_the_cost_is_there(proposed, head_of_service, reading_as):
    with reading_as(head_of_service):
        assert Spending.objects.get().whole_cost == Decimal("11400.00")


def test_approved_by_the_head_of_service_for_a_child_looked_after_and_then_bought(
    proposed, head_of_service, placements_officer
):
    decide(proposed, Decision.APPROVED, actor=head_of_service, id=uuid4(), why="Agreed")
    buy(proposed, actor=placements_officer, id=uuid4())

    assert Duty.objects.get(clause="SEA-10").state == "met"
    assert Spending.objects.get().bought_at is not None


def test_nothing_is_bought_before_it_is_approved(proposed, head_of_service, placements_officer):
    with pytest.raises(NotNow, match="not approved"):
        buy(proposed, actor=placements_officer, id=uuid4())
    decide(proposed, Decision.DECLINED, actor=head_of_service, id=uuid4(), why="Try the other borough")
    with pytest.raises(NotNow, match="not approved"):
        buy(proposed, actor=placements_officer, id=uuid4())
    assert not Event.objects.filter(type__in=["spot_purchase_made", "spot_purchase_approved"]).exists()


def test_the_service_manager_decides_for_a_care_leaver_and_for_nobody_else(
    accepted_referral, placements_officer, head_of_service, service_manager, happened, involved
):
    involved(accepted_referral, "service_manager", actor=service_manager)
    looked_after = propose(accepted_referral, WANTED, actor=placements_officer, id=uuid4())
    with pytest.raises(NotNow, match="Another manager"):
        decide(looked_after, Decision.APPROVED, actor=service_manager, id=uuid4(), why="Fine")

    happened(accepted_referral, "facts_recorded", data={"status": "care_leaver"})
    decide(looked_after, Decision.APPROVED, actor=service_manager, id=uuid4(), why="Fine")

    assert Spending.objects.get().decision == Decision.APPROVED


def test_nobody_decides_on_what_they_asked_for_themselves_in_whatever_role(
    accepted_referral, placements_officer, head_of_service, council, system, involved, actor_of
):
    from waymark.access.models import Membership
    from waymark.accounts.models import Account

    own = Membership.objects.create(
        account=Account.objects.get(pk=placements_officer.account_id),
        agency=council,
        role="head_of_service",
        starts_at=Membership.objects.get(pk=head_of_service.membership_id).starts_at,
    )
    both = actor_of(Membership.objects.select_related("account", "agency", "team").get(pk=own.pk))
    involved(accepted_referral, "head_of_service", actor=both)
    spending = propose(accepted_referral, WANTED, actor=placements_officer, id=uuid4())

    with pytest.raises(NotNow, match="yourself"):
        decide(spending, Decision.APPROVED, actor=both, id=uuid4(), why="Mine")


def test_the_database_refuses_it_too(proposed):
    from django.db import IntegrityError, transaction
    from django.utils import timezone

    with pytest.raises(IntegrityError), transaction.atomic():
        Spending.objects.filter(pk=proposed.pk).update(
            decision="approved", decided_at=timezone.now(), decided_by=proposed.asked_by_id
        )


def test_a_decision_is_made_once(proposed, head_of_service):
    decide(proposed, Decision.DECLINED, actor=head_of_service, id=uuid4(), why="No")

    with pytest.raises(NotNow, match="already"):
        decide(proposed, Decision.APPROVED, actor=head_of_service, id=uuid4(), why="Yes")


def test_the_worker_and_the_provider_ask_for_no_money(accepted_referral, allocated_worker, keyworker):
    for actor in (allocated_worker, keyworker):
        with pytest.raises(Refused):
            propose(accepted_referral, WANTED, actor=actor, id=uuid4())


def test_nothing_is_bought_once_the_approval_was_withdrawn(proposed, head_of_service, placements_officer, system):
    from waymark.events.services import retract

    decide(proposed, Decision.APPROVED, actor=head_of_service, id=uuid4(), why="Agreed")
    retract(Event.objects.get(type="spot_purchase_approved"), "Meant for somebody else", system)

    with pytest.raises(NotNow, match="not approved"):
        buy(proposed, actor=placements_officer, id=uuid4())
