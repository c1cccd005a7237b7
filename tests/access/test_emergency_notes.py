"""The e-mail about a record that was opened in an emergency: to whom, when, and that it names nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from waymark.access.closing import declare_conflict
from waymark.access.emergency import NotOpened, break_glass
from waymark.access.emergency_notes import SEND_NOTE, send_note
from waymark.access.models import Involvement, Membership
from waymark.accounts.models import Account

pytestmark = pytest.mark.usefixtures("db")
WHY = "Missing since nine, the police ask where she may be"


@pytest.fixture(autouse=True)
def by_email(settings):
    settings.CAN_SEND_EMAIL = True


@pytest.fixture
def lead(member, actor_of, council):
    """The council's data protection lead."""
    return actor_of(member("Gwen Tolliver", council, "data_protection_lead"))


def _told():
    """The members for whom a message was left."""
    jobs = ProcrastinateJob.objects.filter(task_name=SEND_NOTE)
    return {Membership.objects.get(pk=job.args["member_id"]).account.name for job in jobs}


def test_the_data_protection_lead_and_whoever_is_responsible_are_told_at_once_without_a_name(
    on_call, lead, allocated_worker, keyworker, young_person, mailoutbox
):
    opened = break_glass(young_person.case, actor=on_call, why=WHY)

    assert _told() == {"Gwen Tolliver", "Dana Whitlock"}
    for actor in (lead, allocated_worker):
        send_note(actor.membership_id, opened.pk)
    assert [mail.to[0] for mail in mailoutbox] == [
        Account.objects.get(pk=one.account_id).email for one in (lead, allocated_worker)
    ]
    said = " ".join(f"{mail.subject} {mail.body}" for mail in mailoutbox)
    for told in ("Amira", "Sesay", "YP1", "Orla", "Fenwick", WHY, str(young_person.case_id)):
        assert told not in said, told
    assert "/\n" in said, "the way to My work"


def test_nothing_is_left_to_send_where_no_record_was_opened(on_call, lead, allocated_worker, young_person):
    account = Account.objects.get(pk=on_call.account_id)
    declare_conflict(actor=allocated_worker, case=young_person.case, account=account, why="Neighbours")

    with pytest.raises(NotOpened):
        break_glass(young_person.case, actor=on_call, why=WHY)

    assert _told() == set()


def test_where_a_team_is_responsible_each_of_its_members_is_told(
    on_call, lead, allocated_worker, colleague, young_person
):
    Involvement.objects.filter(membership=allocated_worker.membership_id).delete()
    Involvement.objects.filter(case=young_person.case).exclude(team=None).update(role="social_worker")

    break_glass(young_person.case, actor=on_call, why=WHY)

    assert _told() == {"Gwen Tolliver", "Dana Whitlock", "Priya Solanki"}


@pytest.mark.parametrize("change", ["no address", "conflict", "suspended", "closed account"])
def test_whoever_has_no_address_or_no_business_there_is_told_nothing(
    change, on_call, lead, allocated_worker, colleague, young_person, mailoutbox
):
    account = Account.objects.get(pk=allocated_worker.account_id)
    opened = None
    if change == "no address":
        Account.objects.filter(pk=account.pk).update(email="")
    else:
        opened = break_glass(young_person.case, actor=on_call, why=WHY)
    if change == "conflict":  # it ends what they do there themselves, and the team goes on
        Involvement.objects.filter(case=young_person.case).exclude(team=None).update(role="social_worker")
        declare_conflict(actor=colleague, case=young_person.case, account=account, why="Cousins")
    elif change == "suspended":
        Membership.objects.filter(account=account).update(suspended_at=datetime.now(UTC))
    elif change == "closed account":
        Account.objects.filter(pk=account.pk).update(is_active=False)

    if opened is None:
        opened = break_glass(young_person.case, actor=on_call, why=WHY)
        assert _told() == {"Gwen Tolliver"}
    send_note(allocated_worker.membership_id, opened.pk)
    assert mailoutbox == []


def test_whoever_opened_it_is_not_told_what_they_did(young_person, member, actor_of, council, involved):
    """Somebody who looks at emergencies there themselves, to whom the record opens no more than its name."""
    head = member("Ada Quillfeather", council, "head_of_service")
    involved(young_person, "data_protection_lead", membership=head)

    break_glass(young_person.case, actor=actor_of(head), why=WHY)

    assert _told() == set()


def test_without_a_mail_server_nothing_is_left_to_send(on_call, lead, allocated_worker, young_person, settings):
    settings.CAN_SEND_EMAIL = False

    break_glass(young_person.case, actor=on_call, why=WHY)

    assert _told() == set()
