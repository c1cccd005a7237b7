"""How the protocol is kept, counted over the records that the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Count

from waymark.access.models import Adoption
from waymark.casework.owning import owners_of_asked, owners_parameters
from waymark.core.actor import Actor
from waymark.core.database import current_login
from waymark.duties.engine.calendar import add_months, local_date, start_of_day
from waymark.duties.engine.wording import MOMENT
from waymark.duties.models import Duty, State

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of duties or checks by how they stand: `met` in time, `late` done after it, `breached` not done."""

    open: int = 0
    met: int = 0
    late: int = 0
    breached: int = 0
    other: int = 0

    def __add__(self, more: Figures) -> Figures:
        return Figures(*(getattr(self, field.name) + getattr(more, field.name) for field in fields(self)))

    @property
    def judged(self) -> int:
        """How many have been kept or not."""
        return self.met + self.late + self.breached

    @property
    def share_met(self) -> int | None:
        """Whole per cent kept in time; None while there is nothing to judge."""
        return round(100 * self.met / self.judged) if self.judged else None


def of_state(state: str, late: bool, count: int) -> Figures:
    """A count of one state as figures."""
    if state == State.OPEN:
        return Figures(open=count)
    if state == State.MET:
        return Figures(late=count) if late else Figures(met=count)
    if state == State.BREACHED:
        return Figures(breached=count)
    return Figures(other=count)


def by_clause(actor: Actor, adoptions: Iterable[UUID], *, only: str = "") -> Mapping[str, Figures]:
    """For each clause how it stands, or for the one that is asked for, in one query."""
    duties = Duty.objects.visible_to(actor).filter(adoption__in=list(adoptions))
    if only:
        duties = duties.filter(clause=only)
    rows = duties.values_list("clause", "state", "late").annotate(count=Count("pk")).order_by()
    found: dict[str, Figures] = {}
    for clause, state, late, count in rows:
        found[clause] = found.get(clause, Figures()) + of_state(state, late, count)
    return found


BY_TEAM = f"""
    with asked as materialized (
        select id, case_id, trigger_id, roles, array[]::varchar[] as escalated_to, state, late from duties_duty
        where clause = %(clause)s and adoption_id = any(%(adoptions)s::uuid[])
            and case_id in (select case_id from public.access_reach)
    ),
    {owners_of_asked("state, late")}
    select coalesce(team.name || ', ' || agency.name, agency.name), owners.state, owners.late, count(distinct owners.id)
    from owners
    left join access_membership member on member.id = owners.membership_id
    left join access_team team on team.id = coalesce(owners.team_id, member.team_id)
    left join access_agency agency on agency.id = coalesce(team.agency_id, member.agency_id)
    group by 1, 2, 3
    union all
    select null, state, late, count(*) from asked where roles = array[]::varchar[] group by 1, 2, 3
    order by 1
"""  # noqa: S608 (a file of ours)


NOBODY_OWES = "Nobody in particular"
"""Where the clause names no role: it says how a thing is to be, not who is to do it."""


def by_team(clause: str, adoptions: Iterable[UUID]) -> Mapping[str, Figures]:
    """How one clause stands by the team (or agency) of whoever owes it now, by the rule of `casework.owning`.

    A duty that several teams owe is counted for each. Run as a page: it counts what the reader may see.
    """
    parameters = owners_parameters() | {"clause": clause, "adoptions": list(adoptions)}
    return _by_holder(BY_TEAM, parameters, NOBODY_OWES)


BY_PROVIDER = """
    select agency.name, duty.state, duty.late, count(distinct duty.id)
    from duties_duty duty
    left join access_involvement involved on involved.case_id = duty.case_id
        and involved.role = any(%(staff)s::varchar[])
        and involved.starts_at <= statement_timestamp()
        and (involved.ends_at is null or involved.ends_at > statement_timestamp())
    left join access_membership member on member.id = involved.membership_id
    left join access_team team on team.id = involved.team_id
    left join access_agency agency on agency.id = coalesce(team.agency_id, member.agency_id)
    where duty.clause = %(clause)s and duty.adoption_id = any(%(adoptions)s::uuid[])
        and duty.case_id in (select case_id from public.access_reach)
    group by 1, 2, 3
    order by 1
"""
STAFF = ("housing_keyworker", "provider_manager")
NO_PROVIDER = "No housing provider now"


def by_provider(clause: str, adoptions: Iterable[UUID]) -> Mapping[str, Figures]:
    """How one clause stands by the housing provider whose staff work on the record now, whoever owes it.

    Run as a page: it counts what the reader may see.
    """
    return _by_holder(BY_PROVIDER, {"staff": list(STAFF), "clause": clause, "adoptions": list(adoptions)}, NO_PROVIDER)


def _by_holder(statement: str, parameters: Mapping[str, Any], nobody: str) -> Mapping[str, Figures]:
    found: dict[str, Figures] = {}
    with connections[current_login()].cursor() as cursor:
        cursor.execute(statement, parameters)
        for holder, state, late, count in cursor.fetchall():
            name = holder or nobody
            found[name] = found.get(name, Figures()) + of_state(state, late, count)
    return found


def by_month(actor: Actor, clause: str, adoptions: Iterable[UUID], today: date) -> Mapping[date, Figures]:
    """How one clause was kept in each of the last twelve months, by when each was due (or looked at)."""
    first = add_months(today.replace(day=1), 1 - MONTHS_SHOWN)
    months = [add_months(first, number) for number in range(MONTHS_SHOWN)]
    found = dict.fromkeys(months, Figures())
    rows = (
        Duty.objects.visible_to(actor)
        .filter(clause=clause, adoption__in=list(adoptions), since__gte=start_of_day(add_months(first, -12)))
        .values_list("due", "since", "state", "late")
    )
    for due, since, state, late in rows.iterator(chunk_size=5_000):
        month = local_date(due - MOMENT if due else since).replace(day=1)
        if month in found and state != State.OPEN:
            found[month] += of_state(state, late, 1)
    return found


def adoptions_like(adoption: Adoption) -> list[UUID]:
    """Every adoption of the same protocol by the same authority: the figures do not start anew with a version."""
    same = Adoption.objects.filter(authority=adoption.authority_id, pack_id=adoption.pack_id)
    return list(same.values_list("pk", flat=True))
