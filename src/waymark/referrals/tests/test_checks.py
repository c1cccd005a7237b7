"""Checks: asked of those who know, answered without saying why."""

from __future__ import annotations

from contextlib import nullcontext
from uuid import uuid4

import pytest
from tests.support.pages import text_of

from waymark.access.calling_in import NobodyToCallIn
from waymark.access.models import Involvement
from waymark.core.errors import Refused
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.referrals.checks import (
    AnsweredAlready,
    AreasNext,
    answer,
    areas_unsettled,
    ask,
    not_needed,
    tell_placements,
    to_tell,
    write_down,
)
from waymark.referrals.models import Check, CheckKind, Referral, Verdict
from waymark.referrals.sending import lacking, withdraw
from waymark.referrals.steps import NotNow
from waymark.risks.models import ExcludedArea

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def area_check(referral, allocated_worker, gangs_officer):
    return ask(referral, CheckKind.AREA, actor=allocated_worker, id=uuid4(), question="Around the station?")


def test_asking_brings_in_the_team_and_begins_its_duty(area_check, gangs_officer, reading_as):
    assert Duty.objects.get(clause="REF-08").state == "open"
    with reading_as(gangs_officer):
        assert Check.objects.get() == area_check


def test_the_answer_meets_the_duty_and_the_risk_assessment_is_to_follow(
    area_check, gangs_officer, allocated_worker, written, referral
):
    written(referral, "risk-assessment")
    answer(area_check, actor=gangs_officer, id=uuid4(), told="Not east of the canal")

    assert Duty.objects.get(clause="REF-08").state == "met"
    assert "REF-09" in {gap.clause for gap in lacking(referral, actor=allocated_worker)[0]}

    written(referral, "risk-assessment", level="high", to_them="a", to_others="b", protects="c", plan="d")
    assert "REF-09" not in {gap.clause for gap in lacking(referral, actor=allocated_worker)[0]}
    assert Duty.objects.get(clause="REF-09").state == "met"


def test_a_check_is_answered_once(area_check, gangs_officer):
    answer(area_check, actor=gangs_officer, id=uuid4(), told="Nothing known")

    with pytest.raises(AnsweredAlready):
        answer(area_check, actor=gangs_officer, id=uuid4(), told="Something else")


def test_the_worker_and_another_team_do_not_answer_it(area_check, allocated_worker, coordinator, involved):
    involved(area_check, "gangs_coordinator", actor=coordinator)

    with pytest.raises(Refused):
        answer(area_check, actor=allocated_worker, id=uuid4(), told="Fine")
    with pytest.raises(NotNow):
        answer(area_check, actor=coordinator, id=uuid4(), told="Fine")


def test_every_address_gets_an_answer(referral, allocated_worker, gangs_officer):
    check = ask(
        referral,
        CheckKind.ADDRESS,
        actor=allocated_worker,
        id=uuid4(),
        question="",
        places=["1 Tanner Row", "9 Mill Lane", "1 Tanner Row"],
    )
    first, second = check.places.order_by("place")

    with pytest.raises(NotNow):
        answer(check, actor=gangs_officer, id=uuid4(), told="See below", verdicts={first.pk: Verdict.NO_CONCERN})
    verdicts = {first.pk: Verdict.NO_CONCERN, second.pk: Verdict.NOT_TO_BE_USED}
    answer(check, actor=gangs_officer, id=uuid4(), told="See below", verdicts=verdicts)

    assert dict(check.places.values_list("place", "verdict")) == {
        "1 Tanner Row": "no_concern",
        "9 Mill Lane": "not_to_be_used",
    }
    assert Duty.objects.get(clause="SEA-07").state == "met"


def test_what_was_said_on_the_telephone_is_written_down_by_the_worker_once(referral, allocated_worker, coordinator):
    identifier = uuid4()

    first, second = (
        write_down(referral, CheckKind.CONSULTATION, actor=allocated_worker, id=identifier, told="Ask for areas")
        for _ in range(2)
    )

    assert first == second
    assert Event.objects.filter(type="gangs_coordinator_consulted").count() == 1
    assert Involvement.objects.filter(role="gangs_coordinator", case=referral.case).count() == 1


def test_a_worker_does_not_write_down_what_only_the_gangs_team_can_answer(referral, allocated_worker):
    with pytest.raises(NotNow):
        write_down(referral, CheckKind.AREA, actor=allocated_worker, id=uuid4(), told="All fine")


def test_the_coordinator_sees_to_the_checks_or_says_that_none_is_needed(referral, allocated_worker, coordinator):
    write_down(referral, CheckKind.CONSULTATION, actor=allocated_worker, id=uuid4(), told="Let me look")
    assert Duty.objects.get(clause="REF-14").state == "open"

    not_needed(referral, actor=coordinator, id=uuid4(), reason="She is not known, nor her friends")

    assert Duty.objects.get(clause="REF-14").state == "met"


@pytest.mark.parametrize(
    ("areas", "entries"),
    [
        (AreasNext(question="North of the canal?"), ["area_check_requested"]),
        (AreasNext(not_needed="She is not known"), ["area_check_not_needed"]),
        (AreasNext(), []),
    ],
)
def test_the_coordinator_settles_the_check_of_areas_with_the_answer_or_later(
    referral, allocated_worker, coordinator, areas, entries
):
    asked = ask(referral, CheckKind.CONSULTATION, actor=allocated_worker, id=uuid4(), question="Old friends")

    answer(asked, actor=coordinator, id=uuid4(), told="Keep to the south", areas=areas)

    assert list(Event.objects.filter(type__startswith="area_check").values_list("type", flat=True)) == entries
    assert Duty.objects.get(clause="REF-14").state == ("met" if entries else "open")


def test_each_consultation_settles_the_check_of_areas_anew(referral, allocated_worker, coordinator):
    ask(referral, CheckKind.AREA, actor=allocated_worker, id=uuid4(), question="Where not?")
    for areas in (AreasNext(not_needed="The gangs team is asked already"), AreasNext(question="And the south?")):
        asked = ask(referral, CheckKind.CONSULTATION, actor=allocated_worker, id=uuid4(), question="Old friends")

        answer(asked, actor=coordinator, id=uuid4(), told="Keep away", areas=areas)

        assert not areas_unsettled(referral)
        assert set(Duty.objects.filter(clause="REF-14").values_list("state", flat=True)) == {"met"}


def test_a_check_of_areas_is_unsettled_from_a_consultation_until_somebody_says_what_of_it(
    referral, allocated_worker, coordinator
):
    assert not areas_unsettled(referral)

    write_down(referral, CheckKind.CONSULTATION, actor=allocated_worker, id=uuid4(), told="Let me look")
    assert areas_unsettled(referral)

    not_needed(referral, actor=coordinator, id=uuid4(), reason="She is not known")
    assert not areas_unsettled(referral)


def test_where_nobody_could_check_the_areas_nothing_of_the_answer_is_kept(
    referral, allocated_worker, coordinator, monkeypatch
):
    asked = ask(referral, CheckKind.CONSULTATION, actor=allocated_worker, id=uuid4(), question="Old friends")

    def nobody(case, role, **rest):
        raise NobodyToCallIn(role)

    monkeypatch.setattr("waymark.referrals.checks.call_in", nobody)

    with pytest.raises(NobodyToCallIn):
        answer(asked, actor=coordinator, id=uuid4(), told="Good", areas=AreasNext(question="Where not?"))

    assert Check.objects.get().answered_at is None
    assert not Event.objects.filter(type="gangs_coordinator_consulted").exists()


@pytest.mark.parametrize("how", ["visible_to", "listed_for", "visible_one_by_one", "database"])
def test_what_the_youth_offending_service_said_is_read_by_those_who_read_youth_justice(
    how, referral, allocated_worker, yos_worker, pathway_officer, placements_officer, gangs_team, involved, reading_as
):
    involved(referral, "sp_referrals", actor=pathway_officer)
    involved(referral, "placements_team", actor=placements_officer)
    asked = ask(referral, CheckKind.YOUTH_JUSTICE, actor=allocated_worker, id=uuid4(), question="Which order?")
    answer(asked, actor=yos_worker, id=uuid4(), told="A referral order until May")
    areas = ask(referral, CheckKind.NAME, actor=allocated_worker, id=uuid4(), question="Known?")

    def read(actor):
        with reading_as(actor) if how == "database" else nullcontext():
            return set(Check.objects.all() if how == "database" else getattr(Check.objects, how)(actor))

    for reader in (allocated_worker, yos_worker, placements_officer):
        assert read(reader) == {asked, areas}
    assert read(pathway_officer) == {areas}


def test_whoever_reads_no_youth_justice_is_not_told_whether_anybody_asked(
    referral, allocated_worker, yos_worker, pathway_officer, involved, client_as
):
    involved(referral, "sp_referrals", actor=pathway_officer)
    page = f"/referrals/{referral.pk}/checks"
    before = text_of(client_as(pathway_officer).get(page))

    ask(referral, CheckKind.YOUTH_JUSTICE, actor=allocated_worker, id=uuid4(), question="Which order?")

    assert text_of(client_as(pathway_officer).get(page)) == before
    assert "Youth Offending" not in before
    assert "Which order?" in text_of(client_as(allocated_worker).get(page))


@pytest.fixture
def address_check(referral, allocated_worker, gangs_officer):
    check = ask(
        referral, CheckKind.ADDRESS, actor=allocated_worker, id=uuid4(), question="Safe?", places=["1 Mill Lane"]
    )
    (place,) = check.places.all()
    answer(check, actor=gangs_officer, id=uuid4(), told="It may be used", verdicts={place.pk: "no_concern"})
    return check


def test_what_a_check_of_addresses_found_is_told_to_placements_once(address_check, allocated_worker):
    assert Duty.objects.get(clause="SEA-13").state == "open"

    for _ in range(2):
        tell_placements(address_check, actor=allocated_worker, id=uuid4())

    assert Duty.objects.get(clause="SEA-13").state == "met"
    assert Event.objects.filter(type="information_shared").count() == 1


def test_only_the_worker_tells_it_and_only_what_was_found(address_check, referral, allocated_worker, gangs_officer):
    with pytest.raises(Refused):
        tell_placements(address_check, actor=gangs_officer, id=uuid4())
    waits = ask(
        referral, CheckKind.ADDRESS, actor=allocated_worker, id=uuid4(), question="And?", places=["2 Mill Lane"]
    )
    with pytest.raises(NotNow):
        tell_placements(waits, actor=allocated_worker, id=uuid4())
    assert not Event.objects.filter(type="information_shared").exists()


def test_of_a_referral_that_was_withdrawn_nothing_is_told_any_more(address_check, referral, allocated_worker):
    withdraw(referral, actor=allocated_worker, id=uuid4(), reason="Went home")

    assert to_tell(Referral.objects.get()) is None
    with pytest.raises(NotNow):
        tell_placements(address_check, actor=allocated_worker, id=uuid4())
    assert not Event.objects.filter(type="information_shared").exists()


def test_the_coordinator_says_with_the_answer_where_they_must_not_live(referral, allocated_worker, coordinator):
    asked = ask(referral, CheckKind.CONSULTATION, actor=allocated_worker, id=uuid4(), question="Old friends")

    answer(asked, actor=coordinator, id=uuid4(), told="Not N1", districts=["N1"], why="Somebody there looks for them")

    assert ExcludedArea.objects.get().district == "N1"


def test_the_coordinator_asks_for_a_check_of_areas_and_of_nothing_else(
    referral, allocated_worker, coordinator, gangs_officer, reading_as
):
    write_down(referral, CheckKind.CONSULTATION, actor=allocated_worker, id=uuid4(), told="Let me look")

    check = ask(referral, CheckKind.AREA, actor=coordinator, id=uuid4(), question="North of the canal?")

    assert Duty.objects.get(clause="REF-14").state == "met"
    with reading_as(gangs_officer):
        assert Check.objects.filter(answered_at=None).get() == check
    with pytest.raises(Refused):
        ask(referral, CheckKind.NAME, actor=coordinator, id=uuid4(), question="And the name?")
    with pytest.raises(Refused):
        ask(referral, CheckKind.AREA, actor=gangs_officer, id=uuid4(), question="Me too")


def test_what_must_not_be_used_is_left_out_of_the_search_and_the_reason_stays_with_those_who_know(
    referral, allocated_worker, gangs_officer, reading_as
):
    from waymark.risks.models import ExcludedArea, ExclusionReason

    area = ask(referral, CheckKind.AREA, actor=allocated_worker, id=uuid4(), question="North?")
    answer(area, actor=gangs_officer, id=uuid4(), told="Not there", districts=["N7", "N1"], why="A source said so")
    address = ask(
        referral, CheckKind.ADDRESS, actor=allocated_worker, id=uuid4(), question="", places=["9 Mill Lane", "1 Row"]
    )
    verdicts = dict.fromkeys(address.places.values_list("pk", flat=True), Verdict.NO_CONCERN)
    verdicts[address.places.get(place="9 Mill Lane").pk] = Verdict.NOT_TO_BE_USED
    answer(address, actor=gangs_officer, id=uuid4(), told="See each", verdicts=verdicts, why="A source said so")

    with reading_as(allocated_worker):
        assert {area.district or area.address for area in ExcludedArea.objects.all()} == {"N7", "N1", "9 Mill Lane"}
        assert not ExclusionReason.objects.exists()
    with reading_as(gangs_officer):
        assert set(ExclusionReason.objects.values_list("why", flat=True)) == {"A source said so"}
