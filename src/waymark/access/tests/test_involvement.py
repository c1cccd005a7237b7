"""Who works on a case, and what the database makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.support.pages import text_of

from waymark.access.emergency import break_glass, review
from waymark.access.ledger import SharingLedger
from waymark.access.models import Adoption, Grant, Involvement, Membership, Outcome
from waymark.access.services import (
    NotAsAsked,
    add_member,
    add_team,
    adopt,
    allocate,
    bring_in,
    end_involvement,
    involve,
    let_go,
)
from waymark.audit.models import Entry
from waymark.core.database import SERVICE
from waymark.core.errors import Refused
from waymark.core.permissions import Permission

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 3, 2, tzinfo=UTC)
LATER = AT + timedelta(days=30)
NOW = datetime.now(UTC)


@pytest.fixture
def dana(member, council):
    return member("Dana Whitlock", council, "social_worker")


@pytest.fixture
def ravi(member, council):
    return member("Ravi Dhillon", council, "social_worker")


def test_allocating_a_worker_ends_the_allocation_before(young_person, dana, ravi, system):
    allocate(actor=system, case=young_person.case, worker=dana, at=AT)
    allocate(actor=system, case=young_person.case, worker=ravi, at=LATER)

    assert list(
        young_person.case.involvements.order_by("starts_at").values_list("membership", "starts_at", "ends_at")
    ) == [(dana.pk, AT, LATER), (ravi.pk, LATER, None)]


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "allowed"),
    [
        (LATER, None, False),
        (AT - timedelta(days=5), AT + timedelta(days=1), False),
        (AT - timedelta(days=5), AT, True),
    ],
    ids=["overlaps the end", "overlaps the beginning", "ends as the other begins"],
)
def test_a_case_never_has_two_allocated_workers_at_a_time(young_person, dana, ravi, starts_at, ends_at, allowed):
    def create(membership, starts_at, ends_at=None):
        return Involvement.objects.create(
            case=young_person.case, role="social_worker", membership=membership, starts_at=starts_at, ends_at=ends_at
        )

    create(dana, AT)
    if allowed:
        assert create(ravi, starts_at, ends_at)
        return
    with pytest.raises(IntegrityError, match="one_allocated_worker_at_a_time"), transaction.atomic(using=SERVICE):
        create(ravi, starts_at, ends_at)


def test_a_team_or_another_role_may_be_involved_beside_the_allocated_worker(
    young_person, dana, ravi, leaving_care_team, system
):
    allocate(actor=system, case=young_person.case, worker=dana, at=AT)

    involve(actor=system, case=young_person.case, role="social_worker", team=leaving_care_team, starts_at=AT)
    involve(actor=system, case=young_person.case, role="iro", membership=ravi, starts_at=AT)

    assert Involvement.objects.current().filter(case=young_person.case).count() == 3


@pytest.mark.parametrize("holders", ["neither", "both"])
def test_an_involvement_is_held_by_a_membership_or_a_team(holders, young_person, dana, leaving_care_team, system):
    holder = {"membership": dana, "team": leaving_care_team} if holders == "both" else {}

    with pytest.raises(IntegrityError, match="involvement_of_a_membership_or_a_team"):
        involve(actor=system, case=young_person.case, role="iro", starts_at=AT, **holder)


def test_nothing_ends_before_it_starts(young_person, dana, system):
    with pytest.raises(IntegrityError, match="involvement_ends_after_start"):
        involve(actor=system, case=young_person.case, role="iro", membership=dana, starts_at=LATER, ends_at=AT)


def test_a_role_that_the_vocabulary_lacks_is_refused(young_person, dana, council, system):
    with pytest.raises(ValueError, match="'neighbour' is not a role"):
        involve(actor=system, case=young_person.case, role="neighbour", membership=dana, starts_at=AT)
    with pytest.raises(ValueError, match="'neighbour' is not a role"):
        add_team(actor=system, agency=council, name="Neighbours", role="neighbour")


def test_a_member_cannot_be_in_a_team_of_another_agency(system, other_provider, leaving_care_team):
    with pytest.raises(ValueError, match="a team of another agency"):
        add_member(
            actor=system,
            name="Nell Ferris",
            email="nell@waymark.example",
            agency=other_provider.agency,
            role="housing_keyworker",
            team=leaving_care_team,
            starts_at=AT,
        )
    assert not Membership.objects.exists()


def test_only_a_manager_says_who_works_on_a_case_and_only_on_their_own(
    young_person, other_young_person, keyworker, colleague, gangs_team
):
    with pytest.raises(Refused, match="who works on this record"):
        involve(actor=keyworker, case=young_person.case, role="gangs_team", team=gangs_team, starts_at=AT)
    with pytest.raises(Refused, match="who works on this record"):
        involve(actor=colleague, case=other_young_person.case, role="gangs_team", team=gangs_team, starts_at=AT)

    assert involve(actor=colleague, case=young_person.case, role="gangs_team", team=gangs_team, starts_at=AT)


def test_ending_an_involvement_is_in_the_trail_and_takes_the_record_away(young_person, keyworker, system):
    ledger = SharingLedger()
    assert ledger.allows(keyworker, Permission.VIEW_CASE, young_person)

    end_involvement(Involvement.objects.get(membership=keyworker.membership_id), actor=system, at=AT)

    assert not ledger.allows(keyworker, Permission.VIEW_CASE, young_person)
    assert Entry.objects.filter(kind="access.Involvement", detail={"ended": True}).count() == 1


def test_a_role_may_only_what_the_table_of_roles_gives_it(keyworker, young_person):
    ledger = SharingLedger()

    assert ledger.allows(keyworker, Permission.RECORD_EVENT, young_person.case)
    assert not ledger.allows(keyworker, Permission.WAIVE_DUTY, young_person.case)
    assert not ledger.allows(keyworker, Permission.ADOPT_PROTOCOL, None)


def test_what_an_authority_adopts_is_kept_word_for_word(borough, system):
    text = '[protocol]\nid = "p"\n'

    adoption = adopt(
        actor=system,
        authority=borough,
        pack_id="p",
        version="1",
        text=text,
        starts_on=AT.date(),
        terms={"soon": "1 day"},
    )

    stored = Adoption.objects.of(borough).get()
    assert (stored, stored.text, stored.terms) == (adoption, text, {"soon": "1 day"})
    assert len(stored.digest) == 64


def test_one_version_of_a_pack_begins_on_a_day(borough, system):
    for version in ("1", "2"):
        adopted = {"authority": borough, "pack_id": "p", "version": version, "text": "", "starts_on": AT.date()}
        if version == "1":
            adopt(actor=system, **adopted)
            continue
        with pytest.raises(IntegrityError, match="one_version_of_a_pack_from_a_day"):
            adopt(actor=system, **adopted)


@pytest.fixture
def manager(member, actor_of, involved, provider, young_person):
    """The manager of the provider where the young person lives, who says who works on the record too."""
    membership = member("Pat Winslow", provider.agency, "provider_manager")
    involved(young_person, "provider_manager", membership=membership)
    return actor_of(membership)


def test_a_provider_ends_the_work_of_its_own_people_and_of_nobody_elses(
    manager, keyworker, allocated_worker, colleague, young_person
):
    def works(role):
        return Involvement.objects.current().get(case=young_person.case, role=role)

    for role in ("social_worker", "deputy_team_manager"):
        with pytest.raises(NotAsAsked, match="works for another agency"):
            let_go(works(role), actor=manager, at=NOW)
    let_go(works("housing_keyworker"), actor=manager, at=NOW)
    let_go(works("provider_manager"), actor=colleague, at=NOW)

    assert {one.role for one in Involvement.objects.current().filter(case=young_person.case)} == {
        "social_worker",
        "deputy_team_manager",
    }


def test_a_provider_does_not_put_another_in_the_place_of_the_allocated_worker(
    manager, allocated_worker, young_person, member, council
):
    another = member("Ravi Dhillon", council, "social_worker")
    given = {"case": young_person.case, "role": "social_worker", "membership": another, "at": NOW}

    with pytest.raises(NotAsAsked, match="Dana Whitlock works for another agency"):
        bring_in(actor=manager, **given)

    assert Involvement.objects.current().get(role="social_worker").membership_id == allocated_worker.membership_id


def test_nobody_brings_themselves_in_as_what_they_are_elsewhere(manager, young_person, member, gangs_team, council):
    also = member("Pat Winslow", council, "gangs_team", gangs_team)
    assert also.account_id == manager.account_id

    with pytest.raises(NotAsAsked, match="somebody else"):
        bring_in(actor=manager, case=young_person.case, role="gangs_team", membership=also, at=NOW)


def test_the_data_protection_lead_stays_until_they_have_reviewed_an_emergency(
    on_call, colleague, young_person, member, council, actor_of
):
    lead = actor_of(member("Gwen Tolliver", council, "data_protection_lead"))
    opened = break_glass(young_person.case, actor=on_call, why="Missing since nine, the police ask")
    theirs = Involvement.objects.current().get(role="data_protection_lead")

    with pytest.raises(NotAsAsked, match="review first"):
        let_go(theirs, actor=colleague, at=datetime.now(UTC))

    review(opened, actor=lead, outcome=Outcome.JUSTIFIED, note="The police found her by it")
    let_go(theirs, actor=colleague, at=datetime.now(UTC))


# Nobody opens more to others than they read


@pytest.fixture
def as_role(member, actor_of, council, involved, young_person):
    """Somebody of the council who works on Amira's record in a role."""

    def make(role, agency=None):
        actor = actor_of(member(f"Some {role}".title(), agency or council, role))
        involved(young_person, role, actor=actor)
        return actor

    return make


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("sp_referrals", "gangs_team"),
        ("sp_referrals", "social_worker"),
        ("placements_team", "police"),
        ("placements_team", "exploitation_worker"),
        ("provider_manager", "gangs_team"),
    ],
)
def test_whoever_reads_less_does_not_bring_in_who_reads_more_and_is_told_who_can(
    who, role, as_role, young_person, member, council, colleague, involved
):
    one = member("Una Pratt", council, role)
    involved(young_person, "deputy_team_manager", actor=colleague)

    with pytest.raises(NotAsAsked, match=f"which you do not. Ask {colleague.name} to bring them in"):
        bring_in(actor=as_role(who), case=young_person.case, role=role, membership=one, at=NOW)

    assert not Involvement.objects.filter(membership=one).exists()


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("sp_referrals", "provider_manager"),  # SEA-08
        ("sp_referrals", "placements_team"),  # SEA-08
        ("sp_referrals", "temporary_accommodation"),
        ("placements_team", "gangs_team"),  # SEA-02
        ("placements_team", "provider_manager"),  # SEA-04
        ("provider_manager", "housing_keyworker"),
        ("deputy_team_manager", "gangs_team"),
        ("deputy_team_manager", "police"),
        ("service_manager", "safer_neighbourhood"),
        ("head_of_service", "exploitation_worker"),
    ],
)
def test_whoever_the_protocol_asks_to_work_with_others_brings_them_in(
    who, role, as_role, young_person, member, council
):
    one = member("Una Pratt", council, role)

    bring_in(actor=as_role(who), case=young_person.case, role=role, membership=one, at=NOW)

    assert Involvement.objects.current().filter(membership=one).exists()


def test_a_manager_of_another_council_to_whom_a_little_was_shared_does_not_open_everything_to_their_team(
    young_person, member, actor_of, other_data_lead, system
):
    elsewhere = Membership.objects.get(pk=other_data_lead.membership_id).agency
    theirs, another = (actor_of(member(name, elsewhere, "deputy_team_manager")) for name in ("Una Pratt", "Odo Pratt"))
    Grant.objects.create(
        case=young_person.case,
        membership_id=theirs.membership_id,
        reads=["identity"],
        writes=["identity"],
        reason="share",
        basis="safeguarding",
        purpose="Moving",
        starts_at=NOW,
        ends_at=datetime.now(UTC) + timedelta(days=9),
    )

    with pytest.raises(NotAsAsked, match="a service manager or the head of service at the council that is responsible"):
        bring_in(
            actor=theirs,
            case=young_person.case,
            role="deputy_team_manager",
            membership=Membership.objects.get(pk=another.membership_id),
            at=NOW,
        )


def test_the_page_says_so_before_it_asks_who(as_role, client_as, young_person, member, council):
    member("Una Pratt", council, "police")

    page = client_as(as_role("sp_referrals")).get(f"/records/{young_person.case_id}/team/bring-in?role=police")

    assert page.status_code == 422
    assert "they would read meetings, exploitation, youth justice and intelligence here, which you do not" in text_of(
        page
    )
    assert "Ask a deputy team manager" in text_of(page)
