"""A role or an office that somebody is to have once a second person agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from waymark.access.models.agencies import Agency, Membership, Team
from waymark.core.models import BaseModel
from waymark.core.permissions import Permission

if TYPE_CHECKING:
    from waymark.core.actor import Actor


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Appointments as people ask for them."""

    def visible_to(self, actor: Actor) -> Self:
        """Those at the agency of whoever may agree there."""
        if actor.is_system:
            return self.all()
        return self.filter(agency=actor.agency_id) if actor.may(Permission.AGREE_TO_APPOINTMENT) else self.none()

    def waiting(self) -> Self:
        """Those that nobody has decided, the oldest first."""
        return self.filter(decided_at=None).order_by("proposed_at", "pk")


class Appointment(BaseModel):
    """What an administrator proposed: a role for somebody new (`name`, `email`) or for a `member`, or the office of
    administrator for a member (`role` is empty then).

    Until somebody else agrees nobody has it: there is no membership in which anybody could act. `seen` is what the
    proposer was shown of the member, `hand_on` who takes on the member's work.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="appointments")
    member = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments")
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    role = models.CharField(max_length=40, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    seen = models.JSONField(default=list, blank=True)
    hand_on = models.JSONField(default=dict, blank=True)
    proposed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(default=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="appointment_is_for_a_member_or_somebody_new",
                condition=models.Q(member__isnull=False, email="") | (models.Q(member=None) & ~models.Q(email="")),
            ),
            models.CheckConstraint(
                name="appointment_is_decided_by_somebody",
                condition=models.Q(decided_at=None, decided_by=None, agreed=False)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_takes_two",
                condition=models.Q(agreed=False) | ~models.Q(decided_by=models.F("proposed_by")),
            ),
            models.UniqueConstraint(
                name="member_proposed_once", fields=["member"], condition=models.Q(decided_at=None)
            ),
            models.UniqueConstraint(
                name="address_proposed_once",
                fields=["agency", "email"],
                condition=models.Q(decided_at=None, member=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role or 'administrator'} at {self.agency_id}"
