"""The people and teams of the reader's own agency, as its administrator looks for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, CharField, DateTimeField, Exists, F, Func, Min, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce, Now, Upper

from waymark.access.administering import invited_and_not_come
from waymark.access.models import Agency, Appointment, Membership, Team
from waymark.core.actor import Actor
from waymark.core.permissions import Permission


class Quarterly(Func):
    """Three months after an instant: when somebody is to be looked at again."""

    template = "(%(expressions)s + interval '3 months')"
    output_field = DateTimeField()


@dataclass(frozen=True, slots=True)
class Reviews:
    """How many people are to be looked at now ("still right?"), and when the next falls due; None where nobody does."""

    due: int
    next_due: datetime | None


def own_members(actor: Actor) -> QuerySet[Membership]:
    """Everybody who works or worked at the reader's agency, each with the name that the agency knows them by."""
    pending = invited_and_not_come(actor=actor)
    name = Case(When(pk__in=pending, then="invited_as"), default="account__name", output_field=CharField())
    found = Membership.objects.visible_to(actor).filter(agency=actor.agency_id)
    found = found.select_related("account", "agency", "team", "reviewed_by__account")
    return found.annotate(
        shown_name=name,
        is_pending=Case(When(pk__in=pending, then=True), default=False),
        due_at=Quarterly(Coalesce("reviewed_at", "starts_at")),
    )


def by_team(members: QuerySet[Membership]) -> QuerySet[Membership]:
    """By team, those without one last; in it by name."""
    return members.order_by(F("team__name").asc(nulls_last=True), "team", Upper("shown_name"), "pk")


def working_here(members: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those who have not left, the suspended and the invited among them."""
    return members.filter(Q(ends_at=None) | Q(ends_at__gt=Now()))


def left(members: QuerySet[Membership]) -> QuerySet[Membership]:
    """The last membership of each person who works here no more."""
    same = Membership.objects.filter(account=OuterRef("account"), agency=OuterRef("agency")).exclude(pk=OuterRef("pk"))
    later = same.filter(Q(ends_at=None) | Q(ends_at__gt=OuterRef("ends_at")))
    return members.filter(ends_at__lte=Now()).exclude(Exists(later))


def called(members: QuerySet[Membership], words: str) -> QuerySet[Membership]:
    """Those whose name or e-mail address holds each of the words."""
    for word in words.split()[:5]:
        members = members.filter(Q(shown_name__icontains=word) | Q(account__email__icontains=word))
    return members


def due_for_review(members: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those who work here and were not said to be right for three months, the longest first."""
    due = working_here(members).filter(due_at__lte=Now())  # type: ignore[misc]
    return due.order_by("due_at", Upper("shown_name"), "pk")  # type: ignore[misc]


def reviews(actor: Actor) -> Reviews:
    """How the quarterly review of the reader's agency stands."""
    members = own_members(actor)
    later = working_here(members).filter(due_at__gt=Now())  # type: ignore[misc]
    to_come = later.aggregate(next=Min("due_at"))
    return Reviews(due_for_review(members).count(), to_come["next"])


def own_teams(actor: Actor) -> QuerySet[Team]:
    """The teams of the reader's agency that are open."""
    return Team.objects.visible_to(actor).open().filter(agency=actor.agency_id).order_by(Upper("name"))


def members_in(teams: Collection[UUID], actor: Actor) -> dict[UUID, int]:
    """How many people are in each of these teams."""
    counted: dict[UUID, int] = {}
    here = Membership.objects.visible_to(actor).not_ended().filter(agency=actor.agency_id, team__in=teams)
    for team_id in here.values_list("team", flat=True):
        counted[team_id] = counted.get(team_id, 0) + 1
    return counted


def waiting(actor: Actor) -> QuerySet[Appointment]:
    """What waits for somebody to agree at the reader's agency, the oldest first."""
    found = Appointment.objects.visible_to(actor).waiting()
    return found.select_related("agency", "member__account", "team", "proposed_by__account")


def waiting_for(actor: Actor) -> int:
    """How many proposals of others wait for the reader, or somebody else, to agree."""
    if not actor.may(Permission.AGREE_TO_APPOINTMENT):
        return 0
    return Appointment.objects.visible_to(actor).waiting().exclude(proposed_by__account=actor.account_id).count()


def decided(actor: Actor) -> QuerySet[Appointment]:
    """What somebody agreed to, turned down or took back at the reader's agency."""
    found = Appointment.objects.visible_to(actor).exclude(decided_at=None)
    return found.select_related("member__account", "decided_by__account")


def own_agency(actor: Actor) -> Agency:
    """The reader's agency. Who administers one is a member of one."""
    return Agency.objects.visible_to(actor).get(memberships=actor.membership_id)
