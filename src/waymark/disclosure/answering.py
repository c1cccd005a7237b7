"""Which records somebody answers for to the people they are about: subject access, and how long they are kept.

Whoever answers need not work on a record, so the ledger does not open it to them. Every function here asks the
permission, then reads as the service login, within the authority that is responsible for the young person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from waymark.access.models import Agency, Conflict, Grant, RestrictedRecord
from waymark.cases.models import Case, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.people.models import YoungPerson

MOST_FOUND = 20


def answered_for(actor: Actor) -> QuerySet[Case]:
    """The young people whose records the actor's council is responsible for; all, for the system.

    Not those on which the actor has a conflict of interest, nor those restricted to named people of whom they are none.
    Ask inside a service, or as the service login.
    """
    young = Case.objects.filter(kind=Kind.YOUNG_PERSON)
    if actor.is_system:
        return young
    councils = Agency.objects.filter(case__kind=Kind.BOROUGH)
    council = councils.filter(pk=actor.agency_id) if actor.agency_id else councils.none()
    conflicts = Conflict.objects.current().filter(account=actor.account_id)
    restricted = RestrictedRecord.objects.current().filter(case=OuterRef("pk"))
    named = Grant.objects.opening_for(actor).filter(case=OuterRef("pk"), named=True)
    return young.filter(Exists(named) | ~Exists(restricted), authority__in=council.values("case")).exclude(
        pk__in=conflicts.values("case")
    )


@service
def find_people(
    *, actor: Actor, reference: str = "", given_name: str = "", family_name: str = "", born: date | None = None
) -> list[YoungPerson]:
    """The young people with exactly this reference, or with exactly this name and date of birth."""
    actor.require(Permission.ANSWER_SUBJECT_ACCESS)
    people = YoungPerson.objects.filter(case__in=answered_for(actor)).select_related("case")
    if reference:
        people = people.filter(case__reference__iexact=reference.strip())
    elif born is None:
        people = people.none()
    else:
        called = Q(given_name__iexact=given_name.strip()) | Q(preferred_name__iexact=given_name.strip())
        people = people.filter(called, family_name__iexact=family_name.strip(), date_of_birth=born)
    found = list(people.order_by("case__reference")[:MOST_FOUND])
    shown = [person.case_id for person in found]
    trail.searched(actor, "people.YoungPerson", purpose="subject access", cases=shown, rows=len(found))
    return found


@service
def people_of(cases: Sequence[UUID], *, actor: Actor) -> list[YoungPerson]:
    """The young people of these records, of those that the actor answers for: what was found, shown once more."""
    actor.require(Permission.ANSWER_SUBJECT_ACCESS)
    people = YoungPerson.objects.filter(case__in=answered_for(actor).filter(pk__in=cases)).select_related("case")
    found = list(people.order_by("case__reference")[:MOST_FOUND])
    shown = [person.case_id for person in found]
    trail.listed(actor, "people.YoungPerson", purpose="subject access", cases=shown, rows=len(found))
    return found


def case_answered_for(actor: Actor, case_id: UUID) -> Case | None:
    """The young person's case, with their name; None when there is none that the actor answers for."""
    return answered_for(actor).filter(pk=case_id).select_related("young_person").first()
