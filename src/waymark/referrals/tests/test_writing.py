"""Starting a referral and writing in it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from waymark.core.errors import Refused
from waymark.events.models import Event
from waymark.referrals.merging import WrittenMeanwhile
from waymark.referrals.models import Draft, Referral, SectionVersion, State
from waymark.referrals.record import facts_of
from waymark.referrals.sections import SECTIONS
from waymark.referrals.writing import OpenAlready, OverAlready, keep_draft, save_section, start

pytestmark = pytest.mark.usefixtures("db")


def test_a_started_referral_is_being_written_and_meets_the_duty_to_start_it(
    young_person, happened, allocated_worker, adopted
):
    from waymark.duties.models import Duty

    need = uuid4()
    happened(young_person, "need_identified", days_ago=0.1, referral=str(need))
    assert Referral.objects.get(pk=need).state == State.NEED

    started = start(young_person.case, actor=allocated_worker, id=uuid4(), need=Referral.objects.get(pk=need))

    assert (started.pk, started.state) == (need, State.WRITING)
    assert Duty.objects.get(case=young_person.case, clause="REF-01").state == "met"


def test_the_button_pressed_twice_starts_one_referral(young_person, adopted, allocated_worker):
    identifier = uuid4()

    first, second = (start(young_person.case, actor=allocated_worker, id=identifier) for _ in range(2))

    assert first == second
    assert Event.objects.filter(type="referral_started").count() == 1


def test_nobody_starts_a_second_referral_beside_one_that_is_open(referral, allocated_worker):
    with pytest.raises(OpenAlready) as told:
        start(referral.case, actor=allocated_worker, id=uuid4())
    assert told.value.referral == referral


def test_a_keyworker_and_a_stranger_start_no_referral(young_person, adopted, keyworker, stranger):
    for actor in (keyworker, stranger):
        with pytest.raises(Refused):
            start(young_person.case, actor=actor, id=uuid4())
    assert not Referral.objects.exists()


def test_every_saving_is_a_version_and_the_same_again_is_none(referral, written):
    written(referral, "why", why="To be nearer to college")
    written(referral, "why", why="To be nearer to college")
    written(referral, "why", why="To be safe")

    versions = SectionVersion.objects.filter(referral=referral, section="why").order_by("number")
    assert [(one.number, one.answers["why"]) for one in versions] == [
        (1, "To be nearer to college"),
        (2, "To be safe"),
    ]


def test_whoever_saves_second_is_told_and_loses_nothing(referral, allocated_worker, colleague):
    section = SECTIONS["why"]
    keep_draft(referral, "why", [("why", "Mine")], based_on=0, actor=colleague)
    save_section(referral, section, {"why": "Theirs"}, based_on=0, actor=allocated_worker)

    with pytest.raises(WrittenMeanwhile) as told:
        save_section(referral, section, {"why": "Mine"}, based_on=0, actor=colleague)

    assert told.value.newest.answers == {"why": "Theirs"}
    assert Draft.objects.get(membership=colleague.membership_id).typed == [["why", "Mine"]]


def test_what_is_said_of_gangs_is_a_fact_of_the_record_once(referral, written):
    written(referral, "risk-gangs", known="unknown", finding_out="A call to the gangs team")
    assert facts_of(referral.case)["gang_risk"] == "unknown"
    before = Event.objects.filter(type="facts_recorded").count()

    written(referral, "risk-gangs", known="unknown", finding_out="They called back")

    assert Event.objects.filter(type="facts_recorded").count() == before


def test_saving_the_risk_assessment_is_recorded(referral, written):
    written(referral, "risk-assessment")

    assert Event.objects.get(type="risk_assessment_updated").refs == {"referral": str(referral.pk)}


def test_a_gangs_officer_called_in_reads_the_risks_and_writes_nothing(referral, written, gangs_officer, involved):
    involved(referral, "gangs_team", actor=gangs_officer)

    with pytest.raises(Refused):
        save_section(referral, SECTIONS["risk-gangs"], {"known": "no"}, based_on=0, actor=gangs_officer)


def test_of_each_section_those_read_it_to_whom_the_ledger_opens_its_kind(
    referral, written, reading_as, allocated_worker, pathway_officer, involved, stranger
):
    involved(referral, "sp_referrals", actor=pathway_officer)
    for key in ("why", "risk-mental-health", "risk-gangs", "youth-justice"):
        written(referral, key)

    def read_by(actor):
        with reading_as(actor):
            return set(SectionVersion.objects.values_list("section", flat=True)), Referral.objects.count()

    assert read_by(allocated_worker) == ({"why", "risk-mental-health", "risk-gangs", "youth-justice"}, 1)
    assert read_by(pathway_officer) == ({"why", "risk-gangs"}, 1)
    assert read_by(stranger) == (set(), 0)


def test_a_draft_is_read_by_nobody_but_whoever_typed_it(referral, allocated_worker, colleague, reading_as):
    keep_draft(referral, "why", [("why", "Half a sen")], based_on=0, actor=allocated_worker)

    with reading_as(allocated_worker):
        assert Draft.objects.count() == 1
    with reading_as(colleague):
        assert Draft.objects.count() == 0


def test_a_copy_of_an_earlier_referral_is_complete_only_when_looked_at(complete_referral, allocated_worker, written):
    from waymark.referrals.sending import lacking, withdraw

    withdraw(complete_referral, actor=allocated_worker, id=uuid4(), reason="She went home")
    again = start(complete_referral.case, actor=allocated_worker, id=uuid4(), copy_from=complete_referral)

    assert again.copied_from == complete_referral
    copied = SectionVersion.objects.filter(referral=again, section="why").get()
    assert copied.answers["why"] and copied.copied
    lacked, _ = lacking(again, actor=allocated_worker)
    assert "why" in {gap.section for gap in lacked}

    save_section(again, SECTIONS["why"], copied.answers, based_on=1, actor=allocated_worker)
    lacked, _ = lacking(again, actor=allocated_worker)
    assert "why" not in {gap.section for gap in lacked}


def test_nothing_is_written_in_a_referral_that_has_ended(referral, written, allocated_worker):
    from waymark.referrals.sending import withdraw

    withdraw(referral, actor=allocated_worker, id=uuid4(), reason="She went home")

    with pytest.raises(OverAlready):
        written(referral, "why")


def test_an_entry_of_another_record_that_names_the_referral_changes_nothing(referral, other_young_person, happened):
    happened(other_young_person, "referral_withdrawn", referral=str(referral.pk))

    assert Referral.objects.get().state == State.WRITING


def test_withdrawing_what_moved_it_on_puts_a_referral_back(sent_referral, allocated_worker):
    from waymark.events.services import retract

    assert sent_referral.state == State.SENT
    retract(Event.objects.get(type="referral_submitted"), "Sent by mistake", allocated_worker)

    assert Referral.objects.get().state == State.WRITING


def test_moving_in_ends_the_referral_whose_placement_it_is(sent_referral, happened):
    referral = str(sent_referral.pk)
    happened(sent_referral, "placement_started", placement="another")
    assert Referral.objects.get().state == State.SENT

    happened(sent_referral, "placement_agreed", placement="P1", referral=referral)
    happened(sent_referral, "placement_started", placement="P1")

    assert Referral.objects.get().state == State.PLACED


def test_closing_the_case_ends_its_referral(referral, happened):
    happened(referral, "case_closed")

    assert Referral.objects.get().state == State.CLOSED
