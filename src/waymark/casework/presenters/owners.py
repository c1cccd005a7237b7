"""Who works on a record, and so who owes what there, in words."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from waymark.access.models import Involvement
from waymark.casework.queries import RECORDER, TAKERS
from waymark.core.actor import Actor
from waymark.duties.engine.wording import plain
from waymark.duties.models import Duty
from waymark.events.vocabulary import ROLES

EVERYONE = "everyone who works on this record"


class PeopleOn:
    """Who works on some records now, and so who owes what there: the rule of `casework.queries`, in words."""

    def __init__(self, involvements: Iterable[Involvement]) -> None:
        self._names: dict[tuple[UUID, str], list[str]] = {}
        self._queues: dict[tuple[UUID, str], str] = {}
        self._members: dict[tuple[UUID, UUID | None], str] = {}
        for one in involvements:
            self._members[one.case_id, one.membership_id] = holder_name(one)
            self._names.setdefault((one.case_id, one.role), []).append(holder_name(one))
            team = one.team or (one.membership.team if one.membership else None)
            if team is not None and team.borough_id in (one.case.authority_id, one.case_id):
                self._queues[one.case_id, team.role] = team.name

    def owner(self, duty: Duty, role: str) -> str:
        """A role, with whoever has it on a record, or whom it falls to."""
        if role == RECORDER:
            recorder = self._members.get((duty.case_id, duty.trigger.actor))
            return f"Whoever recorded what began it: {recorder or EVERYONE}"
        label = ROLES.get(role, plain(role))
        names = self._names.get((duty.case_id, role))
        return f"{label}: {', '.join(names or [self._falls_to(duty.case_id, role)])}"

    def _falls_to(self, case_id: UUID, role: str) -> str:
        if (case_id, role) in self._queues:
            return f"nobody named, so {self._queues[case_id, role]}"
        taker = next((taker for taker in TAKERS if (case_id, taker) in self._names), None)
        if taker is None:
            return f"nobody named, so {EVERYONE}"
        return f"nobody named, so {', '.join(self._names[case_id, taker])} ({ROLES[taker].lower()})"


def people_on(actor: Actor, cases: Iterable[UUID]) -> PeopleOn:
    """Who works on some records now, in one query."""
    return PeopleOn(
        Involvement.objects.visible_to(actor)
        .current()
        .filter(case__in=list(cases))
        .select_related("case", "team", "membership__account", "membership__team")
        .order_by("starts_at")
    )


def holder_name(involvement: Involvement) -> str:
    """The person's name, or the team's."""
    if involvement.membership is not None:
        return str(involvement.membership.account.name)
    return str(involvement.team)
