"""What is owed on a restricted record, or one to be restricted, by people who are not named and so do not see it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connections
from django.db.models import F

from waymark.access.models import Membership
from waymark.cases.models import Case
from waymark.casework.owning import Way, owners_of_asked, owners_parameters
from waymark.casework.presenters import DutyRow, duty_rows
from waymark.casework.queries import with_names
from waymark.core.actor import Actor
from waymark.core.clock import system_clock
from waymark.core.database import current_login
from waymark.duties.engine.wording import listed, lower_first, plain
from waymark.events.vocabulary import ROLES

OWNERS = f"""
    with asked as materialized (
        select id, case_id, trigger_id, roles, escalated_to, clause from duties_duty where id = any(%(duties)s::uuid[])
    ),
    {owners_of_asked("clause")}
    select distinct owners.id, owners.way, owners.as_role, owners.membership_id, owners.team_id,
        coalesce(account.name, team.name) as name
    from owners
    left join access_membership member on member.id = owners.membership_id
    left join accounts_account account on account.id = member.account_id
    left join access_team team on team.id = owners.team_id
    where owners.way is not null
    order by name
"""  # noqa: S608 (a file of ours)


class Owner(NamedTuple):
    """Whoever owes a duty now: how that comes, in which role, and which member or team it is."""

    way: str
    as_role: str
    membership: UUID | None
    team: UUID | None
    name: str

    @property
    def words(self) -> str:
        """`Dana Whitlock (housing keyworker)`."""
        return f"{self.name} ({lower_first(ROLES.get(self.as_role, plain(self.as_role)))})"


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A duty that somebody owes who is not named; `nobody_left` when nobody owes it who is."""

    duty: DutyRow
    owed_by: str
    nobody_left: bool


def left_behind(actor: Actor, case: Case, named: Collection[UUID]) -> list[LeftBehind]:
    """The duties still to be done, among those that the reader may see, that somebody owes who is not among `named`.

    Those that nobody named owes come first, then by when they are due. A team owes a duty still if one of its members
    is named. Three statements and what it takes to put duties into words, however many they are.
    """
    duties = list(with_names(actor).outstanding().filter(case=case).order_by(F("due").asc(nulls_last=True), "clause"))
    owners = _owners([duty.pk for duty in duties])
    teams = set(Membership.objects.filter(pk__in=named).values_list("team", flat=True)) - {None}
    found = []
    for row in duty_rows(duties, actor=actor, now=system_clock.now()):
        of_duty = owners.get(row.duty.pk, [])
        staying = [one for one in of_duty if one.membership in named or one.team in teams]
        gone = [one for one in of_duty if one not in staying]
        if gone and not (staying and gone[0].way == Way.EVERYONE):
            found.append(LeftBehind(row, _words(gone), not staying))
    return sorted(found, key=lambda one: not one.nobody_left)


def fingerprint(found: Iterable[LeftBehind]) -> str:
    """What the page had listed, for its form to bring back: something else, and it is shown again."""
    told = "\n".join(sorted(f"{one.duty.duty.pk} {one.owed_by} {one.nobody_left}" for one in found))
    return hashlib.sha256(told.encode()).hexdigest()


def _words(owners: Sequence[Owner]) -> str:
    if owners[0].way == Way.EVERYONE:
        return "everyone who works on this record"
    return listed(list(dict.fromkeys(one.words for one in owners)))


def _owners(duties: Sequence[UUID]) -> dict[UUID, list[Owner]]:
    found: dict[UUID, list[Owner]] = {}
    with connections[current_login()].cursor() as cursor:
        cursor.execute(OWNERS, owners_parameters() | {"duties": list(duties)})
        for duty, *owner in cursor.fetchall():
            found.setdefault(duty, []).append(Owner(*owner))
    return found
