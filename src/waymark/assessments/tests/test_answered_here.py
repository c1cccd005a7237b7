"""A provider that has a referral here answers on its own pages; others by the form of an entry."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.support.pages import Filler, text_of

from waymark.assessments.answered_here import ANSWERS, AnsweredHere, answered_here, refuse_answer
from waymark.events.models import Event
from waymark.placements.models import Approach, Outcome, Route
from waymark.placements.searching import approach

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def refs(passed):
    return {"referral": str(passed.referral_id)}


@pytest.mark.parametrize("event_type", sorted(ANSWERS))
def test_an_answer_of_a_provider_that_has_the_referral_is_refused(
    event_type, passed, refs, provider_manager, allocated_worker
):
    for actor in (provider_manager, allocated_worker):
        with pytest.raises(AnsweredHere) as refused:
            refuse_answer(passed.case, event_type, refs, actor=actor)
        assert refused.value.approach == passed


def test_any_other_entry_is_recorded_as_ever(passed, refs, provider_manager, system):
    refuse_answer(passed.case, "refusal_discussed", refs, actor=provider_manager)
    refuse_answer(passed.case, "offer_made", refs, actor=system)


def test_where_nobody_has_it_here_a_provider_that_is_not_on_waymark_answers_by_the_form(
    passed, refs, allocated_worker, provider_manager
):
    Approach.objects.filter(pk=passed.pk).update(ended_at=passed.passed_at, outcome=Outcome.DECLINED)

    assert answered_here(passed.case, refs, allocated_worker) is None
    assert answered_here(passed.case, refs, provider_manager) is None


def test_where_somebody_else_was_asked_too_a_worker_records_what_they_answer_and_the_provider_does_not(
    passed, refs, allocated_worker, provider_manager, placements_officer
):
    approach(passed.referral, Route.FOSTERING, actor=placements_officer, id=uuid4())

    assert answered_here(passed.case, refs, allocated_worker) is None
    assert answered_here(passed.case, refs, provider_manager) == passed


def test_a_placement_is_agreed_by_the_form_with_a_provider_that_does_not_have_the_referral_here(
    passed, refs, allocated_worker, scheme, other_scheme
):
    elsewhere = {"scheme": str(other_scheme.case_id)}
    here = {"provider": str(scheme.provider.case_id)}

    assert answered_here(passed.case, refs | elsewhere, allocated_worker) is None
    assert answered_here(passed.case, refs | here, allocated_worker) == passed
    assert answered_here(passed.case, {"referral": str(uuid4())} | here, allocated_worker) is None


def test_the_form_leads_to_the_page_of_the_provider(client_as, passed, allocated_worker, provider_manager):
    for actor in (allocated_worker, provider_manager):
        client = client_as(actor)
        led = client.get(f"/records/{passed.case_id}/record/refusal_made?ref-referral={passed.referral_id}")
        assert led.url == f"/referrals/{passed.referral_id}/provider/refusal_made"
        assert client.get(led.url).url == f"/assessments/{passed.pk}"


def test_a_form_that_was_open_already_records_nothing_and_says_where(
    client_as, accepted_referral, allocated_worker, placements_officer, pathway_officer, provider_manager, scheme
):
    address = f"/records/{accepted_referral.case_id}/record/refusal_made"
    form = Filler(client_as(allocated_worker), f"{address}?ref-referral={accepted_referral.pk}")
    approach(accepted_referral, Route.PATHWAY, actor=placements_officer, id=uuid4())
    approach(accepted_referral, Route.SPOT, actor=placements_officer, id=uuid4(), scheme=scheme)

    sent = form.send(**{"data-reason": "No room", "ref-referral": str(accepted_referral.pk)})

    assert sent.status_code == 422 and "The provider has this referral in Waymark" in text_of(sent)
    assert f"/referrals/{accepted_referral.pk}/provider/refusal_made" in sent.content.decode()
    assert "No room" in sent.content.decode()
    assert not Event.objects.filter(type="refusal_made").exists()
