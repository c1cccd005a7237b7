"""Who owes a duty: whoever has the role here now, else its team, else whoever may bring somebody in; never nobody.

What falls to somebody only because nobody who owes it works on the record is their team's work, and nobody's own.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from waymark.access.models import Involvement
from waymark.access.services import add_agency, add_team, end_involvement
from waymark.casework.queries import Bucket, Wanted, work_of
from waymark.duties.models import Duty

pytestmark = pytest.mark.usefixtures("adopted")

MEETING = "PPM-02"
"""Owed by the social worker within 5 days of a placement's start."""


@pytest.fixture
def work(reading_as, now):
    """The clauses that an actor finds in their work: `work(keyworker, whole_team=True)`."""

    def find(actor, *, at=now, **wanted):
        with reading_as(actor):
            found = work_of(actor, Wanted(**{"buckets": list(Bucket)} | wanted), at)
        return [duty.clause for _, duty in found.rows]

    return find


def _end(person, now, role, **holder):
    for involvement in Involvement.objects.filter(case=person.case, role=role, **holder):
        from waymark.core.actor import Actor

        end_involvement(involvement, actor=Actor.system("tests"), at=now - timedelta(minutes=1))


def test_a_duty_is_the_work_of_whoever_has_its_role(placed, allocated_worker, keyworker, work):
    assert MEETING in work(allocated_worker)
    assert MEETING not in work(keyworker)


def test_those_who_do_not_work_on_the_record_find_nothing(
    placed, allocated_worker, other_keyworker, gangs_officer, stranger, work
):
    for actor in (other_keyworker, gangs_officer, stranger):
        assert work(actor) == []
        assert work(actor, whole_team=True) == []


def test_what_a_member_of_the_team_owes_is_the_teams_work_and_not_the_managers_own(
    placed, allocated_worker, colleague, work
):
    assert MEETING not in work(colleague)
    assert MEETING in work(colleague, whole_team=True)


def test_a_role_that_nobody_has_any_more_falls_to_its_team(
    placed, allocated_worker, colleague, keyworker, young_person, work, now
):
    _end(young_person, now, "social_worker")

    for member in (allocated_worker, colleague):
        assert MEETING not in work(member), "nobody is named"
        assert MEETING in work(member, whole_team=True), "the team is still involved"
    assert MEETING not in work(keyworker, whole_team=True)


def test_what_a_child_without_a_named_worker_is_owed_is_the_teams_work_and_nobodys_own(
    happened, young_person, member, actor_of, council, leaving_care_team, involved, work
):
    involved(young_person, "social_worker", team=leaving_care_team)
    happened(young_person, "placement_started", days_ago=10, placement="P1")
    worker = member("Dana Whitlock", council, "social_worker", leaving_care_team)

    assert work(actor_of(worker)) == []
    assert {MEETING, "PPM-01"} <= set(work(actor_of(worker), whole_team=True))

    involved(young_person, "social_worker", membership=worker)

    assert MEETING in work(actor_of(worker)), "now somebody is named"
    assert MEETING not in work(actor_of(member("Ines Roche", council, "social_worker", leaving_care_team)))


def test_nothing_that_is_owed_to_a_child_without_a_named_worker_is_lost_to_the_team(
    happened, young_person, member, actor_of, council, leaving_care_team, involved, work
):
    involved(young_person, "social_worker", team=leaving_care_team)
    for number, kind in enumerate(("placement_started", "planning_meeting_held", "incident_recorded")):
        happened(young_person, kind, days_ago=10 - number, placement="P1", incident="N1")
    worker = actor_of(member("Dana Whitlock", council, "social_worker", leaving_care_team))

    owed = Duty.objects.outstanding().values_list("clause", flat=True)

    assert sorted(work(worker, whole_team=True)) == sorted(owed)
    assert len(owed) >= 5


def test_what_a_team_answers_for_is_the_work_of_all_of_it_when_none_of_it_has_the_role(
    happened, young_person, allocated_worker, colleague, leaving_care_team, involved, work
):
    involved(young_person, "gangs_team", team=leaving_care_team)
    happened(young_person, "address_check_requested", referral="R1")

    assert "SEA-07" in work(allocated_worker)
    assert "SEA-07" in work(colleague)


def test_a_role_whose_team_cannot_see_the_record_falls_to_whoever_may_bring_it_in(
    happened, young_person, allocated_worker, colleague, keyworker, gangs_officer, work
):
    happened(young_person, "address_check_requested", referral="R1")

    assert "SEA-07" in work(colleague, whole_team=True)
    assert "SEA-07" not in work(colleague), "it is for the team to bring the gangs team in"
    assert "SEA-07" not in work(allocated_worker)
    assert "SEA-07" not in work(keyworker, whole_team=True)
    assert work(gangs_officer, whole_team=True) == []


def test_a_taker_without_a_team_finds_it_in_the_work_of_their_agency(
    happened, young_person, provider, member, actor_of, involved, work
):
    manager = member("Tilda Moss", provider.agency, "provider_manager")
    involved(young_person, "provider_manager", membership=manager)
    happened(young_person, "address_check_requested", referral="R1")

    assert "SEA-07" not in work(actor_of(manager))
    assert "SEA-07" in work(actor_of(manager), whole_team=True)


def test_once_its_team_works_on_the_record_the_duty_is_the_teams(
    happened, young_person, colleague, gangs_officer, gangs_team, involved, work
):
    happened(young_person, "address_check_requested", referral="R1")
    involved(young_person, "gangs_team", team=gangs_team)

    assert "SEA-07" in work(gangs_officer)
    assert "SEA-07" not in work(colleague, whole_team=True)


def test_where_nobody_may_bring_anyone_in_it_is_the_work_of_everyone_there(
    happened, young_person, allocated_worker, keyworker, work
):
    happened(young_person, "address_check_requested", referral="R1")

    for actor in (allocated_worker, keyworker):
        assert "SEA-07" not in work(actor)
        assert "SEA-07" in work(actor, whole_team=True)


def test_a_team_of_another_borough_does_not_take_the_duty(
    happened, young_person, allocated_worker, colleague, member, actor_of, involved, system, work
):
    from waymark.access.models import AgencyKind
    from waymark.cases.models import Kind
    from waymark.cases.services import open_case

    elsewhere = open_case(actor=system, kind=Kind.BOROUGH, authority=None, reference="B2")
    agency = add_agency(actor=system, name="Harrowdene", kind=AgencyKind.LOCAL_AUTHORITY, case=elsewhere)
    team = add_team(actor=system, agency=agency, name="Their gangs team", role="gangs_team", borough=elsewhere)
    visitor = actor_of(member("Ola Quist", agency, "yos_worker", team))
    involved(young_person, "yos_worker", team=team)
    happened(young_person, "address_check_requested", referral="R1")

    assert "SEA-07" not in work(visitor, whole_team=True)
    assert "SEA-07" in work(colleague, whole_team=True)


def test_what_any_professional_owes_is_the_work_of_whoever_recorded_what_began_it(
    happened, young_person, allocated_worker, colleague, keyworker, work
):
    happened(young_person, "harm_concern_raised", actor=keyworker, concern="C1")

    assert work(keyworker).count("INF-01") == 2
    assert "INF-01" not in work(allocated_worker)
    assert "INF-01" not in work(colleague)


def test_working_on_a_record_as_any_professional_is_not_owing_what_others_recorded(
    happened, young_person, keyworker, council, member, actor_of, involved, work
):
    coordinator = member("Orla Finch", council, "any_professional")
    involved(young_person, "any_professional", membership=coordinator)
    happened(young_person, "harm_concern_raised", actor=keyworker, concern="C1")

    assert "INF-01" not in work(actor_of(coordinator))
    assert "INF-01" in work(keyworker)


def test_when_whoever_recorded_it_has_left_it_is_the_work_of_everyone_there(
    happened, young_person, allocated_worker, keyworker, work, now
):
    happened(young_person, "harm_concern_raised", actor=keyworker, concern="C1")
    _end(young_person, now, "housing_keyworker")

    assert "INF-01" in work(allocated_worker, whole_team=True)
    assert "INF-01" not in work(allocated_worker)
    assert work(keyworker, whole_team=True) == []


def test_a_duty_that_was_taken_further_is_also_the_work_of_whoever_it_was_taken_to(
    placed, allocated_worker, colleague, work
):
    assert MEETING not in work(colleague)
    Duty.objects.filter(clause=MEETING).update(escalated_to=["deputy_team_manager"])

    assert MEETING in work(colleague)


def test_the_manager_of_a_provider_finds_the_keyworkers_work_in_the_teams(
    happened, placed, young_person, keyworker, provider, member, actor_of, involved, work
):
    manager = member("Tilda Moss", provider.agency, "provider_manager")
    involved(young_person, "provider_manager", membership=manager)
    happened(young_person, "planning_meeting_held", days_ago=1, placement="P1")

    assert "PPM-09" in work(keyworker)
    assert "PPM-09" not in work(actor_of(manager))
    assert "PPM-09" in work(actor_of(manager), whole_team=True)


def test_somebody_without_a_team_has_their_agency_for_one(
    happened, placed, young_person, keyworker, provider, member, actor_of, involved, work
):
    second = member("Bram Lisle", provider.agency, "housing_keyworker")
    involved(young_person, "yos_worker", membership=second)
    happened(young_person, "planning_meeting_held", days_ago=1, placement="P1")

    assert "PPM-09" not in work(actor_of(second))
    assert "PPM-09" in work(actor_of(second), whole_team=True)


def test_a_provider_that_is_a_case_itself_has_duties_too(happened, provider, member, actor_of, involved, work):
    manager = member("Tilda Moss", provider.agency, "provider_manager")
    involved(provider, "provider_manager", membership=manager)
    happened(provider, "staff_joined", provider=str(provider.case_id))

    assert "CSE-07" in work(actor_of(manager), whole_team=True)


def test_late_is_late_from_the_minute_whoever_has_noticed(happened, young_person, allocated_worker, reading_as, now):
    happened(young_person, "placement_started", placement="P1")

    with reading_as(allocated_worker):
        wanted = Wanted(buckets=[Bucket.LATE])
        assert work_of(allocated_worker, wanted, now).rows == []
        later = work_of(allocated_worker, wanted, now + timedelta(days=6))

    assert MEETING in [duty.clause for _, duty in later.rows]
    assert {duty.state for _, duty in later.rows} == {"open"}, "nobody has looked yet"


def test_of_what_is_late_musts_come_first_and_then_the_latest(
    happened, young_person, allocated_worker, reading_as, now
):
    happened(young_person, "placement_started", days_ago=20, placement="P1")
    happened(young_person, "placement_started", days_ago=10, placement="P2")
    Duty.objects.filter(clause="REV-01").delete()

    with reading_as(allocated_worker):
        found = work_of(allocated_worker, Wanted(musts=[MEETING]), now)

    order = [(duty.clause, duty.refs["placement"]) for _, duty in found.rows]
    assert order == [(MEETING, "P2"), (MEETING, "P1"), ("PPM-01", "P2"), ("PPM-01", "P1")]
    assert found.mine[Bucket.LATE] == 4


def test_what_is_to_come_begins_with_what_is_due_next(happened, young_person, allocated_worker, reading_as, now):
    happened(young_person, "placement_started", days_ago=1, placement="P1")
    happened(young_person, "placement_started", days_ago=2, placement="P2")

    with reading_as(allocated_worker):
        found = work_of(allocated_worker, Wanted(buckets=[Bucket.WEEK], musts=["PPM-01"], clauses=[MEETING]), now)

    assert [duty.refs["placement"] for _, duty in found.rows] == ["P2", "P1"]


def test_what_is_late_for_more_than_28_days_stands_last_with_musts_first_and_the_latest_next(
    happened, young_person, allocated_worker, reading_as, now
):
    for name, days_ago in (("P1", 300), ("P2", 60), ("P3", 10)):
        happened(young_person, "placement_started", days_ago=days_ago, placement=name)
    Duty.objects.exclude(clause__in=(MEETING, "PPM-01")).delete()

    with reading_as(allocated_worker):
        found = work_of(allocated_worker, Wanted(musts=[MEETING]), now)

    order = [(bucket.value, duty.clause, duty.refs["placement"]) for bucket, duty in found.rows]
    assert order == [
        ("late", MEETING, "P3"),
        ("late", "PPM-01", "P3"),
        ("long", MEETING, "P2"),
        ("long", MEETING, "P1"),
        ("long", "PPM-01", "P2"),
        ("long", "PPM-01", "P1"),
    ]
    assert (found.mine[Bucket.LATE], found.mine[Bucket.LONG_LATE]) == (2, 4), "nothing is lost from the counts"


@pytest.mark.parametrize(("late_by", "place"), [(timedelta(days=28) - timedelta(minutes=1), "late"),
                                                (timedelta(days=28), "long")])  # fmt: skip
def test_something_is_late_for_long_from_28_days_after_its_time(
    placed, allocated_worker, reading_as, now, late_by, place
):
    Duty.objects.filter(clause=MEETING).update(due=now - late_by)

    with reading_as(allocated_worker):
        found = work_of(allocated_worker, Wanted(clauses=[MEETING]), now)

    assert [bucket for bucket, _ in found.rows] == [place]


def test_what_was_taken_further_to_the_reader_stays_at_the_top_however_long_it_is_late(
    happened, young_person, allocated_worker, colleague, reading_as, now
):
    for name, days_ago in (("P1", 300), ("P2", 10)):
        happened(young_person, "placement_started", days_ago=days_ago, placement=name)
    Duty.objects.exclude(clause__in=(MEETING, "PPM-01")).delete()
    Duty.objects.filter(clause="PPM-01", refs={"placement": "P1"}).update(escalated_to=["deputy_team_manager"])

    def found_by(actor):
        with reading_as(actor):
            rows = work_of(actor, Wanted(whole_team=True, musts=[MEETING]), now).rows
        return [(bucket.value, duty.clause, duty.refs["placement"]) for bucket, duty in rows]

    assert found_by(colleague)[0] == ("late", "PPM-01", "P1")
    assert found_by(allocated_worker)[0] == ("late", MEETING, "P2"), "it was not taken to them"
    assert ("long", "PPM-01", "P1") in found_by(allocated_worker)


def test_two_leaders_of_one_team_lead_together(
    happened, young_person, allocated_worker, council, borough, member, actor_of, involved, system, work
):
    leadership = add_team(actor=system, agency=council, name="Leadership", role="head_of_service", borough=borough)
    involved(young_person, "head_of_service", team=leadership)
    head = actor_of(member("Ada Voss", council, "head_of_service", leadership))
    manager = actor_of(member("Femi Adair", council, "service_manager", leadership))
    happened(young_person, "placement_started", days_ago=10, placement="P1")

    for actor in (head, manager):
        assert MEETING not in work(actor)
        assert MEETING in work(actor, whole_team=True)


def test_only_what_was_asked_for_is_shown_and_counted(
    placed, happened, young_person, allocated_worker, reading_as, now
):
    happened(young_person, "team_changed")

    with reading_as(allocated_worker):
        found = work_of(allocated_worker, Wanted(clauses=["INF-06"]), now)
        nobody = work_of(allocated_worker, Wanted(cases=[]), now)

    assert [duty.clause for _, duty in found.rows] == ["INF-06"]
    assert found.mine[Bucket.LATE] == 0
    assert nobody.rows == []
