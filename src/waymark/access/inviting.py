"""The e-mail to somebody whom an agency makes a member. It holds no secret: they ask for a link themselves."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from waymark.access.models import Membership
from waymark.core.services import service

SEND_INVITATION = "access.send_invitation"
TEXT = """Hello {name},

{agency} has made you a member of Waymark.

Open the link that {agency} gives you. If you sign in to Waymark already, for another agency, sign in after that as you
always do:
{sign_in}

If you do not work with {agency}, please tell them, or do nothing.
"""


def send_invitation(membership_id: UUID) -> None:
    """Tell somebody that they were invited. Nothing is sent to who has left by now; delivered twice, it is sent twice.

    It says the same whether they had an account before or not.
    """
    member = _invited(membership_id)
    if member is None:
        return
    text = TEXT.format(
        name=member.invited_as or member.account.name,
        agency=member.agency.name,
        sign_in=f"{settings.ADDRESS}{reverse('sign_in')}",
    )
    send_mail(f"{member.agency.name} has made you a member of Waymark", text, None, [member.account.email])


@service
def _invited(membership_id: UUID) -> Membership | None:
    current = Membership.objects.current().filter(account__is_active=True)
    return current.select_related("account", "agency").filter(pk=membership_id).first()
