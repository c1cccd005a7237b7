"""Which roles and offices of an agency are given by two people: one proposes, another agrees."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from waymark.access.agency_roles import roles_for
from waymark.access.models import Agency, Membership
from waymark.access.roles import ROLE_PERMISSIONS
from waymark.core.permissions import Permission

BY_TWO = frozenset(role for role, held in ROLE_PERMISSIONS.items() if Permission.AGREE_TO_APPOINTMENT in held)
"""Data protection lead and head of service: they open records by their office, or decide what others did and what is
disposed of. An administrator who could make one alone could make one of somebody whom they invented."""

TWO_FOR_A_LINK = (
    "Nobody at your agency is shown a link for an administrator, a data protection lead or a head of service. Whoever"
    " runs Waymark can make one, once they are sure who asks"
)


def takes_two(role: str) -> bool:
    """Whether it takes two people to give somebody this role."""
    return role in BY_TWO


def office_takes_two(agency: Agency) -> bool:
    """Whether it takes two people to make an administrator here: where there are roles that do. Otherwise whoever had
    made a second administrator of nobody could agree with themselves.
    """
    return any(takes_two(role) for role in roles_for(agency.kind))


def serving(agency: Agency) -> QuerySet[Membership]:
    """Those who can agree at an agency: its administrators, data protection leads and heads of service who are at work
    and have come in by a link of the agency.
    """
    found = Membership.objects.current().joined().filter(agency=agency, account__is_active=True)
    return found.filter(Q(administers=True) | Q(role__in=BY_TWO))
