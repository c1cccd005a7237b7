"""Reading the trail for somebody who may. Pages cannot read it themselves, so each function asks the permission first
and then reads as the service login, within what the reader's agency answers for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from waymark.access.models import Agency, Conflict, Membership
from waymark.accounts.models import Account
from waymark.audit.models import Entry, EntryQuerySet, Seal, Words
from waymark.cases.models import Case, Kind
from waymark.core.actor import Actor
from waymark.core.database import SERVICE, login
from waymark.core.permissions import Permission
from waymark.core.trail import Action

MOST_COUNTED = 1_000
"""Counting stops here: "more than 1,000"."""
MOST_PEOPLE = 200
"""How many memberships a name may mean; a wider one is no search."""
MOST_LOOKS = 2_000
"""How many lines of who looked a page is made of."""
ONE_REQUEST = timedelta(minutes=5)
"""No request takes longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which entries are asked for, from `since` until before `until`; empty texts and False ask for all."""

    since: datetime
    until: datetime
    person: str = ""
    reference: str = ""
    action: str = ""
    agency: str = ""
    refusals: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of entries ends: the time and the number of its last one."""

    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of entries, the latest first; `total` counts at most one more than `MOST_COUNTED`."""

    rows: list[Entry]
    is_last: bool
    total: int
    references: Mapping[UUID, str]


def entries(actor: Actor, asked: Asked, *, after: Place | None = None, size: int) -> Found:
    """The entries that are asked for of those that the reader may see, `size` of them after the place given."""
    actor.require(Permission.VIEW_AUDIT)
    with login(SERVICE):
        found = _asked(actor, asked)
        total = found[: MOST_COUNTED + 1].count()
        if after is not None:
            later = Q(at=after.at, sequence__lt=after.sequence) | Q(at__lt=after.at)
            found = found.filter(later, at__lte=after.at)
        rows = list(found.order_by("-at", "-sequence")[: size + 1])
        shown = rows[:size]
        return Found(shown, len(rows) <= size, total, _references(actor, shown))


def cases_asked(actor: Actor, asked: Asked) -> list[UUID]:
    """The cases that the reference in a question means, of those whose authority is the reader's."""
    actor.require(Permission.VIEW_AUDIT)
    with login(SERVICE):
        return _cases_of(_authority(actor), asked.reference)


@dataclass(frozen=True, slots=True)
class Whole:
    """One entry with all that hangs on it. `words` is None where nothing was typed; "" where retention removed it."""

    entry: Entry
    seal: int | None
    words: str | None
    beside: list[Entry]
    references: Mapping[UUID, str]


def one_entry(actor: Actor, identifier: UUID) -> Whole | None:
    """An entry that the reader may see, with its seal and what else the same request did; None when there is none."""
    actor.require(Permission.VIEW_AUDIT)
    with login(SERVICE):
        ours = _ours(actor)
        entry = ours.filter(pk=identifier).first()
        if entry is None:
            return None
        seals = Seal.objects.filter(first_sequence__lte=entry.sequence, last_sequence__gte=entry.sequence)
        seal = seals.filter(sequences__contains=[entry.sequence]).values_list("number", flat=True).first()
        words = Words.objects.filter(pk=entry.pk).values_list("text", flat=True).first() or ""
        around = (entry.at - ONE_REQUEST, entry.at + ONE_REQUEST)
        beside: list[Entry] = []
        if entry.request_id:
            same = ours.filter(at__range=around, request_id=entry.request_id).exclude(pk=entry.pk)
            beside = list(same.order_by("at", "sequence")[:50])
        told = words if entry.words_digest else None
        return Whole(entry, seal, told, beside, _references(actor, [entry, *beside]))


def agencies() -> list[Agency]:
    """Every agency, by name: which there are is no secret."""
    return list(Agency.objects.order_by("name").only("name"))


def agency_names(identifiers: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """What agencies are called."""
    return dict(Agency.objects.filter(pk__in=[one for one in identifiers if one]).values_list("pk", "name"))


def _ours(actor: Actor, reference: str = "") -> EntryQuerySet:
    """The entries that the reader may see: with a reference, the lists too in which a case of theirs stood."""
    authority = _authority(actor)
    ours = Entry.objects.of_agency(actor.agency_id, authority, listing=_cases_of(authority, reference))
    closed = _closed_to(actor)
    found = ours | _failed_sign_ins(actor)
    return found.exclude(case_id__in=closed) if closed else found


def _closed_to(actor: Actor) -> frozenset[UUID]:
    """Cases on which the reader has a conflict of interest: who does what there is for another lead to look at."""
    return frozenset(Conflict.objects.current().filter(account=actor.account_id).values_list("case", flat=True))


def _failed_sign_ins(actor: Actor) -> EntryQuerySet:
    """Those to accounts of the agency's members. Nobody was signed in, so the entries name the account alone."""
    members = Membership.objects.filter(agency=actor.agency_id)
    accounts = members.annotate(name_of_account=Cast("account_id", TextField())).values("name_of_account")
    return Entry.objects.filter(kind=Account._meta.label, membership_id=None, object_id__in=accounts)


def _authority(actor: Actor) -> UUID | None:
    """The borough whose council the reader's agency is; None for any other agency."""
    if actor.agency_id is None:
        return None
    of_borough = Agency.objects.filter(pk=actor.agency_id, case__kind=Kind.BOROUGH)
    return of_borough.values_list("case", flat=True).first()


def _asked(actor: Actor, asked: Asked) -> QuerySet[Entry]:
    found = _ours(actor, asked.reference).filter(at__gte=asked.since, at__lt=asked.until)
    if asked.reference:
        about = [case for case in _cases_called(asked.reference) if case not in _closed_to(actor)]
        found = found.filter(Q(case_id__in=about) | Q(cases__overlap=about))
    if asked.person:
        found = found.filter(membership_id__in=_members_called(asked.person))
    if asked.agency:
        found = found.filter(agency_id=asked.agency)
    if asked.refusals:
        found = found.filter(action=Action.REFUSAL.value)
    elif asked.action:
        found = found.filter(action=asked.action)
    return found


def _cases_called(reference: str) -> list[UUID]:
    return list(Case.objects.filter(reference__iexact=reference).values_list("pk", flat=True)[:20])


def _cases_of(authority: UUID | None, reference: str) -> list[UUID]:
    if authority is None or not reference:
        return []
    found = Case.objects.filter(reference__iexact=reference, authority=authority)
    return list(found.values_list("pk", flat=True))


def _members_called(name: str) -> list[UUID]:
    found = Membership.objects.all()
    for word in name.split()[:5]:
        found = found.filter(account__name__icontains=word)
    return list(found.values_list("pk", flat=True)[:MOST_PEOPLE])


def _references(actor: Actor, rows: Sequence[Entry]) -> Mapping[UUID, str]:
    """What the cases of entries are called. Of what another agency's people did, only the authority's own cases."""
    everything = {row.case_id for row in rows if row.case_id} | {case for row in rows for case in row.cases or ()}
    by_ours = {row.case_id for row in rows if row.case_id}
    by_ours |= {case for row in rows if row.agency_id == actor.agency_id for case in row.cases or ()}
    cases = Case.objects.filter(pk__in=everything - _closed_to(actor))
    authority = _authority(actor)
    return {case.pk: case.reference for case in cases if case.pk in by_ours or case.authority_id == authority}


# Who has looked at a record

LOOKS = """
    select membership_id, who, role, (at at time zone 'Europe/London')::date as day, action, kind, purpose,
        coalesce(detail ->> 'page', '') as page, case_id is distinct from %(case)s as listed,
        count(*) as times, min(at) as first, max(at) as last
    from audit_entry
    where (case_id = %(case)s or cases @> array[%(case)s]::uuid[]) and at >= %(since)s and at < %(until)s
        and (membership_id is not null or action = 'export')
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    order by day desc, first desc
    limit %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one person did on one day in one way: `times` times between `first` and `last`.

    `listed` says that the record stood in a list that they were shown.
    """

    membership_id: UUID | None
    who: str
    role: str
    day: Any
    action: Action
    kind: str
    purpose: str
    page: str
    listed: bool
    times: int
    first: datetime
    last: datetime


def looks_at(actor: Actor, case: Case, since: datetime, until: datetime) -> list[Look]:
    """Who opened, changed, listed or tried to open a record from `since` until before `until`, the latest day first."""
    actor.require(Permission.SEE_WHO_LOOKED, case)
    asked: dict[str, Any] = {"case": case.pk, "since": since, "until": until, "most": MOST_LOOKS}
    with login(SERVICE), connections[SERVICE].cursor() as cursor:
        cursor.execute(LOOKS, asked)
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [Look(**{**row, "action": Action(row["action"])}) for row in found]
