"""What stands on another record: its identifier in a form of one's own neither changes it nor tells of it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from waymark.documents.models import Document, Kind
from waymark.documents.receiving import Upload
from waymark.documents.services import About, store_document
from waymark.events.models import Event
from waymark.referrals.checks import AreasNext, answer, ask, not_needed, write_down
from waymark.referrals.models import Check, CheckKind, Referral, SectionVersion
from waymark.referrals.sections import SECTIONS
from waymark.referrals.sending import held_by, withdraw
from waymark.referrals.steps import NotNow
from waymark.referrals.writing import save_section, start

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def elsewhere(adopted, other_young_person, involved, colleague):
    """A referral of somebody whom Amira's worker has nothing to do with."""
    involved(other_young_person, "social_worker", actor=colleague)
    return start(other_young_person.case, actor=colleague, id=uuid4())


@pytest.fixture
def told_elsewhere(elsewhere, colleague, coordinator):
    """What the coordinator said of them on the telephone."""
    return write_down(elsewhere, CheckKind.CONSULTATION, actor=colleague, id=uuid4(), told="Not known")


def test_a_referral_started_under_the_identifier_of_another_is_ones_own(elsewhere, young_person, allocated_worker):
    earlier = start(young_person.case, actor=allocated_worker, id=uuid4())
    save_section(earlier, SECTIONS["why"], {"why": "To be safe"}, based_on=0, actor=allocated_worker)
    withdraw(earlier, actor=allocated_worker, id=uuid4(), reason="They went home")

    first, again = (
        start(young_person.case, actor=allocated_worker, id=elsewhere.pk, copy_from=earlier) for _ in range(2)
    )

    assert first == again and first.case_id == young_person.case_id
    elsewhere.refresh_from_db()
    assert elsewhere.copied_from is None and not SectionVersion.objects.filter(referral=elsewhere).exists()
    assert Referral.objects.filter(case=young_person.case).count() == 2


def test_a_check_asked_under_an_identifier_of_another_record_is_asked_once(
    told_elsewhere, elsewhere, referral, allocated_worker, gangs_team
):
    for taken in (told_elsewhere.pk, told_elsewhere.answered, Event.objects.filter(case=elsewhere.case).first().pk):
        first, again = (
            ask(referral, CheckKind.AREA, actor=allocated_worker, id=taken, question="North?") for _ in range(2)
        )
        assert first == again and first.referral == referral
        assert Event.objects.filter(pk=first.pk, case=referral.case).exists()
    told_elsewhere.refresh_from_db()
    assert told_elsewhere.answer == "Not known" and Check.objects.filter(referral=elsewhere).count() == 1


def test_an_answer_under_the_identifier_of_another_entry_is_known_by_its_own(
    told_elsewhere, referral, allocated_worker, gangs_officer
):
    check = ask(referral, CheckKind.AREA, actor=allocated_worker, id=uuid4(), question="North?")

    answer(check, actor=gangs_officer, id=told_elsewhere.answered, told="Nothing known")

    check.refresh_from_db()
    entry = Event.objects.get(pk=check.answered)
    assert (entry.case_id, entry.data["result"]) == (referral.case_id, "Nothing known")


def test_a_step_under_the_identifier_of_another_entry_is_taken_once(told_elsewhere, referral, allocated_worker):
    withdraw(referral, actor=allocated_worker, id=told_elsewhere.answered, reason="They went home")

    assert Event.objects.get(type="referral_withdrawn").case_id == referral.case_id


def test_a_document_of_one_record_is_no_part_of_a_referral_of_another(elsewhere, referral, allocated_worker):
    about = About("referral", elsewhere.pk)
    upload = Upload("plan.txt", b"Nothing of theirs")
    store_document(
        actor=allocated_worker, case=referral.case, kind=Kind.CARE_PLAN, title="Plan", upload=upload, about=about
    )

    assert Document.objects.get().about == elsewhere.pk
    assert not held_by(elsewhere).documents


def test_no_other_team_than_the_coordinators_says_that_areas_need_no_check(referral, yos_worker, involved):
    involved(referral, "yos_worker", actor=yos_worker)

    with pytest.raises(NotNow):
        not_needed(referral, actor=yos_worker, id=uuid4(), reason="None is needed")
    assert not Event.objects.filter(type="area_check_not_needed").exists()


def test_an_answer_sent_for_two_records_asks_for_areas_on_each(
    elsewhere, referral, colleague, allocated_worker, coordinator, gangs_officer
):
    ticket = uuid4()

    for about, worker in ((elsewhere, colleague), (referral, allocated_worker)):
        asked = ask(about, CheckKind.CONSULTATION, actor=worker, id=uuid4(), question="Old friends")
        answer(asked, actor=coordinator, id=ticket, told="Keep to the south", areas=AreasNext(question="North?"))

    made = Check.objects.filter(kind=CheckKind.AREA).select_related("referral")
    assert {one.referral for one in made} == {elsewhere, referral}
    assert all(Event.objects.get(pk=one.pk).case_id == one.case_id for one in made)
