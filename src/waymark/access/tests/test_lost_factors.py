"""Taking away a second factor that somebody has lost: for whom, what comes of it, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from waymark.access.inviting import invite_member, new_link
from waymark.access.lost_factors import (
    TELL_ADMINISTRATOR,
    TELL_PERSON,
    take_second_factors_away,
    tell_administrator,
    tell_person,
)
from waymark.access.models import Membership
from waymark.access.services import NotAsAsked
from waymark.accounts.models import Account, AuthenticatorApp, Credential, Link, LostFactor, RecoveryCode, Token
from waymark.accounts.services.factors import begin_app, confirm_app, has_second_factor, make_recovery_codes
from waymark.accounts.services.links import account_of_link, invite
from waymark.accounts.services.sessions import Proof, open_session, person_of
from waymark.audit.models import Entry
from waymark.core.errors import Refused

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def by_email(settings):
    settings.CAN_SEND_EMAIL = True


def _enrol(account):
    begin_app(account)
    AuthenticatorApp.objects.filter(account=account).update(confirmed_at=timezone.now())
    make_recovery_codes(account, actor=person_of(account))


@pytest.fixture
def lost(dana):
    """Dana, who has a password, an app and codes, and has lost the phone and the paper."""
    Credential.objects.create(account=dana.account, password="x", changed_at=timezone.now())  # noqa: S106
    _enrol(dana.account)
    return dana


@pytest.fixture
def works_elsewhere(provider):
    """Make somebody a member of the provider too."""

    def make(account, **values):
        values = {"role": "housing_keyworker", "starts_at": timezone.now()} | values
        return Membership.objects.create(account=account, agency=provider.agency, **values)

    return make


def test_everything_that_was_set_up_goes_and_every_session_ends(ada, lost, seen):
    session = open_session(lost.account, actor=person_of(lost.account))

    take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))

    assert session
    assert not has_second_factor(lost.account_id)
    assert not RecoveryCode.objects.filter(account=lost.account).exists()
    assert not Token.objects.filter(account=lost.account, ended_at=None).exists()
    assert Entry.objects.filter(membership_id=ada.membership_id, detail__second_factors="removed").count() == 1


def test_until_a_new_one_is_set_up_a_link_for_a_new_password_opens_nothing(ada, lost, seen, settings):
    settings.CAN_SEND_EMAIL = False  # so that the link is shown
    take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))

    assert account_of_link(new_link(lost.pk, actor=ada).token) is None
    assert not Link.objects.exists()

    code = pyotp.TOTP(begin_app(lost.account)).now()
    assert confirm_app(lost.account, code, actor=person_of(lost.account), address="address:192.0.2.1")
    assert not LostFactor.objects.exists()
    assert account_of_link(new_link(lost.pk, actor=ada).token) == lost.account


def test_ending_and_inviting_them_again_gives_no_link_either(ada, lost, seen, settings):
    settings.CAN_SEND_EMAIL = False  # so that the link is shown
    take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))
    Membership.objects.filter(pk=lost.pk).update(ends_at=timezone.now())

    again = invite_member(actor=ada, name="Dana", email=lost.account.email, role="social_worker")

    assert account_of_link(again.token) is None


def test_a_link_that_was_made_before_ends(ada, lost, seen, settings):
    settings.CAN_SEND_EMAIL = False  # so that the link is shown
    token = new_link(lost.pk, actor=ada).token

    take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))

    assert account_of_link(token) is None


@pytest.mark.parametrize(
    ("how", "second_factor", "taken"),
    [("password", True, True), ("password", False, False), ("passkey", True, False), ("directory", True, False)],
)
def test_a_password_set_by_a_link_counts_once_its_person_has_used_it_with_the_factor(
    how, second_factor, taken, ada, lost, seen
):
    """Else an administrator could set the password, take the factor away and come in as them."""
    invite(lost.account, actor=ada)
    Link.objects.update(used_at=timezone.now())
    Credential.objects.update(changed_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotAsAsked, match="have not signed in with it"):
        take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))

    open_session(lost.account, actor=person_of(lost.account), proof=Proof(how=how, second_factor=second_factor))
    if not taken:
        with pytest.raises(NotAsAsked, match="have not signed in with it"):
            take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))
    else:
        take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))
    assert has_second_factor(lost.account_id) is not taken


def test_a_password_that_they_changed_themselves_since_is_their_own(ada, lost, seen):
    invite(lost.account, actor=ada)
    Link.objects.update(used_at=timezone.now() - timedelta(minutes=1))

    take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))

    assert not has_second_factor(lost.account_id)


@pytest.mark.parametrize("more", [{}, {"suspended_at": timezone.now()}, {"starts_at": timezone.now() + timedelta(9)}])
def test_whoever_works_for_another_agency_too_keeps_it_and_nothing_tells(
    more, ada, lost, seen, works_elsewhere, settings
):
    works_elsewhere(lost.account, **more)
    token = open_session(lost.account, actor=person_of(lost.account))

    take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))

    assert token
    assert has_second_factor(lost.account_id)
    assert Token.objects.filter(account=lost.account, ended_at=None).exists()
    settings.CAN_SEND_EMAIL = False  # shown
    assert new_link(lost.pk, actor=ada).token
    job = ProcrastinateJob.objects.get(task_name=TELL_PERSON)
    assert job.args == {"member_id": str(lost.pk), "taken": 0}


def test_nobody_does_it_for_themselves_or_for_somebody_of_another_agency(ada, dana, keyworker, allocated_worker, seen):
    theirs = Membership.objects.get(pk=keyworker.membership_id)
    with pytest.raises(NotAsAsked, match="yourself"):
        take_second_factors_away(ada.membership_id, actor=ada, seen=seen(ada))
    with pytest.raises(Membership.DoesNotExist):
        take_second_factors_away(theirs.pk, actor=ada, seen=seen(theirs))
    with pytest.raises(Refused):
        take_second_factors_away(dana.pk, actor=allocated_worker, seen=seen(dana))


@pytest.mark.parametrize("change", [{"suspended_at": timezone.now()}, {"ends_at": timezone.now()}])
def test_whoever_has_left_or_is_suspended_is_left_alone(change, ada, lost, seen):
    Membership.objects.filter(pk=lost.pk).update(**change)

    with pytest.raises(NotAsAsked):
        take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))
    assert has_second_factor(lost.account_id)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_where_there_is_none_nothing_is_done(elsewhere, ada, ravi, seen, works_elsewhere):
    if elsewhere:
        works_elsewhere(ravi.account)
    with pytest.raises(NotAsAsked, match="no second factor"):
        take_second_factors_away(ravi.pk, actor=ada, seen=seen(ravi))
    assert not LostFactor.objects.exists()


def test_the_person_is_told_by_e_mail(ada, lost, seen, mailoutbox):
    take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))
    for taken in (True, False):
        tell_person(lost.pk, taken=taken)

    assert not ProcrastinateJob.objects.filter(task_name=TELL_ADMINISTRATOR).exists()
    assert [mail.to for mail in mailoutbox] == [[lost.account.email]] * 2
    assert "has taken away your second factor" in mailoutbox[0].body
    assert "Nothing has been changed" in mailoutbox[1].body
    Account.objects.filter(pk=lost.account_id).update(email="")
    tell_person(lost.pk, taken=True)
    assert len(mailoutbox) == 2


@pytest.mark.parametrize("elsewhere", [False, True])
def test_of_a_role_that_needs_one_the_other_administrators_are_told_too(
    elsewhere, ada, lost, administrator, council, seen, settings, mailoutbox, works_elsewhere
):
    settings.DEMO = False
    other = administrator(council, "Ola Second", "head_of_service")
    Membership.objects.filter(pk=lost.pk).update(administers=True)
    if elsewhere:
        works_elsewhere(lost.account)

    take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))

    (job,) = ProcrastinateJob.objects.filter(task_name=TELL_ADMINISTRATOR)
    assert job.args == {"administrator_id": str(other.membership_id), "member_id": str(lost.pk)}
    tell_administrator(other.membership_id, lost.pk)
    assert f"/people/{lost.pk}" in mailoutbox[0].body
    assert "Dana" not in mailoutbox[0].body


def test_without_a_mail_server_nothing_is_left_to_send(ada, lost, seen, settings):
    settings.CAN_SEND_EMAIL = False

    take_second_factors_away(lost.pk, actor=ada, seen=seen(lost))

    assert not ProcrastinateJob.objects.exists()
