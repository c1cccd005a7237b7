"""A refusal challenged, stage by stage."""

from __future__ import annotations

from uuid import uuid4

import pytest

from waymark.access.models import Involvement
from waymark.accommodation.choices import NeedLevel
from waymark.accommodation.models import Provider
from waymark.audit.models import Entry
from waymark.challenges.challenging import (
    accept_refusal,
    answer,
    challenge_contract,
    end,
    not_resolved,
    placements_could_not,
    provider_takes_further,
    raise_challenge,
    say,
)
from waymark.challenges.models import Challenge, ChallengeStep, Ended, Kind, Stage
from waymark.challenges.need_level import agree, dispute
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.events.services import retract
from waymark.placements.models import Approach, Outcome
from waymark.referrals.models import Referral, State
from waymark.referrals.record import facts_of
from waymark.referrals.steps import NotNow

pytestmark = pytest.mark.usefixtures("db")

WORKER, PLACEMENTS = Permission.CHALLENGE, Permission.REVIEW_CHALLENGE


def _duty(clause):
    return [duty.state for duty in Duty.objects.filter(clause=clause).order_by("part")]


def _now(challenge):
    return Challenge.objects.select_related("case", "referral", "provider").get(pk=challenge.pk)


@pytest.fixture
def at_placements(challenged, allocated_worker):
    not_resolved(challenged, "They name no incident", actor=allocated_worker, id=uuid4())
    return _now(challenged)


@pytest.fixture
def at_commissioning(at_placements, placements_officer, commissioner):
    placements_could_not(at_placements, "No evidence came", actor=placements_officer, id=uuid4())
    return _now(at_placements)


def test_accepting_a_refusal_lets_the_search_go_on_and_the_provider_go(refused, allocated_worker, provider_manager):
    assert _duty("CHA-01") == ["open"]

    accept_refusal(refused.referral, refused, actor=allocated_worker, id=uuid4())

    assert _duty("CHA-01") == ["met"]
    assert Referral.objects.get().state == State.SEARCHING
    assert Approach.objects.get(pk=refused.approach_id).outcome == Outcome.REFUSED
    current = Involvement.objects.current().filter(membership=provider_manager.membership_id)
    assert not current.exists()


def test_a_refusal_is_answered_once(refused, allocated_worker):
    accept_refusal(refused.referral, refused, actor=allocated_worker, id=uuid4())

    with pytest.raises(NotNow):
        accept_refusal(refused.referral, refused, actor=allocated_worker, id=uuid4())
    with pytest.raises(NotNow):
        raise_challenge(refused.referral, refused, actor=allocated_worker, id=uuid4(), missing="All of it")


def test_a_challenge_says_what_is_missing_and_brings_the_contract_onto_the_record(challenged, refused):
    assert (challenged.stage, challenged.provider, challenged.refusal) == (
        Stage.PROVIDER,
        refused.approach.provider,
        refused.pk,
    )
    step = ChallengeStep.objects.get()
    assert (step.kind, step.text, step.sections) == (Kind.RAISED, "Which incidents is this about?", ["why"])
    assert facts_of(challenged.case)["block_contract"] is True
    assert (_duty("CHA-01"), _duty("CHA-05")) == (["met"], ["open"])
    assert Entry.objects.filter(kind="challenges.ChallengeStep", object_id=str(step.pk)).exists()


def test_the_same_challenge_sent_twice_is_raised_once(refused, allocated_worker):
    ticket = uuid4()
    for _ in range(2):
        raise_challenge(refused.referral, refused, actor=allocated_worker, id=ticket, missing="All of it")

    assert Event.objects.filter(type="challenge_raised").count() == 1
    with pytest.raises(NotNow):
        raise_challenge(refused.referral, refused, actor=allocated_worker, id=uuid4(), missing="Again")


def test_the_provider_answers_and_nobody_else_does(challenged, provider_manager, allocated_worker, other_manager):
    for other in (allocated_worker, other_manager):
        with pytest.raises(Refused):
            answer(challenged, "Take our word", changes_mind=False, actor=other, id=uuid4())
    ticket = uuid4()

    for _ in range(2):
        answer(challenged, "Three incidents in May", changes_mind=False, actor=provider_manager, id=ticket)

    assert _duty("CHA-05") == ["met"]
    assert ChallengeStep.objects.filter(kind=Kind.ANSWERED).count() == 1
    assert _now(challenged).answered_at is not None


def test_another_provider_with_the_same_referral_does_not_answer(other_passed, challenged, other_manager):
    with pytest.raises(Refused):
        answer(challenged, "As if it were ours", changes_mind=True, actor=other_manager, id=uuid4())


def test_a_provider_that_changes_its_mind_gets_the_referral_back(challenged, provider_manager, allocated_worker):
    answer(challenged, "We can staff the nights", changes_mind=True, actor=provider_manager, id=uuid4())

    end(challenged, Ended.OVERTURNED, "They offer", actor=allocated_worker, permission=WORKER, id=uuid4())

    assert (_now(challenged).stage, _now(challenged).ended) == (Stage.RESOLVED, Ended.OVERTURNED)
    assert Referral.objects.get().state == State.PASSED
    assert Approach.objects.get(provider=challenged.provider).ended_at is None


@pytest.mark.parametrize("ended", [Ended.UPHELD, Ended.WITHDRAWN])
def test_a_challenge_that_ends_with_the_refusal_standing_accepts_it(ended, challenged, allocated_worker):
    end(challenged, ended, "They showed us", actor=allocated_worker, permission=WORKER, id=uuid4())

    assert Event.objects.filter(type="refusal_accepted").count() == 1
    assert Referral.objects.get().state == State.SEARCHING
    assert Approach.objects.get(provider=challenged.provider).outcome == Outcome.REFUSED


def test_what_is_unresolved_goes_to_placements_and_its_clock_runs(at_placements):
    assert at_placements.stage == Stage.PLACEMENTS
    assert (_duty("CHA-02"), _duty("CHA-03")) == (["met"], ["open"])
    assert Event.objects.get(type="challenge_unresolved").data == {"stage": "provider"}


def test_the_provider_raises_what_stays_unresolved_with_commissioning_too(
    at_placements, provider_manager, commissioner
):
    assert "open" in _duty("CHA-08")

    provider_takes_further(at_placements, "We need a decision", actor=provider_manager, id=uuid4())

    assert set(_duty("CHA-08")) == {"met"}
    assert _now(at_placements).stage == Stage.COMMISSIONING
    assert Involvement.objects.current().filter(case=at_placements.case, role="commissioning").exists()


def test_a_provider_raises_nothing_that_is_not_unresolved(challenged, provider_manager, commissioner):
    with pytest.raises(NotNow):
        provider_takes_further(challenged, "Now", actor=provider_manager, id=uuid4())


def test_with_a_block_contract_it_goes_on_to_commissioning(at_commissioning, commissioner, reading_as):
    assert at_commissioning.stage == Stage.COMMISSIONING
    assert (_duty("CHA-03"), _duty("CHA-04"), _duty("CHA-07")) == (["met"], ["met"], ["open"])
    with reading_as(commissioner):
        assert Challenge.objects.get().pk == at_commissioning.pk


def test_without_a_block_contract_it_comes_back_to_the_worker(at_placements, placements_officer, commissioner):
    Provider.objects.filter(pk=at_placements.provider_id).update(block_contract=False)

    went_on = placements_could_not(at_placements, "No evidence", actor=placements_officer, id=uuid4())

    assert (went_on, _duty("CHA-04")) == (False, [])
    assert not Involvement.objects.current().filter(role="commissioning").exists()


def test_commissioning_challenges_the_contract_and_the_challenge_stays_open(at_commissioning, commissioner):
    challenge_contract(at_commissioning, "Clause 4: nights are staffed", actor=commissioner, id=uuid4())

    assert _duty("CHA-07") == ["met"]
    assert _now(at_commissioning).is_open

    end(
        at_commissioning,
        Ended.OVERTURNED,
        "Nights are staffed",
        actor=commissioner,
        permission=Permission.CHALLENGE_CONTRACT,
        id=uuid4(),
    )
    assert Referral.objects.get().state == State.PASSED


def test_nobody_acts_before_it_was_taken_to_them(challenged, placements_officer, commissioner, involved):
    involved(challenged.case, "commissioning", actor=commissioner)

    with pytest.raises(NotNow):
        end(challenged, Ended.UPHELD, "So", actor=placements_officer, permission=PLACEMENTS, id=uuid4())
    with pytest.raises(NotNow):
        placements_could_not(challenged, "So", actor=placements_officer, id=uuid4())
    with pytest.raises(NotNow):
        challenge_contract(challenged, "So", actor=commissioner, id=uuid4())


def test_only_whoever_raised_it_takes_it_back(at_placements, placements_officer):
    with pytest.raises(NotNow):
        end(at_placements, Ended.WITHDRAWN, "So", actor=placements_officer, permission=PLACEMENTS, id=uuid4())


def test_an_ended_challenge_takes_no_more_steps(challenged, allocated_worker, provider_manager):
    end(challenged, Ended.UPHELD, "They showed us", actor=allocated_worker, permission=WORKER, id=uuid4())

    with pytest.raises(NotNow):
        say(challenged, Kind.SAID, "But", actor=allocated_worker, permission=WORKER, id=uuid4())


def test_evidence_asked_for_and_given_is_kept_with_who_and_when(challenged, allocated_worker, provider_manager):
    say(challenged, Kind.ASKED, "The incident log", actor=allocated_worker, permission=WORKER, id=uuid4())
    answering = Permission.ANSWER_CHALLENGE
    say(challenged, Kind.GIVEN, "Three entries", actor=provider_manager, permission=answering, id=uuid4())

    said = ChallengeStep.objects.order_by("at").values_list("kind", "by")
    assert list(said)[1:] == [
        (Kind.ASKED, allocated_worker.membership_id),
        (Kind.GIVEN, provider_manager.membership_id),
    ]


def test_a_withdrawn_entry_takes_the_challenge_back_a_stage(at_placements, system):
    retract(Event.objects.get(type="escalated"), "Recorded by mistake", system)

    assert _now(at_placements).stage == Stage.PROVIDER


def test_a_challenge_of_another_record_cannot_be_moved_by_naming_it(challenged, other_young_person, happened):
    happened(other_young_person, "challenge_resolved", challenge=str(challenged.pk))
    happened(other_young_person, "challenge_raised", challenge="C-17 of another system")

    assert _now(challenged).is_open
    assert Challenge.objects.count() == 1


def test_a_dispute_over_need_is_agreed_with_the_worker(passed, provider_manager, allocated_worker):
    dispute(passed.referral, "He cooks and pays", actor=provider_manager, id=uuid4(), level=NeedLevel.LOW)
    challenge = Challenge.objects.get()
    assert _duty("CHA-06") == ["open"]

    agree(challenge, NeedLevel.MEDIUM, "By telephone", actor=allocated_worker, permission=WORKER, id=uuid4())

    assert _duty("CHA-06") == ["met"]
    assert Event.objects.get(type="need_level_agreed").data == {"level": "medium"}
    assert (_now(challenge).stage, _now(challenge).ended) == (Stage.RESOLVED, Ended.AGREED)


def test_a_dispute_that_is_not_agreed_goes_to_placements_who_settle_it(passed, provider_manager, placements_officer):
    dispute(passed.referral, "He cooks and pays", actor=provider_manager, id=uuid4(), level=NeedLevel.LOW)
    challenge = Challenge.objects.get()
    with pytest.raises(NotNow):
        agree(challenge, NeedLevel.LOW, "Us", actor=placements_officer, permission=PLACEMENTS, id=uuid4())

    provider_takes_further(challenge, "No agreement", actor=provider_manager, id=uuid4())
    assert (_duty("CHA-06"), _duty("CHA-03")) == (["met"], ["open"])
    agree(challenge, NeedLevel.LOW, "We read both", actor=placements_officer, permission=PLACEMENTS, id=uuid4())

    assert _duty("CHA-03") == ["met"]
    assert _now(challenge).ended == Ended.AGREED


def test_only_a_provider_that_has_the_referral_disputes_and_once(passed, provider_manager, other_manager, involved):
    involved(passed.case, "provider_manager", actor=other_manager)
    with pytest.raises(NotNow):
        dispute(passed.referral, "So", actor=other_manager, id=uuid4(), level=NeedLevel.LOW)
    dispute(passed.referral, "So", actor=provider_manager, id=uuid4(), level=NeedLevel.LOW)

    with pytest.raises(NotNow):
        dispute(passed.referral, "Again", actor=provider_manager, id=uuid4(), level=NeedLevel.HIGH)


def test_a_dispute_under_the_identifier_of_one_on_another_record_is_ones_own(
    passed, other_young_person, provider_manager, happened
):
    theirs = uuid4()
    happened(other_young_person, "challenge_raised", challenge=str(theirs))

    made = dispute(passed.referral, "He cooks and pays", actor=provider_manager, id=theirs, level=NeedLevel.LOW)

    assert made.case == passed.case and made.pk != theirs
    assert Challenge.objects.get(pk=theirs).case == other_young_person.case
