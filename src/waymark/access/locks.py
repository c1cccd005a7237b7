"""Waiting for one another: whoever saves and whoever takes their access away. Inside services only.

Locks are taken in one order everywhere: agency, cases (by identifier), teams, memberships. Whoever saves holds a share
of their own membership until they have saved; whoever suspends or ends them waits for that, or comes first.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connections

from waymark.core.database import SERVICE

# The time is that of looking, not of the statement's beginning: it may have waited, and what it waited for counts.
MEMBER = """
    select 1 from access_membership m join accounts_account a on a.id = m.account_id and a.is_active
    where m.id = %s and m.suspended_at is null and m.starts_at <= clock_timestamp()
        and (m.ends_at is null or m.ends_at > clock_timestamp())
    for share of m
"""
TEAM = "select 1 from access_team where id = %s and closed_at is null for share"


def member_stays(membership_id: UUID | None) -> bool:
    """Whether somebody is a member now, neither suspended nor ended; if so, they stay it until the service is done."""
    return membership_id is not None and _found(MEMBER, membership_id)


def team_stays(team_id: UUID) -> bool:
    """Whether a team is open; if so, it stays it until the service is done."""
    return _found(TEAM, team_id)


def present() -> datetime:
    """The database's time of now: it judges who is a member, and may have waited since the service began."""
    with connections[SERVICE].cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def _found(query: str, identifier: UUID) -> bool:
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(query, [identifier])
        return cursor.fetchone() is not None
