"""The pages of a challenge, as a browser sees them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.support.pages import Filler, text_of

from waymark.challenges.challenging import not_resolved, placements_could_not, raise_challenge
from waymark.challenges.models import Challenge, ChallengeStep, Ended, Kind, Stage
from waymark.challenges.next_steps import PARTIES, TURNS, waits_for
from waymark.events.services import NewEvent, record_many
from waymark.referrals.models import Referral, State

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def worker(client_as, allocated_worker):
    return client_as(allocated_worker)


@pytest.fixture
def manager(client_as, provider_manager):
    return client_as(provider_manager)


def test_from_a_refusal_to_a_resolved_challenge_each_is_led_by_their_lists(worker, manager, refused):
    assert "Accept the refusal, or challenge it" in text_of(worker.get("/referrals"))
    form = Filler(worker, f"/referrals/{refused.referral_id}/refusal")
    assert "We have no staff at night." in form.page and "Rota of this month" in form.page
    sent = form.send(decision="challenge", missing="Which incidents?", sections=["why"])
    address = sent["Location"]

    assert "Answer it, with evidence" in text_of(manager.get("/challenges"))
    page = text_of(manager.get(address))
    assert "Which incidents?" in page and "CHA-05" in page and "Why supported accommodation" in page
    Filler(manager, f"{address}/answer").send(decision="changes", text="We can staff the nights")

    assert "Say whether the answer resolves it" in text_of(worker.get("/challenges"))
    Filler(worker, f"{address}/decide").send(decision=Ended.OVERTURNED, text="They offer")
    assert Referral.objects.get().state == State.PASSED
    assert "the provider considers the referral again" in text_of(worker.get("/challenges?show=over"))


def test_unresolved_it_goes_to_placements_and_commissioning(
    worker, challenged, client_as, placements_officer, commissioner
):
    address = f"/challenges/{challenged.pk}"
    Filler(worker, f"{address}/decide").send(decision="not_resolved", text="No incident was named")
    placements = client_as(placements_officer)
    assert "Review it" in text_of(placements.get("/challenges"))

    form = Filler(placements, f"{address}/decide")
    assert "block contract" in form.page
    form.send(decision="not_resolved", text="No evidence came")
    commissioning = client_as(commissioner)
    assert "Challenge the provider on its contract" in text_of(commissioning.get("/challenges"))
    Filler(commissioning, f"{address}/decide").send(decision="contract", text="Nights are staffed")

    assert ChallengeStep.objects.filter(kind=Kind.CONTRACT).count() == 1
    assert "CHA-07 Done" in text_of(commissioning.get(address))


def test_what_is_wrong_with_each_form_is_said(worker, manager, refused):
    address = f"/referrals/{refused.referral_id}/refusal"
    empty = Filler(worker, address).send()
    assert empty.status_code == 422 and "Select whether you challenge it" in text_of(empty)
    silent = Filler(worker, address).send(decision="challenge")
    assert silent.status_code == 422 and "Say which evidence is missing" in text_of(silent)
    Filler(worker, address).send(decision="challenge", missing="All of it")
    challenge = Challenge.objects.get()

    wrong = Filler(manager, f"/challenges/{challenge.pk}/answer").send(decision="stays", text="")
    assert wrong.status_code == 422 and "Write your answer" in text_of(wrong)


@pytest.mark.parametrize(
    "sent",
    [
        {"decision": "agreed", "text": "x"},
        {"decision": "contract", "text": "x"},
        {"decision": "upheld", "text": "x" * 5_000},
        {"decision": "upheld", "text": "x", "ticket": "1; drop table"},
    ],
)
def test_hostile_input_changes_nothing(sent, worker, challenged):
    answer = Filler(worker, f"/challenges/{challenged.pk}/decide").send(**sent)

    assert answer.status_code == 422
    assert Challenge.objects.get().stage == Stage.PROVIDER


def test_markup_in_what_was_said_is_shown_as_text(refused, allocated_worker, worker):
    said = "<script>alert(1)</script>"
    made = raise_challenge(refused.referral, refused, actor=allocated_worker, id=uuid4(), missing=said)

    page = worker.get(f"/challenges/{made.pk}").content.decode()

    assert said not in page and "&lt;script&gt;alert(1)" in page


def test_a_step_that_is_not_theirs_now_leads_back_with_a_word(worker, manager, challenged):
    address = f"/challenges/{challenged.pk}"

    for client, slug in ((worker, "answer"), (manager, "decide"), (manager, "further"), (worker, "level")):
        answer = client.get(f"{address}/{slug}")
        assert (answer.status_code, answer["Location"]) == (302, address)
    assert worker.get(f"{address}/destroy").status_code == 404


@pytest.mark.parametrize("page", ["challenges/{challenge}", "challenges/{challenge}/say"])
def test_strangers_find_what_they_find_where_nothing_is(page, challenged, client_as, stranger, other_manager):
    for actor in (stranger, other_manager):
        there, nowhere = (
            client_as(actor).get("/" + page.format(challenge=one)).status_code for one in (challenged.pk, uuid4())
        )
        assert there == nowhere == 404


def test_the_pages_of_a_referrals_challenges_are_for_its_own_parties(refused, client_as, stranger, manager, worker):
    address = f"/referrals/{refused.referral_id}"
    for page in ("challenges", "refusal", "need-level"):
        assert client_as(stranger).get(f"{address}/{page}").status_code in (403, 404)
    assert manager.get(f"{address}/refusal").status_code == 403
    assert worker.get(f"{address}/need-level").status_code == 403


def test_the_provider_disputes_a_level_of_need_and_it_is_agreed(manager, worker, passed):
    address = f"/referrals/{passed.referral_id}"
    assert "Dispute the level of need" in text_of(manager.get(f"{address}/challenges"))
    made = Filler(manager, f"{address}/need-level").send(level="low", why="He cooks and pays")["Location"]

    assert "Agree the level of need" in text_of(worker.get("/challenges"))
    Filler(worker, f"{made}/level").send(level="medium", text="By telephone")

    assert "Medium need. By telephone" in text_of(manager.get(made))


def test_a_refusal_that_was_only_written_down_can_be_challenged(worker, sent_referral, happened):
    happened(sent_referral, "refusal_made", referral=str(sent_referral.pk), data={"reason": "Too high a risk"})
    address = f"/referrals/{sent_referral.pk}/refusal"
    assert "Too high a risk" in text_of(worker.get(address))

    Filler(worker, address).send(decision="challenge", missing="Why?")

    assert Challenge.objects.get().provider is None


def test_whose_turn_it_is_says_the_same_in_the_database_as_on_the_page(
    challenged, allocated_worker, placements_officer, commissioner, happened
):
    def compare():
        challenge = Challenge.objects.get()
        asked = {who for who in PARTIES if Challenge.objects.filter(TURNS[who]).exists()}
        assert asked == set(waits_for(challenge))
        return asked

    seen = [compare()]
    happened(challenged, "provider_responded", challenge=str(challenged.pk))
    seen.append(compare())
    not_resolved(challenged, "No", actor=allocated_worker, id=uuid4())
    seen.append(compare())
    placements_could_not(challenged, "No", actor=placements_officer, id=uuid4())
    seen.append(compare())
    happened(challenged, "challenge_resolved", challenge=str(challenged.pk))
    seen.append(compare())
    assert [len(one) for one in seen] == [1, 1, 1, 1, 0]


def test_refusals_are_counted_by_provider_reason_and_evidence(challenged, client_as, placements_officer):
    page = text_of(client_as(placements_officer).get("/challenges/refusals"))

    assert "Northlight Housing 1 1 1 0" in page
    assert "Risk to others in the setting 1 1 1 0" in page


def test_only_records_within_reach_are_counted_and_only_the_days_asked_for(
    challenged, client_as, commissioner, placements_officer, allocated_worker
):
    assert "Nothing was refused" in text_of(client_as(commissioner).get("/challenges/refusals"))
    officer = client_as(placements_officer)
    days = "since-day=1&since-month=1&since-year=2001&until-day=2&until-month=1&until-year=2001"
    assert "Nothing was refused" in text_of(officer.get(f"/challenges/refusals?{days}"))
    wrong = officer.get("/challenges/refusals?since-day=40&since-month=1&since-year=2001")
    assert wrong.status_code == 422 and "There is a problem" in text_of(wrong)
    turned = days.replace("2001", "2002", 1)
    assert officer.get(f"/challenges/refusals?{turned}").status_code == 422
    assert client_as(allocated_worker).get("/challenges/refusals").status_code == 403


def test_a_refusal_that_a_provider_only_wrote_down_counts_as_theirs(
    sent_referral, provider_manager, system, now, client_as, placements_officer
):
    refused = NewEvent(
        type="refusal_made",
        case=sent_referral.case,
        occurred_at=now,
        recorded_by=provider_manager.membership_id,
        refs={"referral": str(sent_referral.pk)},
        data={"reason": "Too high a risk"},
    )
    record_many([refused], actor=system)

    page = text_of(client_as(placements_officer).get("/challenges/refusals"))

    assert "Northlight Housing 1 0 0 0" in page
    assert "No reason chosen 1 0 0 0" in page


def test_a_withdrawn_refusal_is_not_counted(sent_referral, happened, client_as, placements_officer, system):
    from waymark.events.services import retract

    event = happened(sent_referral, "refusal_made", referral=str(sent_referral.pk))
    retract(event, "Recorded by mistake", system)

    assert "Nothing was refused" in text_of(client_as(placements_officer).get("/challenges/refusals"))


@pytest.mark.parametrize("page", ["/challenges?show=others", "/challenges/refusals"])
def test_more_rows_need_no_more_queries(page, challenged, client_as, placements_officer, queries, happened):
    officer = client_as(placements_officer)
    officer.get(page)
    with queries() as few:
        officer.get(page)
    for _ in range(5):
        refs = {"referral": str(challenged.referral_id)}
        happened(challenged, "refusal_made", **refs)
        happened(challenged, "challenge_raised", challenge=str(uuid4()), **refs)

    with queries() as many:
        officer.get(page)

    assert len(many) == len(few)
