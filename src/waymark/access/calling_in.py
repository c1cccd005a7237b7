"""Those whom the protocol itself brings to a record: whoever takes the step that a clause names need not ask a manager.

Sending a referral brings in the team it is sent to, asking for a check whoever is to answer. What they may read there
is what their role reads anywhere (`access.rules`); the line of the ledger names who took the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from waymark.access.models import Involvement, Membership, Team
from waymark.access.storing import store_involvements
from waymark.cases.models import Case
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.events.vocabulary import ROLES

CALLED_BY: Mapping[str, Permission] = MappingProxyType(
    {
        "placements_team": Permission.REFER,  # REF-02
        "sp_referrals": Permission.REFER,  # REF-02; SEA-08
        "gangs_coordinator": Permission.REFER,  # REF-07
        "gangs_team": Permission.REFER,  # REF-08, SEA-06
        "yos_worker": Permission.REFER,  # REF-10
    }
)
"""The roles that are called in, and what somebody must be allowed to do here to call them."""


class NobodyToCallIn(Exception):  # noqa: N818  (that a post is not filled is no error of ours)
    """No team and no member of the responsible council has the role `role`."""

    def __init__(self, role: str) -> None:
        self.role = role
        super().__init__(f"There is no {ROLES[role]} to send this to. Ask the head of service who it should go to")


@service
def call_in(case: Case, role: str, *, actor: Actor, at: datetime) -> list[Involvement]:
    """Have the responsible council's team that has `role` work on a case from `at`; nothing where somebody in that role
    does already. Where the council has no such team, its members who have the role.

    Raises `NobodyToCallIn` where there is none, `Refused` for whoever may not take the step, and KeyError for a role
    that nobody is called in for.
    """
    needed = CALLED_BY[role]
    if not actor.may(needed, case) and not actor.may(Permission.CHECK_REFERRAL, case):
        raise Refused(actor, needed, case)
    if Involvement.objects.current().filter(case=case, role=role).exists():
        return []
    new = [Involvement(case=case, role=role, starts_at=at, **holder) for holder in _holders(case, role)]
    if not new:
        raise NobodyToCallIn(role)
    stored = store_involvements(new, decided_by=actor.membership_id)
    trail.write(*(trail.written(actor, one, role=role, called_in=True) for one in stored))
    return stored


def _holders(case: Case, role: str) -> list[dict[str, Team | Membership]]:
    borough = case.authority_id or case.pk
    teams = Team.objects.filter(role=role, borough=borough, closed_at=None).order_by("name")
    if found := [{"team": team} for team in teams]:
        return found  # type: ignore[return-value]
    members = Membership.objects.current().filter(role=role, agency__case=borough).order_by("pk")
    return [{"membership": member} for member in members]
