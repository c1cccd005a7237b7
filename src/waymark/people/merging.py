"""Two records about one person: one is said to be the double of the other, and that can be taken back.

Nothing is moved and nothing rewritten. What happened stays where it was recorded, with its duties, readers and audit
trail; the pages of the two lead to each other, and a search finds one. So taking it back restores everything, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from waymark.access.bringing_in import is_responsible
from waymark.cases.models import Case, Kind
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.clock import Clock, system_clock
from waymark.core.permissions import Permission
from waymark.core.services import service
from waymark.people.models import Merge, YoungPerson
from waymark.people.statuses import NotPossible


@service
def merge(double: Case, into: Case, *, why: str, actor: Actor, clock: Clock = system_clock) -> Merge:
    """Say that `double` is about the same person as `into`, which is the one to go on with. Raises `NotPossible`.

    For managers of the council that is responsible for both, who may change both.
    """
    actor.require(Permission.MERGE_RECORDS, double)
    actor.require(Permission.MERGE_RECORDS, into)
    if double.pk == into.pk:
        raise NotPossible("This is the same record. Give the reference of the other", "reference")
    if {double.kind, into.kind} != {Kind.YOUNG_PERSON}:
        raise NotPossible("Only the records of young people are put together", "reference")
    locked = {case.pk: case for case in _locked(double.pk, into.pk)}
    double, into = locked[double.pk], locked[into.pk]
    if not actor.is_system and not (is_responsible(actor, double) and is_responsible(actor, into)):
        raise NotPossible("Both records must be your own council's", "reference")
    if Merge.objects.standing().about(double).exists() or Merge.objects.standing().filter(case=into).exists():
        raise NotPossible("One of them is put together with another record already. Take that back first", "reference")
    if not why.strip():
        raise NotPossible("Say how you know that they are the same person", "why")
    made = Merge(case=double, into=into, why=why.strip(), decided_by_id=actor.membership_id, decided_at=clock.now())
    made.save(force_insert=True)
    _audit(made, actor, "two records are about one person")
    return made


@service
def undo(made: Merge, *, why: str, actor: Actor, clock: Clock = system_clock) -> Merge:
    """Say that the two are two people after all. Raises `NotPossible` without a reason, or once it was said."""
    actor.require(Permission.MERGE_RECORDS, made.case)
    actor.require(Permission.MERGE_RECORDS, made.into)
    made = Merge.objects.select_for_update(of=("self",)).select_related("case", "into").get(pk=made.pk)
    if made.undone_at is not None:
        raise NotPossible("This was taken back already")
    if not why.strip():
        raise NotPossible("Say how you know that they are two people", "why")
    made.undone_at, made.undone_by_id, made.undone_why = clock.now(), actor.membership_id, why.strip()
    made.save(force_update=True, update_fields=["undone_at", "undone_by", "undone_why"])
    _audit(made, actor, "two records are about two people after all")
    return made


def one_of_each(people: Iterable[YoungPerson], actor: Actor) -> list[YoungPerson]:
    """Those found, each person once: for a double, the record to go on with, where the actor may read both."""
    found = list(people)
    merges = Merge.objects.visible_to(actor).standing().filter(case__in=[one.case_id for one in found])
    into = dict(merges.values_list("case", "into"))
    if not into:
        return found
    kept = {one.case_id: one for one in YoungPerson.objects.filter(case__in=into.values()).select_related("case")}
    once: dict[UUID, YoungPerson] = {}
    for one in found:
        shown = kept[into[one.case_id]] if one.case_id in into else one
        once.setdefault(shown.case_id, shown)
    return list(once.values())


def _locked(*cases: UUID) -> Sequence[Case]:
    """In one order, so that two who do this at once do not wait for each other."""
    return list(Case.objects.select_for_update(no_key=True).filter(pk__in=cases).order_by("pk"))


def _audit(made: Merge, actor: Actor, purpose: str) -> None:
    """In the trail of both records."""
    trail.wrote(actor, made, purpose=purpose)
    trail.wrote(actor, made.into, purpose=purpose)
