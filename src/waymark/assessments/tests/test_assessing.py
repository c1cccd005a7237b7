"""The provider's interview and housing assessment: HAS-01 to HAS-05, HAS-08 and HAS-09."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from waymark.assessments.completing import NotReady, complete, dispute_of, gaps, save_to_case_file, share
from waymark.assessments.interviews import book, held_unbooked, was_held, was_missed
from waymark.assessments.models import Assessment, Interview, InterviewState, PartVersion
from waymark.assessments.parts import PARTS
from waymark.assessments.writing import paper_of, save_part
from waymark.core.clock import FixedClock
from waymark.core.errors import Refused
from waymark.documents.models import Content, Document
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.placements.models import Approach
from waymark.referrals.merging import WrittenMeanwhile
from waymark.referrals.steps import NotNow

pytestmark = pytest.mark.usefixtures("db")


def _state(approach, clause):
    return set(Duty.objects.filter(case=approach.case, clause=clause).values_list("state", flat=True))


def test_an_interview_booked_in_time_keeps_has_01_and_sent_twice_is_booked_once(passed, provider_manager, now):
    asked = {"actor": provider_manager, "id": uuid4(), "starts_at": now + timedelta(days=3), "place": "Tanner House"}

    assert _state(passed, "HAS-01") == {"open"}
    assert book(passed, **asked) == book(passed, **asked)

    assert _state(passed, "HAS-01") == {"met"}
    assert Interview.objects.count() == 1


def test_no_interview_is_booked_in_the_past(passed, provider_manager, now):
    with pytest.raises(NotNow):
        book(passed, actor=provider_manager, id=uuid4(), starts_at=now - timedelta(minutes=1), place="Here")
    assert not Event.objects.filter(type="assessment_interview_arranged").exists()


def test_an_interview_that_is_moved_stays_as_history(passed, provider_manager, now):
    for day in (1, 2):
        book(passed, actor=provider_manager, id=uuid4(), starts_at=now + timedelta(days=day), place="Here")

    assert list(Interview.objects.order_by("starts_at").values_list("state", flat=True)) == ["moved", "booked"]


def test_the_worker_who_came_has_kept_has_08_and_the_answer_in_writing_is_due(passed, seen, provider_manager):
    was_held(seen(passed), actor=provider_manager, id=uuid4(), attended=["young_person", "social_worker"])

    assert _state(passed, "HAS-08") == {"met"}
    assert _state(passed, "HAS-06") == {"open"}


def test_an_interview_that_nobody_came_to_is_booked_again(passed, seen, provider_manager, now):
    was_missed(seen(passed), actor=provider_manager, note="Rang: they were ill")
    again = book(passed, actor=provider_manager, id=uuid4(), starts_at=now + timedelta(days=2), place="Here")

    assert Interview.objects.booked().get() == again
    assert not Event.objects.filter(type="assessment_interview_held").exists()


def test_an_interview_that_was_brought_forward_is_recorded_when_it_was_held(passed, provider_manager, now):
    one = book(passed, actor=provider_manager, id=uuid4(), starts_at=now + timedelta(days=2), place="Here")

    was_held(one, actor=provider_manager, id=uuid4(), attended=["young_person", "social_worker"])

    assert Interview.objects.get().state == InterviewState.HELD


@pytest.fixture
def held(passed, provider_manager):
    def make(starts_at, **more):
        said = {"place": "Tanner House", "attended": ["young_person", "social_worker"]} | more
        return held_unbooked(passed, **{"actor": provider_manager, "id": uuid4(), "starts_at": starts_at} | said)

    return make


def test_an_interview_that_nobody_booked_is_recorded_at_its_time_and_keeps_both_clauses(passed, held, now):
    identifier, tomorrow, later = uuid4(), now + timedelta(days=1), FixedClock(now + timedelta(days=2))

    assert held(tomorrow, id=identifier, clock=later) == held(tomorrow, id=identifier, clock=later)

    entries = Event.objects.filter(type__startswith="assessment_interview")
    assert set(entries.values_list("type", "occurred_at")) == {
        ("assessment_interview_arranged", tomorrow),
        ("assessment_interview_held", tomorrow),
    }
    assert _state(passed, "HAS-01") == _state(passed, "HAS-08") == {"met"}
    assert Interview.objects.get().state == InterviewState.HELD


def test_an_interview_held_earlier_than_the_one_that_is_booked_takes_its_place(passed, held, provider_manager, now):
    book(passed, actor=provider_manager, id=uuid4(), starts_at=now + timedelta(days=2), place="Here")
    Approach.objects.filter(pk=passed.pk).update(passed_at=now - timedelta(days=2))

    held(now - timedelta(hours=1))

    assert set(Interview.objects.values_list("state", flat=True)) == {"moved", "held"}


@pytest.mark.parametrize("minutes", [1, -60 * 24 * 400])
def test_no_interview_was_held_that_is_to_come_or_before_the_provider_had_the_referral(passed, held, now, minutes):
    with pytest.raises(NotNow):
        held(now + timedelta(minutes=minutes))
    assert not Interview.objects.exists()


def test_another_provider_and_the_worker_record_no_interview(passed, held, other_manager, allocated_worker, now):
    for actor in (allocated_worker, other_manager):
        with pytest.raises(Refused):
            held(now - timedelta(minutes=1), actor=actor)


def test_the_worker_another_provider_and_whoever_is_not_approached_write_nothing(
    passed, allocated_worker, other_manager, keyworker, other_passed, now
):
    asked = {"id": uuid4(), "starts_at": now + timedelta(days=3), "place": "Here"}
    for actor in (allocated_worker, other_manager):
        with pytest.raises(Refused):
            book(passed, actor=actor, **asked)
    assert book(passed, actor=keyworker, **asked).booked_by_id == keyworker.membership_id


def test_the_assessment_starts_with_the_risks_that_the_referral_knows(passed, written, provider_manager):
    written(passed.referral, "risk-anger", known="yes", history="Broke a door", now="Calm", triggers="Noise")

    paper = paper_of(passed, provider_manager)

    assert [part.key for part in paper.parts] == ["their-view", "risk-anger", "others", "need", "sharing"]
    assert paper.source("risk-anger").answers["history"] == "Broke a door"


def test_a_risk_that_the_reader_may_not_read_is_no_part_of_theirs(passed, written, pathway_officer, involved):
    written(passed.referral, "risk-mental-health", known="yes", history="a", now="b", triggers="c")
    involved(passed, "sp_referrals", actor=pathway_officer)

    assert "risk-mental-health" not in [part.key for part in paper_of(passed, pathway_officer).parts]


def test_what_is_written_of_somebodys_health_is_read_as_health(passed, written, here):
    written(passed.referral, "risk-mental-health", known="yes", history="a", now="b", triggers="c")

    assert here(passed, "risk-mental-health").category == "health"


def test_each_gap_names_its_clause_and_a_reason_completes_it_all_the_same(passed, provider_manager):
    assert {gap.clause for gap in gaps(paper_of(passed, provider_manager))} == {"HAS-02", "HAS-03", "HAS-04"}
    with pytest.raises(NotReady):
        complete(passed, actor=provider_manager, id=uuid4())

    done = complete(passed, actor=provider_manager, id=uuid4(), left_out="The rest is agreed on Monday")

    assert done.has == [] and done.left_out
    assert _state(passed, "HAS-02") == {"breached"}


@pytest.fixture
def whole_assessment(passed, written, here):
    written(passed.referral, "risk-anger", known="yes", history="Broke a door", now="Calm", triggers="Noise")
    for key in ("their-view", "risk-anger", "others", "need", "sharing"):
        here(passed, key)
    return passed


def test_a_whole_assessment_holds_what_has_02_to_04_ask_for(whole_assessment, provider_manager):
    done = complete(whole_assessment, actor=provider_manager, id=uuid4())

    assert set(done.has) == {
        *("built_on_social_care_risk_assessment", "risk_matching", "need_level", "monitoring_sharing"),
        "unit_risk_plan",
    }
    assert {state for clause in ("HAS-02", "HAS-04") for state in _state(whole_assessment, clause)} == {"met"}


def test_what_the_referral_says_newer_is_to_be_looked_at_again(whole_assessment, written, provider_manager):
    written(whole_assessment.referral, "risk-anger", known="yes", history="And a window", now="Calm", triggers="Noise")

    assert [gap.section for gap in gaps(paper_of(whole_assessment, provider_manager))] == ["risk-anger"]


def test_a_need_that_is_not_agreed_is_a_dispute_once(passed, here, provider_manager):
    here(passed, "need", level="high", agreed="disputed", why="The worker says medium", setting="Tanner House")
    for _ in range(2):
        complete(passed, actor=provider_manager, id=uuid4(), left_out="Not yet")

    told = Event.objects.get(type="need_level_disputed")
    assert told.refs == {"challenge": str(dispute_of(passed)), "referral": str(passed.referral_id)}


def test_sharing_tells_worker_and_placements_and_keeps_a_document_once(
    whole_assessment, provider_manager, allocated_worker
):
    done = complete(whole_assessment, actor=provider_manager, id=uuid4())

    assert share(done, actor=provider_manager) == share(done, actor=provider_manager)

    assert _state(whole_assessment, "HAS-05") == {"met"}
    assert Event.objects.filter(type="housing_assessment_shared").count() == 2
    document = Document.objects.get(kind="housing_assessment")
    assert Assessment.objects.get().document == document
    assert "Broke a door" in str(Content.objects.get(document=document).letter)

    save_to_case_file(whole_assessment.referral, document, actor=allocated_worker)
    assert _state(whole_assessment, "HAS-09") == {"met"}


def test_the_document_says_nothing_of_health(passed, written, here, provider_manager):
    written(passed.referral, "risk-mental-health", known="yes", history="Secret history", now="b", triggers="c")
    here(passed, "risk-mental-health", here="Secret plan", staff="a", place="b", who="c")
    done = complete(passed, actor=provider_manager, id=uuid4(), left_out="Not yet")

    letter = str(Content.objects.get(document=share(done, actor=provider_manager)).letter)

    assert "Secret" not in letter and "Mental health" not in letter
    assert "health is on the page of the assessment" in letter


def test_two_people_lose_nothing(passed, here, provider_manager, keyworker):
    here(passed, "sharing", monitoring="Weekly by e-mail")
    part = PARTS["sharing"]
    save_part(passed, part, {"monitoring": "Weekly", "at_once": "EDT"}, based_on=1, source=0, actor=keyworker)

    both = save_part(
        passed,
        part,
        {"monitoring": "Weekly by e-mail", "behaviour": "Rung at ten"},
        based_on=1,
        source=0,
        actor=provider_manager,
    )
    assert both.answers == {"monitoring": "Weekly", "behaviour": "Rung at ten", "at_once": "EDT"}

    with pytest.raises(WrittenMeanwhile):
        save_part(passed, part, {"monitoring": "Daily"}, based_on=1, source=0, actor=provider_manager)
    assert PartVersion.objects.count() == 3


def test_what_was_recorded_elsewhere_stands_in_the_inbox_as_it_was_recorded(passed, happened, system, provider_manager):
    from waymark.assessments.importing import bring_in_assessments
    from waymark.assessments.inbox import dues_of, known_of, next_step

    refs, at = {"referral": str(passed.referral_id)}, passed.passed_at.isoformat()
    happened(passed, "assessment_interview_arranged", days_ago=-0.001, data={"scheduled_for": at}, **refs)
    happened(passed, "assessment_interview_held", days_ago=-0.002, data={"attended": "social_worker"}, **refs)
    happened(passed, "housing_assessment_completed", days_ago=-0.003, data={"has": ["risk_matching"]}, **refs)

    assert bring_in_assessments([passed.case], actor=system) == 2

    assert Interview.objects.get().attended == ["social_worker"]
    known = known_of([passed], provider_manager)[passed.pk]
    step = next_step(passed, known, dues_of([passed], provider_manager), passed.passed_at)
    assert (step.text, step.clause) == ("Send the assessment", "HAS-05")
    with pytest.raises(Refused):
        bring_in_assessments([passed.case], actor=provider_manager)
