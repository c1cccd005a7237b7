"""Who owes a duty, in words: the rule of `casework.owning`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connections

from waymark.access.roles import INVOLVABLE, ROLE_PERMISSIONS
from waymark.casework.owning import RECORDER, Way, owners_of_asked, owners_parameters
from waymark.core.database import current_login
from waymark.core.permissions import Permission
from waymark.duties.engine.wording import listed, lower_first, plain
from waymark.duties.models import Duty
from waymark.events.vocabulary import ROLES

EVERYONE = "everyone who works on this record"
NOBODY = "nobody: no one works on this record"

OWNERS = f"""
    with asked as materialized (
        select id, case_id, trigger_id, roles, escalated_to, clause from duties_duty where id = any(%(duties)s::uuid[])
    ),
    {owners_of_asked("clause")}
    select owners.id, owners.role, owners.way, owners.as_role, coalesce(account.name, team.name) as name
    from owners
    left join access_membership member on member.id = owners.membership_id
    left join accounts_account account on account.id = member.account_id
    left join access_team team on team.id = owners.team_id
    where not owners.further
    group by 1, 2, 3, 4, 5
    order by name
"""  # noqa: S608 (a file of ours)


class Owner(NamedTuple):
    """Somebody who owes a duty: how that comes, the role they have on the record, and their name or their team's."""

    way: Way
    as_role: str
    name: str


class Owners:
    """Who owes some duties."""

    def __init__(self, found: Mapping[tuple[UUID, str], Sequence[Owner]]) -> None:
        self._found = found

    def words(self, duty: Duty) -> list[str]:
        """For each role of a duty: what it is called, and whoever has it on the record or whom it falls to."""
        return [self._of(duty, role) for role in duty.roles]

    def to_bring_in(self, duty: Duty) -> list[str]:
        """The roles of a duty that somebody is to be brought in for, in which somebody can be."""
        return [
            role for role in duty.roles if role in INVOLVABLE and any(map(_is_to_bring_in, self._owners(duty, role)))
        ]

    def _owners(self, duty: Duty, role: str) -> Sequence[Owner]:
        return self._found.get((duty.pk, role), ())

    def _of(self, duty: Duty, role: str) -> str:
        label = "Whoever recorded what began it" if role == RECORDER else ROLES.get(role, plain(role))
        return f"{label}: {_whose(role, self._owners(duty, role))}"


def _is_to_bring_in(owner: Owner) -> bool:
    return owner.way == Way.TAKEN and Permission.MANAGE_INVOLVEMENT in ROLE_PERMISSIONS.get(owner.as_role, set())


def _whose(role: str, owners: Sequence[Owner]) -> str:
    if not owners:
        return NOBODY
    named = [owner.name for owner in owners if owner.way == Way.HAS]
    if named:
        return ", ".join(named)
    teams = [owner.name for owner in owners if owner.way in (Way.TEAM, Way.QUEUE)]
    if teams:
        return f"nobody named, so {listed(teams)}"
    takers = [owner for owner in owners if owner.way == Way.TAKEN]
    if takers:
        names = listed([taker.name for taker in takers])
        taker = f"{names} ({lower_first(ROLES[takers[0].as_role])})"
        return (
            f"nobody named: {taker} to bring somebody in" if _is_to_bring_in(takers[0]) else f"nobody named, so {taker}"
        )
    return EVERYONE if role == RECORDER else f"nobody named, so {EVERYONE}"


def owners_of(duties: Iterable[Duty]) -> Owners:
    """Who owes some duties now, in one statement."""
    found: dict[tuple[UUID, str], list[Owner]] = {}
    with connections[current_login()].cursor() as cursor:
        cursor.execute(OWNERS, owners_parameters() | {"duties": [duty.pk for duty in duties]})
        for duty, role, way, as_role, name in cursor.fetchall():
            if way is not None:
                found.setdefault((duty, role), []).append(Owner(Way(way), as_role, name))
    return Owners(found)
