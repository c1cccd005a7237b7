"""What an agency's administrator does about its people and teams, and what becomes of their work."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from waymark.access.administering import (
    ChangedMeanwhile,
    Seen,
    close_team,
    how_many_young_people,
    invite_member,
    invited_and_not_come,
    new_link,
    open_new_team,
    rename_team,
    resume,
    set_administrator,
    still_right,
    suspend,
)
from waymark.access.agency_roles import ROLES_OF_A_KIND, roles_for
from waymark.access.handing_on import BACK_TO_TEAM, HandOn, end_member, move_member, work_to_hand_on
from waymark.access.inviting import SEND_INVITATION, send_invitation
from waymark.access.models import (
    AgencyKind,
    Basis,
    Conflict,
    Grant,
    HeldBack,
    HeldBackReader,
    Involvement,
    Membership,
    Reason,
    RestrictedRecord,
    Team,
)
from waymark.access.services import NotAsAsked, add_agency, bring_in
from waymark.accounts.models import Account, Token
from waymark.accounts.services.links import account_of_link
from waymark.audit.models import Entry
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.database import SERVICE
from waymark.core.errors import Refused
from waymark.core.services import service
from waymark.events.models import Event
from waymark.events.services import record
from waymark.events.vocabulary import RECORDING_ROLES

AT = datetime(2026, 3, 2, tzinfo=UTC)
LATER = datetime.now(UTC) + timedelta(days=9)


@pytest.fixture
def seen():
    """What a page showed of a member."""

    def of(member):
        identifier = member.membership_id if isinstance(member, Actor) else member.pk
        member = Membership.objects.select_related("team").get(pk=identifier)
        return Seen.of(member, datetime.now(UTC))

    return of


@pytest.fixture
def administrator(member, actor_of):
    """An administrator of an agency: `administrator(council)`."""

    def make(agency, name="Ada Brightwell", role="commissioning"):
        made = member(name, agency, role)
        Membership.objects.filter(pk=made.pk).update(administers=True)
        return actor_of(Membership.objects.select_related("account", "agency", "team").get(pk=made.pk))

    return make


@pytest.fixture
def ada(administrator, council):
    """The administrator of the council."""
    return administrator(council)


@pytest.fixture
def dana(member, council, leaving_care_team):
    """A social worker of the leaving care team."""
    return member("Dana Whitlock", council, "social_worker", leaving_care_team)


@pytest.fixture
def ravi(member, council, leaving_care_team):
    """Another."""
    return member("Ravi Dhillon", council, "social_worker", leaving_care_team)


@pytest.fixture
def holds(young_person):
    """Who works on Amira's record now: pairs of a role and whoever has it."""

    def now(case=None):
        found = Involvement.objects.current().filter(case=case or young_person.case)
        return {(one.role, one.membership or one.team) for one in found.select_related("membership", "team")}

    return now


def _entries(**detail):
    return Entry.objects.filter(action="write", detail__contains=detail)


# Whose agency


CHANGES = {
    "suspend": lambda ada, one, seen: suspend(one.pk, actor=ada, seen=seen(one)),
    "resume": lambda ada, one, seen: resume(one.pk, actor=ada, seen=seen(one)),
    "make an administrator": lambda ada, one, seen: set_administrator(one.pk, True, actor=ada, seen=seen(one)),
    "give a link": lambda ada, one, seen: new_link(one.pk, actor=ada),
    "say still right": lambda ada, one, seen: still_right({one.pk: seen(one)}, actor=ada),
    "end": lambda ada, one, seen: end_member(one.pk, actor=ada, seen=seen(one), hand_on=HandOn()),
    "move": lambda ada, one, seen: move_member(
        one.pk, actor=ada, seen=seen(one), role="provider_manager", team_id=None, hand_on=HandOn()
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_somebody_of_another_agency_is_as_if_they_were_not_there(change, db, ada, keyworker, seen):
    theirs = Membership.objects.get(pk=keyworker.membership_id)
    before = Membership.objects.filter(pk=theirs.pk).values().get()

    with pytest.raises(Membership.DoesNotExist):
        CHANGES[change](ada, theirs, seen)
    nobody = Membership(pk=uuid.uuid4())
    with pytest.raises(Membership.DoesNotExist):
        CHANGES[change](ada, nobody, lambda _: seen(theirs))

    assert Membership.objects.filter(pk=theirs.pk).values().get() == before
    assert work_to_hand_on(theirs.pk, actor=ada) == []
    assert how_many_young_people([theirs.pk], actor=ada) == {}


def test_a_team_of_another_agency_is_as_if_it_were_not_there(
    db, administrator, provider, dana, leaving_care_team, seen
):
    theirs = administrator(provider.agency, "Bo Ferris", "provider_manager")
    joel = invite_member(actor=theirs, name="Joel", email="j@x.example", role="housing_keyworker").member

    for attempt in (
        lambda: rename_team(leaving_care_team.pk, "Ours", actor=theirs, seen="Leaving Care"),
        lambda: close_team(leaving_care_team.pk, actor=theirs),
        lambda: invite_member(
            actor=theirs, name="A", email="a@x.example", role="housing_keyworker", team_id=leaving_care_team.pk
        ),
        lambda: move_member(
            joel.pk,
            actor=theirs,
            seen=seen(joel),
            role="housing_keyworker",
            team_id=leaving_care_team.pk,
            hand_on=HandOn(),
        ),
    ):
        with pytest.raises(Team.DoesNotExist):
            attempt()
    assert not Membership.objects.filter(team=leaving_care_team).exclude(pk=dana.pk).exists()


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_does_not_administer_an_agency_changes_nobody_in_it(change, db, allocated_worker, ravi, seen):
    with pytest.raises(Refused):
        CHANGES[change](allocated_worker, ravi, seen)
    assert Entry.objects.filter(action="refusal", detail__permission="MANAGE_OWN_AGENCY").count() == 1


def test_whoever_lost_the_office_since_the_page_was_opened_changes_nothing(db, ada, ravi, seen):
    Membership.objects.filter(pk=ada.membership_id).update(administers=False)

    with pytest.raises(Refused):
        suspend(ravi.pk, actor=ada, seen=seen(ravi))

    assert Membership.objects.get(pk=ravi.pk).suspended_at is None


# Inviting


def test_whoever_is_invited_gets_a_link_and_is_shown_as_invited_until_they_have_come(db, ada, leaving_care_team):
    invited = invite_member(
        actor=ada, name="Kit Marlowe", email=" Kit@Council.example ", role="social_worker", team_id=leaving_care_team.pk
    )

    account = account_of_link(invited.token)
    assert (account.name, account.email) == ("Kit Marlowe", "kit@council.example")
    assert (invited.member.agency_id, invited.member.team) == (ada.agency_id, leaving_care_team)
    assert invited_and_not_come(actor=ada) == {invited.member.pk}
    assert _entries(invited=True).filter(membership_id=ada.membership_id).count() == 1


def test_where_e_mail_is_set_up_whoever_is_invited_is_told_how_to_come_in_and_gets_no_secret_that_way(
    db, ada, settings, mailoutbox, other_keyworker, seen
):
    settings.CAN_SEND_EMAIL = True
    email = Account.objects.get(pk=other_keyworker.account_id).email
    for name, address in (("Kit", "kit@council.example"), ("Nelly", email)):
        invited = invite_member(actor=ada, name=name, email=address, role="iro")
        job = ProcrastinateJob.objects.filter(task_name=SEND_INVITATION).latest("id")
        assert job.args == {"member_id": str(invited.member.pk)}
        send_invitation(invited.member.pk)
        assert invited.token not in mailoutbox[-1].body

    assert [one.to for one in mailoutbox] == [["kit@council.example"], [email]]
    assert mailoutbox[0].body.replace("Kit", "Nelly") == mailoutbox[1].body
    end_member(invited.member.pk, actor=ada, seen=seen(invited.member), hand_on=HandOn())
    send_invitation(invited.member.pk)
    assert len(mailoutbox) == 2


def test_who_has_signed_in_is_no_longer_shown_as_invited(db, ada, actor_of, token_of):
    member = invite_member(actor=ada, name="Kit", email="kit@council.example", role="iro").member

    token_of(actor_of(member))

    assert invited_and_not_come(actor=ada) == frozenset()


def test_the_answer_does_not_tell_whether_somebody_has_an_account_elsewhere_and_the_link_opens_nothing_of_theirs(
    db, ada, other_keyworker
):
    email = Account.objects.get(pk=other_keyworker.account_id).email

    known = invite_member(actor=ada, name="Nelly Ferris", email=email.upper(), role="social_worker")
    unknown = invite_member(actor=ada, name="Nelly Ferris", email="x@y.example", role="social_worker")

    assert known.member.account_id == other_keyworker.account_id
    assert Account.objects.get(pk=other_keyworker.account_id).name == "Nell Ferris"
    assert (known.member.invited_as, len(known.token)) == ("Nelly Ferris", len(unknown.token))
    assert account_of_link(known.token) is None
    assert account_of_link(unknown.token) is not None
    details = [entry.detail for entry in _entries(invited=True)]
    assert details[0] == details[1]


def test_no_agency_makes_a_link_that_sets_the_password_of_somebody_who_works_at_another_too(
    db, ada, administrator, other_provider, other_keyworker
):
    email = Account.objects.get(pk=other_keyworker.account_id).email
    here = invite_member(actor=ada, name="Nell Ferris", email=email, role="social_worker").member

    assert account_of_link(new_link(here.pk, actor=ada).token) is None
    theirs = administrator(other_provider.agency, "Bo Ferris", "provider_manager")
    assert account_of_link(new_link(other_keyworker.membership_id, actor=theirs).token) is None


def test_another_link_ends_the_one_before(db, ada):
    first = invite_member(actor=ada, name="Kit", email="kit@council.example", role="iro")

    second = new_link(first.member.pk, actor=ada)

    assert account_of_link(first.token) is None
    assert account_of_link(second.token) is not None


def test_nobody_is_invited_twice_to_one_agency(db, ada, dana):
    with pytest.raises(NotAsAsked, match="works at your agency already"):
        invite_member(actor=ada, name="D", email="DANA.whitlock@waymark.example", role="social_worker")


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (AgencyKind.PROVIDER, "police"),
        (AgencyKind.PROVIDER, "data_protection_lead"),
        (AgencyKind.POLICE, "social_worker"),
        (AgencyKind.VOLUNTARY, "social_worker"),
        (AgencyKind.HEALTH, "commissioning"),
        (AgencyKind.LOCAL_AUTHORITY, "young_person"),
        (AgencyKind.LOCAL_AUTHORITY, "nonsense"),
    ],
)
def test_an_agency_gives_only_the_roles_of_its_kind(kind, role, db, system, administrator, seen):
    agency = add_agency(actor=system, name="Wren House", kind=kind)
    ours = administrator(agency, "Bo Ferris", roles_for(kind)[0])
    kit = invite_member(actor=ours, name="Kit", email="kit@x.example", role="any_professional").member

    for attempt in (
        lambda: invite_member(actor=ours, name="P", email="p@x.example", role=role),
        lambda: move_member(kit.pk, actor=ours, seen=seen(kit), role=role, team_id=None, hand_on=HandOn()),
        lambda: open_new_team(actor=ours, name="Wrens", role=role),
    ):
        with pytest.raises(NotAsAsked, match="not a role at an agency of this kind"):
            attempt()


def test_every_role_but_the_young_persons_belongs_to_some_kind_of_agency_and_every_kind_has_one():
    assert {*ROLES_OF_A_KIND} == {*AgencyKind}
    assert set.union(*map(set, ROLES_OF_A_KIND.values())) == {*RECORDING_ROLES} - {"young_person"}


# Suspending


def test_whoever_is_suspended_loses_access_and_sessions_at_once_and_comes_back_to_their_work(
    db, ada, allocated_worker, token_of, reading_as, young_person, seen
):
    from waymark.people.models import YoungPerson

    token_of(allocated_worker)
    suspend(allocated_worker.membership_id, actor=ada, seen=seen(allocated_worker))

    assert not Token.objects.filter(membership_id=allocated_worker.membership_id, ended_at=None).exists()
    with reading_as(allocated_worker):
        assert not YoungPerson.objects.exists()

    resume(allocated_worker.membership_id, actor=ada, seen=seen(allocated_worker))
    with reading_as(allocated_worker):
        assert YoungPerson.objects.get() == young_person
    assert [entry.detail["changed"] for entry in Entry.objects.filter(detail__has_key="changed").order_by("pk")]


def test_the_sessions_of_somebody_at_another_agency_are_left_alone(db, ada, other_keyworker, token_of, seen):
    email = Account.objects.get(pk=other_keyworker.account_id).email
    here = invite_member(actor=ada, name="Nell", email=email, role="social_worker").member
    token_of(other_keyworker)

    suspend(here.pk, actor=ada, seen=seen(here))

    assert Token.objects.filter(membership_id=other_keyworker.membership_id, ended_at=None).count() == 1


@pytest.mark.parametrize("change", sorted(CHANGES.keys() - {"say still right"}))
def test_nobody_does_it_to_themselves(change, db, ada, seen):
    own = Membership.objects.get(pk=ada.membership_id)

    with pytest.raises(NotAsAsked, match="yourself. Another administrator can"):
        CHANGES[change](ada, own, seen)


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
    set_administrator(kit.pk, True, actor=ada, seen=seen(kit))

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


# Reviews


def test_still_right_is_kept_with_who_said_so_and_leaves_out_what_changed_since(db, ada, dana, ravi, seen):
    shown = {dana.pk: seen(dana), ravi.pk: seen(ravi)}
    suspend(ravi.pk, actor=ada, seen=seen(ravi))

    assert still_right(shown, actor=ada) == [ravi]

    dana.refresh_from_db()
    ravi.refresh_from_db()
    assert (dana.reviewed_by_id, ravi.reviewed_at) == (ada.membership_id, None)
    assert dana.reviewed_at is not None
    assert _entries(reviewed="still right").get().object_id == str(dana.pk)


# Teams


def test_a_team_is_opened_for_the_councils_borough_renamed_and_closed_when_it_is_empty(db, ada, borough, dana, seen):
    team = open_new_team(actor=ada, name="Edge of Care", role="social_worker")
    assert team.borough == borough
    for taken in ("leaving care", "edge of care"):
        with pytest.raises(NotAsAsked, match="a team with this name already"):
            open_new_team(actor=ada, name=taken, role="social_worker")

    rename_team(team.pk, "Edge of Care North", actor=ada, seen="Edge of Care")
    with pytest.raises(ChangedMeanwhile):
        rename_team(team.pk, "Other", actor=ada, seen="Edge of Care")
    close_team(team.pk, actor=ada)

    assert not Team.objects.open().filter(pk=team.pk).exists()
    with pytest.raises(Team.DoesNotExist):
        _move(ada, dana, seen, team=team)
    assert open_new_team(actor=ada, name="Edge of Care North", role="social_worker")


def test_a_team_that_somebody_is_in_or_that_works_on_a_record_is_not_closed(
    db, ada, dana, gangs_team, leaving_care_team, involved, young_person
):
    with pytest.raises(NotAsAsked, match="Somebody is in this team"):
        close_team(leaving_care_team.pk, actor=ada)
    involved(young_person, "gangs_team", team=gangs_team)
    with pytest.raises(NotAsAsked, match="works on records"):
        close_team(gangs_team.pk, actor=ada)


# At once, with real threads


def _told(function):
    """What a service answers: "done", or the name of what it raised."""
    try:
        function()
    except (Refused, NotAsAsked) as refused:
        return type(refused).__name__
    return "done"


@pytest.mark.usefixtures("real_connections")
@pytest.mark.parametrize("how", ["end", "suspend", "take the office from"])
def test_two_administrators_who_end_each_other_at_once_leave_one(how, administrator, council, seen, in_threads):
    one, other = administrator(council), administrator(council, "Bo Ferris")
    shown = seen(one)
    changes = {
        "end": lambda actor, whom: end_member(whom.membership_id, actor=actor, seen=shown, hand_on=HandOn()),
        "suspend": lambda actor, whom: suspend(whom.membership_id, actor=actor, seen=shown),
        "take the office from": lambda actor, whom: set_administrator(
            whom.membership_id, False, actor=actor, seen=shown
        ),
    }

    answers = in_threads(lambda pair: _told(lambda: changes[how](*pair)), [(one, other), (other, one)])

    assert sorted(answers) == ["Refused", "done"]
    assert Membership.objects.current().filter(agency=council, administers=True).count() == 1


@pytest.mark.usefixtures("real_connections")
def test_two_administrators_who_move_one_person_at_once_move_them_once(
    administrator, council, dana, ravi, gangs_team, involved, young_person, seen, in_threads
):
    involved(young_person, "social_worker", membership=dana)
    one, other, shown = administrator(council), administrator(council, "Bo Ferris"), seen(dana)

    def move(actor):
        return _told(
            lambda: move_member(
                dana.pk, actor=actor, seen=shown, role="social_worker", team_id=gangs_team.pk, hand_on=HandOn()
            )
        )

    assert sorted(in_threads(move, [one, other])) == ["ChangedMeanwhile", "done"]
    assert Membership.objects.current().filter(account=dana.account_id).count() == 1
    assert Involvement.objects.current().filter(case=young_person.case).count() == 1


BLOCKS_SOMEBODY = """
    select exists (select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))
"""


MANY = 20_000
"""How often to look, so that a test that waits in vain ends."""


def _blocks_somebody():
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(BLOCKS_SOMEBODY)
        return cursor.fetchone()[0]


@pytest.fixture
def one_waits_for_the_other(real_connections, in_threads):
    """Do two things in two services: the first does not commit until the second waits for it. Gives both answers."""

    def run(first, second):
        begun = threading.Event()

        @service
        def hold():
            answer = _told(first)
            begun.set()
            assert any(_blocks_somebody() for _ in range(MANY)), "nobody had to wait"
            return answer

        def follow():
            begun.wait()
            return _told(second)

        return in_threads(lambda function: function(), [hold, follow])

    return run


@pytest.fixture
def saves(allocated_worker, young_person):
    """The allocated worker saves something on Amira's record."""
    return lambda: record(
        "missing_risk_identified", case=young_person.case, actor=allocated_worker, occurred_at=datetime.now(UTC)
    )


def test_whoever_is_suspended_while_saving_has_saved(
    one_waits_for_the_other, administrator, council, saves, seen, allocated_worker
):
    ada, shown = administrator(council), seen(allocated_worker)

    answers = one_waits_for_the_other(saves, lambda: suspend(allocated_worker.membership_id, actor=ada, seen=shown))

    assert answers == ["done", "done"]
    assert Event.objects.count() == 1


@pytest.mark.parametrize("how", ["suspended", "ended", "moved"])
def test_whoever_saves_while_being_suspended_ended_or_moved_saves_nothing(
    how, one_waits_for_the_other, administrator, council, saves, seen, allocated_worker, ravi, gangs_team
):
    ada, shown, theirs = administrator(council), seen(allocated_worker), allocated_worker.membership_id
    does = {
        "suspended": lambda: suspend(theirs, actor=ada, seen=shown),
        "ended": lambda: end_member(theirs, actor=ada, seen=shown, hand_on=HandOn(ravi.pk)),
        "moved": lambda: move_member(
            theirs, actor=ada, seen=shown, role="social_worker", team_id=gangs_team.pk, hand_on=HandOn()
        ),
    }

    assert one_waits_for_the_other(does[how], saves) == ["done", "Refused"]
    assert not Event.objects.exists()


def test_nobody_is_brought_in_while_they_leave(
    one_waits_for_the_other, administrator, council, dana, ravi, young_person, system, seen
):
    ada, shown = administrator(council), seen(dana)

    answers = one_waits_for_the_other(
        lambda: end_member(dana.pk, actor=ada, seen=shown, hand_on=HandOn()),
        lambda: bring_in(
            actor=system, case=young_person.case, role="social_worker", membership=dana, at=datetime.now(UTC)
        ),
    )

    assert answers == ["done", "NotAsAsked"]
    assert not Involvement.objects.exists()


def test_nobody_leaves_while_they_are_brought_in(
    one_waits_for_the_other, administrator, council, dana, ravi, young_person, system, seen
):
    ada, shown = administrator(council), seen(dana)

    answers = one_waits_for_the_other(
        lambda: bring_in(
            actor=system, case=young_person.case, role="social_worker", membership=dana, at=datetime.now(UTC)
        ),
        lambda: end_member(dana.pk, actor=ada, seen=shown, hand_on=HandOn(ravi.pk)),
    )

    assert answers == ["done", "ChangedMeanwhile"]
    assert Membership.objects.current().filter(pk=dana.pk).exists()


def test_no_team_is_closed_while_it_is_brought_in(
    one_waits_for_the_other, administrator, council, gangs_team, young_person, system
):
    ada = administrator(council)

    answers = one_waits_for_the_other(
        lambda: bring_in(actor=system, case=young_person.case, role="gangs_team", team=gangs_team, at=AT),
        lambda: close_team(gangs_team.pk, actor=ada),
    )

    assert answers == ["done", "NotAsAsked"]
