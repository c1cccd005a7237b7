"""The e-mail to those whose business it is that a record was opened in an emergency. It names nobody."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from waymark.access.models import Conflict, EmergencyAccess, Involvement
from waymark.access.models.agencies import MembershipQuerySet
from waymark.access.services import ALLOCATED, REVIEWER
from waymark.core.services import service
from waymark.outbox.services import defer

SEND_NOTE = "access.send_emergency_note"
SUBJECT = "A record was opened in an emergency"
TEXT = """Hello,

a record that you are responsible for, or whose emergencies you review, has been opened in an emergency by somebody to
whom it is not open otherwise. Who it was, when and why stands on top of My work:

{address}

The data protection lead reviews it by the end of the next working day (WAY-01).
"""


def leave_notes(opened: EmergencyAccess) -> None:
    """Have the data protection lead and whoever is responsible told, a message each. Inside a service.

    Where a team has the role and no person, its members are told: it is on the list of each of them.
    """
    if not settings.CAN_SEND_EMAIL:
        return
    told = _whose_business(opened).exclude(account=_opener(opened)).exclude(account__email="")
    for member_id in told.order_by("account", "starts_at").distinct("account").values_list("pk", flat=True):
        defer(SEND_NOTE, member_id=member_id, emergency_id=opened.pk)


def send_note(member_id: UUID, emergency_id: UUID) -> None:
    """Write to one of them, if it is their business still. Delivered twice, it is sent twice."""
    email = _email_of(member_id, emergency_id)
    if email:
        send_mail(SUBJECT, TEXT.format(address=f"{settings.ADDRESS}{reverse('my_work')}"), None, [email])


@service
def _email_of(member_id: UUID, emergency_id: UUID) -> str:
    opened = EmergencyAccess.objects.select_related("case", "grant__membership").filter(pk=emergency_id).first()
    member = opened and _whose_business(opened).select_related("account").filter(pk=member_id).first()
    return member.account.email if member else ""


def _whose_business(opened: EmergencyAccess) -> MembershipQuerySet:
    """Whoever reviews the emergency and whoever is responsible for the young person, now; nobody with a conflict."""
    here = Involvement.objects.current().filter(case=opened.case_id, role__in=(REVIEWER, ALLOCATED))
    conflicts = Conflict.objects.current().filter(case=opened.case_id)
    return here.workers().filter(account__is_active=True).exclude(account__in=conflicts.values("account"))


def _opener(opened: EmergencyAccess) -> UUID | None:
    return opened.grant.membership.account_id if opened.grant.membership else None
