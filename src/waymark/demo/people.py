"""Whom to sign in as in the demo, and what each of them sees first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from waymark.access.middleware import tell_token
from waymark.access.models import Involvement, Membership
from waymark.access.queries import actor_of_token
from waymark.access.services import sign_in_to_demo
from waymark.accounts.services import end_session
from waymark.casework.queries import LEADS, Bucket, Wanted, work_of
from waymark.core.database import SERVICE, WEB, login
from waymark.demo.referring import UNPLACED
from waymark.events.vocabulary import ROLES
from waymark.people.models import YoungPerson

SHOWN = (
    "social_worker",
    "deputy_team_manager",
    "housing_keyworker",
    "provider_manager",
    "placements_team",
    "gangs_team",
    "safer_neighbourhood",
    "commissioning",
    "head_of_service",
)
"""Roles in the order to show them: those that work with young people first."""

CHOICE = 4
"""Among how many of a role the one with most to do is chosen."""

WORDS = {
    Bucket.LATE: "late",
    Bucket.TODAY: "due today",
    Bucket.WEEK: "due this week",
    Bucket.LONG_LATE: "late for more than 4 weeks",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody to sign in as. `work` counts what they, or for a leader their team, have to do."""

    name: str
    role: str
    where: str
    whole_team: bool
    work: Mapping[Bucket, int]

    @property
    def pressing(self) -> int:
        """How much is late, or due within a week."""
        return sum(self.work[bucket] for bucket in WORDS)

    @property
    def sees_first(self) -> str:
        """What their first page says, in a few words."""
        counts = [f"{self.work[bucket]} {words}" for bucket, words in WORDS.items() if self.work[bucket]]
        whose = "their team's work" if self.whole_team else "their work"
        return f"{whose}: {', '.join(counts) if counts else 'nothing late, and nothing due this week'}"


def suggestions(now: datetime) -> Iterator[Suggestion]:
    """One person of each role shown, with something to do if any of the first few has. None in an empty database."""
    for role in SHOWN:
        found = [_suggestion(member, now) for member in _members(role)]
        if found:
            yield max(found, key=lambda suggestion: suggestion.pressing)


ON_THE_ROAD = ("gangs_coordinator", "placements_team", "sp_referrals")
"""Who takes part between a worker and a provider."""


@dataclass(frozen=True, slots=True)
class Road:
    """The way from a need to a place: whose it is, and as whom to sign in, in this order."""

    person: str
    people: list[str]


def waiting_for_a_place() -> Road | None:
    """The young person with whom to try Waymark from the start. None once they or their worker are gone."""
    with login(SERVICE):
        given, family = UNPLACED
        found = YoungPerson.objects.filter(given_name=given, family_name=family).order_by("pk").first()
        worker = (
            Involvement.objects.current().filter(case=found.case_id, role="social_worker").first() if found else None
        )
        if found is None or worker is None or worker.membership is None:
            return None
        people = [_as_whom(worker.membership)]
    people += [_as_whom(first) for role in ON_THE_ROAD for first in _members(role)[:1]]
    return Road(found.name, people)


def _as_whom(membership: Membership) -> str:
    return f"{membership.account.name} ({ROLES[membership.role]})"


def _members(role: str) -> list[Membership]:
    with login(SERVICE):
        current = Membership.objects.current().filter(role=role, account__is_active=True)
        return list(current.select_related("account", "agency", "team").order_by("account__name")[:CHOICE])


def _suggestion(member: Membership, now: datetime) -> Suggestion:
    """Look at their work as they would, with their own rights and no others."""
    token = sign_in_to_demo(member.pk)
    if token is None:
        raise PermissionDenied(f"{member.account.name} can no longer sign in.")
    whole_team = member.role in LEADS
    with login(WEB), transaction.atomic(using=WEB):
        tell_token(token)
        actor = actor_of_token()
        if actor is None:
            raise PermissionDenied(f"The session of {member.account.name} has ended.")
        work = work_of(actor, Wanted(whole_team=whole_team), now)
    end_session(token, actor=actor)
    return Suggestion(
        name=member.account.name,
        role=ROLES[member.role],
        where=member.team.name if member.team else member.agency.name,
        whole_team=whole_team,
        work=work.team if whole_team else work.mine,
    )
