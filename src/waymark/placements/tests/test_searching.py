"""Options, approaches in their order, and what the pathway decides."""

from __future__ import annotations

from uuid import uuid4

import pytest

from waymark.access.models import Involvement
from waymark.access.services import bring_in
from waymark.core.clock import system_clock
from waymark.core.errors import Refused
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.placements.models import Approach, Option, Outcome, Route
from waymark.placements.searching import add_option, approach, pass_on, remove_option, send_back, share_options
from waymark.referrals.models import Referral, State
from waymark.referrals.sending import accept, withdraw
from waymark.referrals.steps import NotNow

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def asked(accepted_referral, placements_officer, pathway_officer):
    return approach(accepted_referral, Route.PATHWAY, actor=placements_officer, id=uuid4())


def _state_of(clause):
    return list(Duty.objects.filter(clause=clause).order_by("since").values_list("state", flat=True))


def test_options_are_listed_once_and_told_to_the_worker_in_one_press(accepted_referral, scheme, placements_officer):
    first = add_option(accepted_referral, scheme, actor=placements_officer, why="Near college")
    again = add_option(accepted_referral, scheme, actor=placements_officer, why="Again")
    identifier = uuid4()
    for _ in range(2):
        share_options(accepted_referral, actor=placements_officer, id=identifier)

    assert first == again
    assert Option.objects.get().shared_at is not None
    assert [event.type for event in Event.objects.filter(type__startswith="options").order_by("sequence")] == [
        "options_shortlisted",
        "options_shared",
    ]
    assert _state_of("SEA-03") == ["met"]


def test_an_empty_list_is_told_to_nobody(accepted_referral, scheme, placements_officer):
    option = add_option(accepted_referral, scheme, actor=placements_officer, why="")
    remove_option(option, actor=placements_officer)

    with pytest.raises(NotNow, match="nothing on the list"):
        share_options(accepted_referral, actor=placements_officer, id=uuid4())


def test_asking_the_pathway_lets_it_in_with_all_documents(asked, pathway_officer, reading_as):
    assert Referral.objects.get().state == State.PATHWAY
    assert _state_of("SEA-04") == ["met"] and _state_of("SEA-08") == ["open"] and _state_of("SEA-09") == ["met"]
    with reading_as(pathway_officer):
        assert Approach.objects.get() == asked


@pytest.mark.parametrize("route", [Route.CAMDEN, Route.ASSESSMENT_CENTRE, Route.SPOT])
def test_no_other_route_is_tried_before_the_pathway(route, accepted_referral, scheme, placements_officer):
    with pytest.raises(NotNow, match="pathway first"):
        approach(accepted_referral, route, actor=placements_officer, id=uuid4(), scheme=scheme)
    assert not Event.objects.filter(type="route_approached").exists()


def test_fostering_may_be_asked_at_any_time(accepted_referral, placements_officer):
    approach(accepted_referral, Route.FOSTERING, actor=placements_officer, id=uuid4())

    assert Approach.objects.get().route == Route.FOSTERING


def test_the_pathway_passes_it_to_a_provider_whose_managers_are_let_in(
    asked, scheme, pathway_officer, provider_manager, other_manager, reading_as
):
    given = pass_on(asked.referral, scheme, actor=pathway_officer, id=uuid4())

    assert (given.pk, given.provider) == (asked.pk, scheme.provider)
    assert Referral.objects.get().state == State.PASSED
    assert _state_of("SEA-08") == ["met"] and _state_of("HAS-01") == ["open"]
    for actor, count in ((provider_manager, 1), (other_manager, 0)):
        with reading_as(actor):
            assert Approach.objects.count() == count


def test_the_pathway_sends_it_back_and_then_others_are_asked(
    asked, scheme, pathway_officer, placements_officer, provider_manager
):
    send_back(asked.referral, actor=pathway_officer, id=uuid4(), reason="Nothing is free")
    assert Approach.objects.get().outcome == Outcome.RETURNED
    assert Referral.objects.get().state == State.RETURNED

    spot = approach(asked.referral, Route.SPOT, actor=placements_officer, id=uuid4(), scheme=scheme)

    assert spot.passed_at is not None
    assert _state_of("SEA-09") == ["met", "met"]


def test_a_referral_sent_straight_to_sp_referrals_is_passed_on_by_them(
    complete_referral, allocated_worker, pathway_officer, scheme, provider_manager, happened
):
    from waymark.referrals.sending import submit

    happened(complete_referral, "facts_recorded", data={"status": "cin"})
    sent = submit(complete_referral, actor=allocated_worker, id=uuid4(), left_out="No plan yet")

    given = pass_on(sent, scheme, actor=pathway_officer, id=uuid4())

    assert given.provider == scheme.provider
    assert Duty.objects.get(clause="SEA-08").state == "met"


def test_a_provider_is_not_given_the_same_referral_twice_at_a_time(
    asked, scheme, pathway_officer, placements_officer, provider_manager
):
    pass_on(asked.referral, scheme, actor=pathway_officer, id=uuid4())

    with pytest.raises(NotNow, match="has this referral already"):
        approach(asked.referral, Route.SPOT, actor=placements_officer, id=uuid4(), scheme=scheme)


def test_placements_do_not_decide_for_the_pathway_nor_the_worker_search(
    asked, scheme, placements_officer, allocated_worker
):
    with pytest.raises(NotNow):
        pass_on(asked.referral, scheme, actor=placements_officer, id=uuid4())
    with pytest.raises(Refused):
        add_option(asked.referral, scheme, actor=allocated_worker, why="")


def test_when_the_referral_is_withdrawn_the_provider_is_let_go(
    asked, scheme, pathway_officer, provider_manager, allocated_worker, reading_as
):
    pass_on(asked.referral, scheme, actor=pathway_officer, id=uuid4())
    withdraw(asked.referral, actor=allocated_worker, id=uuid4(), reason="She went home")

    assert Approach.objects.get().outcome == Outcome.OVER
    with reading_as(provider_manager):
        assert Referral.objects.count() == 0


def test_moving_in_with_a_provider_keeps_it_and_lets_the_others_go(
    asked,
    scheme,
    other_scheme,
    pathway_officer,
    placements_officer,
    provider_manager,
    other_manager,
    happened,
    reading_as,
):
    pass_on(asked.referral, scheme, actor=pathway_officer, id=uuid4())
    approach(asked.referral, Route.SPOT, actor=placements_officer, id=uuid4(), scheme=other_scheme)
    places = {"provider": str(scheme.provider.case_id), "scheme": str(scheme.case_id)}
    happened(asked, "placement_agreed", placement="P1", referral=str(asked.referral_id), **places)
    happened(asked, "placement_started", placement="P1", **places)

    assert dict(Approach.objects.values_list("provider", "outcome")) == {
        scheme.provider_id: Outcome.PLACED,
        other_scheme.provider_id: Outcome.OVER,
    }
    for actor, count in ((provider_manager, 1), (other_manager, 0)):
        with reading_as(actor):
            assert Referral.objects.count() == count


def test_whom_a_provider_brought_in_is_let_go_with_it(
    asked, scheme, pathway_officer, provider_manager, allocated_worker, member, actor_of, reading_as, happened
):
    given = pass_on(asked.referral, scheme, actor=pathway_officer, id=uuid4())
    keyworker = member("Bryony Teal", scheme.provider.agency, "housing_keyworker")
    bring_in(
        actor=provider_manager, case=given.case, role="housing_keyworker", membership=keyworker, at=system_clock.now()
    )

    withdraw(asked.referral, actor=allocated_worker, id=uuid4(), reason="She went home")

    for actor in (provider_manager, actor_of(keyworker)):
        with reading_as(actor):
            assert not Approach.objects.exists()


@pytest.fixture
def brought():
    """Somebody brings in somebody else in their role: `brought(case, by, membership)`."""

    def make(case, by, membership):
        bring_in(actor=by, case=case, role=membership.role, membership=membership, at=system_clock.now())

    return make


def _there(case):
    return set(Involvement.objects.current().filter(case=case).values_list("membership", flat=True))


def test_whom_a_provider_brought_in_at_another_agency_is_let_go_with_it_and_whom_they_brought_in(
    asked, scheme, other_scheme, pathway_officer, provider_manager, allocated_worker, member, actor_of, brought
):
    given = pass_on(asked.referral, scheme, actor=pathway_officer, id=uuid4())
    elsewhere = member("Bryony Teal", other_scheme.provider.agency, "provider_manager")
    further = member("Corin Vale", other_scheme.provider.agency, "housing_keyworker")
    brought(given.case, provider_manager, elsewhere)
    brought(given.case, actor_of(elsewhere), further)
    assert {elsewhere.pk, further.pk} <= _there(given.case)

    withdraw(asked.referral, actor=allocated_worker, id=uuid4(), reason="She went home")

    assert not {elsewhere.pk, further.pk, provider_manager.membership_id} & _there(given.case)


def test_whoever_worked_there_before_stays_and_so_do_those_whom_they_brought_in(
    asked, scheme, other_scheme, pathway_officer, provider_manager, allocated_worker, member, involved, brought
):
    involved(asked, "provider_manager", actor=provider_manager)
    given = pass_on(asked.referral, scheme, actor=pathway_officer, id=uuid4())
    elsewhere = member("Bryony Teal", other_scheme.provider.agency, "housing_keyworker")
    brought(given.case, provider_manager, elsewhere)

    withdraw(asked.referral, actor=allocated_worker, id=uuid4(), reason="She went home")

    assert {elsewhere.pk, provider_manager.membership_id} <= _there(given.case)


def test_the_councils_own_people_stay_whom_a_provider_called_in_with_a_step(
    asked, scheme, pathway_officer, provider_manager, allocated_worker, commissioner
):
    from waymark.access.calling_in import call_in

    given = pass_on(asked.referral, scheme, actor=pathway_officer, id=uuid4())
    call_in(given.case, "commissioning", actor=provider_manager, at=system_clock.now())

    withdraw(asked.referral, actor=allocated_worker, id=uuid4(), reason="She went home")

    assert commissioner.membership_id in _there(given.case)


def test_once_somebody_moved_in_those_whom_the_provider_brought_in_stay(
    asked, scheme, other_scheme, pathway_officer, provider_manager, member, happened, brought
):
    given = pass_on(asked.referral, scheme, actor=pathway_officer, id=uuid4())
    elsewhere = member("Bryony Teal", other_scheme.provider.agency, "housing_keyworker")
    brought(given.case, provider_manager, elsewhere)
    places = {"provider": str(scheme.provider.case_id), "referral": str(asked.referral_id)}

    happened(asked, "placement_started", placement="P1", **places)

    assert elsewhere.pk in _there(given.case)


def test_whom_the_council_brought_in_at_a_provider_stays_when_it_was_asked_in_vain(
    asked, scheme, pathway_officer, provider_manager, allocated_worker, keyworker, system, reading_as
):
    pass_on(asked.referral, scheme, actor=pathway_officer, id=uuid4())
    withdraw(asked.referral, actor=allocated_worker, id=uuid4(), reason="She went home")

    with reading_as(keyworker):
        assert Approach.objects.exists()


def test_a_provider_that_had_it_twice_is_let_go_when_the_second_ends(
    asked, scheme, pathway_officer, placements_officer, provider_manager, happened, allocated_worker, reading_as
):
    first = pass_on(asked.referral, scheme, actor=pathway_officer, id=uuid4())
    other = uuid4()
    happened(asked.referral, "referral_submitted", referral=str(other), data={"route": "placements_team"})
    second = Referral.objects.get(pk=other)
    accept(second, actor=placements_officer, id=uuid4(), fostering="No carer was found")
    approach(second, Route.PATHWAY, actor=placements_officer, id=uuid4())
    pass_on(second, scheme, actor=pathway_officer, id=uuid4())

    withdraw(first.referral, actor=allocated_worker, id=uuid4(), reason="She went home")
    with reading_as(provider_manager):
        assert Approach.objects.exists()

    withdraw(second, actor=allocated_worker, id=uuid4(), reason="She went home")
    with reading_as(provider_manager):
        assert not Approach.objects.exists()


def test_the_pathway_decides_nothing_that_it_was_not_asked(accepted_referral, pathway_officer, involved):
    involved(accepted_referral, "sp_referrals", actor=pathway_officer)

    with pytest.raises(NotNow):
        send_back(accepted_referral, actor=pathway_officer, id=uuid4(), reason="Nothing is free")
