"""Agencies and their people; who works on which case; the sharing ledger; which protocol an authority has adopted."""

from waymark.access.models.adoption import Adoption
from waymark.access.models.agencies import Agency, AgencyKind, Membership, Team
from waymark.access.models.appointments import Appointment
from waymark.access.models.closing import Conflict, HeldBack, HeldBackReader, RestrictedRecord
from waymark.access.models.emergency import EmergencyAccess, Outcome
from waymark.access.models.involvement import Involvement
from waymark.access.models.ledger import Basis, Consent, Grant, OwnLine, Reason

__all__ = [
    "Adoption",
    "Agency",
    "AgencyKind",
    "Appointment",
    "Basis",
    "Conflict",
    "Consent",
    "EmergencyAccess",
    "Grant",
    "HeldBack",
    "HeldBackReader",
    "Involvement",
    "Membership",
    "Outcome",
    "OwnLine",
    "Reason",
    "RestrictedRecord",
    "Team",
]
