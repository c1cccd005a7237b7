"""A place that was agreed and is given up before anybody moves in, and what is reserved for somebody already."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.support.assessing import in_days
from tests.support.pages import Filler, text_of

from waymark.accommodation.choices import OutOfServiceCause
from waymark.accommodation.models import Occupancy, Unit
from waymark.accommodation.services import cancel, hold, reserve, take_out_of_service
from waymark.assessments.agreeing import accept, confirm, move_in
from waymark.assessments.models import Answer, Offer
from waymark.assessments.offers import NotFromThen, decline, lapses_at, make_offer, withdraw_offer
from waymark.core.errors import Refused
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.placements.models import Approach, Outcome
from waymark.referrals.models import Referral, State
from waymark.referrals.sending import withdraw
from waymark.referrals.steps import NotNow

pytestmark = pytest.mark.usefixtures("db")


def _states(offer, clause):
    return set(Duty.objects.filter(case=offer.case, clause=clause).values_list("state", flat=True))


@pytest.fixture
def agreed(offered, allocated_worker):
    return accept(offered, actor=allocated_worker, id=uuid4())


@pytest.fixture
def unit(scheme):
    return Unit.objects.select_related("scheme__provider").get(scheme=scheme, label="1")


@pytest.fixture
def reserved(unit, system, now):
    def make(case, until=None):
        nights, lapses = (in_days(1), until), lapses_at(20, now)
        return reserve(unit, actor=system, case=case, ref=uuid4(), nights=nights, lapses_at=lapses)

    return make


def test_the_page_says_that_the_place_was_given_up_why_and_that_its_letters_hold_no_longer(
    agreed, client_as, allocated_worker
):
    worker, page = client_as(allocated_worker), f"/offers/{agreed.pk}"
    assert "They do not take the place after all" in text_of(worker.get(page))

    assert Filler(worker, f"{page}/declined").send(why="My nan says I can stay").url == page

    said = text_of(worker.get(page))
    assert "Place given up Where it stands Accepted, and given up on" in said and "My nan says I can stay" in said
    assert "The search goes on" in said and "holds no longer" in said and "Moving in" not in said


def test_a_place_that_is_taken_back_twice_is_said_so_once(agreed, client_as, provider_manager, allocated_worker):
    manager, page = client_as(provider_manager), f"/offers/{agreed.pk}"
    form = Filler(manager, f"{page}/withdraw")

    assert "Say why you cannot give it any more" in text_of(form.send(why=""))
    assert form.send(why="The room flooded").url == f"/assessments/{agreed.approach_id}"
    assert form.send(why="The room flooded").url == page

    said = text_of(manager.get(page))
    assert "Accepted, and taken back by the provider on" in said and "There is no offer" not in said
    assert Event.objects.filter(type="offer_withdrawn").count() == 1
    assert "they offer another place, or refuse" in text_of(client_as(allocated_worker).get(page))


def test_another_provider_finds_no_page_on_which_it_is_given_up(agreed, client_as, other_manager, stranger):
    for actor in (other_manager, stranger):
        for page in ("declined", "withdraw"):
            assert client_as(actor).get(f"/offers/{agreed.pk}/{page}").status_code in (403, 404)


def test_placements_read_who_records_it(agreed, client_as, placements_officer):
    page = f"/offers/{agreed.pk}"
    said = text_of(client_as(placements_officer).get(page))

    assert "The provider or the worker records that they moved in, or that the place is given up" in said
    assert client_as(placements_officer).get(f"{page}/declined").status_code == 403


def test_the_page_of_a_place_says_when_its_referral_is_over(agreed, client_as, allocated_worker):
    withdraw(Referral.objects.get(), actor=allocated_worker, id=uuid4(), reason="Went home")

    said = text_of(client_as(allocated_worker).get(f"/offers/{agreed.pk}"))
    assert "the referral is over: nobody is to move in" in said and "Moving in" not in said


def test_whoever_lives_somewhere_still_gives_up_what_was_kept_for_them(offered, unit, system, allocated_worker):
    home = Unit.objects.select_related("scheme").get(scheme=unit.scheme, label="2")
    lives = hold(home, actor=system, case=offered.case, ref=uuid4(), nights=(in_days(-20), None), kind="placement")
    agreed = accept(offered, actor=allocated_worker, id=uuid4())
    assert agreed.held.kind == "reservation"

    decline(agreed, actor=allocated_worker, id=uuid4(), why="I stay where I am")

    assert Occupancy.objects.filter(cancelled_at=None).get() == lives


def test_the_form_of_another_entry_gives_nothing_up(agreed, allocated_worker):
    """The identifier that comes with a form is that of an entry which is on this record already."""
    before = Event.objects.get(type="placement_agreed")
    with pytest.raises(NotNow):
        decline(agreed, actor=allocated_worker, id=before.pk, why="No")

    assert Offer.objects.get().answer == Answer.ACCEPTED
    assert Occupancy.objects.get(pk=agreed.held_id).cancelled_at is None


@pytest.mark.parametrize(("where", "is_free"), [("other_scheme", True), ("scheme", False), (None, False)])
def test_once_they_moved_in_with_another_provider_what_was_agreed_is_free(agreed, happened, request, where, is_free):
    named = {"scheme": str(request.getfixturevalue(where).case_id)} if where else {}
    happened(agreed, "placement_started", placement=str(uuid4()), referral=str(agreed.referral_id), **named)

    assert Referral.objects.get().state == State.PLACED
    assert (Occupancy.objects.get(pk=agreed.held_id).cancelled_at is not None) == is_free


def test_the_form_of_an_offer_says_which_unit_is_reserved_for_them_and_nothing_of_others(
    passed, reserved, client_as, system, provider_manager, other_young_person
):
    page, manager = f"/assessments/{passed.pk}/offer", client_as(provider_manager)
    before = reserved(passed.case)
    assert "1 Reserved for them already 2 Free now" in text_of(manager.get(page))

    cancel(before, actor=system)
    reserved(other_young_person.case)
    said = text_of(manager.get(page))
    assert "Reserved for them" not in said and other_young_person.name not in said


def test_what_is_reserved_stays_where_the_offer_is_refused(passed, reserved, unit, terms, system, provider_manager):
    before = reserved(passed.case, until=in_days(9))
    take_out_of_service(unit, actor=system, first=in_days(30), back_on=in_days(60), cause=OutOfServiceCause.REPAIRS)

    with pytest.raises(NotFromThen):
        make_offer(passed, terms(unit), actor=provider_manager, id=uuid4())

    before.refresh_from_db()
    assert before.cancelled_at is None


def test_a_yes_to_an_offer_whose_time_is_over_takes_what_is_reserved_for_them_since(
    offered, reserved, unit, system, allocated_worker
):
    cancel(offered.held, actor=system)
    since = reserved(offered.case)

    agreed = accept(offered, actor=allocated_worker, id=uuid4())

    since.refresh_from_db()
    assert since.cancelled_at and Occupancy.objects.filter(unit=unit, cancelled_at=None).get() == agreed.held


def test_once_they_have_moved_in_no_place_is_given_up(agreed, allocated_worker, provider_manager, keyworker):
    move_in(agreed, actor=keyworker, id=uuid4(), on=in_days(0))

    for act, actor in ((withdraw_offer, provider_manager), (decline, allocated_worker), (decline, keyworker)):
        with pytest.raises(NotNow):
            act(agreed, actor=actor, id=uuid4(), why="No")
    assert not Event.objects.filter(type__in=("offer_declined", "offer_withdrawn")).exists()


def test_a_place_that_the_young_person_does_not_take_after_all_is_free_and_the_search_goes_on(
    agreed, allocated_worker, provider_manager
):
    assert _states(agreed, "HAS-13") == {"open"}

    for _ in range(2):
        decline(agreed, actor=allocated_worker, id=uuid4(), why="My nan says I can stay")

    offer = Offer.objects.get()
    assert (offer.answer, offer.why) == (Answer.DECLINED, "My nan says I can stay")
    assert Occupancy.objects.get(pk=offer.held_id).cancelled_at
    assert Approach.objects.get(pk=offer.approach_id).outcome == Outcome.DECLINED
    assert Event.objects.get(type="offer_declined").refs["placement"] == str(offer.placement)
    assert Referral.objects.get().state == State.SEARCHING
    assert _states(agreed, "HAS-13") == {"ended"}
    with pytest.raises(NotNow):
        confirm(agreed, actor=provider_manager, id=uuid4())


def test_a_place_that_the_provider_cannot_give_any_more_leaves_the_letter_and_the_provider_offers_another(
    agreed, provider_manager, allocated_worker, unit, terms
):
    confirm(agreed, actor=provider_manager, id=uuid4())

    withdraw_offer(agreed, actor=provider_manager, id=uuid4(), why="The room flooded")

    assert Offer.objects.get().confirmation is not None
    assert Referral.objects.get().state == State.PASSED
    again = make_offer(agreed.approach, terms(unit), actor=provider_manager, id=uuid4())
    assert Referral.objects.get().state == State.OFFERED
    accept(again, actor=allocated_worker, id=uuid4())
    assert Referral.objects.get().state == State.AGREED


def test_nobody_but_the_worker_and_that_provider_gives_up_an_agreed_place(agreed, other_manager, keyworker):
    with pytest.raises(Refused):
        decline(agreed, actor=other_manager, id=uuid4(), why="No")
    with pytest.raises(Refused):
        withdraw_offer(agreed, actor=keyworker, id=uuid4(), why="No")
    assert Offer.objects.get().answer == Answer.ACCEPTED


def test_of_a_referral_that_was_withdrawn_no_place_is_given_up(agreed, allocated_worker):
    withdraw(Referral.objects.get(), actor=allocated_worker, id=uuid4(), reason="Went home")

    with pytest.raises(NotNow):
        decline(agreed, actor=allocated_worker, id=uuid4(), why="No")
    assert not Event.objects.filter(type="offer_declined").exists()
