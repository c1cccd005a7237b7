"""Two who press at the same moment, in real connections: one counts, the other is told."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from waymark.access.models import Involvement
from waymark.events.models import Event
from waymark.placements.models import Approach, Decision, Route, SpendingKind
from waymark.placements.searching import approach
from waymark.placements.spending import Wanted, buy, decide, propose
from waymark.referrals.checks import AnsweredAlready, answer, ask
from waymark.referrals.models import CheckKind
from waymark.referrals.steps import NotNow

pytestmark = pytest.mark.usefixtures("real_connections")

WANTED = Wanted(kind=SpendingKind.EXTRA_HOURS, weekly_cost=Decimal(90), weeks=2, hours=3, why="Nights")


def _counts(function):
    """Whether it was done, or somebody else had done it."""

    def tried(argument):
        try:
            function(argument)
        except (NotNow, AnsweredAlready):
            return False
        return True

    return tried


def test_one_decision_on_money_counts_one_answer_of_a_check_and_one_approach_of_the_pathway(
    accepted_referral, placements_officer, pathway_officer, head_of_service, gangs_officer, allocated_worker, in_threads
):
    money = propose(accepted_referral, WANTED, actor=placements_officer, id=uuid4())
    check = ask(accepted_referral, CheckKind.AREA, actor=allocated_worker, id=uuid4(), question="North?")

    decided = in_threads(
        _counts(lambda one: decide(money, one, actor=head_of_service, id=uuid4(), why="So it is")), list(Decision)
    )
    answered = in_threads(
        _counts(lambda told: answer(check, actor=gangs_officer, id=uuid4(), told=told)), ["Yes", "No"]
    )
    asked = in_threads(
        _counts(lambda one: approach(accepted_referral, Route.PATHWAY, actor=placements_officer, id=one)),
        [uuid4(), uuid4()],
    )

    assert [sum(tried) for tried in (decided, answered, asked)] == [1, 1, 1]
    assert Event.objects.filter(type="area_check_completed").count() == 1
    assert Approach.objects.count() == Event.objects.filter(type="route_approached").count() == 1
    assert Involvement.objects.filter(role="sp_referrals").count() == 1


def test_what_was_approved_is_bought_once(accepted_referral, placements_officer, head_of_service, in_threads):
    money = propose(accepted_referral, WANTED, actor=placements_officer, id=uuid4())
    decide(money, Decision.APPROVED, actor=head_of_service, id=uuid4(), why="So it is")

    in_threads(_counts(lambda one: buy(money, actor=placements_officer, id=one)), [uuid4(), uuid4(), uuid4()])

    assert Event.objects.filter(type="extra_hours_agreed").count() == 1
