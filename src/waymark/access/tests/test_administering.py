"""What an agency's administrator does about its people and teams: whom they reach, inviting, suspending, reviews."""

from __future__ import annotations

import re
import uuid

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from waymark.access.administering import (
    ChangedMeanwhile,
    close_team,
    how_many_young_people,
    invited_and_not_come,
    open_new_team,
    rename_team,
    resume,
    set_administrator,
    still_right,
    suspend,
)
from waymark.access.agency_roles import ROLES_OF_A_KIND, roles_for
from waymark.access.handing_on import HandOn, end_member, move_member, work_to_hand_on
from waymark.access.inviting import SEND_LINK, invite_member, new_link, send_link
from waymark.access.models import (
    AgencyKind,
    Membership,
    Team,
)
from waymark.access.services import NotAsAsked, add_agency
from waymark.accounts.models import Account, Token
from waymark.accounts.services.links import account_of_link, join, leads_to_joining
from waymark.audit.models import Entry
from waymark.core.errors import Refused
from waymark.events.vocabulary import RECORDING_ROLES


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


def test_where_e_mail_is_set_up_the_link_goes_to_them_alone_and_not_through_the_queue(
    db, ada, settings, mailoutbox, other_keyworker, seen
):
    settings.CAN_SEND_EMAIL = True
    email = Account.objects.get(pk=other_keyworker.account_id).email
    for name, address in (("Kit", "kit@council.example"), ("Nelly", email)):
        invited = invite_member(actor=ada, name=name, email=address, role="iro")
        job = ProcrastinateJob.objects.filter(task_name=SEND_LINK).latest("id")
        assert job.args == {"member_id": str(invited.member.pk)}
        assert invited.token == ""
        send_link(invited.member.pk)

    assert [one.to for one in mailoutbox] == [["kit@council.example"], [email]]
    sent = [re.search(r"/sign-in/link/([\w-]+)", one.body)[1] for one in mailoutbox]
    assert account_of_link(sent[0]).email == "kit@council.example"
    assert leads_to_joining(sent[1])
    same = [one.body.replace(token, "TOKEN") for one, token in zip(mailoutbox, sent, strict=True)]
    assert same[0] == same[1], "it does not tell who has an account"
    assert "Kit" not in same[0], "nor anything that somebody typed"
    end_member(invited.member.pk, actor=ada, seen=seen(invited.member), hand_on=HandOn())
    send_link(invited.member.pk)
    assert len(mailoutbox) == 2


def test_another_link_by_e_mail_says_that_it_was_asked_for_and_whom_to_tell(db, ada, ravi, settings, mailoutbox):
    settings.CAN_SEND_EMAIL = True

    assert new_link(ravi.pk, actor=ada).token == ""
    send_link(ravi.pk)

    assert "If you did not ask for this, tell your manager" in mailoutbox[0].body
    token = re.search(r"/sign-in/link/([\w-]+)", mailoutbox[0].body)[1]
    assert account_of_link(token).pk == ravi.account_id


def test_nobody_gives_themselves_a_role_by_another_membership_of_theirs(db, ada, member, council, seen):
    also = member("Ada Brightwell", council, "iro")
    assert also.account_id == ada.account_id

    with pytest.raises(NotAsAsked, match="yourself"):
        move_member(also.pk, actor=ada, seen=seen(also), role="data_protection_lead", team_id=None, hand_on=HandOn())


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
    invited = invite_member(actor=ada, name="Nell Ferris", email=email, role="social_worker")
    here = invited.member
    join(invited.token, here.account)

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
        invite_member(actor=ada, name="D", email="DANA.ellery@waymark.example", role="social_worker")


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
        move_member(dana.pk, actor=ada, seen=seen(dana), role="social_worker", team_id=team.pk, hand_on=HandOn())
    assert open_new_team(actor=ada, name="Edge of Care North", role="social_worker")


def test_a_team_that_somebody_is_in_or_that_works_on_a_record_is_not_closed(
    db, ada, dana, gangs_team, leaving_care_team, involved, young_person
):
    with pytest.raises(NotAsAsked, match="Somebody is in this team"):
        close_team(leaving_care_team.pk, actor=ada)
    involved(young_person, "gangs_team", team=gangs_team)
    with pytest.raises(NotAsAsked, match="works on records"):
        close_team(gangs_team.pk, actor=ada)
