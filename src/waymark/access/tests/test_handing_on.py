"""Who moves and who leaves, and what becomes of their work: nothing is left with nobody."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from waymark.access.administering import (
    ChangedMeanwhile,
    how_many_young_people,
    invited_and_not_come,
    resume,
    set_administrator,
    suspend,
)
from waymark.access.handing_on import BACK_TO_TEAM, HandOn, end_member, move_member, work_to_hand_on
from waymark.access.inviting import invite_member
from waymark.access.models import (
    Basis,
    Conflict,
    Grant,
    HeldBack,
    HeldBackReader,
    Involvement,
    Membership,
    Reason,
    RestrictedRecord,
)
from waymark.access.services import NotAsAsked
from waymark.accounts.models import Token
from waymark.audit.models import Entry
from waymark.core.categories import Category

AT = datetime(2026, 3, 2, tzinfo=UTC)
LATER = datetime.now(UTC) + timedelta(days=9)


def _entries(**detail):
    return Entry.objects.filter(action="write", detail__contains=detail)


# Handing on


def test_a_leaver_hands_on_each_record_to_whom_was_chosen_for_it_and_loses_everything(
    db, ada, dana, ravi, member, council, involved, young_person, other_young_person, holds, actor_of, seen, token_of
):
    mia = member("Mia Tanaka", council, "social_worker")
    involved(young_person, "social_worker", membership=dana)
    involved(other_young_person, "social_worker", membership=dana)
    token_of(actor_of(dana))

    choice = HandOn(everything_else=ravi.pk, each={other_young_person.case_id: mia.pk})
    end_member(dana.pk, actor=ada, seen=seen(dana), hand_on=choice)

    assert holds() == {("social_worker", ravi)}
    assert holds(other_young_person.case) == {("social_worker", mia)}
    assert not Membership.objects.current().filter(pk=dana.pk).exists()
    assert not Grant.objects.current().filter(membership=dana).exists()
    assert {*Grant.objects.current().values_list("membership", "case")} == {
        (ravi.pk, young_person.case_id),
        (mia.pk, other_young_person.case_id),
    }
    assert not Token.objects.filter(membership_id=dana.pk, ended_at=None).exists()
    assert _entries(handed_on=True).count() == 2


def test_work_goes_back_to_the_team_in_the_role_it_was_done_in(
    db, ada, dana, ravi, involved, young_person, leaving_care_team, holds, seen
):
    involved(young_person, "social_worker", membership=dana)

    end_member(dana.pk, actor=ada, seen=seen(dana), hand_on=HandOn(BACK_TO_TEAM))

    assert holds() == {("social_worker", leaving_care_team)}
    assert Grant.objects.current().get().team == leaving_care_team


def test_whoever_works_on_it_already_is_not_brought_in_twice(db, ada, dana, ravi, involved, young_person, holds, seen):
    involved(young_person, "iro", membership=dana)
    involved(young_person, "iro", membership=ravi)

    end_member(dana.pk, actor=ada, seen=seen(dana), hand_on=HandOn(ravi.pk))

    assert Involvement.objects.filter(membership=ravi).count() == 1
    assert holds() == {("iro", ravi)}


def test_work_that_is_to_begin_or_to_end_on_a_day_to_come_does_so_with_whoever_takes_it_on(
    db, ada, dana, ravi, system, young_person, other_young_person, seen
):
    from waymark.access.services import involve

    involve(actor=system, case=young_person.case, role="iro", membership=dana, starts_at=AT, ends_at=LATER)
    involve(actor=system, case=other_young_person.case, role="iro", membership=dana, starts_at=LATER)

    end_member(dana.pk, actor=ada, seen=seen(dana), hand_on=HandOn(ravi.pk))

    until, begins = Involvement.objects.filter(membership=ravi).order_by("starts_at")
    assert (until.ends_at, begins.starts_at, begins.ends_at) == (LATER, LATER, None)
    assert Involvement.objects.filter(membership=dana, ends_at__isnull=False).count() == 2


def _end(ada, dana, seen, hand_on):
    with pytest.raises(NotAsAsked) as refused:
        end_member(dana.pk, actor=ada, seen=seen(dana), hand_on=hand_on)
    assert Membership.objects.current().filter(pk=dana.pk).exists()
    assert Involvement.objects.current().filter(membership=dana).exists()
    return str(refused.value)


def test_nothing_is_left_with_nobody(
    db, ada, dana, ravi, involved, young_person, member, council, keyworker, gangs_officer, seen
):
    involved(young_person, "social_worker", membership=dana)
    elsewhere = member("Mia Tanaka", council, "iro")

    assert "Select who takes on their work" in _end(ada, dana, seen, HandOn())
    for taker in (keyworker.membership_id, gangs_officer.membership_id, elsewhere.pk, dana.pk, uuid.uuid4()):
        assert "Select somebody on the list" in _end(ada, dana, seen, HandOn(taker))
    suspend(ravi.pk, actor=ada, seen=seen(ravi))
    assert "Select somebody on the list" in _end(ada, dana, seen, HandOn(ravi.pk))
    assert "Their team cannot take this work back" in _end(ada, dana, seen, HandOn(BACK_TO_TEAM))


def test_a_team_takes_back_no_work_that_would_show_it_more_than_its_own_role_is_shown(
    db, ada, dana, ravi, involved, young_person, seen
):
    involved(young_person, "exploitation_worker", membership=dana)  # reads intelligence; social workers do not

    assert "Their team cannot take this work back" in _end(ada, dana, seen, HandOn(BACK_TO_TEAM))


def test_whoever_has_a_conflict_of_interest_takes_nothing_on(db, ada, dana, ravi, involved, young_person, seen):
    involved(young_person, "social_worker", membership=dana)
    Conflict.objects.create(case=young_person.case, account=ravi.account, why="Her uncle", starts_at=AT)

    assert "Ravi Dhillon cannot take on YP1" in _end(ada, dana, seen, HandOn(ravi.pk))
    assert "Nobody in their team can take on YP1" in _end(ada, dana, seen, HandOn(BACK_TO_TEAM))


def test_who_takes_on_a_restricted_record_is_not_for_the_administrator_to_say(
    db, ada, dana, ravi, involved, young_person, seen
):
    involved(young_person, "social_worker", membership=dana)
    RestrictedRecord.objects.create(case=young_person.case, why="Staff's family", starts_at=AT)

    assert "Only named people may open YP1" in _end(ada, dana, seen, HandOn(ravi.pk))
    assert [piece.restricted for piece in work_to_hand_on(dana.pk, actor=ada)] == [True]


def test_a_team_that_works_on_records_is_not_left_empty(
    db, ada, dana, involved, young_person, leaving_care_team, seen, ravi
):
    involved(young_person, "social_worker", team=leaving_care_team)
    end_member(ravi.pk, actor=ada, seen=seen(ravi), hand_on=HandOn())

    for attempt in (
        lambda: end_member(dana.pk, actor=ada, seen=seen(dana), hand_on=HandOn()),
        lambda: move_member(dana.pk, actor=ada, seen=seen(dana), role="social_worker", team_id=None, hand_on=HandOn()),
    ):
        with pytest.raises(NotAsAsked, match="Nobody else is in Leaving Care"):
            attempt()
    suspend(dana.pk, actor=ada, seen=seen(dana))


def test_what_an_administrator_is_told_of_the_work_is_references_and_numbers(
    db, ada, dana, involved, young_person, scheme
):
    involved(young_person, "social_worker", membership=dana)
    involved(scheme, "social_worker", membership=dana)

    assert [(one.reference, one.kind, one.roles) for one in work_to_hand_on(dana.pk, actor=ada)] == [
        ("YP1", "young_person", ("social_worker",)),
        ("S1", "scheme", ("social_worker",)),
    ]
    assert how_many_young_people([dana.pk], actor=ada) == {dana.pk: 1}


# Moving


def _move(ada, one, seen, role="social_worker", team=None, hand_on=None):
    team_id = team.pk if team else None
    return move_member(one.pk, actor=ada, seen=seen(one), role=role, team_id=team_id, hand_on=hand_on or HandOn())


def test_moving_to_another_team_begins_a_new_membership_that_keeps_work_and_what_was_shared(
    db, ada, dana, involved, young_person, other_young_person, system, holds, seen, gangs_team
):
    before = involved(young_person, "social_worker", membership=dana)
    Grant.objects.filter(involvement=before).update(named=True)
    shared = Grant.objects.create(
        case=other_young_person.case,
        membership=dana,
        reads=[Category.IDENTITY],
        reason=Reason.SHARE,
        basis=Basis.SAFEGUARDING,
        purpose="Asked",
        starts_at=AT,
        ends_at=LATER,
    )
    held = HeldBack.objects.create(case=young_person.case, item=uuid.uuid4(), why="Source", starts_at=AT)
    HeldBackReader.objects.create(held_back=held, case=young_person.case, membership=dana)

    new = _move(ada, dana, seen, team=gangs_team)

    assert (new.team, new.role, new.account_id) == (gangs_team, "social_worker", dana.account_id)
    assert Membership.objects.get(pk=dana.pk).ends_at == new.starts_at
    assert holds() == {("social_worker", new)}
    lines = {one.case_id: one for one in Grant.objects.current()}
    assert lines[young_person.case_id].named
    assert lines[young_person.case_id].involvement.membership == new
    again = lines[shared.case_id]
    assert (again.membership, again.purpose, again.ends_at) == (new, "Asked", LATER)
    assert held.readers.filter(membership=new).exists()
    assert new.reviewed_by_id == ada.membership_id


def test_another_role_takes_the_work_away_to_whom_was_chosen(db, ada, dana, ravi, involved, young_person, holds, seen):
    involved(young_person, "social_worker", membership=dana)
    with pytest.raises(NotAsAsked, match="Select who takes on their work"):
        _move(ada, dana, seen, role="iro")

    new = _move(ada, dana, seen, role="iro", hand_on=HandOn(ravi.pk))

    assert holds() == {("social_worker", ravi)}
    assert (new.role, new.team) == ("iro", None)
    assert not Grant.objects.current().filter(membership__in=[dana, new]).exists()


def test_an_administrator_who_is_moved_stays_one_and_an_invitation_stays_an_invitation(db, ada, seen, gangs_team):
    kit = invite_member(actor=ada, name="Kit", email="kit@council.example", role="iro").member
    Membership.objects.filter(pk=kit.pk).update(administers=True)
    kit.refresh_from_db()

    new = _move(ada, kit, seen, role="iro", team=gangs_team)

    assert new.administers
    assert new.pk in invited_and_not_come(actor=ada)


def test_nobody_is_moved_to_where_they_are(db, ada, dana, seen, leaving_care_team):
    with pytest.raises(NotAsAsked, match="have this role in this team already"):
        _move(ada, dana, seen, team=leaving_care_team)


# Two at once, as far as one thread shows it


def test_what_somebody_else_changed_since_is_said_and_nothing_is_done(db, ada, dana, seen, gangs_team, ravi):
    before = seen(dana)
    suspend(dana.pk, actor=ada, seen=before)
    with pytest.raises(ChangedMeanwhile) as told:
        set_administrator(dana.pk, True, actor=ada, seen=before)
    assert told.value.changes == ("They have been suspended",)

    resume(dana.pk, actor=ada, seen=seen(dana))
    _move(ada, dana, seen, team=gangs_team)
    with pytest.raises(ChangedMeanwhile) as told:
        end_member(dana.pk, actor=ada, seen=before, hand_on=HandOn())
    assert "This has ended" in told.value.changes[0]
