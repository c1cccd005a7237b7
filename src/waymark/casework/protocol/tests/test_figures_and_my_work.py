"""The figures of the protocol and My work say the same of who owes what: one rule decides both."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from tests.support.story import adopted, happened, now

from waymark.access.models import Adoption, Involvement
from waymark.access.services import end_involvement
from waymark.casework.protocol.figures import NOBODY_OWES, Figures, by_provider, by_team
from waymark.casework.queries import Bucket, Wanted, work_of
from waymark.duties.models import Duty, State

__all__ = ["adopted", "happened", "now"]

LEAVING_CARE = "Leaving Care, Elmbridge Vale Council"
GANGS = "Integrated Gangs Team, Elmbridge Vale Council"
PROVIDER = "Northlight Housing"


@pytest.fixture
def story(happened, young_person, keyworker, allocated_worker, colleague):
    """Duties of every kind of owner: a named person's, a role that nobody has, and whoever recorded a concern."""
    happened(young_person, "placement_started", days_ago=60, placement="P1")
    happened(young_person, "placement_started", days_ago=10, placement="P2")
    happened(young_person, "planning_meeting_held", days_ago=8, placement="P2")
    happened(young_person, "address_check_requested", days_ago=3, referral="R1")
    happened(young_person, "harm_concern_raised", days_ago=2, actor=keyworker, concern="C1")
    happened(young_person, "team_changed")
    return young_person


def _outstanding(reader, reading_as, clause):
    """How many outstanding duties of a clause each team owes, by the figures."""
    with reading_as(reader):
        found = by_team(clause, list(Adoption.objects.values_list("pk", flat=True)))
    return {team: figures.open + figures.breached for team, figures in found.items()}


def _work(actor, reading_as, now):
    """How many duties of each clause are the work of somebody's team, by My work."""
    with reading_as(actor):
        rows = work_of(actor, Wanted(whole_team=True, buckets=list(Bucket), size=1000), now).rows
    return Counter(duty.clause for _, duty in rows)


def _agree(readers, owed_by, reading_as, now):
    clauses = set(Duty.objects.outstanding().values_list("clause", flat=True))
    assert len(clauses) >= 6
    compared = 0
    for team, actor in owed_by.items():
        works = _work(actor, reading_as, now)
        for clause in clauses:
            for reader in readers:
                assert _outstanding(reader, reading_as, clause).get(team, 0) == works[clause], (team, clause)
                compared += works[clause]
    assert compared > 0


def test_a_team_owes_by_the_figures_what_is_its_work(
    story, allocated_worker, colleague, keyworker, gangs_officer, reading_as, now
):
    owed_by = {LEAVING_CARE: colleague, PROVIDER: keyworker, GANGS: gangs_officer}

    _agree([colleague, keyworker], owed_by, reading_as, now)


def test_they_agree_once_the_team_that_owes_it_is_brought_in(
    story, colleague, keyworker, gangs_officer, gangs_team, involved, reading_as, now
):
    involved(story, "gangs_team", team=gangs_team)

    _agree([colleague], {LEAVING_CARE: colleague, PROVIDER: keyworker, GANGS: gangs_officer}, reading_as, now)
    assert _outstanding(colleague, reading_as, "SEA-07") == {GANGS: 1}


@pytest.mark.parametrize("gone", [{"social_worker"}, {"housing_keyworker"}, {"social_worker", "deputy_team_manager"}])
def test_they_agree_where_nobody_has_a_role_any_more(
    story, allocated_worker, colleague, keyworker, system, reading_as, now, gone
):
    for involvement in Involvement.objects.filter(case=story.case, role__in=gone):
        end_involvement(involvement, actor=system, at=now - timedelta(minutes=1))
    here = [actor for actor in (allocated_worker, colleague, keyworker) if _work(actor, reading_as, now)]
    assert here

    _agree(here, {actor_team(actor): actor for actor in here}, reading_as, now)


def actor_team(actor):
    """The name that the figures have for somebody's team."""
    return f"{actor.team_name}, {actor.agency_name}" if actor.team_name else actor.agency_name


def test_what_nobody_owes_by_name_falls_to_the_team_that_is_to_bring_somebody_in(story, colleague, reading_as):
    assert _outstanding(colleague, reading_as, "SEA-07") == {LEAVING_CARE: 1}, "the gangs team does not work there"


def test_what_is_done_counts_too_and_what_the_clause_asks_of_nobody_is_nobodys(story, colleague, reading_as):
    adoptions = list(Adoption.objects.values_list("pk", flat=True))
    with reading_as(colleague):
        assert by_team("PPM-02", adoptions) == {LEAVING_CARE: Figures(met=1, breached=1)}
        assert set(by_team("PPM-07", adoptions)) == {NOBODY_OWES}
        assert by_provider("PPM-02", adoptions) == {PROVIDER: Figures(met=1, breached=1)}


def test_the_figures_count_no_record_out_of_reach(story, stranger, gangs_officer, reading_as):
    adoptions = list(Adoption.objects.values_list("pk", flat=True))
    assert Duty.objects.filter(clause="PPM-02", state=State.BREACHED).exists()
    for reader in (stranger, gangs_officer, None):
        with reading_as(reader):
            assert by_team("PPM-02", adoptions) == {}
            assert by_provider("PPM-02", adoptions) == {}
