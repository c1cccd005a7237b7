"""What goes out by e-mail: the link for a password that was forgotten."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from waymark.accounts.models import Account
from waymark.accounts.services.links import reset_link
from waymark.core import trail
from waymark.core.services import service
from waymark.outbox.services import defer

SEND_RESET = "accounts.send_reset"
TEXT = """Hello {name},

somebody asked for a new password for your Waymark account. If it was you, open this address within an hour:

{address}

It works once. If it was not you, you need do nothing: your password stays as it is.
"""


@service
def ask_for_reset(email: str) -> None:
    """Have the worker send a link to the account with this e-mail address.

    For an address that is nobody's a message is left as well, to an account that there is not, so that neither the
    answer nor the work tells who has an account.
    """
    account = Account.objects.filter(email__iexact=email.strip(), is_active=True).first()
    defer(SEND_RESET, account_id=account.pk if account else uuid4())
    trail.refused(None, "accounts.Account", object_id=account.pk if account else "", purpose="password forgotten")


def send_reset(account_id: UUID) -> None:
    """Make the link and send it. Delivered twice, the second link is the one that works."""
    account = _account(account_id)
    if account is None:
        return
    address = address_of_link(reset_link(account))
    send_mail("A new password for Waymark", TEXT.format(name=account.name, address=address), None, [account.email])


def address_of_link(token: str) -> str:
    """The whole address of a link, for an e-mail or for an operator to pass on."""
    return f"{settings.ADDRESS}{reverse('password_link', args=[token])}"


@service
def _account(account_id: UUID) -> Account | None:
    return Account.objects.filter(pk=account_id, is_active=True).first()
