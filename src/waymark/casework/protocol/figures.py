"""How the protocol is kept, counted over the records that the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from django.db import connections
from django.db.models import Count

from waymark.access.models import Adoption
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


def by_clause(actor: Actor, adoptions: Iterable[UUID]) -> Mapping[str, Figures]:
    """For each clause how it stands, in one query."""
    rows = (
        Duty.objects.visible_to(actor)
        .filter(adoption__in=list(adoptions))
        .values_list("clause", "state", "late")
        .annotate(count=Count("pk"))
        .order_by()
    )
    found: dict[str, Figures] = {}
    for clause, state, late, count in rows:
        found[clause] = found.get(clause, Figures()) + of_state(state, late, count)
    return found


BY_HOLDER = """
    select {name}, duty.state, duty.late, count(distinct duty.id)
    from duties_duty duty
    left join access_involvement involvement on involvement.case_id = duty.case_id
        and {holds} and involvement.starts_at <= statement_timestamp()
        and (involvement.ends_at is null or involvement.ends_at > statement_timestamp())
    left join access_membership membership on membership.id = involvement.membership_id
    left join access_team team on team.id = coalesce(involvement.team_id, membership.team_id)
    left join access_agency agency on agency.id = coalesce(team.agency_id, membership.agency_id)
    where duty.id in ({visible})
    group by 1, 2, 3
"""
NOBODY = "Nobody named now"


def by_team(actor: Actor, clause: str, adoptions: Iterable[UUID]) -> Mapping[str, Figures]:
    """How one clause stands by the team (or agency) of whoever owes it now."""
    name = "coalesce(team.name || ', ' || agency.name, agency.name)"
    return _by_holder(actor, clause, adoptions, name, "involvement.role = any(duty.roles)")


def by_provider(actor: Actor, clause: str, adoptions: Iterable[UUID]) -> Mapping[str, Figures]:
    """How one clause stands by the housing provider whose staff work on the record now."""
    return _by_holder(
        actor, clause, adoptions, "agency.name", "involvement.role in ('housing_keyworker', 'provider_manager')"
    )


def _by_holder(actor: Actor, clause: str, adoptions: Iterable[UUID], name: str, holds: str) -> Mapping[str, Figures]:
    visible = Duty.objects.visible_to(actor).filter(clause=clause, adoption__in=list(adoptions)).values("pk")
    inner, parameters = visible.query.sql_with_params()
    found: dict[str, Figures] = {}
    with connections[current_login()].cursor() as cursor:
        cursor.execute(BY_HOLDER.format(name=name, holds=holds, visible=inner), parameters)
        for holder, state, late, count in cursor.fetchall():
            key = holder or NOBODY
            found[key] = found.get(key, Figures()) + of_state(state, late, count)
    return dict(sorted(found.items(), key=lambda item: (item[0] == NOBODY, item[0])))


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
