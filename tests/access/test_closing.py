"""Restricted records, conflicts of interest and entries held back: closed in the code and in the database alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections

from waymark.access.closing import (
    add_paragraph,
    declare_conflict,
    end_conflict,
    hold_back,
    lift_restriction,
    name_reader,
    release,
    restrict_record,
    unname_reader,
)
from waymark.access.models import Conflict, Grant, HeldBack, Involvement, Membership, RestrictedRecord
from waymark.access.services import NotAsAsked
from waymark.accounts.models import Account
from waymark.casework.entries import Filled
from waymark.casework.services import record_filled
from waymark.core.database import WEB
from waymark.core.errors import Refused
from waymark.duties.models import Duty
from waymark.events.models import Event
from waymark.events.services import record, retract
from waymark.people.models import YoungPerson

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
CONCERN = {"concern": "C1"}


@pytest.fixture
def reads(reading_as):
    """Whether an actor reads rows: by the code as a login that sees all, and by the database without a filter."""

    def ask(actor, model, **which):
        by_code = model.objects.visible_to(actor).filter(**which).exists()
        with reading_as(actor):
            by_database = model.objects.filter(**which).exists()
        assert by_code is by_database, f"the two walls differ about {model.__name__} for {actor.name}"
        return by_code

    return ask


@pytest.fixture
def membership_of():
    return lambda actor: Membership.objects.get(pk=actor.membership_id)


@pytest.fixture
def account_of():
    return lambda actor: Account.objects.get(pk=actor.account_id)


# Restricted records


def test_a_restricted_record_is_open_to_those_named_and_to_whoever_decided(
    reads, colleague, keyworker, allocated_worker, young_person, membership_of
):
    restrict_record(
        actor=colleague, case=young_person.case, why="Her aunt works here", named=[membership_of(keyworker)]
    )

    assert reads(keyworker, YoungPerson, pk=young_person.pk)
    assert reads(colleague, YoungPerson, pk=young_person.pk), "they read through the team, and now by name"
    assert not reads(allocated_worker, YoungPerson, pk=young_person.pk), "whatever their role"


def test_nobody_who_is_brought_in_later_opens_a_restricted_record_until_they_are_named(
    reads, colleague, gangs_officer, young_person, involved, membership_of
):
    restrict_record(actor=colleague, case=young_person.case, why="Her aunt works here", named=[])
    involved(young_person, "gangs_team", actor=gangs_officer)
    assert not reads(gangs_officer, YoungPerson, pk=young_person.pk)

    name_reader(actor=colleague, case=young_person.case, member=membership_of(gangs_officer))
    assert reads(gangs_officer, YoungPerson, pk=young_person.pk)

    unname_reader(actor=colleague, case=young_person.case, member=membership_of(gangs_officer))
    assert not reads(gangs_officer, YoungPerson, pk=young_person.pk)


def test_a_restriction_that_is_lifted_lets_in_whom_the_ledger_lets_in(
    reads, colleague, keyworker, stranger, young_person
):
    restrict_record(actor=colleague, case=young_person.case, why="Her aunt works here", named=[])
    lift_restriction(actor=colleague, case=young_person.case)

    assert reads(keyworker, YoungPerson, pk=young_person.pk)
    assert not reads(stranger, YoungPerson, pk=young_person.pk)


def test_whoever_could_not_open_it_before_is_not_named(colleague, stranger, young_person, membership_of):
    with pytest.raises(NotAsAsked, match="could not open this record before"):
        restrict_record(actor=colleague, case=young_person.case, why="x", named=[membership_of(stranger)])
    assert not RestrictedRecord.objects.exists(), "all or nothing"


def test_it_is_restricted_once_and_with_a_reason(colleague, young_person):
    with pytest.raises(NotAsAsked, match="Say why"):
        restrict_record(actor=colleague, case=young_person.case, why=" ", named=[])
    restrict_record(actor=colleague, case=young_person.case, why="Her aunt works here", named=[])
    with pytest.raises(NotAsAsked, match="already"):
        restrict_record(actor=colleague, case=young_person.case, why="Again", named=[])


@pytest.mark.parametrize("who", ["keyworker", "allocated_worker", "stranger", "gangs_officer"])
def test_a_record_is_restricted_by_managers_who_work_on_it_only(who, request, young_person):
    with pytest.raises(Refused):
        restrict_record(actor=request.getfixturevalue(who), case=young_person.case, why="x", named=[])


def test_whoever_was_named_as_one_of_a_team_keeps_nothing_once_the_team_has_gone(
    reads, colleague, young_person, leaving_care_team, member, council, actor_of
):
    another = member("Tess Amberley", council, "deputy_team_manager", leaving_care_team)
    restrict_record(actor=colleague, case=young_person.case, why="Her aunt works here", named=[another])
    assert reads(actor_of(another), YoungPerson, pk=young_person.pk)

    lift_restriction(actor=colleague, case=young_person.case)
    assert reads(actor_of(another), YoungPerson, pk=young_person.pk), "through the team"
    long_ago = datetime.now(UTC) - timedelta(days=1)
    Grant.objects.filter(case=young_person.case, team=leaving_care_team).update(ends_at=long_ago)

    assert not reads(actor_of(another), YoungPerson, pk=young_person.pk)


def test_whoever_was_named_the_last_time_is_not_named_the_next(
    reads, colleague, keyworker, young_person, membership_of
):
    restrict_record(
        actor=colleague, case=young_person.case, why="Her aunt works here", named=[membership_of(keyworker)]
    )
    lift_restriction(actor=colleague, case=young_person.case)

    restrict_record(actor=colleague, case=young_person.case, why="His aunt works there", named=[])

    assert not reads(keyworker, YoungPerson, pk=young_person.pk)
    assert reads(colleague, YoungPerson, pk=young_person.pk)


def test_nobody_takes_their_own_name_off(colleague, young_person, membership_of):
    restrict_record(actor=colleague, case=young_person.case, why="Her aunt works here", named=[])

    with pytest.raises(NotAsAsked, match="somebody else"):
        unname_reader(actor=colleague, case=young_person.case, member=membership_of(colleague))


def test_nobody_is_named_on_an_open_record_and_nobody_with_a_conflict_of_interest(
    colleague, keyworker, allocated_worker, young_person, membership_of, account_of
):
    case = young_person.case
    with pytest.raises(NotAsAsked, match="not restricted"):
        name_reader(actor=colleague, case=case, member=membership_of(keyworker))
    declare_conflict(actor=colleague, case=case, account=account_of(allocated_worker), why="Cousins")
    with pytest.raises(NotAsAsked, match="conflict of interest"):
        restrict_record(actor=colleague, case=case, why="x", named=[membership_of(allocated_worker)])
    restrict_record(actor=colleague, case=case, why="Her aunt works here", named=[])
    with pytest.raises(NotAsAsked, match="is not named"):
        unname_reader(actor=colleague, case=case, member=membership_of(keyworker))


# Conflicts of interest


def test_a_conflict_of_interest_closes_the_record_whatever_else_the_ledger_says(
    reads, colleague, allocated_worker, young_person, account_of
):
    declare_conflict(actor=colleague, case=young_person.case, account=account_of(allocated_worker), why="Cousins")

    assert not reads(allocated_worker, YoungPerson, pk=young_person.pk), "though their team works on it"
    assert not reads(allocated_worker, Involvement, case=young_person.case)
    assert not Involvement.objects.current().filter(membership=allocated_worker.membership_id).exists()


def test_whoever_has_a_conflict_cannot_be_told_so_by_the_database(
    colleague, allocated_worker, young_person, account_of, reading_as
):
    declare_conflict(actor=colleague, case=young_person.case, account=account_of(allocated_worker), why="Cousins")

    with reading_as(allocated_worker):
        assert not Conflict.objects.exists()
        with connections[WEB].cursor() as cursor:
            for table in ("access_conflict", "access_reach", "access_grant"):
                cursor.execute(f"select count(*) from {table}")
                assert cursor.fetchone()[0] == 0, table


def test_anybody_says_of_themselves_that_they_have_a_conflict(reads, keyworker, young_person, colleague, account_of):
    declare_conflict(actor=keyworker, case=young_person.case, account=account_of(keyworker), why="We went to school")

    assert not reads(keyworker, YoungPerson, pk=young_person.pk)


@pytest.mark.parametrize("who", ["keyworker", "stranger", "gangs_officer"])
def test_of_somebody_else_only_those_whose_business_it_is(who, request, young_person, colleague, account_of):
    with pytest.raises(Refused):
        declare_conflict(
            actor=request.getfixturevalue(who), case=young_person.case, account=account_of(colleague), why="x"
        )


def test_nobody_shuts_out_those_who_watch_over_them(
    reads, allocated_worker, colleague, young_person, account_of, member, council, actor_of, involved
):
    lead = member("Gwen Tolliver", council, "data_protection_lead")
    involved(young_person, "data_protection_lead", membership=lead)
    head = member("Ada Quillfeather", council, "head_of_service")
    involved(young_person, "head_of_service", membership=head)
    for actor, other in (
        (allocated_worker, account_of(colleague)),
        (colleague, lead.account),
        (colleague, head.account),
    ):
        with pytest.raises(NotAsAsked, match="watch over"):
            declare_conflict(actor=actor, case=young_person.case, account=other, why="x")

    declare_conflict(actor=actor_of(head), case=young_person.case, account=lead.account, why="Her niece")

    assert not reads(actor_of(lead), YoungPerson, pk=young_person.pk)
    assert reads(colleague, YoungPerson, pk=young_person.pk)


def test_the_last_who_works_on_a_record_is_not_shut_out_of_it(
    keyworker, allocated_worker, young_person, account_of, system
):
    Involvement.objects.exclude(membership=keyworker.membership_id).update(ends_at=datetime.now(UTC))

    with pytest.raises(NotAsAsked, match="Nobody else works on this record"):
        declare_conflict(actor=keyworker, case=young_person.case, account=account_of(keyworker), why="x")


def test_a_conflict_is_over_when_somebody_else_says_so(reads, colleague, keyworker, young_person, account_of, system):
    conflict = declare_conflict(actor=colleague, case=young_person.case, account=account_of(keyworker), why="Cousins")

    end_conflict(conflict, actor=colleague)

    assert not reads(keyworker, YoungPerson, pk=young_person.pk), "what they did there does not begin again by itself"
    assert not Conflict.objects.current().exists()


# Entries held back


@pytest.fixture
def entry(young_person, allocated_worker):
    """An entry on the record, by the allocated worker."""
    return record(
        "risk_information_received",
        case=young_person.case,
        actor=allocated_worker,
        occurred_at=AT,
        refs={"concern": "C1"},
        data={"summary": "A name that nobody may know"},
    )


def test_an_entry_held_back_is_seen_by_its_readers_alone_with_what_it_began(
    reads, adopted, entry, allocated_worker, colleague, keyworker, membership_of
):
    assert Duty.objects.filter(trigger=entry).exists()

    hold_back(entry, actor=allocated_worker, why="The source is known to them", readers=[membership_of(colleague)])

    for model, which in ((Event, {"pk": entry.pk}), (Duty, {"trigger": entry}), (HeldBack, {"item": entry.pk})):
        assert not reads(keyworker, model, **which), f"{model.__name__}: they may read risk, and this not"
    for model, which in ((Event, {"pk": entry.pk}), (Duty, {"trigger": entry})):
        assert reads(colleague, model, **which)
        assert reads(allocated_worker, model, **which)


def test_whoever_wrote_an_entry_does_not_lose_sight_of_it(reads, entry, allocated_worker, keyworker, colleague):
    hold_back(entry, actor=keyworker, why="A name in it", readers=[])

    assert reads(allocated_worker, Event, pk=entry.pk)
    assert not reads(colleague, Event, pk=entry.pk)


def test_whoever_was_only_shared_with_hides_nothing_from_those_who_work_there(
    young_person, entry, stranger, reads, colleague
):
    both, now = ["identity", "risk"], datetime.now(UTC)
    Grant.objects.create(
        case=young_person.case,
        membership_id=stranger.membership_id,
        reads=both,
        writes=both,
        reason="share",
        basis="safeguarding",
        purpose="To plan with her where she is safe",
        starts_at=now,
        ends_at=now + timedelta(days=1),
    )

    with pytest.raises(NotAsAsked, match="works on this record"):
        hold_back(entry, actor=stranger, why="x", readers=[])
    assert reads(colleague, Event, pk=entry.pk)


def test_whoever_is_named_on_a_restricted_record_holds_entries_back_there(reads, entry, colleague, young_person):
    restrict_record(actor=colleague, case=young_person.case, why="Her aunt works here", named=[])

    hold_back(entry, actor=colleague, why="x", readers=[])

    assert reads(colleague, Event, pk=entry.pk)


def test_recording_the_same_as_what_is_held_back_tells_nothing_of_it(entry, allocated_worker, keyworker):
    hold_back(entry, actor=allocated_worker, why="x", readers=[])
    same = Filled(id=uuid4(), type=entry.type, occurred_at=AT, refs=entry.refs, data=entry.data)

    stored = record_filled(same, actor=keyworker, case=entry.case).event

    assert stored.pk != entry.pk


def test_recording_tells_nothing_of_duties_that_what_is_held_back_began(
    adopted, young_person, allocated_worker, keyworker
):
    began = record("harm_concern_raised", case=young_person.case, actor=allocated_worker, occurred_at=AT, refs=CONCERN)
    met = Filled(id=uuid4(), type="concern_shared", occurred_at=AT, refs=CONCERN, data={"how": ["phone"]})
    hold_back(began, actor=allocated_worker, why="x", readers=[])
    before = dict(Duty.objects.values_list("part", "state"))

    outcome = record_filled(met, actor=keyworker, case=young_person.case)

    assert dict(Duty.objects.values_list("part", "state")) != before, "it did something"
    assert (dict(outcome.changed), outcome.gone) == ({}, 0), "of which whoever may not see it is told nothing"


def test_a_withdrawal_of_what_is_held_back_tells_nobody_else_of_it(reads, entry, allocated_worker, keyworker):
    hold_back(entry, actor=allocated_worker, why="x", readers=[])
    withdrawal = retract(entry, "Wrong person", allocated_worker)

    assert not reads(keyworker, Event, pk=withdrawal.pk)


def test_whoever_may_not_see_an_entry_can_neither_withdraw_it_nor_let_others_see_it(entry, allocated_worker, keyworker):
    held = hold_back(entry, actor=allocated_worker, why="x", readers=[])

    for attempt in (lambda: retract(entry, "x", keyworker), lambda: release(held, actor=keyworker)):
        with pytest.raises(Refused):
            attempt()


def test_an_entry_let_go_is_seen_again_by_everybody_who_may_read_its_kind(reads, entry, allocated_worker, keyworker):
    held = hold_back(entry, actor=allocated_worker, why="x", readers=[])
    release(held, actor=allocated_worker)

    assert reads(keyworker, Event, pk=entry.pk)


def test_a_paragraph_for_named_people_leaves_the_entry_as_it_is_for_the_rest(
    reads, entry, allocated_worker, colleague, keyworker, membership_of
):
    paragraph = add_paragraph(
        entry, "The uncle told us", actor=allocated_worker, why="Source", readers=[membership_of(colleague)]
    )

    assert reads(keyworker, Event, pk=entry.pk)
    assert not reads(keyworker, Event, pk=paragraph.pk)
    assert reads(colleague, Event, pk=paragraph.pk)
    assert paragraph.category == entry.category


def test_what_is_held_back_cannot_be_listed_by_hand(reading_as, entry, allocated_worker, keyworker):
    hold_back(entry, actor=allocated_worker, why="x", readers=[])

    with reading_as(keyworker), connections[WEB].cursor() as cursor:
        for table in ("access_heldback", "access_heldbackreader"):
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone()[0] == 0, table


def test_a_closing_of_yesterday_closes_nothing(reads, young_person, keyworker, colleague, account_of):
    yesterday = datetime.now(UTC) - timedelta(days=1)
    RestrictedRecord.objects.create(
        case=young_person.case, why="x", starts_at=yesterday - timedelta(days=1), ends_at=yesterday
    )
    Conflict.objects.create(
        case=young_person.case,
        account=account_of(keyworker),
        why="x",
        starts_at=yesterday - timedelta(days=1),
        ends_at=yesterday,
    )

    assert reads(keyworker, YoungPerson, pk=young_person.pk)
