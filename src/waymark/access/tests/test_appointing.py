"""Nobody alone makes an administrator, a data protection lead or a head of service."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from waymark.access.acting import choose_membership
from waymark.access.administering import set_administrator, suspend
from waymark.access.appointing import agree, propose_administrator, propose_move, propose_new, turn_down, who_can_agree
from waymark.access.handing_on import BACK_TO_TEAM, HandOn, Move, move_member
from waymark.access.inviting import invite_member, new_link
from waymark.access.models import Appointment, Involvement, Membership
from waymark.access.queries import memberships_of
from waymark.access.services import NotAsAsked
from waymark.access.two_people import BY_TWO
from waymark.accounts.models import Account
from waymark.accounts.services import open_session
from waymark.accounts.services.links import account_of_link, join, set_password_by_link
from waymark.accounts.services.sessions import person_of
from waymark.audit.models import Entry
from waymark.core.errors import Refused

pytestmark = pytest.mark.usefixtures("db")
KIT = {"name": "Kit Marlowe", "email": "kit@council.example"}
LEAD = "data_protection_lead"
DOES = {"agree": agree, "turn down": turn_down}


@pytest.fixture
def bo(administrator, council):
    """Another administrator of the council."""
    return administrator(council, "Bo Renshaw")


@pytest.fixture
def head(member, actor_of, council):
    """Its head of service, who administers nobody."""
    return actor_of(member("Hester Vane", council, "head_of_service"))


def _decisions():
    return [one.detail for one in Entry.objects.filter(kind="access.Appointment", detail__has_key="agreed")]


def test_what_takes_two_people_is_what_decides_over_others():
    assert frozenset({"data_protection_lead", "head_of_service"}) == BY_TWO


@pytest.mark.parametrize("role", sorted(BY_TWO))
def test_an_administrator_alone_makes_nobody_lead_or_head_by_inviting_or_moving_them(role, ada, ravi, seen):
    with pytest.raises(NotAsAsked, match="second person agrees"):
        invite_member(actor=ada, role=role, **KIT)
    with pytest.raises(NotAsAsked, match="second person agrees"):
        move_member(ravi.pk, actor=ada, seen=seen(ravi), role=role, team_id=None, hand_on=HandOn())

    assert not Membership.objects.filter(role=role).exists()


def test_an_administrator_alone_makes_no_other_who_could_then_agree_with_them(ada, ravi, seen):
    with pytest.raises(NotAsAsked, match="second person agrees"):
        set_administrator(ravi.pk, True, actor=ada, seen=seen(ravi))

    assert not Membership.objects.get(pk=ravi.pk).administers


def test_an_agency_without_such_roles_makes_its_administrators_as_before(administrator, provider, member, seen):
    theirs = administrator(provider.agency, "Bo Ferris", "provider_manager")
    joel = member("Joel Abara", provider.agency, "housing_keyworker")

    set_administrator(joel.pk, True, actor=theirs, seen=seen(joel))

    assert Membership.objects.get(pk=joel.pk).administers


def test_nobody_has_what_waits_for_agreement_and_once_somebody_agrees_they_do(ada, bo):
    waits = propose_new(actor=ada, role=LEAD, **KIT)
    assert not Membership.objects.filter(account__email=KIT["email"]).exists()

    invited = agree(waits.pk, actor=bo)

    assert (invited.member.role, invited.member.agency_id) == (LEAD, ada.agency_id)
    assert invited.token == "", "no administrator holds a link for a lead"
    assert memberships_of(invited.member.account_id) == [], "nor has anybody joined"
    assert _decisions() == [{"agreed": True, "proposed": LEAD, "proposed_by": str(ada.membership_id)}]


@pytest.mark.parametrize("who", ["proposer", "proposer, in another membership", "whom it is for"])
def test_neither_the_proposer_nor_whom_it_is_for_agrees_in_whatever_membership(
    who, ada, bo, council, member, actor_of, seen
):
    also = member("Ada Brightwell", council, "head_of_service")
    whom = Membership.objects.get(pk=bo.membership_id)
    member("Imran Rashford", council, LEAD)
    waits = propose_move(whom.pk, Move(LEAD, None, HandOn()), actor=ada, seen=seen(whom))
    agreeing = {"proposer": ada, "proposer, in another membership": actor_of(also), "whom it is for": bo}[who]

    with pytest.raises(NotAsAsked, match="Somebody else has to agree"):
        agree(waits.pk, actor=agreeing)

    assert [one.account.name for one in who_can_agree(waits, actor=ada)] == ["Imran Rashford"]
    assert Membership.objects.get(pk=whom.pk).role == "commissioning"


def test_whoever_is_new_does_not_agree_to_themselves_by_a_membership_they_had_elsewhere(ada, bo, head):
    email = Account.objects.get(pk=head.account_id).email
    Membership.objects.filter(pk=head.membership_id).update(ends_at="2021-01-01T00:00Z")
    waits = propose_new(actor=ada, role=LEAD, name="Hester", email=email)

    with pytest.raises(Refused):
        agree(waits.pk, actor=head)
    assert [one.pk for one in who_can_agree(waits, actor=ada)] == [bo.membership_id]


@pytest.mark.parametrize("decide", DOES)
def test_who_works_there_in_another_role_or_elsewhere_decides_nothing(decide, ada, bo, ravi, actor_of, other_data_lead):
    waits = propose_new(actor=ada, role=LEAD, **KIT)

    with pytest.raises(Refused):
        DOES[decide](waits.pk, actor=actor_of(ravi))
    with pytest.raises(Appointment.DoesNotExist):
        DOES[decide](waits.pk, actor=other_data_lead)

    assert Appointment.objects.waiting().get() == waits


def test_who_is_suspended_or_has_not_come_in_by_their_link_does_not_agree(ada, bo, head, seen):
    waits = propose_new(actor=ada, role=LEAD, **KIT)
    other = propose_new(actor=ada, role="head_of_service", name="Nobody", email="nobody@council.example")
    agree(other.pk, actor=head)
    Membership.objects.filter(pk=bo.membership_id).update(suspended_at="2021-01-01T00:00Z")

    assert [one.pk for one in who_can_agree(waits, actor=ada)] == [head.membership_id]


def test_where_nobody_else_could_agree_it_is_not_proposed_and_says_who_can_help(ada, ravi, seen):
    with pytest.raises(NotAsAsked, match="Whoever runs Waymark"):
        propose_new(actor=ada, role=LEAD, **KIT)
    with pytest.raises(NotAsAsked, match="Whoever runs Waymark"):
        propose_administrator(ravi.pk, actor=ada, seen=seen(ravi))

    assert not Appointment.objects.exists()


def test_the_operator_does_it_alone_and_the_trail_says_so(council, capsys):
    call_command("invite", KIT["email"], name=KIT["name"], agency=council.name, role=LEAD)

    member = Membership.objects.get(account__email=KIT["email"])
    assert Entry.objects.filter(object_id=str(member.pk), detail__agreed_by="nobody: from the command line").exists()


def test_whoever_was_agreed_on_comes_in_by_a_link_of_the_operators(ada, bo, capsys):
    member = agree(propose_new(actor=ada, role=LEAD, **KIT).pk, actor=bo).member

    call_command("invite", KIT["email"])
    token = capsys.readouterr().out.split("/")[-1].strip()
    set_password_by_link(token, "gravel hums to herons")

    assert memberships_of(member.account_id) == [member]


def test_whoever_works_elsewhere_joins_by_the_operators_second_link_with_the_password_they_have(
    ada, bo, other_keyworker, capsys
):
    email = Account.objects.get(pk=other_keyworker.account_id).email
    member = agree(propose_new(actor=ada, role=LEAD, name="Nell", email=email).pk, actor=bo).member

    call_command("invite", email)
    password, joining = re.findall(r"/sign-in/link/([\w-]+)", capsys.readouterr().out)
    assert account_of_link(password) == member.account
    join(joining, member.account)

    assert member in memberships_of(member.account_id)


@pytest.mark.parametrize("role", [*sorted(BY_TWO), "administrator"])
def test_nobody_is_shown_a_link_with_which_they_could_agree_with_themselves(role, ada, council, member, settings):
    whom = member("Imran Rashford", council, "iro" if role == "administrator" else role)
    Membership.objects.filter(pk=whom.pk).update(administers=role == "administrator")

    with pytest.raises(NotAsAsked, match="Whoever runs Waymark"):
        new_link(whom.pk, actor=ada)
    settings.CAN_SEND_EMAIL = True
    assert new_link(whom.pk, actor=ada).token == ""


def test_a_move_is_made_as_it_was_proposed_with_the_work_handed_on(ada, bo, dana, ravi, young_person, involved, seen):
    involved(young_person, "social_worker", membership=dana)
    to = Move("head_of_service", None, HandOn(everything_else=BACK_TO_TEAM, each={young_person.case_id: ravi.pk}))
    waits = propose_move(dana.pk, to, actor=ada, seen=seen(dana))
    assert Involvement.objects.current().get().membership_id == dana.pk

    agree(waits.pk, actor=bo)

    assert Involvement.objects.current().get().membership_id == ravi.pk
    assert Membership.objects.current().get(account=dana.account_id).role == "head_of_service"


def test_somebody_becomes_an_administrator_once_the_head_of_service_agrees(ada, head, ravi, seen):
    agree(propose_administrator(ravi.pk, actor=ada, seen=seen(ravi)).pk, actor=head)

    assert Membership.objects.get(pk=ravi.pk).administers


def test_who_changed_since_is_not_made_anything_and_it_waits_to_be_turned_down(ada, head, ravi, seen):
    waits = propose_administrator(ravi.pk, actor=ada, seen=seen(ravi))
    suspend(ravi.pk, actor=ada, seen=seen(ravi))

    with pytest.raises(NotAsAsked):
        agree(waits.pk, actor=head)
    turn_down(waits.pk, actor=ada)

    assert not Membership.objects.get(pk=ravi.pk).administers
    with pytest.raises(NotAsAsked, match="decided this already"):
        agree(waits.pk, actor=head)


def test_one_thing_at_a_time_waits_for_somebody(ada, bo, ravi, seen):
    propose_administrator(ravi.pk, actor=ada, seen=seen(ravi))
    propose_new(actor=ada, role=LEAD, **KIT)

    with pytest.raises(NotAsAsked, match="proposed for them already"):
        propose_move(ravi.pk, Move(LEAD, None, HandOn()), actor=bo, seen=seen(ravi))
    with pytest.raises(NotAsAsked, match="proposed already"):
        propose_new(actor=bo, role="head_of_service", **KIT)


def test_the_database_too_takes_no_agreement_of_the_proposer_alone(ada, bo):
    waits = propose_new(actor=ada, role=LEAD, **KIT)

    decided = {"decided_by": ada.membership_id, "decided_at": waits.proposed_at, "agreed": True}
    with pytest.raises(IntegrityError, match="appointment_takes_two"), transaction.atomic("service"):
        Appointment.objects.filter(pk=waits.pk).update(**decided)


def test_what_waits_is_read_by_those_who_can_agree_there(ada, bo, head, ravi, actor_of, reading_as, other_data_lead):
    waits = propose_new(actor=ada, role=LEAD, **KIT)

    for reader, read in ((ada, [waits]), (head, [waits]), (actor_of(ravi), []), (other_data_lead, [])):
        with reading_as(reader):
            assert list(Appointment.objects.all()) == read
            assert list(Appointment.objects.visible_to(reader)) == read


def test_with_a_password_but_without_agreement_nobody_acts_as_a_lead(ada, bo):
    """The account may be there, from another agency: what waits gives it nothing."""
    account = Account.objects.create(name="Kit", email=KIT["email"])
    propose_new(actor=ada, role=LEAD, **KIT)
    session = open_session(account, actor=person_of(account))

    assert memberships_of(account.pk) == []
    assert choose_membership(session, account.pk, ada.membership_id) is None


def test_where_e_mail_is_set_up_an_invitation_is_sent_and_shown_to_nobody(ada, settings):
    settings.CAN_SEND_EMAIL = True

    assert invite_member(actor=ada, role="iro", **KIT).token == ""


def test_where_it_is_not_a_link_is_shown(ada):
    assert account_of_link(invite_member(actor=ada, role="iro", **KIT).token).email == KIT["email"]
