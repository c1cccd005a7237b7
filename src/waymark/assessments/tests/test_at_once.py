"""Two who accept a place at the same moment, in two real connections."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.support.assessing import approached, in_days, invented_person
from tests.support.assessing import offer_of as make

from waymark.accommodation.errors import NotFree
from waymark.accommodation.models import Occupancy, Unit
from waymark.accommodation.services import cancel, hold, reserve
from waymark.assessments.agreeing import accept, move_in
from waymark.assessments.models import Answer, Offer
from waymark.assessments.offers import decline, lapses_at, make_offer, withdraw_offer
from waymark.core.errors import Refused
from waymark.events.models import Event
from waymark.referrals.steps import NotNow

pytestmark = pytest.mark.usefixtures("real_connections")


@pytest.fixture
def people(
    adopted, borough, system, involved, allocated_worker, placements_officer, pathway_officer, provider_manager, scheme
):
    """Two young people who have the same provider."""
    found = []
    for place, name in enumerate(("first", "second")):
        person = invented_person(name, place, borough, system)
        involved(person, "social_worker", actor=allocated_worker)
        involved(person, "placements_team", actor=placements_officer)
        found.append(approached(person, allocated_worker, placements_officer, scheme))
    return found


def test_of_two_workers_who_accept_one_unit_one_has_it_and_the_other_is_told(
    people, provider_manager, allocated_worker, system, in_threads
):
    offers = []
    for approach in people:  # what was held for the first lapses before the unit is offered again, and then both have
        offer = make(approach, "1", provider_manager)
        cancel(offer.held, actor=system)
        offers.append(offer)

    def try_it(offer):
        try:
            return accept(offer, actor=allocated_worker, id=uuid4()).pk
        except NotFree:
            return None

    won = [one for one in in_threads(try_it, offers) if one is not None]

    assert len(won) == 1
    assert Offer.objects.get(answer=Answer.ACCEPTED).pk == won[0]
    assert Occupancy.objects.filter(kind="placement", cancelled_at=None).count() == 1
    assert Event.objects.filter(type="placement_agreed").count() == 1


def test_a_double_click_accepts_once(people, provider_manager, allocated_worker, in_threads):
    offer = make(people[0], "1", provider_manager)

    accepted = in_threads(lambda _: accept(offer, actor=allocated_worker, id=uuid4()).placement, range(3))

    assert len(set(accepted)) == 1
    assert Event.objects.filter(type="placement_agreed").count() == 1


def test_of_giving_a_place_up_and_moving_in_one_happens_and_the_other_is_told(
    people, provider_manager, allocated_worker, in_threads
):
    offer = accept(make(people[0], "1", provider_manager), actor=allocated_worker, id=uuid4())
    acts = (
        lambda: decline(offer, actor=allocated_worker, id=uuid4(), why="My nan says I can stay"),
        lambda: move_in(offer, actor=provider_manager, id=uuid4(), on=in_days(0)),
    )

    def try_it(act):
        try:
            act()
        except NotNow:
            return False
        return True

    assert sorted(in_threads(try_it, acts)) == [False, True]

    now = Offer.objects.get()
    told = Event.objects.filter(type__in=("offer_declined", "placement_started")).values_list("type", flat=True)
    assert list(told) == (["offer_declined"] if now.answer == Answer.DECLINED else ["placement_started"])
    assert Occupancy.objects.filter(cancelled_at=None).count() == (0 if now.answer == Answer.DECLINED else 1)


def test_of_giving_a_place_up_and_taking_it_back_one_happens_and_the_other_is_told(
    people, provider_manager, allocated_worker, in_threads
):
    offer = accept(make(people[0], "1", provider_manager), actor=allocated_worker, id=uuid4())

    def try_it(act):
        try:
            act[0](offer, actor=act[1], id=uuid4(), why="No")
        except (NotNow, Refused):  # once it was declined the provider's people are let go
            return False
        return True

    acts = ((decline, allocated_worker), (withdraw_offer, provider_manager), (decline, allocated_worker))
    assert any(in_threads(try_it, acts))

    told = Event.objects.filter(type__in=("offer_declined", "offer_withdrawn")).values_list("type", flat=True)
    assert list(told) == [f"offer_{Offer.objects.get().answer}"]
    assert not Occupancy.objects.filter(cancelled_at=None).exists()


def test_nobody_comes_between_what_was_reserved_and_the_offer_that_takes_its_place(
    people, provider_manager, system, terms, scheme, now, in_threads
):
    unit = Unit.objects.select_related("scheme__provider").get(scheme=scheme, label="1")
    theirs, another = people
    nights = (in_days(7), None)
    reserve(unit, actor=system, case=theirs.case, ref=uuid4(), nights=nights, lapses_at=lapses_at(20, now))

    def take(_):
        try:
            hold(unit, actor=system, case=another.case, ref=uuid4(), nights=nights, kind="placement")
        except NotFree:
            return False
        return True

    def offer(_):
        return make_offer(theirs, terms(unit), actor=provider_manager, id=uuid4()).held.case_id == theirs.case_id

    assert in_threads(lambda act: act(None), (take, offer, take)) == [False, True, False]
    assert Occupancy.objects.get(unit=unit, cancelled_at=None).case_id == theirs.case_id
