"""Offers, refusals, agreeing and moving in: HAS-06, HAS-07 and HAS-10 to HAS-14."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.support.assessing import in_days

from waymark.access.models import Involvement
from waymark.accommodation.errors import LivesElsewhere, NotFree
from waymark.accommodation.models import Occupancy, Unit
from waymark.accommodation.services import cancel, change_scheme, reserve
from waymark.assessments.agreeing import accept, before_moving_in, confirm, gates_before_moving_in, move_in
from waymark.assessments.completing import save_to_case_file
from waymark.assessments.keeping import NotYetFree, Room, room_of
from waymark.assessments.models import Answer, Offer, Refusal
from waymark.assessments.offers import (
    NotFromThen,
    decline,
    lapses_at,
    letter_for,
    make_offer,
    units_for,
    withdraw_offer,
)
from waymark.assessments.refusing import Grounds, Held, discussed, refuse
from waymark.core.errors import Refused
from waymark.documents.models import Document
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.placements.models import Approach, Outcome
from waymark.referrals.models import Referral, State
from waymark.referrals.record import facts_of
from waymark.referrals.steps import NotNow

pytestmark = pytest.mark.usefixtures("db")
GROUNDS = Grounds(reason="risk_to_others", explanation="We have no staff at night.", evidence="Rota of this month")


@pytest.fixture
def unit(scheme):
    return Unit.objects.select_related("scheme__provider").get(scheme=scheme, label="1")


def _state(about, clause):
    return set(Duty.objects.filter(case=about.case, clause=clause).values_list("state", flat=True))


def test_an_offer_holds_the_unit_and_tells_in_writing(passed, unit, terms, provider_manager, seen):
    from waymark.assessments.interviews import was_held

    was_held(seen(passed), actor=provider_manager, id=uuid4(), attended=["young_person"])

    offer = make_offer(passed, terms(unit), actor=provider_manager, id=uuid4())

    assert (offer.held.kind, offer.held.arrives_on) == ("reservation", offer.move_in)
    assert offer.letter.kind == "offer_letter"
    assert Event.objects.get(type="offer_made").data["how"] == ["writing"]
    assert _state(passed, "HAS-06") == {"met"} and _state(passed, "HAS-14") == {"open"}
    assert Referral.objects.get().state == State.OFFERED


def test_the_letter_that_is_looked_at_is_the_letter_that_is_sent(passed, unit, terms, provider_manager):
    shown = letter_for(passed, terms(unit), actor=provider_manager).as_data()

    offer = make_offer(passed, terms(unit), actor=provider_manager, id=uuid4())

    assert offer.letter.content.letter == shown
    assert "1 Tanner Row" in str(shown) and "Dana Whitlock" in str(shown)


def test_the_same_form_offers_once_and_a_second_offer_waits_for_the_first(passed, unit, terms, provider_manager):
    one = uuid4()
    for _ in range(2):
        make_offer(passed, terms(unit), actor=provider_manager, id=one)
    with pytest.raises(NotNow):
        make_offer(passed, terms(unit), actor=provider_manager, id=uuid4())
    assert Offer.objects.count() == 1


def test_a_unit_that_somebody_else_is_to_have_is_not_offered(
    offered, other_young_person, accepted_referral, unit, terms, provider_manager, system
):
    approach = Approach.objects.get(pk=offered.approach_id)
    withdraw_offer(offered, actor=provider_manager, id=uuid4(), why="A mistake")

    reserve(
        unit,
        actor=system,
        case=other_young_person.case,
        ref=uuid4(),
        nights=(in_days(3), None),
        lapses_at=offered.lapses_at,
    )

    with pytest.raises(NotFromThen, match="No day is known"):
        make_offer(approach, terms(unit), actor=provider_manager, id=uuid4())
    assert Event.objects.filter(type="offer_made").count() == 1
    assert Document.objects.filter(kind="offer_letter").count() == 1


def test_no_unit_of_another_provider_and_no_day_that_is_over(passed, other_scheme, unit, terms, provider_manager):
    elsewhere = Unit.objects.select_related("scheme__provider").get(scheme=other_scheme)
    for wrong in (terms(elsewhere), terms(unit, move_in=in_days(-1))):
        with pytest.raises(NotNow):
            make_offer(passed, wrong, actor=provider_manager, id=uuid4())


def test_a_keyworker_and_another_providers_manager_offer_nothing(
    passed, unit, terms, keyworker, other_manager, other_passed
):
    for actor in (keyworker, other_manager):
        with pytest.raises(Refused):
            make_offer(passed, terms(unit), actor=actor, id=uuid4())


@pytest.fixture
def units(scheme):
    rows = Unit.objects.select_related("scheme__provider").filter(scheme=scheme)
    return {unit.label: unit for unit in rows}


@pytest.fixture
def lives(other_young_person, system):
    """Somebody else lives in a unit between two days, counted from today: `lives(unit, -20, 9)`."""
    from waymark.accommodation.services import hold

    def make(unit, first, until=None, *, case=None, ref=None):
        nights = (in_days(first), None if until is None else in_days(until))
        about = case or other_young_person.case
        return hold(
            unit, actor=system, case=about, ref=ref or uuid4(), nights=nights, kind="placement", main=case is not None
        )

    return make


def test_units_are_offered_that_can_be_held_until_further_notice_the_soonest_first(
    passed, units, lives, provider_manager
):
    lives(units["1"], -20)
    lives(units["3"], -20, 9)
    lives(units["4"], 5, 30)
    lives(units["2"], 40)

    found = units_for(passed, actor=provider_manager)

    assert [(one.unit.label, one.open_from) for one in found.to_offer] == [("3", in_days(9)), ("4", in_days(30))]
    assert [(one.unit.label, one.free_from) for one in found.others] == [("1", None), ("2", in_days(0))]


@pytest.mark.parametrize(("first", "until"), [(-20, None), (-20, 9), (40, None), (30, 40)])
def test_what_cannot_be_held_until_further_notice_is_refused_before_it_is_offered(
    first, until, passed, unit, lives, terms, provider_manager
):
    lives(unit, first, until)

    with pytest.raises(NotFromThen):
        make_offer(passed, terms(unit), actor=provider_manager, id=uuid4())
    assert not Offer.objects.exists() and not Document.objects.filter(kind="offer_letter").exists()


def test_a_unit_is_not_offered_for_a_day_before_it_is_ready(passed, unit, terms, provider_manager):
    from waymark.accommodation.choices import VoidCause
    from waymark.accommodation.services import NewVoid, record_void

    void = NewVoid(unit=unit, cause=VoidCause.REPAIRS, first=in_days(-3), ready_on=in_days(12))
    record_void(void, actor=provider_manager)

    with pytest.raises(NotFromThen) as refused:
        make_offer(passed, terms(unit), actor=provider_manager, id=uuid4())
    assert refused.value.field == "move_in"
    assert make_offer(passed, terms(unit, move_in=in_days(12)), actor=provider_manager, id=uuid4())


@pytest.fixture
def reserved(passed, unit, system, now):
    def make(case):
        nights, until = (in_days(1), None), lapses_at(20, now)
        return reserve(unit, actor=system, case=case, ref=uuid4(), nights=nights, lapses_at=until)

    return make


def test_what_is_reserved_for_somebody_makes_way_for_an_offer_of_it_to_them(
    passed, unit, terms, reserved, provider_manager
):
    before = reserved(passed.case)
    assert unit in [one.unit for one in units_for(passed, actor=provider_manager).to_offer]

    offer = make_offer(passed, terms(unit), actor=provider_manager, id=uuid4())

    before.refresh_from_db()
    assert before.cancelled_at and offer.held.pk != before.pk
    assert Occupancy.objects.filter(unit=unit, cancelled_at=None).get() == offer.held


def test_what_is_reserved_for_somebody_else_holds_the_unit_against_an_offer(
    passed, unit, terms, reserved, provider_manager, other_young_person
):
    before = reserved(other_young_person.case)

    assert unit not in [one.unit for one in units_for(passed, actor=provider_manager).to_offer]
    with pytest.raises(NotFromThen):
        make_offer(passed, terms(unit), actor=provider_manager, id=uuid4())
    before.refresh_from_db()
    assert before.cancelled_at is None


def test_an_offer_that_is_declined_frees_the_unit_and_lets_the_provider_go(offered, allocated_worker, provider_manager):
    decline(offered, actor=allocated_worker, id=uuid4(), why="Too far from college")

    offer = Offer.objects.get()
    assert (offer.answer, offer.why) == (Answer.DECLINED, "Too far from college")
    assert Occupancy.objects.get(pk=offer.held_id).cancelled_at
    assert Approach.objects.get(pk=offer.approach_id).outcome == Outcome.DECLINED
    current = Involvement.objects.current().filter(case=offer.case_id)
    assert not current.filter(membership=provider_manager.membership_id).exists()


def test_after_an_offer_that_was_declined_the_search_goes_on(offered, allocated_worker):
    for _ in range(2):
        decline(offered, actor=allocated_worker, id=uuid4(), why="Too far from college")

    entry = Event.objects.get(type="offer_declined")
    assert (entry.data, entry.refs) == ({"reason": "Too far from college"}, {"referral": str(offered.referral_id)})
    assert Referral.objects.get().state == State.SEARCHING


def test_after_an_offer_that_was_withdrawn_the_provider_has_the_referral_still(offered, unit, terms, provider_manager):
    for _ in range(2):
        withdraw_offer(offered, actor=provider_manager, id=uuid4(), why="The room flooded")

    assert Event.objects.get(type="offer_withdrawn").data == {"reason": "The room flooded"}
    assert Referral.objects.get().state == State.PASSED
    assert Occupancy.objects.get(pk=offered.held_id).cancelled_at
    make_offer(offered.approach, terms(unit), actor=provider_manager, id=uuid4())
    assert Referral.objects.get().state == State.OFFERED


def test_while_another_provider_has_it_a_declined_offer_leaves_the_referral_with_that_one(
    offered, other_scheme, other_manager, placements_officer, allocated_worker, terms
):
    from waymark.placements.models import Route
    from waymark.placements.searching import approach

    given = approach(offered.referral, Route.SPOT, actor=placements_officer, id=uuid4(), scheme=other_scheme)
    decline(offered, actor=allocated_worker, id=uuid4(), why="Too far from college")
    assert Referral.objects.get().state == State.PASSED

    elsewhere = Unit.objects.select_related("scheme__provider").get(scheme=other_scheme)
    other = make_offer(given, terms(elsewhere), actor=other_manager, id=uuid4())
    decline(other, actor=allocated_worker, id=uuid4(), why="Too small")
    assert Referral.objects.get().state == State.SEARCHING


def test_while_another_offer_waits_the_referral_stays_at_place_offered(
    offered, other_scheme, other_manager, placements_officer, provider_manager, terms
):
    from waymark.placements.models import Route
    from waymark.placements.searching import approach

    given = approach(offered.referral, Route.SPOT, actor=placements_officer, id=uuid4(), scheme=other_scheme)
    elsewhere = Unit.objects.select_related("scheme__provider").get(scheme=other_scheme)
    make_offer(given, terms(elsewhere), actor=other_manager, id=uuid4())

    withdraw_offer(offered, actor=provider_manager, id=uuid4(), why="The room flooded")

    assert Referral.objects.get().state == State.OFFERED


def test_the_provider_records_what_the_young_person_told_it_and_no_other_does(
    offered, keyworker, other_manager, other_passed
):
    with pytest.raises(Refused):
        decline(offered, actor=other_manager, id=uuid4(), why="No")

    decline(offered, actor=keyworker, id=uuid4(), why="I want to stay near my nan")

    assert Offer.objects.get().why == "I want to stay near my nan"
    assert Event.objects.get(type="offer_declined").by == "housing_keyworker"


def test_a_refusal_waits_until_it_was_discussed(passed, provider_manager, allocated_worker):
    with pytest.raises(Held, match="HAS-07"):
        refuse(passed, GROUNDS, actor=provider_manager, id=uuid4())
    assert not Refusal.objects.exists() and not Document.objects.filter(kind="refusal_letter").exists()

    discussed(passed, actor=provider_manager, id=uuid4())
    refusal = refuse(passed, GROUNDS, actor=provider_manager, id=uuid4())

    assert (refusal.reason, refusal.evidence) == ("risk_to_others", "Rota of this month")
    assert Event.objects.get(type="refusal_made").data == {
        "how": ["writing"],
        "has": ["explanation"],
        "reason": "We have no staff at night.",
    }
    assert _state(passed, "HAS-07") == {"met"} and _state(passed, "HAS-12") == {"met"}
    assert Referral.objects.get().state == State.REFUSED


def test_what_another_provider_discussed_opens_no_gate(passed, other_passed, provider_manager, other_manager):
    discussed(passed, actor=provider_manager, id=uuid4())
    refuse(passed, GROUNDS, actor=provider_manager, id=uuid4())
    Approach.objects.filter(pk=other_passed.pk).update(passed_at=in_the_end())

    with pytest.raises(Held):
        refuse(other_passed, GROUNDS, actor=other_manager, id=uuid4())


def in_the_end():
    from waymark.core.clock import system_clock

    return system_clock.now()


def test_a_worker_refuses_nothing(passed, allocated_worker):
    with pytest.raises(Refused):
        discussed(passed, actor=allocated_worker, id=uuid4())


def test_accepting_makes_the_reservation_the_placement_and_lets_the_others_go(
    offered, other_passed, other_scheme, other_manager, allocated_worker, terms
):
    elsewhere = Unit.objects.select_related("scheme__provider").get(scheme=other_scheme)
    other = make_offer(other_passed, terms(elsewhere), actor=other_manager, id=uuid4())

    offer = accept(offered, actor=allocated_worker, id=uuid4())

    assert (offer.held.kind, offer.held.ref, offer.held.lapses_at) == ("placement", offer.placement, None)
    agreed = Event.objects.get(type="placement_agreed")
    assert agreed.refs["placement"] == str(offer.placement) and agreed.data["unit"] == "1"
    assert facts_of(offer.case)["several_tiers"] is False
    assert Offer.objects.get(pk=other.pk).answer == Answer.WITHDRAWN
    assert Occupancy.objects.get(pk=other.held_id).cancelled_at
    assert Approach.objects.get(pk=other_passed.pk).outcome == Outcome.OVER
    current = Involvement.objects.current().filter(case=offer.case_id)
    assert not current.filter(membership=other_manager.membership_id).exists()
    assert Referral.objects.get().state == State.AGREED


def test_accepted_twice_it_is_agreed_once(offered, allocated_worker):
    for _ in range(2):
        accept(offered, actor=allocated_worker, id=uuid4())

    assert Event.objects.filter(type="placement_agreed").count() == 1


def test_an_offer_whose_time_is_over_is_accepted_only_while_the_unit_is_free(
    offered, allocated_worker, other_young_person, unit, system
):
    cancel(offered.held, actor=system)

    taken = reserve(
        unit,
        actor=system,
        case=other_young_person.case,
        ref=uuid4(),
        nights=(in_days(3), None),
        lapses_at=offered.lapses_at,
    )
    with pytest.raises(NotFree):
        accept(offered, actor=allocated_worker, id=uuid4())
    assert Offer.objects.get().answer == Answer.WAITING
    assert not Event.objects.filter(type="placement_agreed").exists()

    cancel(taken, actor=system)
    assert accept(offered, actor=allocated_worker, id=uuid4()).held.kind == "placement"


def test_the_provider_does_not_accept_its_own_offer(offered, provider_manager):
    with pytest.raises(Refused):
        accept(offered, actor=provider_manager, id=uuid4())


@pytest.fixture
def agreed(offered, allocated_worker):
    return accept(offered, actor=allocated_worker, id=uuid4())


def test_the_place_is_confirmed_in_writing_and_letters_go_to_the_case_file(agreed, provider_manager, allocated_worker):
    confirm(agreed, actor=provider_manager, id=uuid4())

    offer = Offer.objects.get()
    assert _state(offer, "HAS-13") == {"met"}
    save_to_case_file(agreed.referral, offer.letter, actor=allocated_worker)
    assert _state(offer, "HAS-14") == {"met"}


def test_moving_in_begins_the_stay_and_ends_the_referral(agreed, keyworker):
    move_in(agreed, actor=keyworker, id=uuid4(), on=in_days(0))

    offer = Offer.objects.get()
    assert (offer.started_on, offer.held.arrives_on, offer.held.kind) == (in_days(0), in_days(0), "placement")
    assert Referral.objects.get().state == State.PLACED
    approach = Approach.objects.get(pk=offer.approach_id)
    assert approach.outcome == Outcome.PLACED
    assert Occupancy.objects.filter(case=offer.case, cancelled_at=None).count() == 1


def test_nobody_moves_in_on_a_day_to_come(agreed, keyworker):
    with pytest.raises(NotNow):
        move_in(agreed, actor=keyworker, id=uuid4(), on=in_days(1))


def test_out_of_borough_with_concerns_waits_for_the_host_and_the_plan(
    offered, happened, allocated_worker, placements_officer, keyworker, scheme, system
):
    change_scheme(scheme, actor=system, host_authority="Ashwick Council")
    happened(offered, "facts_recorded", data={"child_concern": True})
    offer = accept(offered, actor=allocated_worker, id=uuid4())
    with pytest.raises(Held, match="HAS-10"):
        move_in(offer, actor=keyworker, id=uuid4(), on=in_days(0))

    before_moving_in(offer, "host_authority_consulted", actor=allocated_worker, id=uuid4())
    assert gates_before_moving_in(offer, actor=keyworker)
    before_moving_in(offer, "unit_risk_plan_requested", actor=placements_officer, id=uuid4())

    assert gates_before_moving_in(offer, actor=keyworker) == []
    move_in(offer, actor=keyworker, id=uuid4(), on=in_days(0))
    assert _state(offer, "HAS-10") == {"met"}


def test_the_room_is_kept_however_late_they_come_and_theirs_from_when_it_is_free(
    passed, unit, lives, terms, provider_manager, allocated_worker, keyworker
):
    lives(unit, -20, 2)
    offer = make_offer(passed, terms(unit, move_in=in_days(2)), actor=provider_manager, id=uuid4())
    offer = accept(offer, actor=allocated_worker, id=uuid4())

    assert room_of(offer, actor=keyworker) == Room(in_days(2), is_free=False, somebody_there=False, home="")
    with pytest.raises(NotYetFree, match="is free from"):
        move_in(offer, actor=keyworker, id=uuid4(), on=in_days(0))
    assert Offer.objects.get().started_on is None


def test_once_the_record_says_that_somebody_left_the_next_can_move_in(
    passed, unit, lives, terms, provider_manager, allocated_worker, keyworker, happened, other_young_person
):
    placement = uuid4()
    lives(unit, -20, 2, ref=placement)
    happened(other_young_person, "placement_started", placement=str(placement))
    offer = make_offer(passed, terms(unit, move_in=in_days(2)), actor=provider_manager, id=uuid4())
    offer = accept(offer, actor=allocated_worker, id=uuid4())
    assert room_of(offer, actor=keyworker).somebody_there

    happened(other_young_person, "placement_ended", placement=str(placement))

    assert room_of(offer, actor=keyworker) == Room(in_days(0), is_free=True, somebody_there=False, home="")
    move_in(offer, actor=keyworker, id=uuid4(), on=in_days(0))
    assert Offer.objects.get().started_on == in_days(0)


def test_whoever_lives_somewhere_is_offered_a_place_and_moves_in_once_the_other_ended(
    passed, units, lives, terms, provider_manager, allocated_worker, keyworker, happened
):
    before = uuid4()
    lives(units["2"], -20, case=passed.case, ref=before)
    offer = make_offer(passed, terms(units["1"]), actor=provider_manager, id=uuid4())
    offer = accept(offer, actor=allocated_worker, id=uuid4())
    assert (offer.held.kind, offer.held.lapses_at) == ("reservation", None)
    assert room_of(offer, actor=keyworker).home == str(before)
    with pytest.raises(LivesElsewhere):
        move_in(offer, actor=keyworker, id=uuid4(), on=in_days(0))

    happened(passed, "placement_ended", placement=str(before))
    move_in(offer, actor=keyworker, id=uuid4(), on=in_days(0))

    offer = Offer.objects.get()
    assert (offer.held.kind, offer.held.ref, offer.started_on) == ("placement", offer.placement, in_days(0))


@pytest.mark.parametrize("is_accepted", [False, True])
def test_a_referral_that_is_withdrawn_frees_what_was_held(is_accepted, offered, allocated_worker):
    from waymark.referrals.sending import withdraw

    if is_accepted:
        accept(offered, actor=allocated_worker, id=uuid4())
    withdraw(Referral.objects.get(), actor=allocated_worker, id=uuid4(), reason="Went home")

    offer = Offer.objects.get()
    assert Occupancy.objects.get(pk=offer.held_id).cancelled_at
    assert offer.answer == (Answer.ACCEPTED if is_accepted else Answer.WITHDRAWN)


def test_moving_in_that_is_recorded_elsewhere_counts_here(agreed, happened):
    happened(agreed, "placement_started", placement=str(agreed.placement), referral=str(agreed.referral_id))

    assert Offer.objects.get().started_on == in_days(0)
