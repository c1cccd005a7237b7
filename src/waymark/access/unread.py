"""Entries that are held back and that nobody is left to read: handing them on, and naming somebody who reads them.

Whoever holds an entry back names who may see it. When the last of those leaves, stops working on the record or is
suspended, nobody at all would know of it. Then whoever takes on their work reads it; and where nobody does, those who
look after the record at the responsible council are told that there is an entry, not what it says, and name somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connections

from waymark.access.bringing_in import is_responsible
from waymark.access.models import Grant, HeldBackReader, Membership
from waymark.access.services import NotAsAsked, acting_as
from waymark.cases.models import Case
from waymark.cases.services import locked
from waymark.core import trail
from waymark.core.actor import Actor
from waymark.core.categories import Category
from waymark.core.database import SERVICE
from waymark.core.errors import Refused
from waymark.core.permissions import Permission
from waymark.core.services import service

# One statement, however much is held back: how long the page takes tells nobody that there is more.
READ_BY_NOBODY = """
    select held.id, held.case_id, coalesce(decider.name, ''), held.starts_at, item.category
    from access_heldback held
    join events_event item on item.id = held.item
    left join access_membership decided on decided.id = held.decided_by_id
    left join accounts_account decider on decider.id = decided.account_id
    where held.case_id = any(%s) and held.starts_at <= statement_timestamp()
        and (held.ends_at is null or held.ends_at > statement_timestamp())
        and not exists (
            select from access_heldbackreader reader
            join access_membership member on member.id = reader.membership_id or member.team_id = reader.team_id
            join accounts_account account on account.id = member.account_id and account.is_active
            join access_grant line on line.case_id = held.case_id and line.holder
                in (member.id, member.team_id, md5(member.agency_id::text || member.role::text)::uuid)
            where reader.held_back_id = held.id and member.id is distinct from %s
                and member.suspended_at is null and member.starts_at <= statement_timestamp()
                and (member.ends_at is null or member.ends_at > statement_timestamp())
                and line.starts_at <= statement_timestamp()
                and (line.ends_at is null or line.ends_at > statement_timestamp())
                and item.category = any(line.reads)
                and not exists (
                    select from access_conflict conflict
                    where conflict.case_id = held.case_id and conflict.account_id = account.id
                        and conflict.starts_at <= statement_timestamp()
                        and (conflict.ends_at is null or conflict.ends_at > statement_timestamp())
                )
                and (line.named or not exists (
                    select from access_restrictedrecord restricted
                    where restricted.case_id = held.case_id and restricted.starts_at <= statement_timestamp()
                        and (restricted.ends_at is null or restricted.ends_at > statement_timestamp())
                ))
        )
    order by held.starts_at, held.id
"""


class Unread(NamedTuple):
    """An entry that nobody is left to read: who held it back and when, and its category, for whoever may read that."""

    id: UUID
    case_id: UUID
    held_by: str
    since: datetime
    category: Category


@service
def unread_entries(case: Case, *, actor: Actor) -> list[Unread]:
    """The entries of a record that nobody is left to read, the oldest first. None for anybody but those who may close
    records at the responsible council.
    """
    if not (actor.may(Permission.RESTRICT, case) and is_responsible(actor, case)):
        return []
    return _read_by_nobody([case.pk])


@service
def name_reader_of_entry(held_id: UUID, *, actor: Actor, case: Case, member: Membership) -> None:
    """Let somebody see an entry that nobody is left to read. Nobody names themselves: it may have been held back from
    them.

    Raises `NotAsAsked` for that, where somebody reads it still, and for whoever may not read that category here.
    """
    case = locked(case.pk)
    actor.require(Permission.RESTRICT, case)
    if not is_responsible(actor, case):
        raise Refused(actor, Permission.RESTRICT, case)
    found = {one.id: one for one in _read_by_nobody([case.pk])}
    if held_id not in found:
        raise NotAsAsked("Somebody can read this entry now")
    if member.account_id == actor.account_id:
        raise NotAsAsked("Name somebody else: nobody opens to themselves what was held back")
    if not _reads(member, case.pk, found[held_id].category):
        raise NotAsAsked(f"{member.account.name} may not read this kind of information here")
    _add_reader(found[held_id], member, actor)


def hand_on_reading(takers: Mapping[UUID, Membership], leaver: Membership, *, actor: Actor) -> None:
    """Where nobody but `leaver` reads an entry, whoever takes on their work there reads it: `takers`, by case. Where
    somebody else does, it is theirs to say who else should.
    """
    theirs = {*HeldBackReader.objects.filter(membership=leaver).values_list("held_back", flat=True)}
    for one in _read_by_nobody(takers, without=leaver.pk):
        if one.id in theirs:
            _add_reader(one, takers[one.case_id], actor)


def _add_reader(one: Unread, member: Membership, actor: Actor) -> None:
    reader = HeldBackReader.objects.create(held_back_id=one.id, case_id=one.case_id, membership=member)
    trail.wrote(actor, reader, reader=str(member.pk))


def _read_by_nobody(cases: Iterable[UUID], without: UUID | None = None) -> list[Unread]:
    """What is held back in these records and read by nobody now, leaving out one member, the oldest first."""
    with connections[SERVICE].cursor() as cursor:
        cursor.execute(READ_BY_NOBODY, [[*cases], without])
        return [
            Unread(one, case, held_by, since, Category(name)) for one, case, held_by, since, name in cursor.fetchall()
        ]


def _reads(member: Membership, case_id: UUID, category: Category) -> bool:
    """Whether the ledger opens this category of the record to somebody now."""
    lines = Grant.objects.opening_for(acting_as(member))
    return lines.filter(case=case_id, reads__contains=[category]).exists()
